import type { Build, PublisherClaim } from '../model.ts';

/** The claims of a Fulcio certificate (OIDs 1.3.6.1.4.1.57264.1.N), decoded strictly. Absent optional claims are undefined. */
export interface CertificateClaims {
  /** .8 Issuer: the OIDC issuer. */
  readonly issuer: string;
  /** The one subject alternative name. */
  readonly subjectAlternativeName: { readonly type: 'uri' | 'email'; readonly value: string };
  /** .9 */
  readonly buildSignerUri?: string;
  /** .10 */
  readonly buildSignerDigest?: string;
  /** .11 */
  readonly runnerEnvironment?: string;
  /** .12 */
  readonly sourceRepositoryUri?: string;
  /** .13 */
  readonly sourceRepositoryDigest?: string;
  /** .14 */
  readonly sourceRepositoryRef?: string;
  /** .15 */
  readonly sourceRepositoryIdentifier?: string;
  /** .16 */
  readonly sourceRepositoryOwnerUri?: string;
  /** .17 */
  readonly sourceRepositoryOwnerIdentifier?: string;
  /** .18 */
  readonly buildConfigUri?: string;
  /** .19 */
  readonly buildConfigDigest?: string;
  /** .20 */
  readonly buildTrigger?: string;
  /** .21 */
  readonly runInvocationUri?: string;
  /** .22 */
  readonly sourceRepositoryVisibility?: string;
  /** .23 */
  readonly deploymentEnvironment?: string;
}

declare const verified: unique symbol;
/** Only `attestation/verify.ts` makes one: the type is the proof that verification came first. */
export type Verified<T> = T & { readonly [verified]: true };

interface Attested {
  /** in-toto predicate type URI. */
  readonly predicateType: string;
  /** The claim of the bundle that the attestation came in. */
  readonly publisher?: PublisherClaim;
}

/** Signed by the key of a Fulcio certificate, and in a transparency log. */
export interface CertificateAttestation extends Attested {
  readonly kind: 'certificate';
  readonly claims: CertificateClaims;
  /** Verified time of signing. */
  readonly signedAt: Date;
  /** The log entry: base64 key id of the log, and the index in it (decimal). */
  readonly log: { readonly keyId: string; readonly index: string };
}

/** Signed by a key that the user has given. There is neither a certificate nor a log, and so no verified time. */
export interface KeyAttestation extends Attested {
  readonly kind: 'key';
  /** SHA-256 of the key's SubjectPublicKeyInfo, lower-case hex. */
  readonly keySha256: string;
  /** What the statement says about the build. */
  readonly build?: Build;
}

export type AttestationContent = CertificateAttestation | KeyAttestation;
export type VerifiedAttestation = Verified<CertificateAttestation> | Verified<KeyAttestation>;

/** The file that an attestation must be about. */
export interface Subject {
  /** Normalised (PEP 503). */
  readonly name: string;
  readonly version: string;
  readonly filename: string;
  /** Lower-case hex, the lock's. */
  readonly sha256: string;
  /** URL of the index that serves the provenance, where it is known: keys may be bound to one. */
  readonly servedBy?: string;
}

/**
 * `verified` only when there is at least one attestation and every one of them verified and is about the subject;
 * `unsupported` when none is wrong but one is of a kind that cannot be verified here; anything else is `invalid`.
 */
export type ProvenanceVerdict =
  | {
      readonly kind: 'verified';
      readonly attestations: readonly [VerifiedAttestation, ...VerifiedAttestation[]];
    }
  | { readonly kind: 'invalid'; readonly reason: string }
  | { readonly kind: 'unsupported'; readonly reason: string };
