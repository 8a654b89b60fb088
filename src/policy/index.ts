import { allowanceExpired } from './allowance-expired.ts';
import { attestationInvalid } from './attestation-invalid.ts';
import { attestationLost } from './attestation-lost.ts';
import { attestationMissing } from './attestation-missing.ts';
import { attestationPartial } from './attestation-partial.ts';
import { attestationUnsupported } from './attestation-unsupported.ts';
import { attributeChanged } from './attribute-changed.ts';
import type { Rule } from './contract.ts';
import { entryUnused } from './entry-unused.ts';
import { entryWeakened } from './entry-weakened.ts';
import { installedFileChanged } from './installed-file-changed.ts';
import { installedFileUnchecked } from './installed-file-unchecked.ts';
import { installedFileUnowned } from './installed-file-unowned.ts';
import { installedNotLocked } from './installed-not-locked.ts';
import { lockIdentityMismatch } from './lock-identity-mismatch.ts';
import { notCovered } from './not-covered.ts';
import { provenanceUnavailable } from './provenance-unavailable.ts';
import { publisherChanged } from './publisher-changed.ts';
import { publisherClaimMismatch } from './publisher-claim-mismatch.ts';
import { publisherUnknown } from './publisher-unknown.ts';
import { releaseInconsistent } from './release-inconsistent.ts';
import { repositoryRecreated } from './repository-recreated.ts';
import { repositoryRenamed } from './repository-renamed.ts';
import { repositoryTransferred } from './repository-transferred.ts';
import { selfVouched } from './self-vouched.ts';
import { signatureDrift } from './signature-drift.ts';

/** Every rule, in the order of docs/rules.md. */
export const RULES: readonly Rule[] = [
  publisherChanged,
  publisherUnknown,
  attestationLost,
  attestationInvalid,
  attestationMissing,
  attestationPartial,
  repositoryRenamed,
  repositoryTransferred,
  repositoryRecreated,
  attributeChanged,
  publisherClaimMismatch,
  lockIdentityMismatch,
  attestationUnsupported,
  provenanceUnavailable,
  notCovered,
  allowanceExpired,
  entryUnused,
  signatureDrift,
  releaseInconsistent,
  selfVouched,
  entryWeakened,
  installedFileChanged,
  installedFileUnowned,
  installedFileUnchecked,
  installedNotLocked,
];
