import { type Bundle, assertBundleLatest, toDSSEBundle } from '@sigstore/bundle';
import type { TransparencyLogEntry } from '@sigstore/protobuf-specs';

import type { Attestation, LogEntry } from './parse.ts';

/** The DSSE payload type of in-toto statements; PEP 740 implies it, and the signature covers it. */
export const IN_TOTO_PAYLOAD_TYPE = 'application/vnd.in-toto+json';

/**
 * Puts an attestation into the form that the Sigstore libraries verify: a bundle of version 0.3.
 *
 * @param attestation as parsed
 * @param timestamps the RFC 3161 timestamps of it that are to be verified
 */
export function toBundle(attestation: Attestation, timestamps: readonly Buffer[]): Bundle {
  const bundle = toDSSEBundle({
    artifact: attestation.statement,
    artifactType: IN_TOTO_PAYLOAD_TYPE,
    signature: attestation.signature,
    certificate: attestation.certificate,
  });
  const withEvidence = {
    ...bundle,
    verificationMaterial: {
      ...bundle.verificationMaterial,
      tlogEntries: [toTransparencyLogEntry(attestation.entry)],
      timestampVerificationData: {
        rfc3161Timestamps: timestamps.map((signedTimestamp) => ({ signedTimestamp })),
      },
    },
  };
  assertBundleLatest(withEvidence);
  return withEvidence;
}

function toTransparencyLogEntry(entry: LogEntry): TransparencyLogEntry {
  const { inclusionProof: proof, signedEntryTimestamp } = entry;
  return {
    logIndex: entry.logIndex,
    logId: { keyId: entry.keyId },
    kindVersion: { kind: entry.kind, version: entry.version },
    integratedTime: entry.integratedTime ?? '0',
    inclusionPromise: signedEntryTimestamp === undefined ? undefined : { signedEntryTimestamp },
    inclusionProof: {
      logIndex: proof.logIndex,
      treeSize: proof.treeSize,
      rootHash: proof.rootHash,
      hashes: [...proof.hashes],
      checkpoint: { envelope: proof.checkpoint },
    },
    canonicalizedBody: entry.canonicalizedBody,
  };
}
