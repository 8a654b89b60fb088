import { describe, expect, test } from 'vitest';

import { checkInclusionProof } from '../../src/attestation/inclusion-proof.ts';
import { type InclusionProof, parseAttestation } from '../../src/attestation/parse.ts';
import { createFixture } from './fixture.ts';

const { sign } = createFixture();
const proof = parseAttestation(sign()).entry.inclusionProof;
const { checkpoint } = proof;
const root = proof.rootHash.toString('base64');
const signature = checkpoint.slice(checkpoint.indexOf('\n\n') + 2);

describe('an inclusion proof', () => {
  test.each([
    ['as the log makes it', {}],
    ['with a witness', { checkpoint: `${checkpoint}\u2014 witness.example/w1 AAAABBBB\n` }],
    ['with extension lines', { checkpoint: checkpoint.replace('\n\n', '\nTimestamp: 1\n\n') }],
  ] satisfies [string, Partial<InclusionProof>][])('%s is consistent', (_, change) => {
    expect(() => checkInclusionProof({ ...proof, ...change })).not.toThrow();
  });

  test.each([
    [
      'of a tree of another size',
      { treeSize: String(Number(proof.treeSize) + 1) },
      'trees of different size',
    ],
    ['with another root hash', { rootHash: Buffer.alloc(32) }, 'different root hashes'],
    ['outside the tree', { logIndex: proof.treeSize }, 'outside its tree'],
    ['far outside the tree', { logIndex: '9007199254740991' }, 'outside its tree'],
    [
      'with a checkpoint of literal \\n',
      { checkpoint: checkpoint.replaceAll('\n', '\\n') },
      'not a signed note',
    ],
    ['with an empty checkpoint', { checkpoint: '' }, 'not a signed note'],
    [
      'with a checkpoint that is not signed',
      { checkpoint: checkpoint.replace(signature, '') },
      'not a signed note',
    ],
    ['with a checkpoint of signatures alone', { checkpoint: `\n\n${signature}` }, 'not a signed note'],
    ['with a line before its origin', { checkpoint: `x\n${checkpoint}` }, 'not a signed note'],
    ['with an empty line before its origin', { checkpoint: `\n${checkpoint}` }, 'not a signed note'],
    ['with text after the signature', { checkpoint: `${checkpoint}x` }, 'not a signed note'],
    [
      'with text before the signature',
      { checkpoint: checkpoint.replace('\n\n', '\n\nx\n') },
      'not a signed note',
    ],
    ['with a hyphen for the dash', { checkpoint: checkpoint.replace('\u2014', '-') }, 'not a signed note'],
    ['with a signature that is not ended', { checkpoint: checkpoint.slice(0, -1) }, 'not a signed note'],
    [
      'with a hexadecimal size',
      { checkpoint: checkpoint.replace(proof.treeSize, '0x10') },
      'not a signed note',
    ],
    [
      'with a size with leading zeros',
      { checkpoint: checkpoint.replace(proof.treeSize, `0${proof.treeSize}`) },
      'not a signed note',
    ],
    [
      'with a root hash that is not padded',
      { checkpoint: checkpoint.replace(root, root.slice(0, -1)) },
      'different root hashes',
    ],
    // Of the last character before `=` two bits are of no byte, so that it could be another one.
    [
      'with unused bits in a signature',
      { checkpoint: `${checkpoint}\u2014 witness.example/w1 AAAABBF=\n` },
      'a signature of the checkpoint is not base64',
    ],
    ['with no origin', { checkpoint: checkpoint.slice(checkpoint.indexOf('\n')) }, 'not a signed note'],
  ] satisfies [string, Partial<InclusionProof>, string][])('%s is refused', (_, change, reason) => {
    expect(() => checkInclusionProof({ ...proof, ...change })).toThrow(reason);
  });
});
