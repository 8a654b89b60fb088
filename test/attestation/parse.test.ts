import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { parseAttestation, parseProvenance } from '../../src/attestation/parse.ts';
import { createFixture, encode, membersOf, provenanceOf } from './fixture.ts';

const { sign, verify } = createFixture();
const good = sign();

type Path = readonly (string | number)[];

/** The document with another value at the path; undefined takes it away. */
function replaced(document: unknown, [step, ...rest]: Path, value: unknown): unknown {
  if (step === undefined) return value;
  const copy: unknown = structuredClone(document);
  if (Array.isArray(copy))
    return copy.map((item, at) => (at === step ? replaced(item, rest, value) : item) as unknown);
  const members = membersOf(copy);
  return { ...members, [step]: replaced(members[step], rest, value) };
}

/** The paths of all values below, objects and lists included. */
function pathsOf(value: unknown, path: Path = []): readonly Path[] {
  if (typeof value !== 'object' || value === null) return [path];
  const below = Object.entries(value).flatMap(([name, member]) =>
    pathsOf(member, [...path, Array.isArray(value) ? Number(name) : name]),
  );
  return [path, ...below];
}

const material = 'verification_material';
const entry: Path = [material, 'transparency_entries', 0];
const proof: Path = [...entry, 'inclusionProof'];

describe('a provenance object', () => {
  test.each([
    ['null', null, 'the provenance object is not an object'],
    ['a list', [], 'the provenance object is not an object'],
    ['text', '"x"', 'the provenance object is not an object'],
    ['HTML', '<html>', 'the provenance object is not JSON'],
    ['an empty object', {}, 'the provenance object is not of version 1'],
    ['of version 2', { version: 2, attestation_bundles: [] }, 'the provenance object is not of version 1'],
    ['of version "1"', { version: '1' }, 'the provenance object is not of version 1'],
    ['of version true', { version: true }, 'the provenance object is not of version 1'],
    ['with an inherited version', '{"__proto__":{"version":1}}', 'the provenance object is not of version 1'],
    ['without bundles', { version: 1 }, '`attestation_bundles` is not a list'],
    [
      'with null for bundles',
      { version: 1, attestation_bundles: null },
      '`attestation_bundles` is not a list',
    ],
    ['with no bundle', { version: 1, attestation_bundles: [] }, '`attestation_bundles` is empty'],
    ['with an object of bundles', { version: 1, attestation_bundles: { length: 1 } }, 'is not a list'],
    [
      'with a null bundle',
      { version: 1, attestation_bundles: [null] },
      'an attestation bundle is not an object',
    ],
    ['with a bundle of nothing', { version: 1, attestation_bundles: [{}] }, '`attestations` is not a list'],
    ['with an empty bundle', provenanceOf(), '`attestations` is empty'],
    [
      'with an empty bundle beside',
      bundles({ attestations: [good] }, { attestations: [] }),
      '`attestations` is empty',
    ],
    [
      'with too many bundles',
      bundles(...Array.from({ length: 17 }, () => 0)),
      'has 17 elements, more than 16',
    ],
    ['with too many attestations', provenanceOf(...Array.from({ length: 17 }, () => 0)), 'more than 16'],
    [
      'with text for a publisher',
      bundles({ publisher: 'GitHub', attestations: [good] }),
      '`publisher` is not an object',
    ],
    [
      'with a publisher of no kind',
      bundles({ publisher: {}, attestations: [good] }),
      '`kind` of a publisher',
    ],
    ['with members twice', '{"version":1,"version":1}', 'has the member `version` twice'],
    ['that is too large', Buffer.alloc(4_000_001), 'has 4000001 bytes, more than 4000000'],
  ])('%s is invalid', async (_, document, reason) => {
    expect(() => parseProvenance(encode(document))).toThrow(reason);
    expect(await verify(document)).toMatchObject({ kind: 'invalid' });
  });

  test('keeps the publisher claim as data', () => {
    const publisher = { kind: 'GitLab', claims: { a: [1] }, repository: 'a/b' };
    expect(parseProvenance(encode(bundles({ publisher, attestations: [1] })))).toEqual([
      { publisher, attestations: [1] },
    ]);
  });
});

describe('an attestation', () => {
  const broken: readonly (readonly [string, Path, unknown, string])[] = [
    ['null', [], null, 'the attestation is not an object'],
    ['of version 2', ['version'], 2, 'the attestation is not of version 1'],
    ['without an envelope', ['envelope'], undefined, '`envelope` is not an object'],
    ['without a statement', ['envelope', 'statement'], null, '`statement` is not a string'],
    ['with an empty signature', ['envelope', 'signature'], '', '`signature` is empty'],
    ['with a list of signatures', ['envelope', 'signature'], ['AA=='], '`signature` is not a string'],
    ['without material', [material], undefined, '`verification_material` is not an object'],
    ['with a list for material', [material], [], '`verification_material` is not an object'],
    ['without a certificate', [material, 'certificate'], undefined, '`certificate` is not a string'],
    ['with a PEM certificate', [material, 'certificate'], '-----BEGIN', '`certificate` is not base64'],
    [
      'without entries',
      [material, 'transparency_entries'],
      undefined,
      '`transparency_entries` is not a list',
    ],
    ['with a null entry', entry, null, 'the log entry is not an object'],
    ['with a log id of text', [...entry, 'logId'], 'x', '`logId` is not an object'],
    ['with no kind', [...entry, 'kindVersion'], undefined, '`kindVersion` is not an object'],
    ['with a number for a kind', [...entry, 'kindVersion', 'kind'], 1, '`kind` is not a string'],
    ['with a negative index', [...entry, 'logIndex'], '-1', '`logIndex` is not a whole number'],
    ['with a fraction for an index', [...entry, 'logIndex'], 1.5, '`logIndex` is not a whole number'],
    ['with a hexadecimal index', [...entry, 'logIndex'], '0x10', '`logIndex` is not a whole number'],
    ['with an exponent in an index', [...entry, 'logIndex'], '1e3', '`logIndex` is not a whole number'],
    ['with leading zeros', [...entry, 'logIndex'], '01', '`logIndex` is not a whole number'],
    ['with an index with a space', [...entry, 'logIndex'], '1\n', '`logIndex` is not a whole number'],
    [
      'with an index above 2^53',
      [...entry, 'logIndex'],
      '9007199254740992',
      '`logIndex` is not a whole number',
    ],
    ['with null for an index', [...entry, 'logIndex'], null, '`logIndex` is not a string'],
    ['with a date for a time', [...entry, 'integratedTime'], '2026-01-01', '`integratedTime` is not a whole'],
    ['with a SET of no bytes', [...entry, 'inclusionPromise'], {}, '`signedEntryTimestamp` is not a string'],
    ['without a proof', proof, null, 'the log entry has no inclusion proof'],
    ['without a checkpoint', [...proof, 'checkpoint'], undefined, '`checkpoint` is not an object'],
    ['with a root hash that is short', [...proof, 'rootHash'], 'AAAA', '`rootHash` is not a SHA-256 digest'],
    ['with a root hash that is long', [...proof, 'rootHash'], 'A'.repeat(48), '`rootHash` has 36 bytes'],
    ['with text for hashes', [...proof, 'hashes'], 'x', '`hashes` is not a list'],
    [
      'with too many hashes',
      [...proof, 'hashes'],
      Array.from({ length: 129 }, () => ''),
      '`hashes` is not a list',
    ],
    ['with a hash that is short', [...proof, 'hashes', 0], 'AAAA', 'is not a SHA-256 digest'],
    ['with text for timestamps', [material, 'timestamps'], 'x', '`timestamps` is not a list'],
    ['with an empty timestamp', [material, 'timestamps'], [''], 'a timestamp is empty'],
    [
      'with too many timestamps',
      [material, 'timestamps'],
      Array.from({ length: 9 }, () => 'AA=='),
      'more than 8',
    ],
  ];

  test.each(broken)('%s is invalid', async (_, path, value, reason) => {
    const attestation = replaced(good, path, value);
    expect(() => parseAttestation(attestation)).toThrow(reason);
    expect(await verify(provenanceOf(attestation))).toMatchObject({ kind: 'invalid' });
  });

  test('with any value replaced by any other does not verify, and nothing is thrown', async () => {
    const document = provenanceOf(good);
    const paths = pathsOf(document).filter((path) => path[2] !== 'publisher');
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...paths), fc.jsonValue(), async (path, value) => {
        const { kind } = await verify(replaced(document, path, value));
        expect(kind).not.toBe('verified');
      }),
      { numRuns: 2_000 },
    );
  });
});

test('random JSON, and random text, never verifies, and nothing is thrown', async () => {
  const text = fc.oneof(fc.json(), fc.string({ unit: 'binary' }), fc.uint8Array());
  await fc.assert(
    fc.asyncProperty(text, async (document) => {
      expect((await verify(document)).kind).toBe('invalid');
    }),
    { numRuns: 1_000 },
  );
});

test('random JSON in place of an attestation never verifies, and nothing is thrown', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.jsonValue()), async (attestations) => {
      expect((await verify(provenanceOf(...attestations))).kind).toBe('invalid');
    }),
    { numRuns: 500 },
  );
});

function bundles(...attestation_bundles: readonly unknown[]): object {
  return { version: 1, attestation_bundles };
}
