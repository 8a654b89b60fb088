import { ASN1Obj } from '@sigstore/core';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { refuseCostlyDer } from '../../src/attestation/der-effort.ts';
import type { Extension } from '../support/certificates.ts';
import * as der from '../support/der.ts';
import { createFixture, membersOf, provenanceOf, throws } from './fixture.ts';

const { sign, verify, verifyOne } = createFixture();

/** Octet strings in sequences in octet strings, none of which ends where the one around it does. */
const BOMB = Buffer.from('04283461'.repeat(500), 'hex');
const COSTLY = 'is DER that cannot be parsed in reasonable time';

function nested(depth: number): Buffer {
  return depth === 0 ? Buffer.alloc(0) : der.octetString(nested(depth - 1));
}

const withBomb = (all: readonly Extension[]) => [...all, { oid: '1.2.3', value: BOMB }];

describe('DER that the parser would take years for', () => {
  test.each([
    ['as it is', BOMB],
    ['in a sequence', der.sequence(BOMB)],
    ['in an octet string', der.octetString(BOMB)],
    ['of no more than 600 octets', der.octetString(BOMB.subarray(0, 596))],
  ])('is refused, %s', (_, bytes) => {
    expect(() => refuseCostlyDer(bytes, 'this')).toThrow(`this ${COSTLY}`);
  });

  test('is an invalid certificate', async () => {
    const attestation = sign();
    const material = {
      ...attestation.verification_material,
      certificate: der.sequence(BOMB).toString('base64'),
    };
    const verdict = await verify(provenanceOf({ ...attestation, verification_material: material }));
    expect(verdict).toEqual({ kind: 'invalid', reason: `the certificate ${COSTLY}` });
  });

  test('is invalid in an extension of a certificate that is well-formed', async () => {
    expect(await verifyOne({ extensions: withBomb })).toEqual({
      kind: 'invalid',
      reason: `the certificate ${COSTLY}`,
    });
  });

  test('is an invalid timestamp', async () => {
    const attestation = sign({ log: 'rekor-v2', timestamps: ['good'] });
    const material = membersOf(attestation.verification_material);
    const bombed = { ...material, timestamps: [der.sequence(BOMB).toString('base64')] };
    const verdict = await verify(provenanceOf({ ...attestation, verification_material: bombed }));
    expect(verdict).toEqual({ kind: 'invalid', reason: `an RFC 3161 timestamp ${COSTLY}` });
  });
});

describe('DER that can be parsed', () => {
  test.each([
    ['no octets', Buffer.alloc(0)],
    ['what is no DER', Buffer.from('04ff', 'hex')],
    ['a length that is cut', Buffer.from('3082', 'hex')],
    ['strings in strings', nested(200)],
    [
      'a thousand elements',
      der.sequence(...Array.from({ length: 1_000 }, () => der.octetString(Buffer.from([1, 2])))),
    ],
  ])('is let through: %s', (_, bytes) => {
    expect(throws(() => refuseCostlyDer(bytes, 'this'))).toBe(false);
  });

  test('is either refused or parsed at once, whatever it is', () => {
    const octet = fc.constantFrom(0x04, 0x24, 0x30, 0x34, 0x61, 0x28, 0x81, 0x02, 0x05, 0x20);
    const parts = [fc.uint8Array({ maxLength: 20 }), fc.array(octet, { maxLength: 12 }), fc.nat(60)] as const;
    fc.assert(
      fc.property(...parts, (head, part, times) => {
        const bytes = der.octetString(
          Buffer.from([...head, ...Array.from({ length: times }, () => part).flat()]),
        );
        // Without the first, the second does not end for some of these.
        const outcomes = [
          () => refuseCostlyDer(bytes, 'this'),
          () => ASN1Obj.parseBuffer(Buffer.from(bytes)),
        ];
        expect(outcomes.findIndex((step) => throws(step))).toBeLessThan(2);
      }),
      { numRuns: 2_000 },
    );
  });
});
