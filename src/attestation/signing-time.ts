import { RFC3161Timestamp } from '@sigstore/core';
import type { TrustMaterial } from '@sigstore/verify';

import { messageOf } from '../errors.ts';
import { exact } from '../printable.ts';
import { refuseCostlyDer } from './der-effort.ts';
import { invalid, unsupported } from './failure.ts';
import type { Attestation } from './parse.ts';

/** The times of signing that there are to verify. */
export interface SigningTime {
  /** What counts as the time of signing, once the rest has been verified. */
  readonly signedAt: Date;
  /** The RFC 3161 timestamps to verify. */
  readonly timestamps: readonly Buffer[];
}

/**
 * Finds the times that vouch for when an attestation was signed: the log's integrated time, where Rekor's SET signs it, and
 * the RFC 3161 timestamps of authorities in the trusted root. All of these must verify, and lie within the certificate's
 * validity. A timestamp of an authority that is not in the trusted root proves nothing and is left aside: whether it is good
 * cannot be told, and anybody can append one to an attestation.
 *
 * Nothing is verified here; the Sigstore library verifies all of it, SET and timestamps.
 *
 * @throws AttestationFailure: unsupported when there is no time to go by; invalid when a timestamp cannot be parsed
 */
export function signingTime(attestation: Attestation, trusted: TrustMaterial): SigningTime {
  const { entry } = attestation;
  const known = attestation.timestamps.flatMap((timestamp) => {
    const { time, isKnown } = readTimestamp(timestamp, trusted);
    return isKnown ? [{ timestamp, time }] : [];
  });
  const timestamps = known.map(({ timestamp }) => timestamp);
  if (entry.integratedTime !== undefined && entry.signedEntryTimestamp !== undefined) {
    return { signedAt: new Date(Number(entry.integratedTime) * 1000), timestamps };
  }
  const [first, ...rest] = known.map(({ time }) => time.getTime());
  if (first === undefined) throw unsupported(noTime(attestation));
  return { signedAt: new Date(Math.min(first, ...rest)), timestamps };
}

function noTime({ entry, timestamps }: Attestation): string {
  const log =
    entry.integratedTime === undefined
      ? 'the log entry has no integrated time (Rekor v2)'
      : 'the log entry has no signature over its integrated time';
  return timestamps.length === 0
    ? `${log} and the attestation has no RFC 3161 timestamp`
    : `${log} and the attestation has no RFC 3161 timestamp of an authority that the trusted root knows`;
}

function readTimestamp(
  bytes: Buffer,
  trusted: TrustMaterial,
): { readonly time: Date; readonly isKnown: boolean } {
  refuseCostlyDer(bytes, 'an RFC 3161 timestamp');
  try {
    const timestamp = RFC3161Timestamp.parse(Buffer.from(bytes));
    const { signerIssuer, signerSerialNumber, signingTime: time } = timestamp;
    const isKnown = trusted.timestampAuthorities.some(({ certChain: [signer] }) => {
      return signer?.issuer.equals(signerIssuer) === true && signer.serialNumber.equals(signerSerialNumber);
    });
    return { time, isKnown };
  } catch (error) {
    // The parser checks little, so that whatever is missing shows as a TypeError.
    throw invalid(`an RFC 3161 timestamp cannot be parsed: ${exact(messageOf(error), 200)}`);
  }
}
