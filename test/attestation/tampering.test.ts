import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { SIGNED_AT } from '../support/signing.ts';
import { createFixture, membersOf, provenanceOf } from './fixture.ts';

/**
 * One byte of a valid attestation is changed, decoded and encoded again, so that what is tested is the byte and not its
 * spelling in base64.
 */
const { sign, verify } = createFixture();

type Path = readonly (string | number)[];
const ENTRY: Path = ['verification_material', 'transparency_entries', 0];
const PROOF: Path = [...ENTRY, 'inclusionProof'];

function changed(value: unknown, [step, ...rest]: Path, change: (text: string) => string): unknown {
  if (step === undefined) return typeof value === 'string' ? change(value) : value;
  if (Array.isArray(value)) {
    return value.map((item: unknown, at) => (at === step ? changed(item, rest, change) : item));
  }
  const members = membersOf(value);
  return { ...members, [step]: changed(members[step], rest, change) };
}

interface Mutation {
  readonly at: number;
  /** What the byte is XORed with: never 0. */
  readonly mask: number;
}
const mutation = fc.record({ at: fc.nat(), mask: fc.integer({ min: 1, max: 255 }) });

function changeByte({ at, mask }: Mutation): (text: string) => string {
  return (text) => {
    const bytes = Buffer.from(text, 'base64');
    const place = at % bytes.length;
    bytes[place] = (bytes[place] ?? 0) ^ mask;
    return bytes.toString('base64');
  };
}

/** Any other character in the place of one. */
function changeCharacter({ at, mask }: Mutation): (text: string) => string {
  return (text) => {
    const place = at % text.length;
    const other = String.fromCharCode(text.charCodeAt(place) ^ mask);
    return `${text.slice(0, place)}${other}${text.slice(place + 1)}`;
  };
}

/** Any other digit in the place of one. */
function changeDigit({ at, mask }: Mutation): (text: string) => string {
  return (text) => {
    const place = at % text.length;
    const other = (Number(text[place]) + 1 + (mask % 9)) % 10;
    return `${text.slice(0, place)}${other}${text.slice(place + 1)}`;
  };
}

type Kind = (mutation: Mutation) => (text: string) => string;
const V1_PARTS: readonly (readonly [string, Path, Kind, number])[] = [
  ['certificate', ['verification_material', 'certificate'], changeByte, 500],
  ['statement', ['envelope', 'statement'], changeByte, 300],
  ['signature', ['envelope', 'signature'], changeByte, 200],
  ['canonicalizedBody', [...ENTRY, 'canonicalizedBody'], changeByte, 500],
  ['signed entry timestamp', [...ENTRY, 'inclusionPromise', 'signedEntryTimestamp'], changeByte, 200],
  ['log id', [...ENTRY, 'logId', 'keyId'], changeByte, 100],
  ['first hash of the proof', [...PROOF, 'hashes', 0], changeByte, 100],
  ['second hash of the proof', [...PROOF, 'hashes', 1], changeByte, 100],
  ['root hash', [...PROOF, 'rootHash'], changeByte, 100],
  ['checkpoint', [...PROOF, 'checkpoint', 'envelope'], changeCharacter, 400],
  ['index', [...ENTRY, 'logIndex'], changeDigit, 100],
  ['integrated time', [...ENTRY, 'integratedTime'], changeDigit, 100],
  ['index of the proof', [...PROOF, 'logIndex'], changeDigit, 100],
  ['size of the tree', [...PROOF, 'treeSize'], changeDigit, 100],
  ['kind of the entry', [...ENTRY, 'kindVersion', 'kind'], changeCharacter, 50],
  ['version of the entry', [...ENTRY, 'kindVersion', 'version'], changeCharacter, 50],
];

describe('with Rekor v1', () => {
  const good = sign();

  test('the attestation verifies as it is, also when every part went through the mutation unchanged', async () => {
    expect(await verify(provenanceOf(good))).toMatchObject({ kind: 'verified' });
    const encodedAgain = V1_PARTS.reduce<unknown>(
      (value, [, path]) => changed(value, path, (text) => text),
      good,
    );
    expect(encodedAgain).toEqual(good);
  });

  test.each(V1_PARTS)('it does not with any byte of the %s changed', async (_, path, kind, numRuns) => {
    await fc.assert(
      fc.asyncProperty(mutation, async (one) => {
        const attestation = changed(good, path, kind(one));
        expect(attestation).not.toEqual(good);
        expect((await verify(provenanceOf(attestation))).kind).not.toBe('verified');
      }),
      { numRuns },
    );
  });
});

describe('with Rekor v2', () => {
  const good = sign({ log: 'rekor-v2', timestamps: ['good'] });
  const parts = V1_PARTS.filter(([name]) => !['signed entry timestamp', 'integrated time'].includes(name));

  test('the attestation verifies as it is', async () => {
    expect(await verify(provenanceOf(good))).toMatchObject({ kind: 'verified' });
  });

  test.each(parts)('it does not with any byte of the %s changed', async (_, path, kind) => {
    await fc.assert(
      fc.asyncProperty(mutation, async (one) => {
        const attestation = changed(good, path, kind(one));
        expect((await verify(provenanceOf(attestation))).kind).not.toBe('verified');
      }),
      { numRuns: 60 },
    );
  });

  // Some bytes of a TimeStampResp are signed by nobody (its status, the version of the SignerInfo, the list of digest
  // algorithms), so a change there may leave a timestamp that verifies: then it must say the same.
  test('it does not say another time with any byte of the timestamp changed', async () => {
    const path = ['verification_material', 'timestamps', 0];
    await fc.assert(
      fc.asyncProperty(mutation, async (one) => {
        const verdict = await verify(provenanceOf(changed(good, path, changeByte(one))));
        const times =
          verdict.kind === 'verified'
            ? verdict.attestations.map((found) => (found.kind === 'certificate' ? found.signedAt : undefined))
            : [SIGNED_AT];
        expect(times).toEqual([SIGNED_AT]);
      }),
      { numRuns: 500 },
    );
  });
});

test('parts of two valid attestations do not make a third', async () => {
  const [one, other] = [sign(), sign()];
  expect([await verify(provenanceOf(one)), await verify(provenanceOf(other))]).toMatchObject([
    { kind: 'verified' },
    { kind: 'verified' },
  ]);
  const exchanged = V1_PARTS.filter(([, path]) => !['kindVersion', 'logId'].includes(String(path.at(-2))))
    // Both statements are the same, and were signed in the same second.
    .filter(([name]) => name !== 'statement' && name !== 'integrated time')
    .map(([, path]) => changed(one, path, () => textAt(other, path)));
  for (const attestation of exchanged) {
    expect((await verify(provenanceOf(attestation))).kind).not.toBe('verified');
  }
});

function textAt(value: unknown, path: Path): string {
  const found = path.reduce<unknown>((at, step) => membersOf(at)[step], value);
  return typeof found === 'string' ? found : '';
}
