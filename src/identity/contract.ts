import type { CertificateClaims } from '../attestation/contract.ts';
import type { Identity, PublisherClaim } from '../model.ts';

/** What a publisher kind makes of a certificate: the identity, or why this certificate is not one that it could have issued. */
export type Identification =
  | { readonly kind: 'identified'; readonly identity: Identity }
  | { readonly kind: 'invalid'; readonly reason: string }
  | { readonly kind: 'unsupported'; readonly reason: string };

/** A publisher kind. Adding one: a file that exports a PublisherKind, and a line in `index.ts`. */
export interface PublisherKind {
  readonly kind: Identity['kind'];
  /** What the index calls the kind in a publisher claim (PEP 740). */
  readonly claimKind: string;
  /** The exact OIDC issuer (Fulcio OID .8). */
  readonly issuer: string;
  /** Claims of a verified certificate of this issuer to identity. */
  readonly identify: (claims: CertificateClaims) => Identification;
  /**
   * Whether the index's claim about the publisher is the same as what the certificate says; undefined when they agree,
   * otherwise both in words. Members of the claim that are absent or null are not compared.
   */
  readonly compareClaim: (
    claim: PublisherClaim,
    identity: Identity,
    claims: CertificateClaims,
  ) => { readonly claimed: string; readonly certified: string } | undefined;
  /** The publisher claim that the identity bears out; undefined for a kind whose claims have no members that are documented. */
  readonly toClaim: (identity: Identity) => PublisherClaim | undefined;
}
