import type { CertificateClaims } from '../../src/attestation/contract.ts';
import { identify } from '../../src/identity/index.ts';

/** What is made of a certificate, in one line: `KIND: URI` or `invalid: WHY` or `unsupported: WHY`. */
export function verdict(claims: CertificateClaims): string {
  const identification = identify(claims);
  return identification.kind === 'identified'
    ? `${identification.identity.kind}: ${identification.identity.uri}`
    : `${identification.kind}: ${identification.reason}`;
}
