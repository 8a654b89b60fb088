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
  /** Of packages that are for some versions of Python only: an installer has to refuse the lock, where one is to be installed. */
  readonly packages: readonly ForSomePythons[];
}

export interface ForSomePythons {
  readonly name: string;
  /** Installed where it holds; undefined: everywhere. */
  readonly marker: string | undefined;
  readonly requiresPython: string;
}

/**
 * A line a package: its version, and the sha256 of each of its files, any of which pip may choose for the environment.
 *
 * @returns in words, why there is no such file: for a marker that only pip's reader of locks understands
 */
export function installRequirements(lock: InstallLock): InstallRequirements | string {
  const lines: string[] = [];
  const packages: ForSomePythons[] = [];
  const chosen = defaultsOf(lock);
  for (const { 'requires-python': requiresPython, ...one } of lock.packages) {
    const condition = one.marker === undefined || withoutGroups(one.marker, chosen);
    if (condition === false) continue; // it is not asked for
    const line = condition === undefined ? undefined : lineOf(one, condition);
    if (line === undefined) return `of \`${one.name}\`, the marker says more than it can tell pip`;
    lines.push(line);
    if (requiresPython !== undefined)
      packages.push({ name: one.name, marker: condition === true ? undefined : condition, requiresPython });
  }
  return {
    text: lines.join(''),
    requiresPython: lock['requires-python'],
    environments: lock.environments,
    packages,
  };
}

/** As an installer that is asked for none (PEP 751): no extras, and the default groups. */
function defaultsOf(lock: InstallLock): Chosen {
  return { extras: new Set(), groups: new Set((lock['default-groups'] ?? []).map(normalizeName)) };
}

/**
 * @param condition a marker, or true where there is none
 * @returns undefined where it cannot be said in such a file
 */
function lineOf(
  { name, wheels = [], sdist }: Pick<InstallPackage, 'name' | 'wheels' | 'sdist'>,
  condition: string | true,
): string | undefined {
  if (condition !== true && !staysMarker(condition)) return undefined;
  const files = [...wheels, ...(sdist === undefined ? [] : [sdist])];
  const [version] = files.map((file) => parseDistributionFilename(file.name, name)?.version);
  const pinned = version === undefined ? undefined : normalizeVersion(version);
  if (pinned === undefined) return undefined;
  const hashes = files.map((file) => ` --hash=sha256:${file.hashes.sha256}`);
  return `${name}==${pinned}${condition === true ? '' : ` ; ${condition}`}${hashes.join('')}\n`;
}
