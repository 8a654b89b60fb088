import type { CertificateClaims } from '../attestation/contract.ts';
import type { Identity } from '../model.ts';
import { quoted as inBackticks } from '../printable.ts';
import type { Identification } from './contract.ts';

export function identified(identity: Identity): Identification {
  return { kind: 'identified', identity };
}

/** The certificate contradicts itself, or says what the publisher kind never would. */
export function invalid(reason: string): Identification {
  return { kind: 'invalid', reason };
}

/** The signature holds, but whoever made it is not a Trusted Publisher of a kind that is known here. */
export function unsupportedSigner({
  issuer,
  subjectAlternativeName: signer,
}: CertificateClaims): Identification {
  const who = signer.type === 'email' ? `the e-mail address ${quoted(signer.value)}` : quoted(signer.value);
  return {
    kind: 'unsupported',
    reason: `it is signed by ${who}, known to the issuer ${quoted(issuer)}; that is not a Trusted Publisher of a supported kind`,
  };
}

/** A claim in a message. */
export function quoted(text: string | undefined): string {
  return text === undefined ? '(none)' : inBackticks(text, 300);
}
