import type { TrustedRoot } from '@sigstore/protobuf-specs';
import { toSignedEntity, type TrustMaterial, VerificationError, Verifier } from '@sigstore/verify';

import { messageOf } from '../errors.ts';
import { exact } from '../printable.ts';
import { toBundle } from './bundle.ts';
import { certificateClaims } from './certificate-claims.ts';
import type {
  AttestationContent,
  CertificateAttestation,
  ProvenanceVerdict,
  Subject,
  Verified,
  VerifiedAttestation,
} from './contract.ts';
import { AttestationFailure, invalid } from './failure.ts';
import { verifyKeySignature } from './key-signature.ts';
import { readLeafExtensions } from './leaf-certificate.ts';
import { checkLogEntry } from './log-entry.ts';
import {
  type Attestation,
  isKeySigned,
  parseAttestation,
  parseKeySignedAttestation,
  parseProvenance,
  type ProvenanceBundle,
} from './parse.ts';
import { toRememberingTrustMaterial, withRememberedDer } from './remembered-der.ts';
import { signingTime } from './signing-time.ts';
import { checkStatement } from './statement.ts';
import type { TrustedKey } from './trusted-keys.ts';

/** A trusted root, made ready for verifying many attestations. Opaque: made by `createVerifier`, for `verifyProvenance`. */
export interface AttestationVerifier {
  readonly sigstore: Verifier;
  readonly trusted: TrustMaterial;
  readonly keys: readonly TrustedKey[];
  /** What it is made from, to make another one of in another thread. */
  readonly trustedRoot: TrustedRoot;
}

/**
 * @param trustedRoot Sigstore's keys and certificates (`loadTrustedRoot`)
 * @param keys those of signers without certificates (`loadTrustedKeys`)
 * @returns a verifier that asks for a certificate transparency timestamp, a log entry and a time of signing, one each
 */
export function createVerifier(
  trustedRoot: TrustedRoot,
  keys: readonly TrustedKey[] = [],
): AttestationVerifier {
  const trusted = toRememberingTrustMaterial(trustedRoot);
  const thresholds = { ctlogThreshold: 1, tlogThreshold: 1, timestampThreshold: 1 };
  return { trusted, trustedRoot, sigstore: new Verifier(trusted, thresholds), keys };
}

/**
 * Verifies everything that an index says about who made a file: every attestation of every bundle of its PEP 740 provenance
 * object. One that is wrong makes the whole invalid, however many are good.
 *
 * @param document the provenance object as received; hostile
 * @param subject the file, as the lock has it
 * @returns the verdict; never throws for what the document says
 */
export async function verifyProvenance(
  document: Uint8Array,
  subject: Subject,
  verifier: AttestationVerifier,
): Promise<ProvenanceVerdict> {
  return withoutStackTraces(() => {
    const bundles = attempt(() => parseProvenance(document));
    if (bundles.kind !== 'done') return bundles;
    const outcomes = bundles.value.map((bundle) =>
      bundle.attestations.map((value) => attempt(() => verifyOne(value, bundle, subject, verifier))),
    );
    return judge(outcomes);
  });
}

/** The library's DER parser throws, and catches, an error for each OCTET STRING that holds no DER; nobody looks at where. */
function withoutStackTraces<T>(step: () => T): T {
  const before = Error.stackTraceLimit;
  Error.stackTraceLimit = 0;
  try {
    return step();
  } finally {
    Error.stackTraceLimit = before;
  }
}

interface VerifiedOne {
  readonly attestation: VerifiedAttestation;
  readonly signature: Buffer;
}

type Outcome<T> =
  | { readonly kind: 'done'; readonly value: T }
  | { readonly kind: 'invalid' | 'unsupported'; readonly reason: string };

function verifyOne(
  value: unknown,
  bundle: ProvenanceBundle,
  subject: Subject,
  verifier: AttestationVerifier,
): VerifiedOne {
  return isKeySigned(value)
    ? verifyByKey(value, bundle, subject, verifier)
    : verifyByCertificate(value, bundle, subject, verifier);
}

function verifyByKey(
  value: unknown,
  { publisher }: ProvenanceBundle,
  subject: Subject,
  { keys }: AttestationVerifier,
): VerifiedOne {
  const signed = parseKeySignedAttestation(value);
  const content = verifyKeySignature(signed, subject, publisher, keys);
  return { attestation: asVerified(content), signature: signed.signature };
}

function verifyByCertificate(
  value: unknown,
  bundle: ProvenanceBundle,
  subject: Subject,
  verifier: AttestationVerifier,
): VerifiedOne {
  const attestation = parseAttestation(value);
  const extensions = readLeafExtensions(attestation.certificate);
  const { signedAt, timestamps } = signingTime(attestation, verifier.trusted);
  checkLogEntry(attestation, signedAt, verifier.trusted.tlogs);
  verifyWithSigstore(attestation, timestamps, verifier);
  const claims = certificateClaims(extensions);
  const predicateType = checkStatement(attestation.statement, subject);
  const { keyId, logIndex } = attestation.entry;
  const content: CertificateAttestation = {
    kind: 'certificate',
    predicateType,
    claims,
    signedAt,
    log: { keyId: keyId.toString('base64'), index: logIndex },
    ...(bundle.publisher !== undefined && { publisher: bundle.publisher }),
  };
  return { attestation: asVerified(content), signature: attestation.signature };
}

/** The chain to Fulcio, its SCT, the log's promise, proof and checkpoint, the times, and the DSSE signature. */
function verifyWithSigstore(
  attestation: Attestation,
  timestamps: readonly Buffer[],
  { sigstore }: AttestationVerifier,
): void {
  try {
    const entity = toSignedEntity(toBundle(attestation, timestamps));
    sigstore.verify(withRememberedDer(entity, attestation.certificate));
  } catch (error) {
    throw invalid(`${failedPart(error)} does not verify: ${exact(rootCause(error), 300)}`);
  }
}

/** In our words, from the codes of @sigstore/verify. */
function failedPart(error: unknown): string {
  const code = error instanceof VerificationError ? error.code : '';
  if (code === 'CERTIFICATE_ERROR') return 'the certificate';
  if (code === 'SIGNATURE_ERROR') return 'the signature';
  if (code === 'TIMESTAMP_ERROR') return 'the time of signing';
  return code.startsWith('TLOG_') ? 'the log entry' : 'the attestation';
}

/** The Sigstore library wraps the reason why a chain failed. */
function rootCause(error: unknown): string {
  return error instanceof VerificationError && error.cause instanceof Error
    ? rootCause(error.cause)
    : messageOf(error);
}

/** The one place where the type `Verified` comes from. */
function asVerified<T extends AttestationContent>(content: T): Verified<T> {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a brand is there for the compiler only
  return content as Verified<T>;
}

/** Makes data of what the checks throw. What none of them foresaw, thrown by a library for a hostile input, is invalid too. */
function attempt<T>(step: () => T): Outcome<T> {
  try {
    return { kind: 'done', value: step() };
  } catch (error) {
    if (error instanceof AttestationFailure) return { kind: error.kind, reason: error.message };
    return { kind: 'invalid', reason: `it cannot be processed: ${exact(messageOf(error), 300)}` };
  }
}

/** @param bundles the outcomes of each bundle's attestations */
function judge(bundles: readonly (readonly Outcome<VerifiedOne>[])[]): ProvenanceVerdict {
  const outcomes = bundles.flat();
  for (const kind of ['invalid', 'unsupported'] as const) {
    const at = outcomes.findIndex((outcome) => outcome.kind === kind);
    const outcome = outcomes[at];
    if (outcome !== undefined && outcome.kind !== 'done') {
      const which = outcomes.length === 1 ? '' : `attestation ${at + 1} of ${outcomes.length}: `;
      return { kind, reason: `${which}${outcome.reason}` };
    }
  }
  const verified = bundles.map((bundle) =>
    bundle.flatMap((outcome) => (outcome.kind === 'done' ? [outcome.value] : [])),
  );
  const repetition = findRepetition(verified);
  if (repetition !== undefined) return { kind: 'invalid', reason: repetition };
  const [first, ...rest] = verified.flat().map(({ attestation }) => attestation);
  if (first === undefined) return { kind: 'invalid', reason: 'there is no attestation' };
  return { kind: 'verified', attestations: [first, ...rest] };
}

/** The same attestation twice, or two of one predicate type in a bundle (which PyPI does not accept). */
function findRepetition(bundles: readonly (readonly VerifiedOne[])[]): string | undefined {
  const signatures = bundles.flat().map(({ signature }) => signature.toString('base64'));
  if (hasRepetition(signatures)) return 'the same attestation is there twice';
  const ofOneType = bundles.some((bundle) =>
    hasRepetition(bundle.map(({ attestation }) => attestation.predicateType)),
  );
  return ofOneType ? 'a bundle has two attestations of one predicate type' : undefined;
}

function hasRepetition(values: readonly string[]): boolean {
  return new Set(values).size < values.length;
}
