import { describe, expect, test } from 'vitest';

import { checkLogEntry } from '../../src/attestation/log-entry.ts';
import { type LogEntry, parseAttestation } from '../../src/attestation/parse.ts';
import { SIGNED_AT, type SignOptions } from '../support/signing.ts';
import type { EntryBody } from '../support/transparency-log.ts';
import { createFixture, membersOf, provenanceOf, reasonOf } from './fixture.ts';

const { sign, verifier, verify, verifyOne } = createFixture();

/** What the log entered in good faith, so that promise, proof and checkpoint are all in order. */
type Change = NonNullable<SignOptions['entryBody']>;

function member(object: unknown, name: string): Record<string, unknown> {
  return membersOf(membersOf(object)[name]);
}

const signatureOf = (body: EntryBody): Record<string, unknown> => {
  const spec = body.apiVersion === '0.0.1' ? body.spec : member(body.spec, 'dsseV002');
  return member(spec['signatures'], '0');
};

const withSpec = (change: (spec: EntryBody['spec']) => object): Change => {
  return (body) => ({ ...body, spec: { ...body.spec, ...change(body.spec) } });
};
const withSignature = (change: (signature: Record<string, unknown>) => object): Change => {
  return (body) => {
    const signatures = [{ ...signatureOf(body), ...change(signatureOf(body)) }];
    const spec =
      body.apiVersion === '0.0.1'
        ? { ...body.spec, signatures }
        : { dsseV002: { ...member(body.spec, 'dsseV002'), signatures } };
    return { ...body, spec };
  };
};
const base64 = (text: string): string => Buffer.from(text, 'latin1').toString('base64');
const pemOf = (signature: Record<string, unknown>): string =>
  Buffer.from(String(signature['verifier']), 'base64').toString('latin1');

describe('an entry of Rekor v1', () => {
  const changes: readonly (readonly [string, Change, RegExp])[] = [
    ['no verifier', withSignature(() => ({ verifier: null })), /`verifier` of the log entry is not a string/],
    [
      'a public key for a verifier',
      withSignature(() => ({ verifier: base64('-----BEGIN PUBLIC KEY-----\n') })),
      /not one PEM certificate/,
    ],
    [
      'a verifier that is not PEM',
      withSignature(() => ({ verifier: base64('x') })),
      /not one PEM certificate/,
    ],
    [
      'two certificates for a verifier',
      withSignature((own) => ({ verifier: base64(pemOf(own) + pemOf(own)) })),
      /not one PEM certificate/,
    ],
    [
      'text before the certificate',
      withSignature((own) => ({ verifier: base64(`x\n${pemOf(own)}`) })),
      /not one PEM certificate/,
    ],
    [
      'two signatures',
      withSpec(({ signatures }) => ({ signatures: [member(signatures, '0'), member(signatures, '0')] })),
      /more than 1/,
    ],
    ['no signature', withSpec(() => ({ signatures: [] })), /is empty/],
    [
      'no envelope hash',
      withSpec(() => ({ envelopeHash: null })),
      /`envelopeHash` of the log entry is not an object/,
    ],
    [
      'an envelope hash of MD5',
      withSpec(() => ({ envelopeHash: { algorithm: 'md5', value: 'a'.repeat(32) } })),
      /`envelopeHash` of the log entry is not a SHA-256 digest/,
    ],
    [
      'an envelope hash that is cut',
      withSpec(() => ({ envelopeHash: { algorithm: 'sha256', value: 'a' } })),
      /`envelopeHash`/,
    ],
    [
      'a payload hash of another algorithm',
      withSpec(({ payloadHash }) => ({ payloadHash: { ...membersOf(payloadHash), algorithm: 'sha1' } })),
      /`payloadHash`/,
    ],
    [
      'a payload hash with more to it',
      withSpec((spec) => ({
        payloadHash: { algorithm: 'sha256', value: `${String(member(spec, 'payloadHash')['value'])}zz` },
      })),
      /`payloadHash` of the log entry is not/,
    ],
    [
      'another version',
      (body) => ({ ...body, apiVersion: '0.0.3' }),
      /a kind other than dsse 0.0.1 and dsse 0.0.2/,
    ],
    [
      'another kind',
      (body) => ({ ...body, kind: 'hashedrekord' }),
      /a kind other than dsse 0.0.1 and dsse 0.0.2/,
    ],
  ];

  test.each(changes)('with %s does not verify', async (_, entryBody, reason) => {
    const verdict = await verifyOne({ entryBody });
    expect(verdict.kind).not.toBe('verified');
    expect(reasonOf(verdict)).toMatch(reason);
  });
});

describe('an entry of Rekor v2', () => {
  const good: Partial<SignOptions> = { log: 'rekor-v2', timestamps: ['good'] };

  test('verifies, by its RFC 3161 timestamp', async () => {
    expect(await verifyOne(good)).toMatchObject({
      kind: 'verified',
      attestations: [{ signedAt: SIGNED_AT }],
    });
  });

  const other = sign().verification_material?.certificate;
  const changes: readonly (readonly [string, Change, RegExp])[] = [
    ['no verifier', withSignature(() => ({ verifier: null })), /verifier of the log entry is not an object/],
    [
      'a public key for a verifier',
      withSignature(() => ({ verifier: { publicKey: { rawBytes: 'AAAA' } } })),
      /the certificate in the verifier of the log entry is not an object/,
    ],
    [
      'another certificate',
      withSignature(() => ({ verifier: { x509Certificate: { rawBytes: other } } })),
      /^the log entry is for another certificate$/,
    ],
    [
      'a payload hash of another algorithm',
      (body) => ({
        ...body,
        spec: {
          dsseV002: {
            ...member(body.spec, 'dsseV002'),
            payloadHash: {
              ...member(member(body.spec, 'dsseV002'), 'payloadHash'),
              algorithm: 'SHA2_512',
            },
          },
        },
      }),
      /`payloadHash` of the log entry is not a SHA-256 digest/,
    ],
    ['no spec', (body) => ({ ...body, spec: {} }), /`dsseV002` of the log entry is not an object/],
  ];

  test.each(changes)('with %s does not verify', async (_, entryBody, reason) => {
    const verdict = await verifyOne({ ...good, entryBody });
    expect(verdict.kind).not.toBe('verified');
    expect(reasonOf(verdict)).toMatch(reason);
  });

  test('under another index than its proof has does not verify: nothing else vouches for it', async () => {
    const attestation = sign(good);
    const material = attestation.verification_material;
    const moved = material?.transparency_entries.map((entry) => ({ ...entry, logIndex: '1' }));
    const document = { ...attestation, verification_material: { ...material, transparency_entries: moved } };
    expect(reasonOf(await verify(provenanceOf(document)))).toBe(
      'the log entry and its inclusion proof have different indexes',
    );
  });
});

describe('the check by itself', () => {
  const parsed = parseAttestation(sign());
  const logs = verifier.trusted.tlogs;
  const check = (change: Partial<LogEntry>): void => {
    checkLogEntry({ ...parsed, entry: { ...parsed.entry, ...change } }, SIGNED_AT, logs);
  };
  const body = parsed.entry.canonicalizedBody.toString('utf8');

  test('has nothing against a good one', () => {
    expect(() => check({})).not.toThrow();
  });

  test.each([
    [
      'a member twice, the last one right',
      body.replace('"kind":', '"kind":"x","kind":'),
      'has the member `kind` twice',
    ],
    [
      'a verifier twice',
      body.replace('"verifier":', '"verifier":"","verifier":'),
      'has the member `verifier` twice',
    ],
    ['text after it', `${body}x`, 'is not JSON'],
    ['another kind', body.replace('"kind":"dsse"', '"kind":"intoto"'), 'another kind or version'],
    [
      'another version',
      body.replace('"apiVersion":"0.0.1"', '"apiVersion":"0.0.2"'),
      'another kind or version',
    ],
    ['a list for a body', '[]', 'is not an object'],
    ['a list for a spec', '{"apiVersion":"0.0.1","kind":"dsse","spec":[]}', '`spec` of the log entry is not'],
  ])('refuses a body with %s', (_, text, reason) => {
    expect(() => check({ canonicalizedBody: Buffer.from(text, 'utf8') })).toThrow(reason);
  });

  test('does not support kinds other than dsse', () => {
    const change = {
      kind: 'hashedrekord',
      canonicalizedBody: Buffer.from(body.replace('"kind":"dsse"', '"kind":"hashedrekord"'), 'utf8'),
    };
    expect(() => check(change)).toThrow('a kind other than dsse 0.0.1 and dsse 0.0.2');
  });

  test.each([
    ['signature', 'the log entry is for another signature'],
    ['statement', 'the log entry is for another statement'],
    ['certificate', 'the log entry is for another certificate'],
  ] as const)('refuses another %s', (part, reason) => {
    const changed = { ...parsed, [part]: Buffer.concat([parsed[part], Buffer.from([0])]) };
    expect(() => checkLogEntry(changed, SIGNED_AT, logs)).toThrow(reason);
  });

  const during = (...periods: readonly { readonly start: Date; readonly end: Date }[]) =>
    logs.flatMap(({ logID, baseURL, publicKey }) =>
      periods.map((validFor) => ({ logID, baseURL, publicKey, validFor })),
    );

  test.each([
    ['in the first instant', [{ start: SIGNED_AT, end: new Date('2099-01-01') }]],
    ['in the last instant', [{ start: new Date(0), end: SIGNED_AT }]],
    [
      'in one of two periods',
      [
        { start: new Date(0), end: new Date(1) },
        { start: SIGNED_AT, end: SIGNED_AT },
      ],
    ],
  ])("takes a time %s that the log's key was valid", (_, periods) => {
    expect(() => checkLogEntry(parsed, SIGNED_AT, during(...periods))).not.toThrow();
  });

  test.each([
    ['before', { start: new Date(SIGNED_AT.getTime() + 1), end: new Date('2099-01-01') }],
    ['after', { start: new Date(0), end: new Date(SIGNED_AT.getTime() - 1) }],
  ])("refuses a time %s the log's key was valid", (_, validFor) => {
    expect(() => checkLogEntry(parsed, SIGNED_AT, during(validFor))).toThrow("the log's key was not valid");
  });
});
