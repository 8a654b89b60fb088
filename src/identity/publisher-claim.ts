import type { PublisherClaim } from '../model.ts';
import { quoted } from './identification.ts';

/** What the certificate says about a member of the publisher claim; without a value it says that there is none. */
export interface CertifiedMember {
  readonly value: string | undefined;
  /** Whether upper and lower case of ASCII letters are the same for this publisher kind. */
  readonly ignoreCase?: boolean;
}

/** A publisher claim (PEP 740), without the members that the certificate says nothing about. */
export function publisherClaim(
  kind: string,
  members: Readonly<Record<string, string | undefined>>,
): PublisherClaim {
  const known = Object.entries(members).filter(([, value]) => value !== undefined);
  return { kind, ...Object.fromEntries(known) };
}

/**
 * Compares members of the index's publisher claim with what the certificate says about them.
 *
 * @returns the members that differ, as the index and as the certificate has them; undefined when none does. Members that the
 *   claim does not have, or has as null, are not compared
 */
export function compareMembers(
  claim: PublisherClaim,
  certified: Readonly<Record<string, CertifiedMember>>,
): { readonly claimed: string; readonly certified: string } | undefined {
  const differing = Object.entries(certified).filter(([member, expected]) =>
    differs(claim[member], expected),
  );
  if (differing.length === 0) return undefined;
  return {
    claimed: differing.map(([member]) => `${member} ${quoted(inWords(claim[member]))}`).join(', '),
    certified: differing.map(([member, { value }]) => `${member} ${quoted(value)}`).join(', '),
  };
}

function differs(claimed: unknown, { value, ignoreCase = false }: CertifiedMember): boolean {
  if (claimed === undefined || claimed === null) return false;
  if (typeof claimed !== 'string' || value === undefined) return true;
  return ignoreCase ? foldCase(claimed) !== foldCase(value) : claimed !== value;
}

/** Only ASCII: Unicode has letters whose lower case is another letter's (U+212A, the Kelvin sign). */
function foldCase(text: string): string {
  return text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}

function inWords(claimed: unknown): string {
  return typeof claimed === 'string' ? claimed : JSON.stringify(claimed);
}
