import { constants } from 'node:crypto';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import type { ProvenanceVerdict, Subject } from '../../src/attestation/contract.ts';
import { parseKeyScope } from '../../src/attestation/key-scope.ts';
import { parsePublicKey } from '../../src/attestation/public-key.ts';
import type { TrustedKey } from '../../src/attestation/trusted-keys.ts';
import { createVerifier, verifyProvenance } from '../../src/attestation/verify.ts';
import { createSigningKey, type SigningKey } from '../support/keys.ts';
import {
  konfluxStatement,
  KONFLUX_BUILDER,
  PUBLISH_V1,
  signWithKey,
  SLSA_V02,
  SLSA_V1,
  type Attestation,
  type KeySignOptions,
} from '../support/signing.ts';
import { createFixture, encode, reasonOf, SUBJECT } from './fixture.ts';

const KEY = createSigningKey('rsa-4096');
const OTHER = createSigningKey('rsa');
const PULP_USER = { kind: 'Pulp User', prn: 'prn:auth.user:111' };
const STATEMENTS = ['https://in-toto.io/Statement/v0.1', 'https://in-toto.io/Statement/v1'];
const { sign: signWithCertificate, verifier } = createFixture();
const subjectOf = { filename: SUBJECT.filename, sha256: SUBJECT.sha256 };

/** A key that the user gives: `--key [NAME=]FILE`. */
function given({ pem }: SigningKey, name?: string): TrustedKey {
  const key = parsePublicKey(pem);
  const scope = name === undefined ? ({ kind: 'everything' } as const) : parseKeyScope(name);
  if (typeof key === 'string' || scope === undefined) throw new Error('no key');
  return { key, scope };
}

function sign(options: Partial<KeySignOptions> = {}): Attestation {
  return signWithKey({
    ...subjectOf,
    privateKey: KEY.privateKey,
    statement: konfluxStatement(subjectOf),
    ...options,
  });
}

async function verify(
  attestations: readonly unknown[],
  keys: readonly TrustedKey[] = [given(KEY)],
  subject: Subject = SUBJECT,
): Promise<ProvenanceVerdict> {
  const document = { version: 1, attestation_bundles: [{ publisher: PULP_USER, attestations }] };
  return await verifyProvenance(encode(document), subject, { ...verifier, keys });
}

function nested(_type: string, predicateType: string, predicate: object) {
  const subject = [{ name: SUBJECT.filename, digest: { sha256: SUBJECT.sha256 } }];
  return { _type, predicateType, subject, predicate };
}

const BUILD = {
  builder: KONFLUX_BUILDER,
  buildType: 'https://konflux-ci.dev/PythonWheelBuild@v1',
  finishedOn: '2026-02-19T16:59:23.000Z',
};

describe('what the key that is given has signed verifies', () => {
  test('as Konflux writes it, with RSA of 4096 bits', async () => {
    expect(await verify([sign()])).toEqual({
      kind: 'verified',
      attestations: [
        {
          kind: 'key',
          keySha256: KEY.identity.replace('key:sha256:', ''),
          predicateType: SLSA_V02,
          build: BUILD,
          publisher: PULP_USER,
        },
      ],
    });
  });

  const v02 = {
    buildType: BUILD.buildType,
    builder: { id: BUILD.builder },
    metadata: { buildFinishedOn: '2026-02-19T17:59:23+01:00' },
  };
  const v1 = {
    buildDefinition: { buildType: BUILD.buildType, externalParameters: {} },
    runDetails: {
      builder: { id: BUILD.builder },
      metadata: { invocationId: null, startedOn: null, finishedOn: '2026-02-19T16:59:23Z' },
    },
  };

  test.each(
    STATEMENTS.flatMap(
      (type) =>
        [
          [type, 'SLSA v0.2', nested(type, SLSA_V02, v02), BUILD],
          [type, 'SLSA v1', nested(type, SLSA_V1, v1), BUILD],
          [
            type,
            'SLSA v0.2, nested',
            nested(type, SLSA_V02, nested(STATEMENTS[0] ?? '', SLSA_V02, v02)),
            BUILD,
          ],
          [type, 'SLSA v1, nested', nested(type, SLSA_V1, nested(STATEMENTS[1] ?? '', SLSA_V1, v1)), BUILD],
          [type, 'SLSA v1 that says nothing', nested(type, SLSA_V1, {}), {}],
          [type, 'publish', nested(type, PUBLISH_V1, {}), undefined],
        ] as const,
    ),
  )('%s, %s', async (_, __, statement, build) => {
    expect(await verify([sign({ statement })])).toMatchObject({
      kind: 'verified',
      attestations: [
        { kind: 'key', predicateType: statement.predicateType, ...(build === undefined ? {} : { build }) },
      ],
    });
  });

  test('beside what a certificate signed', async () => {
    const verdict = await verify([sign(), signWithCertificate()]);
    expect(verdict.kind === 'verified' && verdict.attestations.map(({ kind }) => kind)).toEqual([
      'key',
      'certificate',
    ]);
  });

  test('with any of several keys, and with the right one among bound ones', async () => {
    expect(await verify([sign()], [given(OTHER), given(KEY)])).toMatchObject({ kind: 'verified' });
    const bound = [given(OTHER, 'other-*'), given(KEY, 'acme-*')];
    expect(await verify([sign()], bound)).toMatchObject({ kind: 'verified' });
  });
});

describe('a key that is not given is unsupported', () => {
  test('and the reason says what it is that cannot be verified', async () => {
    expect(await verify([sign()], [])).toEqual({
      kind: 'unsupported',
      reason:
        'the attestation is signed by a key, not by a certificate, and no `--key` is given; unverified: ' +
        `it is \`${SLSA_V02}\`, built by \`${KONFLUX_BUILDER}\`, as \`${BUILD.buildType}\`, at \`${BUILD.finishedOn}\`, ` +
        'uploaded by the Pulp user `prn:auth.user:111`',
    });
  });

  const INDEX = 'https://index.example/simple';
  test.each([
    ['another package', 'acme', {}],
    ['other packages', 'acme-widget-*', {}],
    ['another index', INDEX, { servedBy: 'https://pypi.org/simple' }],
    ['an index, and where the file comes from is not known', INDEX, {}],
  ])('so is one that is bound to %s', async (_, name, place) => {
    const verdict = await verify([sign()], [given(KEY, name)], { ...SUBJECT, ...place });
    expect(verdict.kind).toBe('unsupported');
    expect(reasonOf(verdict)).toContain('none of the keys that are given is for it');
  });

  test('whoever signed: a wrong signature is no worse', async () => {
    expect(await verify([sign({ privateKey: OTHER.privateKey })], [])).toMatchObject({ kind: 'unsupported' });
  });

  test('beside a good attestation, too', async () => {
    expect(await verify([signWithCertificate(), sign()], [])).toMatchObject({ kind: 'unsupported' });
  });
});

describe('a wrong key is invalid', () => {
  test('and the reason says which was tried', async () => {
    expect(await verify([sign()], [given(OTHER)])).toEqual({
      kind: 'invalid',
      reason: `the signature is not by the key that is given for it: \`${OTHER.identity}\``,
    });
  });

  test.each(['rsa', 'rsa-pss', 'p256', 'p384', 'ed25519'] as const)('of kind %s', async (kind) => {
    expect(await verify([sign()], [given(createSigningKey(kind))])).toMatchObject({ kind: 'invalid' });
  });

  test('also when the right one is given for something else', async () => {
    const keys = [given(OTHER, 'acme-widget'), given(KEY, 'other-package')];
    expect(await verify([sign()], keys)).toMatchObject({ kind: 'invalid' });
  });

  const { RSA_PKCS1_PSS_PADDING } = constants;
  test.each<[string, Partial<KeySignOptions>]>([
    ['another payload type', { payloadType: 'application/json' }],
    ['no payload type', { payloadType: '' }],
    ['SHA-1', { hash: 'sha1' }],
    ['RSA-PSS with SHA-512', { hash: 'sha512', padding: RSA_PKCS1_PSS_PADDING }],
  ])('and so is a signature with %s', async (_, options) => {
    expect(await verify([sign(options)])).toMatchObject({ kind: 'invalid' });
  });

  test('and so is a signature over the statement without the pre-authentication encoding', async () => {
    const good = sign();
    const statement = Buffer.from(good.envelope.statement, 'base64');
    const { sign: signBytes } = await import('node:crypto');
    const signature = signBytes('sha256', statement, KEY.privateKey).toString('base64');
    expect(await verify([{ ...good, envelope: { ...good.envelope, signature } }])).toMatchObject({
      kind: 'invalid',
    });
  });
});

const other = { filename: 'acme_widget-2.0.0-py3-none-any.whl', sha256: 'b6'.repeat(32) };

/** As Konflux writes it, with another statement inside. */
function inner(change: object): object {
  const statement = konfluxStatement(subjectOf);
  return { ...statement, predicate: { ...statement.predicate, ...change } };
}

function slsa(predicate: unknown, predicateType = SLSA_V02): object {
  return { ...konfluxStatement(subjectOf), predicateType, predicate };
}

function about({ filename, sha256 }: typeof subjectOf) {
  return { ...nested(STATEMENTS[0] ?? '', SLSA_V1, {}), subject: [{ name: filename, digest: { sha256 } }] };
}

describe('what the key has signed does not make it true of this file', () => {
  test.each<[string, unknown, string]>([
    ['another wheel', konfluxStatement(other), 'not about'],
    [
      'other bytes',
      konfluxStatement({ ...subjectOf, sha256: other.sha256 }),
      'the attestation is about sha256',
    ],
    ['another wheel, in a publish attestation', { ...about(other), predicateType: PUBLISH_V1 }, 'not about'],
    ['another wheel, in plain SLSA provenance', about(other), 'not about'],
    [
      'another wheel outside, and this one inside',
      { ...inner({}), subject: about(other).subject },
      'not about',
    ],
    [
      'a publish attestation with a predicate',
      { ...about(subjectOf), predicateType: PUBLISH_V1, predicate: { a: 1 } },
      'the predicate of a publish attestation is not empty',
    ],
    [
      'another wheel inside',
      inner({ subject: [{ name: other.filename, digest: { sha256: other.sha256 } }] }),
      'not about',
    ],
    ['another predicate type inside', inner({ predicateType: SLSA_V1 }), 'of another predicate type'],
    [
      'another kind of statement inside',
      inner({ _type: 'https://in-toto.io/Link/v0.3' }),
      'the statement is of type',
    ],
    ['no provenance inside', inner({ predicate: null }), 'is not an object'],
    [
      'a statement three levels deep',
      inner({ predicate: konfluxStatement(subjectOf) }),
      'a statement in a statement',
    ],
    ['no predicate', slsa(null), 'the predicate is not an object'],
    ['a builder that is no text', slsa({ builder: { id: 1 } }), 'the builder id is not a string'],
    ['a builder with a space', slsa({ builder: { id: 'a b' } }), 'the builder id is not a URI'],
    ['a builder that is none', slsa({ builder: { id: '' } }), 'the builder id is not a URI'],
    ['a builder that is too long', slsa({ builder: { id: 'x'.repeat(256) } }), 'the builder id is not a URI'],
    [
      'a builder with letters that look alike',
      slsa({ builder: { id: 'https://kоnflux-ci.dev' } }),
      'the builder id is not a URI',
    ],
    ['a builder that is a list', slsa({ builder: [] }), 'is not an object'],
    ['a time that is none', slsa({ metadata: { buildFinishedOn: '2026-02-30T00:00:00Z ' } }), 'RFC 3339'],
    [
      'a time with more behind it',
      slsa({ metadata: { buildFinishedOn: '2026-02-20T00:00:00Z(x)' } }),
      'RFC 3339',
    ],
    [
      'a time of a year with six digits',
      slsa({ metadata: { buildFinishedOn: '+002026-02-20T00:00:00Z' } }),
      'RFC 3339',
    ],
    ['a time without a zone', slsa({ metadata: { buildFinishedOn: '2026-02-20T00:00:00' } }), 'RFC 3339'],
    ['a statement of another kind', { _type: 'https://in-toto.io/Statement/v2' }, 'the statement is of type'],
    ['a member twice', '{"_type":"a","_type":"b"}', 'twice'],
    ['null', 'null', 'is not an object'],
  ])('%s is invalid', async (_, statement, words) => {
    const verdict = await verify([sign({ statement })]);
    expect(verdict.kind).toBe('invalid');
    expect(reasonOf(verdict)).toContain(words);
    expect((await verify([sign({ statement })], [])).kind).not.toBe('verified');
  });

  test('another predicate type is unsupported', async () => {
    const statement = slsa({}, 'https://slsa.dev/verification_summary/v1');
    expect(await verify([sign({ statement })])).toMatchObject({ kind: 'unsupported' });
  });
});

describe('a document', () => {
  test.each<[string, (good: Attestation) => unknown]>([
    ['without verification material', (good) => ({ ...good, verification_material: undefined })],
    ['with empty verification material', (good) => ({ ...good, verification_material: {} })],
    ['with a list for it', (good) => ({ ...good, verification_material: [] })],
    ['with false for it', (good) => ({ ...good, verification_material: false })],
    ['of another version', (good) => ({ ...good, version: 2 })],
    ['without a version', (good) => ({ ...good, version: undefined })],
    ['without an envelope', (good) => ({ ...good, envelope: null })],
    ['without a signature', ({ envelope: { statement }, ...rest }) => ({ ...rest, envelope: { statement } })],
    [
      'with an empty signature',
      ({ envelope, ...rest }) => ({ ...rest, envelope: { ...envelope, signature: '' } }),
    ],
    [
      'with a list of signatures',
      ({ envelope, ...rest }) => ({ ...rest, envelope: { ...envelope, signature: [envelope.signature] } }),
    ],
  ])('%s is invalid', async (_, change) => {
    expect(await verify([change(sign())])).toMatchObject({ kind: 'invalid' });
  });

  test('of a certificate, stripped of it to pass as signed by a key, is not verified', async () => {
    const stripped = { ...signWithCertificate(), verification_material: null };
    expect(await verify([stripped], [])).toMatchObject({ kind: 'unsupported' });
    expect(await verify([stripped])).toMatchObject({ kind: 'invalid' });
  });

  test('with the same attestation twice is invalid', async () => {
    const good = sign();
    expect(await verify([good, good])).toEqual({
      kind: 'invalid',
      reason: 'the same attestation is there twice',
    });
  });

  test('with two of one predicate type is invalid', async () => {
    const statement = konfluxStatement(subjectOf, 'https://other.example/builder');
    expect(await verify([sign(), sign({ statement })])).toMatchObject({ kind: 'invalid' });
  });

  test('with any byte of payload or signature changed is not verified', async () => {
    const good = sign({ privateKey: OTHER.privateKey });
    const keys = [given(OTHER)];
    expect(await verify([good], keys)).toMatchObject({ kind: 'verified' });
    const part = fc.constantFrom('statement', 'signature');
    await fc.assert(
      fc.asyncProperty(part, fc.nat(), fc.integer({ min: 1, max: 255 }), async (name, at, flip) => {
        const bytes = Buffer.from(good.envelope[name === 'statement' ? 'statement' : 'signature'], 'base64');
        bytes.writeUInt8(bytes.readUInt8(at % bytes.length) ^ flip, at % bytes.length);
        const envelope = { ...good.envelope, [name]: bytes.toString('base64') };
        expect((await verify([{ ...good, envelope }], keys)).kind).toBe('invalid');
      }),
    );
  });
});

test('a verifier without keys has none', () => {
  const empty = {
    mediaType: '',
    tlogs: [],
    ctlogs: [],
    certificateAuthorities: [],
    timestampAuthorities: [],
  };
  expect(createVerifier(empty).keys).toEqual([]);
});
