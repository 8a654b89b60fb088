import type { CertificateClaims, VerifiedAttestation } from '../attestation/contract.ts';
import type { Identity, PublisherClaim } from '../model.ts';
import { activestate } from './activestate.ts';
import { circleci } from './circleci.ts';
import type { Identification, PublisherKind } from './contract.ts';
import { github } from './github.ts';
import { gitlab } from './gitlab.ts';
import { googleCloud } from './google-cloud.ts';
import { identified, quoted, unsupportedSigner } from './identification.ts';
import { identifyKey } from './pinned-key.ts';

/** Every publisher kind that is known; docs/trust-model.md has them too. */
export const PUBLISHER_KINDS: readonly PublisherKind[] = [github, gitlab, googleCloud, circleci, activestate];

/**
 * Who signed, by the claims of a certificate that has been verified. The kind is found by the exact issuer; an issuer that
 * is not known is unsupported, and never taken for one that resembles it.
 *
 * @param claims as decoded; whatever they say is checked again here
 */
export function identify(claims: CertificateClaims): Identification {
  const publisher = PUBLISHER_KINDS.find(({ issuer }) => issuer === claims.issuer);
  return publisher === undefined ? unsupportedSigner(claims) : publisher.identify(claims);
}

/** Who signed: by the certificate, or the key itself. */
export function identifySigner(attestation: VerifiedAttestation): Identification {
  return attestation.kind === 'key' ? identified(identifyKey(attestation)) : identify(attestation.claims);
}

/**
 * Where the index's claim about the publisher (PEP 740) disagrees with the identity that the certificate proves.
 *
 * @param claims of the certificate; a key has none, and is of no kind that the index could rightly claim
 * @returns both in words, printable; undefined when they agree, or when the claim is of a kind that is not known here
 */
export function compareClaim(
  claim: PublisherClaim,
  identity: Identity,
  claims?: CertificateClaims,
): { readonly claimed: string; readonly certified: string } | undefined {
  const claimed = PUBLISHER_KINDS.find(({ claimKind }) => claimKind === claim.kind);
  if (claimed === undefined) return undefined;
  if (claimed.kind === identity.kind && claims !== undefined)
    return claimed.compareClaim(claim, identity, claims);
  return {
    claimed: `a publisher of kind ${quoted(claim.kind)}`,
    certified: `${quoted(identity.uri)}, of kind ${quoted(identity.kind)}`,
  };
}

/**
 * An identity as PEP 751 has a lock state it: with the members of the publisher claim that it bears out.
 *
 * @returns undefined for a kind of which no members are documented
 */
export function toAttestationIdentity(identity: Identity): PublisherClaim | undefined {
  return PUBLISHER_KINDS.find(({ kind }) => kind === identity.kind)?.toClaim(identity);
}

/** What a certificate need not have, or what a Trusted Publisher need not be bound to. */
const OPTIONAL_MEMBERS: ReadonlySet<string> = new Set(['environment']);

/**
 * Whether a lock's attestation identity is the one that a certificate proves. Nothing counts as compared that was not: a kind
 * that is not known here agrees with nobody, nor does one without the members that say who it is.
 */
export function confirmsAttestationIdentity(
  stated: PublisherClaim,
  identity: Identity,
  claims?: CertificateClaims,
): boolean {
  const proven = toAttestationIdentity(identity);
  if (proven?.kind !== stated.kind) return false;
  const isWhole = Object.keys(proven).every(
    (member) => OPTIONAL_MEMBERS.has(member) || typeof stated[member] === 'string',
  );
  return isWhole && compareClaim(stated, identity, claims) === undefined;
}
