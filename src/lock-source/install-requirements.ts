/**
 * The same files as a requirements file with hashes, for a pip that reads no lock.
 */
import { normalizeName, normalizeVersion, parseDistributionFilename } from '../distribution-filename.ts';
import type { InstallLock, InstallPackage } from './install-lock.ts';
import { withoutGroups, type Chosen } from './marker-groups.ts';
import { staysMarker } from './marker-line.ts';

/** A requirements file, and what it cannot say. */
export interface InstallRequirements {
  readonly text: string;
  /** The environments that the lock is for (PEP 751): a version specifier, and markers of which one has to hold. */
  readonly requiresPython: string | undefined;
  readonly environments: readonly string[] | undefined;
}

/**
 * A line a package: its version, and the sha256 of each of its files, any of which pip may choose for the environment.
 *
 * @returns in words, why there is no such file: for a marker that only pip's reader of locks understands
 */
export function installRequirements(lock: InstallLock): InstallRequirements | string {
  const lines: string[] = [];
  const chosen = defaultsOf(lock);
  for (const one of lock.packages) {
    const line = lineOf(one, chosen);
    if (line === undefined) return `of \`${one.name}\`, the marker says more than it can tell pip`;
    lines.push(line);
  }
  return {
    text: lines.join(''),
    requiresPython: lock['requires-python'],
    environments: lock.environments,
  };
}

/** As an installer that is asked for none (PEP 751): no extras, and the default groups. */
function defaultsOf(lock: InstallLock): Chosen {
  return { extras: new Set(), groups: new Set((lock['default-groups'] ?? []).map(normalizeName)) };
}

/** Empty where the package is not asked for; undefined where that cannot be said in such a file. */
function lineOf({ name, marker, wheels = [], sdist }: InstallPackage, chosen: Chosen): string | undefined {
  const condition = marker === undefined || withoutGroups(marker, chosen);
  if (condition === false) return '';
  if (condition === undefined || (condition !== true && !staysMarker(condition))) return undefined;
  const files = [...wheels, ...(sdist === undefined ? [] : [sdist])];
  const [version] = files.map((file) => parseDistributionFilename(file.name, name)?.version);
  const pinned = version === undefined ? undefined : normalizeVersion(version);
  if (pinned === undefined) return undefined;
  const hashes = files.map((file) => ` --hash=sha256:${file.hashes.sha256}`);
  return `${name}==${pinned}${condition === true ? '' : ` ; ${condition}`}${hashes.join('')}\n`;
}
