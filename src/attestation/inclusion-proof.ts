import { decodeBase64 } from './base64.ts';
import { invalid } from './failure.ts';
import type { InclusionProof } from './parse.ts';

/** `origin`, tree size, root hash, then extension lines that are not needed here; each ends with a line feed. */
const NOTE = /^[^\n]+\n(?<treeSize>0|[1-9][0-9]*)\n(?<rootHash>[A-Za-z0-9+/=]+)\n(?:[^\n]+\n)*$/;
/** Em dash, name, base64 of key hint and signature. */
const SIGNATURES = /^(?:\u2014 [^ \n]+ [A-Za-z0-9+/=]+\n)+$/;
/** Post-quantum signatures have some thousand bytes. */
const MAX_SIGNATURE = 100_000;

/**
 * Checks that an inclusion proof and its checkpoint speak of the same tree, and that the checkpoint is a signed note
 * (https://github.com/transparency-dev/formats/blob/main/log/README.md) to the letter. The Sigstore library verifies the
 * checkpoint's signature and the path to the root hash in the *checkpoint*; it does not look at what the proof itself claims,
 * and skips over lines of a note that it does not understand.
 *
 * @throws AttestationFailure, invalid
 */
export function checkInclusionProof(proof: InclusionProof): void {
  const separator = proof.checkpoint.indexOf('\n\n');
  const note = NOTE.exec(proof.checkpoint.slice(0, separator + 1))?.groups;
  const signatures = proof.checkpoint.slice(separator + 2);
  if (note === undefined || !SIGNATURES.test(signatures)) {
    throw invalid('the checkpoint of the log entry is not a signed note');
  }
  for (const line of signatures.trimEnd().split('\n')) {
    decodeBase64(line.slice(line.lastIndexOf(' ') + 1), 'a signature of the checkpoint', MAX_SIGNATURE);
  }
  if (note['treeSize'] !== proof.treeSize) {
    throw invalid('the inclusion proof and its checkpoint are of trees of different size');
  }
  if (note['rootHash'] !== proof.rootHash.toString('base64')) {
    throw invalid('the inclusion proof and its checkpoint have different root hashes');
  }
  if (BigInt(proof.logIndex) >= BigInt(proof.treeSize)) {
    throw invalid('the inclusion proof is for an index outside its tree');
  }
}
