/**
 * `[[packages.wheels]]` and `[packages.sdist]` of a `pylock.toml`.
 */
import { parseDistributionFilename, sameVersion } from '../distribution-filename.ts';
import type { Hashes, LockedFile } from '../model.ts';
import { printable } from '../printable.ts';
import { digestProblem, isAlgorithm } from './digest.ts';
import { filenameOfPath, filenameOfUrl } from './locked-file.ts';
import { DATE_TIME, keyError, optional, required, SIZE, STRING, TABLE, type Table } from './table.ts';

/** Every key that a file may have. */
export function readFileKeys(table: Table) {
  return {
    name: optional(table, 'name', STRING),
    'upload-time': optional(table, 'upload-time', DATE_TIME),
    url: optional(table, 'url', STRING),
    path: optional(table, 'path', STRING),
    size: optional(table, 'size', SIZE),
    hashes: required(table, 'hashes', TABLE),
  };
}
type FileKeys = ReturnType<typeof readFileKeys>;

/** A file, and the version in its filename, in canonical form. */
export interface ReadFile {
  readonly file: LockedFile;
  readonly version: string;
}

/**
 * Reads one file, which must be of the package by its filename.
 *
 * @param owner the package: its name, normalised, and its version where the lock gives it
 * @throws ProvpinError, exit code 2
 */
export function readLockedFile(
  table: Table,
  kind: LockedFile['kind'],
  owner: { readonly name: string; readonly version: string | undefined },
  line: number | undefined,
): ReadFile {
  const keys = readFileKeys(table);
  const url = readUrl(table, keys.url);
  const filename = readFilename(table, keys, url);
  const parsed = parseDistributionFilename(filename, owner.name);
  if (parsed?.kind !== kind) {
    throw keyError(table, undefined, `names \`${printable(filename)}\`, not a ${kind} of \`${owner.name}\``);
  }
  if (owner.version !== undefined && !sameVersion(parsed.version, owner.version)) {
    const version = printable(owner.version);
    throw keyError(table, undefined, `names \`${printable(filename)}\`, not of version ${version}`);
  }
  const notCovered = whyNotCovered(keys, url);
  return {
    version: parsed.version,
    file: {
      kind,
      filename,
      ...(keys.url === undefined ? {} : { url: keys.url }),
      hashes: readHashes(keys.hashes),
      ...(keys.size === undefined ? {} : { size: keys.size }),
      ...(keys['upload-time'] === undefined ? {} : { uploadTime: keys['upload-time'] }),
      ...(notCovered === undefined ? {} : { notCovered }),
      ...(line === undefined ? {} : { line }),
    },
  };
}

/**
 * `hashes` of a file or archive: at least one, all of them hex digests. Names and digests come back in lower case.
 *
 * @throws ProvpinError, exit code 2
 */
export function readHashes(hashes: Table): Hashes {
  const read = new Map<string, string>();
  for (const algorithm of Object.keys(hashes.values)) {
    const name = algorithm.toLowerCase();
    if (!isAlgorithm(name)) throw keyError(hashes, algorithm, 'is not the name of a hash algorithm');
    if (read.has(name)) throw keyError(hashes, algorithm, 'is there twice, in other letter case');
    const digest = required(hashes, algorithm, STRING);
    const problem = digestProblem(name, digest);
    if (problem !== undefined) throw keyError(hashes, algorithm, problem);
    read.set(name, digest.toLowerCase());
  }
  if (read.size === 0) throw keyError(hashes, undefined, 'is empty');
  return Object.fromEntries([...read].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function readUrl(table: Table, url: string | undefined): URL | undefined {
  if (url === undefined) return undefined;
  const parsed = URL.parse(url);
  if (parsed === null) throw keyError(table, 'url', 'is not a URL');
  return parsed;
}

/** `name`, or else what `path` or `url` ends with. */
function readFilename(table: Table, keys: FileKeys, url: URL | undefined): string {
  if (keys.path === undefined && url === undefined) throw keyError(table, undefined, 'needs `url` or `path`');
  const filename =
    keys.name ??
    (keys.path === undefined ? filenameOfUrl(table, 'url', keys.url ?? '') : filenameOfPath(keys.path));
  if (filename === '') throw keyError(table, undefined, 'does not say what the file is called');
  return filename;
}

/** An installer takes `path` before `url`, so with a path the file is a local one whatever the URL says. */
function whyNotCovered(keys: FileKeys, url: URL | undefined): string | undefined {
  if (keys.path !== undefined || url?.protocol === 'file:') return 'a local file';
  if (url?.protocol === 'https:' || url?.protocol === 'http:') return undefined;
  return `a file by a \`${url?.protocol ?? ''}\` URL`;
}
