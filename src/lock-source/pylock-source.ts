/**
 * Packages of a `pylock.toml` that are not files of an index: `vcs`, `directory`, `archive`.
 */
import { archiveReason, directoryReason, vcsReason } from './elsewhere.ts';
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
  type Table,
} from './table.ts';

/** Where a package can come from; exactly one of vcs, directory, archive, or wheels and sdist. */
export interface PackageSources {
  readonly vcs: Table | undefined;
  readonly directory: Table | undefined;
  readonly archive: Table | undefined;
  readonly sdist: Table | undefined;
  readonly wheels: readonly Table[] | undefined;
}

/**
 * Says in words what the package comes from when that is no index.
 *
 * @returns undefined for a package of wheels and an sdist
 * @throws ProvpinError, exit code 2, for a package of two sources or of none
 */
export function describeSource(table: Table, sources: PackageSources): string | undefined {
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

function describeVcs(table: Table): string {
  const type = required(table, 'type', STRING);
  const commit = required(table, 'commit-id', STRING);
  optional(table, 'requested-revision', STRING);
  optional(table, 'subdirectory', STRING);
  return vcsReason(type, readLocation(table) ?? '', commit);
}

function describeDirectory(table: Table): string {
  required(table, 'path', STRING);
  optional(table, 'subdirectory', STRING);
  return directoryReason(optional(table, 'editable', BOOLEAN));
}

function describeArchive(table: Table): string {
  optional(table, 'size', SIZE);
  optional(table, 'upload-time', DATE_TIME);
  optional(table, 'subdirectory', STRING);
  readHashes(required(table, 'hashes', TABLE));
  return archiveReason(readLocation(table) ?? '');
}

/** `url`; undefined where `path`, which an installer takes first, says that it is a local one. */
function readLocation(table: Table): string | undefined {
  const url = optional(table, 'url', STRING);
  const path = optional(table, 'path', STRING);
  if (url === undefined && path === undefined) throw keyError(table, undefined, 'needs `url` or `path`');
  return path === undefined ? url : undefined;
}
