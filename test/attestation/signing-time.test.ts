import { describe, expect, test } from 'vitest';

import { parseAttestation } from '../../src/attestation/parse.ts';
import { signingTime } from '../../src/attestation/signing-time.ts';
import { type Attestation, SIGNED_AT, type SignOptions } from '../support/signing.ts';
import { createFixture, provenanceOf, reasonOf } from './fixture.ts';

const { sign, verifier, verify, verifyOne } = createFixture();

const LATER = new Date(SIGNED_AT.getTime() + 60_000);
const MUCH_LATER = new Date(SIGNED_AT.getTime() + 3_600_000);

function timestampsOf(options: Partial<SignOptions>): readonly string[] {
  return sign(options).verification_material?.timestamps ?? [];
}

function withTimestamps(attestation: Attestation, timestamps: readonly unknown[]): object {
  return { ...attestation, verification_material: { ...attestation.verification_material, timestamps } };
}

describe('the time of an entry with a SET (Rekor v1)', () => {
  test.each([
    ['no timestamps', undefined],
    ['an empty list of timestamps', []],
    ['a timestamp of an authority in the trusted root', ['good']],
    ['a timestamp of an authority that is not known', ['of-another-instance']],
    ['both', ['of-another-instance', 'good']],
  ] as const)('is the integrated time, with %s', async (_, timestamps) => {
    const verdict = await verifyOne(timestamps === undefined ? {} : { timestamps });
    expect(verdict).toMatchObject({ kind: 'verified', attestations: [{ signedAt: SIGNED_AT }] });
  });

  test('is not to be had with a timestamp of a known authority that is for another signature', async () => {
    const verdict = await verifyOne({ timestamps: ['of-another-signature'] });
    expect(verdict.kind).toBe('invalid');
    expect(reasonOf(verdict)).toMatch(/^the time of signing does not verify/);
  });

  test.each([
    ['text', 'hello'],
    ['an empty sequence', '\x30\x00'],
    ['sequences of nothing', '\x30\x06\x30\x00\x30\x00\x30\x00'],
    [
      'half of one',
      Buffer.from(timestampsOf({ timestamps: ['good'] })[0] ?? '', 'base64').toString('latin1', 0, 100),
    ],
  ])('is not to be had with a timestamp that is %s', async (_, bytes) => {
    const timestamp = Buffer.from(bytes, 'latin1').toString('base64');
    const verdict = await verify(provenanceOf(withTimestamps(sign(), [timestamp])));
    expect(verdict.kind).toBe('invalid');
    expect(reasonOf(verdict)).toMatch(/^an RFC 3161 timestamp cannot be parsed: /);
  });
});

describe('the time of an entry without one (Rekor v2)', () => {
  test('is that of the RFC 3161 timestamp', async () => {
    const verdict = await verifyOne({ log: 'rekor-v2', timestamps: ['good'], at: LATER });
    expect(verdict).toMatchObject({ kind: 'verified', attestations: [{ signedAt: LATER }] });
  });

  test.each([
    ['no timestamp', undefined, 'the attestation has no RFC 3161 timestamp'],
    [
      'a timestamp of an unknown authority',
      ['of-another-instance'],
      'of an authority that the trusted root knows',
    ],
  ] as const)('is not known with %s: unsupported', async (_, timestamps, reason) => {
    const options: Partial<SignOptions> = { log: 'rekor-v2' };
    const verdict = await verifyOne(timestamps === undefined ? options : { ...options, timestamps });
    expect(verdict.kind).toBe('unsupported');
    expect(reasonOf(verdict)).toMatch(/^the log entry has no integrated time \(Rekor v2\) and /);
    expect(reasonOf(verdict)).toContain(reason);
  });

  test('is the earliest of those of several authorities, in whatever order they come', () => {
    const other = createFixture();
    const trusted = {
      ...verifier.trusted,
      timestampAuthorities: [
        ...verifier.trusted.timestampAuthorities,
        ...other.verifier.trusted.timestampAuthorities,
      ],
    };
    const late = other.sign({ log: 'rekor-v2', timestamps: ['good'], at: MUCH_LATER });
    const both = [
      ...timestampsOf({ log: 'rekor-v2', timestamps: ['good'], at: LATER }),
      ...(late.verification_material?.timestamps ?? []),
    ];
    for (const timestamps of [both, both.toReversed()]) {
      const attestation = parseAttestation(withTimestamps(sign({ log: 'rekor-v2' }), timestamps));
      const found = signingTime(attestation, trusted);
      expect([found.signedAt, found.timestamps.length]).toEqual([LATER, 2]);
    }
  });

  test.each([
    ['for another signature', ['of-another-signature']],
    ['twice', ['good', 'good']],
    ['beside one for another signature', ['good', 'of-another-signature']],
  ] as const)('is not to be had with a timestamp %s: invalid', async (_, timestamps) => {
    const verdict = await verifyOne({ log: 'rekor-v2', timestamps });
    expect(verdict.kind).toBe('invalid');
    expect(reasonOf(verdict)).toMatch(/^the time of signing does not verify/);
  });

  test('is not to be had with the timestamp of another attestation', async () => {
    const stolen = timestampsOf({ log: 'rekor-v2', timestamps: ['good'] });
    const document = provenanceOf(withTimestamps(sign({ log: 'rekor-v2' }), stolen));
    expect(await verify(document)).toMatchObject({ kind: 'invalid' });
  });
});

describe('a time outside the validity of the certificate', () => {
  test.each([
    ['integrated', {}],
    ['by RFC 3161', { log: 'rekor-v2', timestamps: ['good'] }],
  ] as const)('%s is invalid', async (_, options) => {
    for (const fault of ['certificate-expired', 'certificate-not-yet-valid'] as const) {
      const verdict = await verifyOne({ ...options, fault });
      expect(verdict.kind).toBe('invalid');
      expect(reasonOf(verdict)).toMatch(/^the certificate does not verify: .*not valid or expired/);
    }
  });

  test('is as good as none before the trusted root begins', async () => {
    expect(await verifyOne({ at: new Date('2019-06-01T00:00:00Z') })).toMatchObject({ kind: 'invalid' });
    expect(await verifyOne({ at: MUCH_LATER })).toMatchObject({ kind: 'verified' });
  });
});
