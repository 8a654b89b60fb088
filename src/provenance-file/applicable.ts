import { normalizeName, sameVersion } from '../distribution-filename.ts';
import type { Entry } from '../model.ts';

/**
 * The entries for a package, in their order: those of its name that are for every version or for this one.
 *
 * @param version of the package; without one, entries for one version do not apply
 */
export function applicableEntries(
  entries: readonly Entry[],
  name: string,
  version: string | undefined,
): readonly Entry[] {
  const normalized = normalizeName(name);
  return entries.filter(
    (entry) =>
      entry.name === normalized &&
      (entry.version === undefined || (version !== undefined && sameVersion(entry.version, version))),
  );
}
