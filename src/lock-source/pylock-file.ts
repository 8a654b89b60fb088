/**
 * `[[packages.wheels]]` and `[packages.sdist]` of a `pylock.toml`.
 */
import { parseDistributionFilename, sameVersion } from '../distribution-filename.ts';
import type { Hashes, LockedFile } from '../model.ts';
import { printable } from '../printable.ts';
import {
  DATE_TIME,
  keyError,
  optional,
  required,
  SIZE,
  STRING,
  TABLE,
  type TomlTable,
} from './toml-table.ts';

/** Every key that a file may have. */
export function readFileKeys(table: TomlTable) {
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

/** Hex digits of the digests of `hashlib.algorithms_guaranteed`; the lengths of others are not known. */
const DIGEST_LENGTHS: ReadonlyMap<string, number> = new Map([
  ['md5', 32],
  ['sha1', 40],
  ['sha224', 56],
  ['sha256', 64],
  ['sha384', 96],
  ['sha512', 128],
  ['sha3_224', 56],
  ['sha3_256', 64],
  ['sha3_384', 96],
  ['sha3_512', 128],
  ['blake2b', 128],
  ['blake2s', 64],
]);

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
  table: TomlTable,
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
export function readHashes(hashes: TomlTable): Hashes {
  const read = new Map<string, string>();
  for (const algorithm of Object.keys(hashes.values)) {
    const name = algorithm.toLowerCase();
    if (!/^[a-z][a-z0-9_-]{0,31}$/.test(name)) {
      throw keyError(hashes, algorithm, 'is not the name of a hash algorithm');
    }
    if (read.has(name)) throw keyError(hashes, algorithm, 'is there twice, in other letter case');
    read.set(name, readDigest(hashes, algorithm, DIGEST_LENGTHS.get(name)));
  }
  if (read.size === 0) throw keyError(hashes, undefined, 'is empty');
  return Object.fromEntries([...read].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function readDigest(hashes: TomlTable, algorithm: string, length: number | undefined): string {
  const digest = required(hashes, algorithm, STRING);
  if (!/^(?:[0-9a-f]{2})+$/i.test(digest) || digest.length > 1_024) {
    throw keyError(hashes, algorithm, 'must be hexadecimal');
  }
  if (length !== undefined && digest.length !== length) {
    throw keyError(hashes, algorithm, `must have ${length} hexadecimal digits, not ${digest.length}`);
  }
  return digest.toLowerCase();
}

function readUrl(table: TomlTable, url: string | undefined): URL | undefined {
  if (url === undefined) return undefined;
  const parsed = URL.parse(url);
  if (parsed === null) throw keyError(table, 'url', 'is not a URL');
  return parsed;
}

/** `name`, or else what `path` or `url` ends with. */
function readFilename(table: TomlTable, keys: FileKeys, url: URL | undefined): string {
  if (keys.path === undefined && url === undefined) throw keyError(table, undefined, 'needs `url` or `path`');
  const filename = keys.name ?? lastOfPath(keys.path) ?? lastOfUrl(table, url);
  if (filename === '') throw keyError(table, undefined, 'does not say what the file is called');
  return filename;
}

/** Relative paths may be written with `/` on every system. */
function lastOfPath(path: string | undefined): string | undefined {
  return path?.split(path.includes('/') ? '/' : '\\').at(-1);
}

function lastOfUrl(table: TomlTable, url: URL | undefined): string {
  try {
    return decodeURIComponent(url?.pathname.split('/').at(-1) ?? '');
  } catch {
    throw keyError(table, 'url', 'has a malformed percent escape');
  }
}

/** An installer takes `path` before `url`, so with a path the file is a local one whatever the URL says. */
function whyNotCovered(keys: FileKeys, url: URL | undefined): string | undefined {
  if (keys.path !== undefined || url?.protocol === 'file:') return 'a local file';
  if (url?.protocol === 'https:' || url?.protocol === 'http:') return undefined;
  return `a file by a \`${url?.protocol ?? ''}\` URL`;
}
