/**
 * `uv.lock`, version 1 (uv, crates/uv-resolver/src/lock/mod.rs; docs.astral.sh/uv, "Lockfile").
 */
import type { Lock, LockedFile, LockedPackage } from '../model.ts';
import { printable } from '../printable.ts';
import type { LockReader } from './contract.ts';
import { archiveReason, pathReason, vcsReason } from './elsewhere.ts';
import { lockOf } from './groups.ts';
import type { InstallPlan, PlanOptions } from './install-plan.ts';
import {
  filenameOfPath,
  filenameOfUrl,
  kindOfFile,
  notCoveredUrl,
  readHash,
  refuseOtherKeys,
  type FileOwner,
} from './locked-file.ts';
import { lockedPackage, readName, readVersion } from './locked-package.ts';
import {
  DATE_TIME_TEXT,
  keyError,
  optional,
  required,
  SIZE,
  STRING,
  TABLE,
  TABLES,
  type Table,
} from './table.ts';
import { tomlLines } from './toml-lines.ts';
import { parseToml } from './toml-table.ts';
import { neededPackages } from './uv-groups.ts';
import { uvPlan } from './uv-plan.ts';

export const uvLock: LockReader = {
  id: 'uv',
  summary: '`uv.lock`',
  accepts: (basename) => basename === 'uv.lock',
  recognises: (text) => /^\[\[package\]\]$/m.test(text) && /^source = \{ /m.test(text),
  read: readUvLock,
  plan: planUvLock,
};

function readUvLock(text: string, source: string, only: readonly string[] = []): Lock {
  const { root, tables } = readTables(text, source);
  const needed = only.length === 0 ? new Set(tables.keys()) : neededPackages(root, [...tables.keys()], only);
  return lockOf(
    source,
    [...tables].flatMap(([table, locked]) =>
      locked === undefined ? [] : [{ locked, isNeeded: needed.has(table) }],
    ),
  );
}

function planUvLock(text: string, source: string, options: PlanOptions): InstallPlan {
  const { root, tables } = readTables(text, source);
  return uvPlan(root, [...tables], options);
}

/** The packages as they stand there, and as they are. */
function readTables(text: string, source: string) {
  const root = parseToml(text, source);
  const version = required(root, 'version', SIZE);
  if (version !== 1) throw keyError(root, 'version', `is ${version}; only version 1 can be read`);
  if (Object.hasOwn(root.values, 'distribution'))
    throw keyError(
      root,
      'distribution',
      'is what uv 0.3 called `package`; `uv lock` with a newer one renews the lock',
    );
  const lines = tomlLines(text, (path) => /^package\[\d+\](?:\.wheels\[\d+\]|\.sdist)?$/.test(path));
  const tables = required(root, 'package', TABLES); // the project itself at least
  return { root, tables: new Map(tables.map((table) => [table, readPackage(table, lines)])) };
}

const SOURCES = ['registry', 'git', 'url', 'path', 'directory', 'editable', 'virtual'] as const;

/** Undefined for the project that the lock is of, where it is none that could be installed. */
function readPackage(table: Table, lines: ReadonlyMap<string, number>): LockedPackage | undefined {
  const name = readName(table);
  const source = required(table, 'source', TABLE);
  const [kind, ...others] = SOURCES.filter((key) => Object.hasOwn(source.values, key));
  if (kind === undefined) throw keyError(table, 'source', 'is of no kind that is known');
  if (others.length > 0) throw keyError(table, 'source', `is ${kind} and ${others.join(' and ')} at once`);
  const place = required(source, kind, STRING);
  const line = lines.get(table.path);
  if (kind === 'virtual' && place === '.') return undefined;
  if (kind !== 'registry') {
    const version = optional(table, 'version', STRING) === undefined ? undefined : readVersion(table);
    return lockedPackage(table, name, line, { version, notCovered: reasonOf(kind, place) });
  }
  const version = readVersion(table);
  const index = /^https?:/i.test(place) ? place : undefined;
  if (index !== undefined && !URL.canParse(index)) throw keyError(source, 'registry', 'is not a URL');
  return lockedPackage(table, name, line, {
    version,
    index,
    files: readFiles(table, { name, version }, lines),
  });
}

function reasonOf(kind: Exclude<(typeof SOURCES)[number], 'registry'>, place: string): string {
  switch (kind) {
    case 'git':
      return vcsReason('git', place, URL.parse(place)?.hash.slice(1));
    case 'url':
      return archiveReason(place);
    case 'path':
    case 'directory':
      return pathReason(place);
    case 'editable':
      return pathReason(place, true);
    case 'virtual':
      return 'a local directory (not installed itself)';
  }
}

function readFiles(
  table: Table,
  owner: FileOwner,
  lines: ReadonlyMap<string, number>,
): readonly LockedFile[] {
  const sdist = optional(table, 'sdist', TABLE);
  return [
    ...(optional(table, 'wheels', TABLES) ?? []).map((file) => readFile(file, 'wheel', owner, lines)),
    ...(sdist === undefined ? [] : [readFile(sdist, 'sdist', owner, lines)]),
  ];
}

const FILE_KEYS: ReadonlySet<string> = new Set(['url', 'path', 'hash', 'size', 'upload-time', 'upload_time']);

/** A file is at a URL or, of an index that is a directory, at a path. */
function readFile(
  table: Table,
  kind: LockedFile['kind'],
  owner: FileOwner,
  lines: ReadonlyMap<string, number>,
): LockedFile {
  refuseOtherKeys(table, FILE_KEYS);
  const url = optional(table, 'url', STRING);
  const path = optional(table, 'path', STRING);
  const size = optional(table, 'size', SIZE);
  const uploadTime = optional(table, 'upload-time', DATE_TIME_TEXT);
  const line = lines.get(table.path);
  if (url === undefined && path === undefined) throw keyError(table, undefined, 'needs `url` or `path`');
  const filename = path === undefined ? filenameOfUrl(table, 'url', url ?? '') : filenameOfPath(path);
  if (kindOfFile(table, filename, owner) !== kind)
    throw keyError(
      table,
      undefined,
      `names \`${printable(filename, 255)}\`, not a ${kind} of \`${owner.name}\``,
    );
  const notCovered = path === undefined ? notCoveredUrl(url ?? '') : 'a local file';
  return {
    kind,
    filename,
    ...(url === undefined ? {} : { url }),
    hashes: readHash(table),
    ...(size === undefined ? {} : { size }),
    ...(uploadTime === undefined ? {} : { uploadTime }),
    ...(notCovered === undefined ? {} : { notCovered }),
    ...(line === undefined ? {} : { line }),
  };
}
