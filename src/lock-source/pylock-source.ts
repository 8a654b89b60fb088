/**
 * Packages of a `pylock.toml` that are not files of an index: `vcs`, `directory`, `archive`.
 */
import { printable } from '../printable.ts';
import { readHashes } from './pylock-file.ts';
import {
  BOOLEAN,
  DATE_TIME,
  keyError,
  optional,
  required,
  SIZE,
  STRING,
  TABLE,
  type TomlTable,
} from './toml-table.ts';

/** Where a package can come from; exactly one of vcs, directory, archive, or wheels and sdist. */
export interface PackageSources {
  readonly vcs: TomlTable | undefined;
  readonly directory: TomlTable | undefined;
  readonly archive: TomlTable | undefined;
  readonly sdist: TomlTable | undefined;
  readonly wheels: readonly TomlTable[] | undefined;
}

/**
 * Says in words what the package comes from when that is no index.
 *
 * @returns undefined for a package of wheels and an sdist
 * @throws ProvpinError, exit code 2, for a package of two sources or of none
 */
export function describeSource(table: TomlTable, sources: PackageSources): string | undefined {
  const { vcs, directory, archive, sdist, wheels = [] } = sources;
  const hasFiles = sdist !== undefined || wheels.length > 0;
  const given = [
    ...(vcs === undefined ? [] : ['vcs']),
    ...(directory === undefined ? [] : ['directory']),
    ...(archive === undefined ? [] : ['archive']),
    ...(hasFiles ? ['wheels or sdist'] : []),
  ];
  if (given.length === 0) throw keyError(table, undefined, 'has no wheels, sdist, archive, vcs or directory');
  if (given.length > 1) throw keyError(table, undefined, `has ${given.join(' and ')}: only one is allowed`);
  if (vcs !== undefined) return describeVcs(vcs);
  if (directory !== undefined) return describeDirectory(directory);
  return archive === undefined ? undefined : describeArchive(archive);
}

function describeVcs(table: TomlTable): string {
  const type = required(table, 'type', STRING);
  const commit = required(table, 'commit-id', STRING);
  optional(table, 'requested-revision', STRING);
  optional(table, 'subdirectory', STRING);
  const location = readLocation(table);
  const details = location === undefined ? type : `${type}+${location}@${commit}`;
  return `a VCS requirement (${printable(details, 200)})`;
}

function describeDirectory(table: TomlTable): string {
  required(table, 'path', STRING);
  optional(table, 'subdirectory', STRING);
  const isEditable = optional(table, 'editable', BOOLEAN) ?? false;
  return isEditable ? 'a local directory (editable)' : 'a local directory';
}

function describeArchive(table: TomlTable): string {
  optional(table, 'size', SIZE);
  optional(table, 'upload-time', DATE_TIME);
  optional(table, 'subdirectory', STRING);
  readHashes(required(table, 'hashes', TABLE));
  const location = readLocation(table);
  if (location === undefined || location.startsWith('file:')) return 'a local archive';
  return `an archive by URL (${printable(location, 200)})`;
}

/** `url`, fit to be shown; undefined where `path`, which an installer takes first, says that it is a local one. */
function readLocation(table: TomlTable): string | undefined {
  const url = optional(table, 'url', STRING);
  const path = optional(table, 'path', STRING);
  if (url === undefined && path === undefined) throw keyError(table, undefined, 'needs `url` or `path`');
  return url === undefined || path !== undefined ? undefined : withoutSecrets(url);
}

/** User, password, query and fragment are where credentials are; what is no URL may have them anywhere, and is not shown. */
function withoutSecrets(url: string): string | undefined {
  const parsed = URL.parse(url);
  if (parsed === null) return undefined;
  for (const part of ['username', 'password', 'search', 'hash'] as const) parsed[part] = '';
  return parsed.href;
}
