/**
 * provpin as a library: the same parts that the command line puts together (docs/architecture.md). Everything takes what it
 * needs as arguments, returns plain data, and throws `ProvpinError` for what is expected to go wrong.
 */
export * from './model.ts';
export { ProvpinError, type ErrorExitCode } from './errors.ts';
export {
  normalizeName,
  parseDistributionFilename,
  sameDistribution,
  sameVersion,
} from './distribution-filename.ts';

export { LOCK_READERS, readLock } from './lock-source/index.ts';
export { runPipLock } from './lock-source/pip-lock.ts';
export type { PipOptions } from './lock-source/run-pip.ts';

export { createPackageIndex, readIndexConfiguration } from './package-index/index.ts';
export type {
  ArtifactRef,
  IndexConfiguration,
  PackageIndex,
  ProvenanceLookup,
} from './package-index/contract.ts';

export { createVerifier, verifyProvenance, type AttestationVerifier } from './attestation/verify.ts';
export { loadTrustedKeys, type KeyOption, type TrustedKey } from './attestation/trusted-keys.ts';
export { loadTrustedRoot, type TrustedRootOptions } from './attestation/trusted-root.ts';
export type {
  CertificateAttestation,
  CertificateClaims,
  KeyAttestation,
  ProvenanceVerdict,
  Subject,
  Verified,
  VerifiedAttestation,
} from './attestation/contract.ts';
export { identify, identifySigner, PUBLISHER_KINDS } from './identity/index.ts';
export { verifyLock, type VerifyLockDependencies } from './verify-lock.ts';

export type { FileLine, ProvenanceFile } from './provenance-file/contract.ts';
export { addEntries, replaceEntries } from './provenance-file/edit.ts';
export { formatEntry, formatProvenanceFile } from './provenance-file/format.ts';
export { parseProvenanceFile } from './provenance-file/parse.ts';
export { readProvenanceFile } from './provenance-file/read.ts';
export { writeProvenanceFile } from './provenance-file/write.ts';

export { judge, type JudgeInput, type Judgement } from './policy/judge.ts';
export { RULES } from './policy/index.ts';
export { REPORT_FORMATS } from './report/index.ts';
export { exitCodeOf } from './report/exit-code.ts';
export type { RenderOptions, ReportFormat } from './report/contract.ts';
