/**
 * `pylock.toml` (PEP 751; packaging.python.org, "pylock.toml Specification").
 */
import { isProjectName, normalizeName, normalizeVersion } from '../distribution-filename.ts';
import type { Lock, LockedPackage, PublisherClaim } from '../model.ts';
import { printable } from '../printable.ts';
import type { LockReader } from './contract.ts';
import { lockOf } from './groups.ts';
import { markerFilter } from './marker-groups.ts';
import { readFileKeys, readLockedFile, type ReadFile } from './pylock-file.ts';
import { describeSource } from './pylock-source.ts';
import { contradiction, distinctFiles } from './repeats.ts';
import { tomlLines } from './toml-lines.ts';
import { keyError, optional, required, STRING, STRINGS, TABLE, TABLES, type Table } from './table.ts';
import { parseToml } from './toml-table.ts';

export const pylock: LockReader = {
  id: 'pylock',
  summary: '`pylock.toml` or `pylock.NAME.toml` (PEP 751)',
  accepts: (basename) => /^pylock\.(?:[^.]+\.)?toml$/.test(basename),
  recognises: (text) => /^\[\[packages\]\]$/m.test(text) && /^lock-version = "/m.test(text),
  read: readPylock,
};

function readPylock(text: string, source: string, only: readonly string[] = []): Lock {
  const root = parseToml(text, source);
  const minor = readMinorVersion(root);
  const keys = readLockKeys(root);
  const lines = tomlLines(text, (path) => /^packages\[\d+\](?:\.wheels\[\d+\]|\.sdist)?$/.test(path));
  const isNeeded = only.length === 0 ? () => true : groupFilter(keys, only, source);
  const packages = keys.packages.map((table) => ({
    locked: readPackage(table, lines),
    isNeeded: isNeeded(optional(table, 'marker', STRING)),
  }));
  const unknown = minor === 0 ? [] : unknownKeys(root);
  return {
    ...lockOf(source, packages),
    pylock: text,
    ...(unknown.length === 0
      ? {}
      : { warnings: [unknownKeysWarning(keys['lock-version'], source, unknown)] }),
  };
}

/** By markers; all packages stay where PDM has written a strategy without `inherit_metadata`: then it resolves anew. */
function groupFilter(
  keys: ReturnType<typeof readLockKeys>,
  only: readonly string[],
  source: string,
): (marker: string | undefined) => boolean {
  const byMarkers = markerFilter(keys, only, source);
  const pdm = keys.tool === undefined ? undefined : optional(keys.tool, 'pdm', TABLE);
  const strategy = pdm === undefined ? undefined : optional(pdm, 'strategy', STRINGS);
  return strategy?.includes('inherit_metadata') === false ? () => true : byMarkers;
}

/** Every key that a lock may have. */
export function readLockKeys(root: Table) {
  return {
    'lock-version': required(root, 'lock-version', STRING),
    environments: optional(root, 'environments', STRINGS),
    'requires-python': optional(root, 'requires-python', STRING),
    extras: optional(root, 'extras', STRINGS),
    'dependency-groups': optional(root, 'dependency-groups', STRINGS),
    'default-groups': optional(root, 'default-groups', STRINGS),
    'created-by': required(root, 'created-by', STRING),
    packages: required(root, 'packages', TABLES),
    tool: optional(root, 'tool', TABLE),
  };
}

/** Every key that a package may have. */
export function readPackageKeys(table: Table) {
  return {
    name: required(table, 'name', STRING),
    version: optional(table, 'version', STRING),
    marker: optional(table, 'marker', STRING),
    'requires-python': optional(table, 'requires-python', STRING),
    dependencies: optional(table, 'dependencies', TABLES),
    vcs: optional(table, 'vcs', TABLE),
    directory: optional(table, 'directory', TABLE),
    archive: optional(table, 'archive', TABLE),
    index: optional(table, 'index', STRING),
    sdist: optional(table, 'sdist', TABLE),
    wheels: optional(table, 'wheels', TABLES),
    'attestation-identities': optional(table, 'attestation-identities', TABLES),
    tool: optional(table, 'tool', TABLE),
  };
}
type PackageKeys = ReturnType<typeof readPackageKeys>;

/** Of another major version nothing is known; another minor one may have keys that are not known here. */
function readMinorVersion(root: Table): number {
  const version = required(root, 'lock-version', STRING);
  const [, major, minor] = /^(\d{1,9})\.(\d{1,9})$/.exec(version) ?? [];
  if (major === undefined) throw keyError(root, 'lock-version', 'must be a version like `1.0`');
  if (Number(major) !== 1) {
    throw keyError(root, 'lock-version', `is ${version}; only versions 1.x can be read`);
  }
  return Number(minor);
}

function readPackage(table: Table, lines: ReadonlyMap<string, number>): LockedPackage {
  const keys = readPackageKeys(table);
  const name = readName(table, keys);
  const notCovered = describeSource(table, keys);
  const files = readFiles(keys, name, lines);
  const version = keys.version ?? commonVersion(table, files);
  const attestationIdentities = readAttestationIdentities(keys);
  const line = lines.get(table.path);
  return {
    name,
    ...(version === undefined ? {} : { version }),
    ...(keys.index === undefined ? {} : { index: keys.index }),
    files: distinctFiles(files.map(({ file }) => file)),
    ...(notCovered === undefined ? {} : { notCovered }),
    ...(attestationIdentities.length === 0 ? {} : { attestationIdentities }),
    ...(line === undefined ? {} : { line }),
  };
}

/** The specification knows no key of them but `kind`: the others are the publisher's. */
function readAttestationIdentities(keys: PackageKeys): readonly PublisherClaim[] {
  return (keys['attestation-identities'] ?? []).map((table) => ({
    ...table.values,
    kind: required(table, 'kind', STRING),
  }));
}

function readName(table: Table, keys: PackageKeys): string {
  if (!isProjectName(keys.name)) throw keyError(table, 'name', 'is not the name of a package (PEP 508)');
  if (keys.version !== undefined && normalizeVersion(keys.version) === undefined) {
    throw keyError(table, 'version', 'is not a version (PEP 440)');
  }
  if (keys.index !== undefined && !URL.canParse(keys.index)) throw keyError(table, 'index', 'is not a URL');
  return normalizeName(keys.name);
}

/** Every wheel and the sdist. One filename stands for one content, so with two different hashes one of them is a lie. */
function readFiles(keys: PackageKeys, name: string, lines: ReadonlyMap<string, number>): readonly ReadFile[] {
  const owner = { name, version: keys.version };
  const sdists = keys.sdist === undefined ? [] : [keys.sdist];
  const tables = [
    ...(keys.wheels ?? []).map((table) => ({ table, kind: 'wheel' as const })),
    ...sdists.map((table) => ({ table, kind: 'sdist' as const })),
  ];
  const files = tables.map(({ table, kind }) => readLockedFile(table, kind, owner, lines.get(table.path)));
  const contradicting = contradiction(files.map(({ file }) => file));
  const table = tables[files.findIndex(({ file }) => file === contradicting)]?.table;
  if (contradicting !== undefined && table !== undefined) {
    const filename = printable(contradicting.filename, 255);
    throw keyError(table, 'hashes', `differs from that of another \`${filename}\` of the package`);
  }
  return files;
}

/** A package may leave out its version; then its files say it, with one voice. */
function commonVersion(table: Table, files: readonly ReadFile[]): string | undefined {
  const versions = [...new Set(files.map(({ version }) => version))];
  if (versions.length > 1) {
    throw keyError(table, undefined, `has no version, but files of versions ${versions.join(', ')}`);
  }
  return versions[0];
}

function unknownKeys(root: Table): readonly string[] {
  const lock = readLockKeys(root);
  const found = unknownTo(root, lock, '');
  for (const table of lock.packages) {
    const keys = readPackageKeys(table);
    found.push(...unknownTo(table, keys, 'packages.'));
    for (const wheel of keys.wheels ?? [])
      found.push(...unknownTo(wheel, readFileKeys(wheel), 'packages.wheels.'));
    if (keys.sdist !== undefined)
      found.push(...unknownTo(keys.sdist, readFileKeys(keys.sdist), 'packages.sdist.'));
  }
  return [...new Set(found)];
}

/** The keys of a table that are not among those that were read from it. */
function unknownTo(table: Table, known: object, prefix: string): string[] {
  return Object.keys(table.values)
    .filter((key) => !Object.hasOwn(known, key))
    .map((key) => `${prefix}${key}`);
}

/** The specification wants a warning of unknown keys under an unknown minor version. */
function unknownKeysWarning(version: string, source: string, keys: readonly string[]): string {
  const names = keys.slice(0, 5).map((key) => `\`${printable(key, 100)}\``);
  const more = keys.length > 5 ? `, and ${keys.length - 5} more` : '';
  return `\`${printable(source)}\` has lock-version ${version}, with unknown keys: ${names.join(', ')}${more}`;
}
