/** The Sigstore library as it comes, in the place of the one that remembers: what the verdicts are compared with. */
import { X509Certificate } from '@sigstore/core';
import type { TrustedRoot } from '@sigstore/protobuf-specs';
import { type SignedEntity, toTrustMaterial, Verifier } from '@sigstore/verify';
import { expect } from 'vitest';

import type { ProvenanceVerdict, Subject } from '../../src/attestation/contract.ts';
import { type AttestationVerifier, createVerifier, verifyProvenance } from '../../src/attestation/verify.ts';

/** Parses the certificate anew, so that it is one that remembers nothing. */
class PlainVerifier extends Verifier {
  override verify(entity: SignedEntity) {
    if (entity.key.$case !== 'certificate') return super.verify(entity);
    const der = Buffer.from(entity.key.certificate.root.toDER());
    return super.verify({
      ...entity,
      key: { $case: 'certificate', certificate: X509Certificate.parse(der) },
    });
  }
}

export function createPlainVerifier(trustedRoot: TrustedRoot): AttestationVerifier {
  const trusted = toTrustMaterial(trustedRoot);
  const thresholds = { ctlogThreshold: 1, tlogThreshold: 1, timestampThreshold: 1 };
  return { trusted, trustedRoot, sigstore: new PlainVerifier(trusted, thresholds), keys: [] };
}

/** Verifies with both, one verifier for all documents, and expects the same verdict, reason and content. */
export function createComparison(trustedRoot: TrustedRoot) {
  const [remembering, plain] = [createVerifier(trustedRoot), createPlainVerifier(trustedRoot)];
  return async (document: Uint8Array, subject: Subject): Promise<ProvenanceVerdict> => {
    const verdict = await verifyProvenance(document, subject, remembering);
    expect(verdict).toEqual(await verifyProvenance(document, subject, plain));
    return verdict;
  };
}
