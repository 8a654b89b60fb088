import { normalizeVersion } from '../distribution-filename.ts';

/**
 * The version that a specifier pins: `==1.0` or `===1.0`, and nothing else.
 *
 * @returns undefined for a range, a wildcard, several clauses, and what is no version (PEP 440)
 */
export function pinnedVersion(specifier: string): string | undefined {
  const version = /^\s*={2,3}\s*(\S+)\s*$/.exec(specifier)?.[1];
  return version === undefined || normalizeVersion(version) === undefined ? undefined : version;
}
