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

/** A file that has been checked, and where it is. */
export interface ReadyFile {
  readonly kind: LockedFile['kind'];
  readonly filename: string;
  /** Lower-case hex: of the bytes that the check was about. */
  readonly sha256: string;
  readonly url: string;
}

export interface ReadyPackage {
  /** Normalised. */
  readonly name: string;
  readonly version: string | undefined;
  readonly files: readonly ReadyFile[];
}

/** The lock of packages that are all for the environment: with nothing left to choose but a file of each. */
export function installLockOf(
  packages: readonly ReadyPackage[],
  { sdists }: Pick<InstallLockOptions, 'sdists'>,
): InstallLock {
  return {
    ...NO_CHOICE,
    packages: packages.map(({ name, version, files }) => ({
      name,
      version,
      marker: undefined,
      'requires-python': undefined,
      ...filesOf(files, sdists, installFile),
    })),
  };
}

const NO_CHOICE = {
  environments: undefined,
  'requires-python': undefined,
  extras: undefined,
  'dependency-groups': undefined,
  'default-groups': undefined,
};

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
  const read = (kind: LockedFile['kind']) => (one: Table) =>
    readLockedFile(one, kind, { name, version: keys.version }, undefined).file;
  const files = [
    ...(keys.wheels ?? []).map(read('wheel')),
    ...(keys.sdist === undefined ? [] : [keys.sdist]).map(read('sdist')),
  ];
  return {
    name,
    version: keys.version,
    marker: keys.marker,
    'requires-python': keys['requires-python'],
    ...filesOf(files, sdists, (one) => checkedFile(one, sha256s)),
  };
}

/** There is one sdist at most: of several, which only older tools made, the first. */
function filesOf<T extends { readonly kind: LockedFile['kind'] }>(
  files: readonly T[],
  sdists: boolean,
  toInstall: (file: T) => InstallFile,
): Pick<InstallPackage, 'wheels' | 'sdist'> {
  const wheels = files.filter(({ kind }) => kind === 'wheel');
  const sdist = sdists ? files.find(({ kind }) => kind === 'sdist') : undefined;
  return {
    wheels: wheels.length === 0 ? undefined : wheels.map(toInstall),
    sdist: sdist && toInstall(sdist),
  };
}

function checkedFile(file: LockedFile, sha256s: ReadonlyMap<string, string>): InstallFile {
  const sha256 = sha256s.get(keyOf(file));
  if (sha256 === undefined || file.url === undefined || file.notCovered !== undefined)
    throw new Error(`\`${file.filename}\` has not been checked`);
  return installFile({ filename: file.filename, url: file.url, sha256 });
}

/** Without its fragment, which can have pip build a part of an sdist. */
function installFile({ filename, url: text, sha256 }: Omit<ReadyFile, 'kind'>): InstallFile {
  const url = new URL(text);
  url.hash = '';
  return { name: filename, url: url.href, hashes: { sha256 } };
}

function keyOf({ filename, hashes }: Pick<CheckedFile, 'filename' | 'hashes'>): string {
  return JSON.stringify([filename, hashes]);
}
