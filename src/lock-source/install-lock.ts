/**
 * The lock that pip is given to install: what was checked, and nothing of the original that was not.
 */
import { stringify } from 'smol-toml';
import { normalizeName } from '../distribution-filename.ts';
import type { Hashes, LockedFile } from '../model.ts';
import { readLockKeys, readPackageKeys } from './pylock.ts';
import { readLockedFile } from './pylock-file.ts';
import type { Table } from './table.ts';
import { parseToml } from './toml-table.ts';

/** A file that has been checked. */
export interface CheckedFile {
  readonly filename: string;
  /** As the lock gives them. */
  readonly hashes: Hashes;
  /** Lower-case hex: of the bytes that the check was about. */
  readonly sha256: string;
}

export interface InstallLockOptions {
  /** What errors call the lock. */
  readonly source: string;
  readonly checked: readonly CheckedFile[];
  /** Whether sdists may be installed, which have to be built; otherwise they are left out. */
  readonly sdists: boolean;
}

/** What is left of a lock, by the keys of PEP 751; undefined for what it does not have. */
export interface InstallLock {
  readonly environments: readonly string[] | undefined;
  readonly 'requires-python': string | undefined;
  readonly extras: readonly string[] | undefined;
  readonly 'dependency-groups': readonly string[] | undefined;
  readonly 'default-groups': readonly string[] | undefined;
  readonly packages: readonly InstallPackage[];
}

export interface InstallPackage {
  /** Normalised. */
  readonly name: string;
  readonly version: string | undefined;
  readonly marker: string | undefined;
  readonly 'requires-python': string | undefined;
  readonly wheels: readonly InstallFile[] | undefined;
  readonly sdist: InstallFile | undefined;
}

export interface InstallFile {
  readonly name: string;
  readonly url: string;
  readonly hashes: { readonly sha256: string };
}

/**
 * Reduces a lock by PEP 751 to what chooses files for an environment (markers, `requires-python`, groups) and to the files,
 * each with its sha256 alone: pip takes a file that has any one of several hashes, and a fragment of a URL can have it build
 * a part of an sdist.
 *
 * @param text of a lock that has been read and checked
 * @throws an Error for a file that is not among those that have been checked
 */
export function installLock(text: string, options: InstallLockOptions): InstallLock {
  const keys = readLockKeys(parseToml(text, options.source));
  const sha256s = new Map(options.checked.map((file) => [keyOf(file), file.sha256]));
  return {
    environments: keys.environments,
    'requires-python': keys['requires-python'],
    extras: keys.extras,
    'dependency-groups': keys['dependency-groups'],
    'default-groups': keys['default-groups'],
    packages: keys.packages.map((table) => installPackage(table, sha256s, options)),
  };
}

/** As a `pylock.toml`. */
export function formatInstallLock(lock: InstallLock): string {
  return stringify({ 'lock-version': '1.0', 'created-by': 'provpin', ...lock });
}

function installPackage(
  table: Table,
  sha256s: ReadonlyMap<string, string>,
  { sdists }: InstallLockOptions,
): InstallPackage {
  const keys = readPackageKeys(table);
  const name = normalizeName(keys.name);
  const file = (kind: LockedFile['kind']) => (one: Table) =>
    installFile(readLockedFile(one, kind, { name, version: keys.version }, undefined).file, sha256s);
  const wheels = (keys.wheels ?? []).map(file('wheel'));
  const sdist = keys.sdist === undefined || !sdists ? undefined : file('sdist')(keys.sdist);
  return {
    name,
    version: keys.version,
    marker: keys.marker,
    'requires-python': keys['requires-python'],
    wheels: wheels.length === 0 ? undefined : wheels,
    sdist,
  };
}

function installFile(file: LockedFile, sha256s: ReadonlyMap<string, string>): InstallFile {
  const sha256 = sha256s.get(keyOf(file));
  if (sha256 === undefined || file.url === undefined || file.notCovered !== undefined)
    throw new Error(`\`${file.filename}\` has not been checked`);
  const url = new URL(file.url);
  url.hash = '';
  return { name: file.filename, url: url.href, hashes: { sha256 } };
}

function keyOf({ filename, hashes }: Pick<CheckedFile, 'filename' | 'hashes'>): string {
  return JSON.stringify([filename, hashes]);
}
