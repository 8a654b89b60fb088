/**
 * `pdm.lock`, lock_version 4.3 and later (pdm, src/pdm/project/lockfile and src/pdm/formats).
 */
import type { Lock, LockedFile, LockedPackage } from '../model.ts';
import { printable } from '../printable.ts';
import type { LockReader } from './contract.ts';
import { archiveReason, pathReason, vcsReason } from './elsewhere.ts';
import { chooseGroups, DEFAULT_GROUP, lockOf, noGroups } from './groups.ts';
import { flatPlan, installRefusal, type InstallPlan, type PlanOptions } from './install-plan.ts';
import {
  filenameOfUrl,
  kindOfFile,
  notCoveredUrl,
  readHash,
  refuseOtherKeys,
  type FileOwner,
} from './locked-file.ts';
import { lockedPackage, readName, readVersion } from './locked-package.ts';
import {
  BOOLEAN,
  keyError,
  optional,
  required,
  STRING,
  STRINGS,
  TABLE,
  TABLES,
  type Table,
} from './table.ts';
import { tomlLines } from './toml-lines.ts';
import { parseToml } from './toml-table.ts';

export const pdmLock: LockReader = {
  id: 'pdm',
  summary: '`pdm.lock` or `pdm.NAME.lock`',
  accepts: (basename) => /^pdm\.(?:[^.]+\.)?lock$/.test(basename),
  recognises: (text) => /^lock_version = "/m.test(text) && /^content_hash = "/m.test(text),
  read: readPdmLock,
  plan: planPdmLock,
};

function readPdmLock(text: string, source: string, only: readonly string[] = []): Lock {
  const { metadata, packages } = readTables(text, source);
  const tables = packages.map(({ table }) => table);
  const isNeeded = only.length === 0 ? () => true : groupFilter(metadata, tables, only);
  return lockOf(
    source,
    packages.map(({ table, locked }) => ({ locked, isNeeded: isNeeded(table) })),
  );
}

/** Without groups that are asked for, as `pdm sync` does it: all that are locked, extras too. */
function planPdmLock(text: string, source: string, { packages, only }: PlanOptions): InstallPlan {
  const { metadata, packages: read } = readTables(text, source);
  if (optional(metadata, 'strategy', STRINGS)?.includes('inherit_metadata') !== true)
    throw installRefusal(source, 'without the strategy `inherit_metadata`, PDM resolves anew', [
      'have PDM make one with it: `pdm lock --strategy inherit_metadata`',
    ]);
  const tables = read.map(({ table }) => table);
  const isNeeded = only.length === 0 ? () => true : groupFilter(metadata, tables, only);
  const wanted = read
    .filter(({ table }) => isNeeded(table))
    .map(({ table, locked }) => ({ locked, marker: optional(table, 'marker', STRING) }));
  return flatPlan(source, packages, wanted, readPythons(metadata));
}

/** Of which Pythons each target is; a lock for platforms says which in words of PDM's own. */
function readPythons(metadata: Table): readonly string[] {
  const { source } = metadata.document;
  const targets = optional(metadata, 'targets', TABLES);
  const isOld = /^4\.[34]/.test(required(metadata, 'lock_version', STRING));
  const isForOne = isOld && !(optional(metadata, 'strategy', STRINGS) ?? []).includes('cross_platform');
  const isForSome = (targets ?? []).some((target) =>
    ['platform', 'implementation'].some((key) => Object.hasOwn(target.values, key)),
  );
  if (isForOne || isForSome)
    throw installRefusal(source, 'it is for some platforms only, and which is not known here', [
      'have PDM make one for every platform: `pdm lock`',
    ]);
  const pythons = (targets ?? []).map((target) => optional(target, 'requires_python', STRING) ?? '');
  return pythons.map((specifier) => (specifier === '*' ? '' : specifier));
}

function readTables(text: string, source: string) {
  const root = parseToml(text, source);
  const metadata = required(root, 'metadata', TABLE);
  checkVersion(metadata);
  if (Object.hasOwn(root.values, 'lock-version'))
    throw keyError(
      root,
      'lock-version',
      'has PDM read the file as one by PEP 751, which is called `pylock.toml`',
    );
  const lines = tomlLines(text, (path) => /^package\[\d+\](?:\.files\[\d+\])?$/.test(path));
  const tables = optional(root, 'package', TABLES) ?? [];
  return { metadata, packages: tables.map((table) => ({ table, locked: readPackage(table, lines) })) };
}

/** Before 4.3, the files were elsewhere. */
function checkVersion(metadata: Table): void {
  const version = required(metadata, 'lock_version', STRING);
  const [, major, minor] = /^(\d{1,9})\.(\d{1,9})(?:\.\d{1,9})?$/.exec(version) ?? [];
  if (Number(major) !== 4 || Number(minor) < 3) {
    const shown = printable(version, 100);
    throw keyError(metadata, 'lock_version', `is ${shown}; only versions 4.3 and later 4.x can be read`);
  }
}

function readPackage(table: Table, lines: ReadonlyMap<string, number>): LockedPackage {
  const name = readName(table);
  const notCovered = readOrigin(table);
  const line = lines.get(table.path);
  if (notCovered !== undefined) {
    const version = optional(table, 'version', STRING) === undefined ? undefined : readVersion(table);
    return lockedPackage(table, name, line, { version, notCovered });
  }
  const version = readVersion(table);
  return lockedPackage(table, name, line, { version, files: readFiles(table, { name, version }, lines) });
}

/** What a package comes from when that is no index. */
function readOrigin(table: Table): string | undefined {
  const url = optional(table, 'url', STRING);
  const path = optional(table, 'path', STRING);
  const isEditable = optional(table, 'editable', BOOLEAN);
  const revision = optional(table, 'revision', STRING);
  for (const vcs of ['git', 'hg', 'svn', 'bzr']) {
    const repository = optional(table, vcs, STRING);
    if (repository !== undefined) return vcsReason(vcs, repository, revision);
  }
  if (path !== undefined) return pathReason(path, isEditable);
  return url === undefined ? undefined : archiveReason(url);
}

function readFiles(
  table: Table,
  owner: FileOwner,
  lines: ReadonlyMap<string, number>,
): readonly LockedFile[] {
  return (optional(table, 'files', TABLES) ?? []).map((file) => readFile(file, owner, lines.get(file.path)));
}

const FILE_KEYS: ReadonlySet<string> = new Set(['url', 'file', 'hash']);

/** With `static_urls` a file has a URL, and otherwise a name. */
function readFile(table: Table, owner: FileOwner, line: number | undefined): LockedFile {
  refuseOtherKeys(table, FILE_KEYS);
  const url = optional(table, 'url', STRING);
  const filename = url === undefined ? required(table, 'file', STRING) : filenameOfUrl(table, 'url', url);
  const notCovered = url === undefined ? undefined : notCoveredUrl(url);
  return {
    kind: kindOfFile(table, filename, owner),
    filename,
    ...(url === undefined ? {} : { url }),
    hashes: readHash(table),
    ...(notCovered === undefined ? {} : { notCovered }),
    ...(line === undefined ? {} : { line }),
  };
}

/**
 * Every package has the groups and extras that need it, dependencies of dependencies too; one that has none is always installed.
 * Without the strategy `inherit_metadata`, PDM resolves anew, whatever the packages say.
 */
function groupFilter(
  metadata: Table,
  tables: readonly Table[],
  only: readonly string[],
): (table: Table) => boolean {
  const { source } = metadata.document;
  const known = optional(metadata, 'groups', STRINGS);
  if (known === undefined) throw noGroups(source);
  const listed = tables.flatMap((table) => optional(table, 'groups', STRINGS) ?? []);
  const chosen = chooseGroups(only, [...new Set([DEFAULT_GROUP, ...known, ...listed])], source);
  if (optional(metadata, 'strategy', STRINGS)?.includes('inherit_metadata') !== true) return () => true;
  return (table) => {
    const groups = optional(table, 'groups', STRINGS) ?? [];
    return groups.length === 0 || groups.some((group) => chosen.has(group));
  };
}
