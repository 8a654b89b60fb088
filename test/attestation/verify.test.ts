import { generateKeyPairSync } from 'node:crypto';

import { describe, expect, test } from 'vitest';

import type { Subject } from '../../src/attestation/contract.ts';
import { createVerifier, verifyProvenance } from '../../src/attestation/verify.ts';
import { activestate, circleci, github, gitlab, googleCloud, person } from '../support/signers.ts';
import {
  type Attestation,
  FAULTS,
  type Fault,
  PUBLISH_V1,
  SIGNED_AT,
  signWithKey,
  SLSA_V1,
} from '../support/signing.ts';
import { createFixture, provenanceOf, reasonOf, SUBJECT } from './fixture.ts';

const { sigstore, sign, verify, verifyOne } = createFixture();

describe('a good attestation', () => {
  test('verifies, with what the certificate, the log and the statement say', async () => {
    const publisher = { kind: 'GitHub', claims: { sub: 'x' }, repository: 'acme/widget' };
    const attestation = sign();
    const verdict = await verify({
      version: 1,
      attestation_bundles: [{ publisher, attestations: [attestation] }],
    });
    expect(verdict).toMatchObject({
      kind: 'verified',
      attestations: [
        {
          predicateType: PUBLISH_V1,
          claims: { issuer: 'https://token.actions.githubusercontent.com' },
          signedAt: SIGNED_AT,
          log: {
            keyId: attestation.verification_material?.transparency_entries[0]?.logId.keyId,
            index: attestation.verification_material?.transparency_entries[0]?.logIndex,
          },
          publisher,
        },
      ],
    });
  });

  test.each([
    ['GitHub', github()],
    ['GitLab', gitlab()],
    ['Google Cloud', googleCloud()],
    ['CircleCI', circleci()],
    ['ActiveState', activestate()],
    ['a person: who that is, is not decided here', person()],
  ])('verifies, signed by %s, with every claim of the certificate', async (_, signer) => {
    const verdict = await verifyOne({ signer });
    const present = Object.entries(signer.claims).filter(([, value]) => value !== undefined);
    expect(verdict).toMatchObject({
      kind: 'verified',
      attestations: [{ claims: Object.fromEntries(present) }],
    });
  });

  test.each(['with the index first', 'with line breaks'])('verifies %s', async (how) => {
    const attestation = sign();
    const document =
      how === 'with line breaks' ? mapStrings(attestation, wrapBase64) : { unknown: 1, ...attestation };
    expect(await verify(provenanceOf(document))).toMatchObject({ kind: 'verified' });
  });

  test('verifies with numbers as numbers, an absent publisher, and unknown members', async () => {
    const [entry] = sign().verification_material?.transparency_entries ?? [];
    const attestation = withEntry(sign(), (own) => ({ ...own, logIndex: Number(own.logIndex), more: entry }));
    expect(
      await verify({ version: 1, more: [], attestation_bundles: [{ attestations: [attestation] }] }),
    ).toEqual(expect.objectContaining({ kind: 'verified' }));
  });

  test('verifies beside another of another predicate type, and in several bundles', async () => {
    const slsa = sign({ predicateType: SLSA_V1, predicate: { buildDefinition: {} } });
    const verdict = await verify({
      version: 1,
      attestation_bundles: [
        { publisher: { kind: 'GitHub' }, attestations: [sign(), slsa] },
        { publisher: { kind: 'GitLab' }, attestations: [sign({ signer: gitlab() })] },
      ],
    });
    expect(verdict).toMatchObject({
      attestations: [
        { predicateType: PUBLISH_V1, publisher: { kind: 'GitHub' } },
        { predicateType: SLSA_V1, publisher: { kind: 'GitHub' } },
        { predicateType: PUBLISH_V1, publisher: { kind: 'GitLab' } },
      ],
    });
  });
});

/** What each fault must be refused for: the reason proves that the right check refused it. */
const REFUSALS: Readonly<Record<Fault, RegExp>> = {
  'certificate-of-another-instance': /^the certificate does not verify: no valid certificate path found/,
  'certificate-signature-changed': /^the certificate does not verify: no valid certificate path found/,
  'certificate-expired': /^the certificate does not verify: .*not valid or expired/,
  'certificate-not-yet-valid': /^the certificate does not verify: .*not valid or expired/,
  'no-sct': /^the certificate does not verify: expected 1 SCTs, got 0/,
  'sct-of-another-log': /^the certificate does not verify: SCT verification failed/,
  'sct-of-another-certificate': /^the certificate does not verify: SCT verification failed/,
  'sct-twice': /^the certificate does not verify: duplicate SCT/,
  'signature-by-another-key': /^the signature does not verify/,
  'signature-of-another-statement': /^the signature does not verify/,
  'no-entry': /`transparency_entries` is empty/,
  'entry-twice': /`transparency_entries` has 2 elements, more than 1/,
  'entry-of-another-instance': /^the log entry is of a log that is not in the trusted root$/,
  'entry-of-another-signature': /^the log entry is for another signature$/,
  'entry-of-another-payload': /^the log entry is for another statement$/,
  'entry-of-another-certificate': /^the log entry is for another certificate$/,
  'entry-without-inclusion': /^the log entry has no inclusion proof$/,
  'promise-of-another-entry': /^the log entry does not verify: inclusion promise could not be verified/,
  'proof-of-another-entry': /^the log entry does not verify: calculated root hash does not match/,
  'checkpoint-of-another-tree': /^the inclusion proof and its checkpoint are of trees of different size$/,
  'checkpoint-of-another-instance': /^the inclusion proof and its checkpoint are of trees of different size$/,
  'integrated-time-changed': /^the log entry does not verify: inclusion promise could not be verified/,
};

describe.each(FAULTS)('an attestation with the fault %s', (fault) => {
  test('is invalid, for this reason', async () => {
    const verdict = await verifyOne({ fault });
    expect(verdict.kind).toBe('invalid');
    expect(reasonOf(verdict)).toMatch(REFUSALS[fault]);
  });

  test('is invalid beside a good one, in the same bundle and in another', async () => {
    const bad = sign({ fault, predicateType: SLSA_V1, predicate: {} });
    for (const document of [
      provenanceOf(sign(), bad),
      provenanceOf(bad, sign()),
      { version: 1, attestation_bundles: [{ attestations: [sign()] }, { attestations: [bad] }] },
    ]) {
      const verdict = await verify(document);
      expect(verdict.kind).toBe('invalid');
      expect(reasonOf(verdict)).toMatch(/^attestation [12] of 2: /);
    }
  });
});

describe('an entry without a SET', () => {
  test('is not enough, though the integrated time is there: the proof does not vouch for the time', async () => {
    const bare = withEntry(sign(), (entry) => ({ ...entry, inclusionPromise: undefined }));
    expect(await verify(provenanceOf(bare))).toEqual({
      kind: 'unsupported',
      reason:
        'the log entry has no signature over its integrated time and the attestation has no RFC 3161 timestamp',
    });
  });
});

describe('an entry with a SET, but no inclusion proof', () => {
  test('is invalid: a promise is not a proof', async () => {
    const promised = withEntry(sign(), (entry) => ({ ...entry, inclusionProof: undefined }));
    expect(reasonOf(await verify(provenanceOf(promised)))).toBe('the log entry has no inclusion proof');
  });
});

describe('the subject', () => {
  const others: readonly (readonly [string, Partial<Subject>])[] = [
    ['another file of the same release', { filename: 'acme_widget-1.0.0.tar.gz' }],
    ['another wheel of the same release', { filename: 'acme_widget-1.0.0-cp313-cp313-win_amd64.whl' }],
    ['another version', { version: '1.0.1', filename: 'acme_widget-1.0.1-py3-none-any.whl' }],
    ['a version that the filename does not have', { version: '1.0.1' }],
    ['another project', { name: 'mallory', filename: 'mallory-1.0.0-py3-none-any.whl' }],
    ['other content', { sha256: '5a'.repeat(32) }],
    ['content in capitals', { sha256: SUBJECT.sha256.toUpperCase() }],
  ];

  test.each(others)('%s is not vouched for', async (_, change) => {
    const verdict = await verifyOne({}, { ...SUBJECT, ...change });
    expect(verdict.kind).toBe('invalid');
    expect(reasonOf(verdict)).toMatch(/^the attestation is about /);
  });
});

describe('repetition', () => {
  test('two attestations of one predicate type in a bundle are invalid', async () => {
    const verdict = await verify(provenanceOf(sign(), sign()));
    expect(verdict).toEqual({
      kind: 'invalid',
      reason: 'a bundle has two attestations of one predicate type',
    });
  });

  test('and so are they beside a bundle that is in order', async () => {
    const bundles = [{ attestations: [sign()] }, { attestations: [sign(), sign()] }];
    expect(await verify({ version: 1, attestation_bundles: bundles })).toEqual({
      kind: 'invalid',
      reason: 'a bundle has two attestations of one predicate type',
    });
  });

  test.each(['one bundle', 'two bundles'])('the same attestation twice, in %s, is invalid', async (where) => {
    const attestations = [sign()];
    const document =
      where === 'one bundle'
        ? provenanceOf(...attestations, ...attestations)
        : { version: 1, attestation_bundles: [{ attestations }, { attestations }] };
    expect(await verify(document)).toEqual({
      kind: 'invalid',
      reason: 'the same attestation is there twice',
    });
  });
});

describe('what cannot be verified here', () => {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const keySigned = signWithKey({ filename: SUBJECT.filename, sha256: SUBJECT.sha256, privateKey });

  test('is unsupported: signed by a key', async () => {
    const verdict = await verify(provenanceOf(keySigned));
    expect(verdict.kind).toBe('unsupported');
    expect(reasonOf(verdict)).toContain('signed by a key, not by a certificate, and no `--key` is given');
  });

  test('is unsupported: another predicate type', async () => {
    const verdict = await verifyOne({ predicateType: 'https://slsa.dev/provenance/v0.2', predicate: {} });
    expect(verdict.kind).toBe('unsupported');
    expect(reasonOf(verdict)).toContain('`https://slsa.dev/provenance/v0.2`');
  });

  test('is unsupported beside a good one, and invalid beside a bad one', async () => {
    const bad = sign({ fault: 'no-sct', predicateType: SLSA_V1, predicate: {} });
    expect(await verify(provenanceOf(sign(), keySigned))).toMatchObject({ kind: 'unsupported' });
    expect(await verify(provenanceOf(keySigned, bad))).toMatchObject({ kind: 'invalid' });
  });

  test('is invalid, not unsupported, when the signature is wrong as well', async () => {
    const verdict = await verifyOne({
      predicateType: 'https://example.org/x',
      fault: 'signature-by-another-key',
    });
    expect(verdict.kind).toBe('invalid');
  });
});

test('another instance does not verify what this one signed', async () => {
  const other = createFixture();
  const document = sigstore.provenanceOf({ filename: SUBJECT.filename, sha256: SUBJECT.sha256 });
  expect(await other.verify(document)).toMatchObject({ kind: 'invalid' });
});

test('a trusted root without authorities verifies nothing', async () => {
  const empty = {
    mediaType: '',
    tlogs: [],
    ctlogs: [],
    certificateAuthorities: [],
    timestampAuthorities: [],
  };
  const document = Buffer.from(JSON.stringify(provenanceOf(sign())));
  expect(await verifyProvenance(document, SUBJECT, createVerifier(empty))).toMatchObject({ kind: 'invalid' });
});

type Entry = NonNullable<Attestation['verification_material']>['transparency_entries'][number];

function withEntry(attestation: Attestation, change: (entry: Entry) => object): object {
  const material = attestation.verification_material;
  const entries = material?.transparency_entries.map(change);
  return { ...attestation, verification_material: { ...material, transparency_entries: entries } };
}

/** Wraps what `base64 -w 76` would. */
function wrapBase64(text: string): string {
  return /^[A-Za-z0-9+/]{77,}=*$/.test(text) ? text.replace(/.{1,76}/g, '$&\n') : text;
}

function mapStrings(value: unknown, change: (text: string) => string): unknown {
  return JSON.parse(JSON.stringify(value), (_, member: unknown) =>
    typeof member === 'string' ? change(member) : member,
  );
}
