/**
 * `poetry.lock`, lock-version 1.x and 2.x (poetry, src/poetry/packages/locker.py).
 */
import { normalizeVersion, parseDistributionFilename } from '../distribution-filename.ts';
import type { Lock, LockedFile } from '../model.ts';
import { printable } from '../printable.ts';
import type { LockReader } from './contract.ts';
import { archiveReason, directoryReason, vcsReason } from './elsewhere.ts';
import { lockOf } from './groups.ts';
import { flatPlan, type InstallPlan, type PlanOptions } from './install-plan.ts';
import { kindOfFile, readHash, refuseOtherKeys, type FileOwner } from './locked-file.ts';
import { lockedPackage, readName, readVersion } from './locked-package.ts';
import { neededPackages } from './poetry-groups.ts';
import { poetryPythons, poetryWants } from './poetry-plan.ts';
import { BOOLEAN, keyError, optional, required, STRING, TABLE, TABLES, type Table } from './table.ts';
import { tomlLines } from './toml-lines.ts';
import { parseToml } from './toml-table.ts';

export const poetryLock: LockReader = {
  id: 'poetry',
  summary: '`poetry.lock`',
  accepts: (basename) => basename === 'poetry.lock',
  recognises: (text) => /^\[\[package\]\]$/m.test(text) && /^lock-version = "/m.test(text),
  read: readPoetryLock,
  plan: planPoetryLock,
};

function readPoetryLock(text: string, source: string, only: readonly string[] = []): Lock {
  const { root, tables } = readTables(text, source);
  const needed = only.length === 0 ? new Set(tables.keys()) : neededPackages(root, [...tables.keys()], only);
  return lockOf(
    source,
    [...tables].map(([table, locked]) => ({ locked, isNeeded: needed.has(table) })),
  );
}

function planPoetryLock(text: string, source: string, options: PlanOptions): InstallPlan {
  const { root, metadata, tables } = readTables(text, source);
  const wanted = poetryWants(root, [...tables.keys()], options).flatMap(({ table, marker }) => {
    const locked = tables.get(table);
    return locked === undefined ? [] : [{ locked, marker }];
  });
  const pythons = poetryPythons(required(metadata, 'python-versions', STRING));
  return flatPlan(source, options.packages, wanted, pythons);
}

function readTables(text: string, source: string) {
  const root = parseToml(text, source);
  const metadata = required(root, 'metadata', TABLE);
  checkVersion(metadata);
  const lines = tomlLines(text, (path) =>
    /^(?:package\[\d+\](?:\.files\[\d+\])?|metadata\.files\..+\[\d+\])$/.test(path),
  );
  const tables = required(root, 'package', TABLES); // an empty array where nothing is needed
  const readFiles = fileReader(tables, metadata, lines);
  const read = (table: Table) => {
    const [name, version] = [readName(table), readVersion(table)];
    const origin = readOrigin(table);
    const files = origin.notCovered === undefined ? readFiles(table, { name, version }) : [];
    return lockedPackage(table, name, lines.get(table.path), { version, ...origin, files });
  };
  return { root, metadata, tables: new Map(tables.map((table) => [table, read(table)])) };
}

function checkVersion(metadata: Table): void {
  const version = required(metadata, 'lock-version', STRING);
  if (!/^[12]\.\d{1,9}$/.test(version)) {
    const shown = printable(version, 100);
    throw keyError(metadata, 'lock-version', `is ${shown}; only versions 1.x and 2.x can be read`);
  }
}

/** Where a package comes from: PyPI unless it says something else. */
function readOrigin(table: Table): { readonly index?: string; readonly notCovered?: string } {
  const source = optional(table, 'source', TABLE);
  if (source === undefined) return {};
  const type = required(source, 'type', STRING);
  const url = required(source, 'url', STRING);
  switch (type) {
    case 'legacy':
      if (!/^https?:/i.test(url) || !URL.canParse(url)) throw keyError(source, 'url', 'is not a web address');
      return { index: url };
    case 'git':
      return { notCovered: vcsReason(type, url, optional(source, 'resolved_reference', STRING)) };
    case 'url':
      return { notCovered: archiveReason(url) };
    case 'file':
      return { notCovered: 'a local archive' };
    case 'directory':
      return { notCovered: directoryReason(optional(table, 'develop', BOOLEAN)) };
    default:
      throw keyError(source, 'type', 'is of no kind that is known');
  }
}

type ReadFiles = (table: Table, owner: FileOwner) => readonly LockedFile[];

/** From version 2 a package has its files; before, they are in one table, by name, those of all its versions together. */
function fileReader(
  tables: readonly Table[],
  metadata: Table,
  lines: ReadonlyMap<string, number>,
): ReadFiles {
  if (Object.hasOwn(metadata.values, 'hashes'))
    throw keyError(
      metadata,
      'hashes',
      'is how Poetry wrote hashes before 1.0; `poetry lock` makes a newer lock',
    );
  const common = optional(metadata, 'files', TABLE);
  const readAll = (files: readonly Table[], owner: FileOwner) =>
    files.map((file) => readFile(file, owner, lines.get(file.path)));
  if (common === undefined) return (table, owner) => readAll(required(table, 'files', TABLES), owner);
  const versions = new Map(
    [...Map.groupBy(tables, readName)].map(([name, all]) => [name, new Set(all.map(canonicalVersion))]),
  );
  const sorted = new Map<string, FilesByVersion>();
  return (table, owner) => {
    if (Object.hasOwn(table.values, 'files'))
      throw keyError(
        table,
        'files',
        'is what Poetry would take, and not `metadata.files`; only one may be there',
      );
    const key = required(table, 'name', STRING);
    const files =
      sorted.get(key) ?? byVersion(required(common, key, TABLES), owner.name, versions.get(owner.name));
    sorted.set(key, files);
    return readAll(
      [...(files.get(normalizeVersion(owner.version)) ?? []), ...(files.get(undefined) ?? [])],
      owner,
    );
  };
}

function canonicalVersion(table: Table): string | undefined {
  return normalizeVersion(readVersion(table));
}

/** The files of each version; those of no version that is there are under undefined. */
type FilesByVersion = ReadonlyMap<string | undefined, readonly Table[]>;

/** Once for a name: going through all of its files for every version takes cubic time. */
function byVersion(
  files: readonly Table[],
  name: string,
  known: ReadonlySet<string | undefined> = new Set(),
): FilesByVersion {
  return Map.groupBy(files, (file) => {
    const version = parseDistributionFilename(required(file, 'file', STRING), name)?.version;
    return known.has(version) ? version : undefined;
  });
}

const FILE_KEYS: ReadonlySet<string> = new Set(['file', 'hash']);

function readFile(table: Table, owner: FileOwner, line: number | undefined): LockedFile {
  refuseOtherKeys(table, FILE_KEYS);
  const filename = required(table, 'file', STRING);
  return {
    kind: kindOfFile(table, filename, owner),
    filename,
    hashes: readHash(table),
    ...(line === undefined ? {} : { line }),
  };
}
