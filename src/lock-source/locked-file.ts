/**
 * What the locks of tools say of one file, made a locked file.
 */
import { parseDistributionFilename, sameVersion } from '../distribution-filename.ts';
import type { Hashes, LockedFile } from '../model.ts';
import { printable } from '../printable.ts';
import { parseHash } from './digest.ts';
import { keyError, optional, STRING, type Table } from './table.ts';

/** The package that a file must be of: its name, normalised, and its version. */
export interface FileOwner {
  readonly name: string;
  readonly version: string;
}

/**
 * Sdists that installers take and that no index takes any more. There is no telling their names from their versions, and
 * nobody signs them: they are looked up, and not found.
 */
const OLD_SDIST = /\.(?:tar|tar\.(?:bz2|xz|lz|lzma|zst)|tgz|tbz|txz|tlz)$/;

/**
 * Refuses what else a table says of a file: by a key that is not known here, a tool could take another one than the file that is
 * checked. uv 0.9 does, by `zstd`.
 *
 * @throws ProvpinError, exit code 2
 */
export function refuseOtherKeys(table: Table, known: ReadonlySet<string>): void {
  const key = Object.keys(table.values).find((name) => !known.has(name));
  if (key !== undefined) throw keyError(table, key, 'is not known here: another file may be taken by it');
}

/**
 * What kind of file that is, by its filename, which must be one of the package.
 *
 * @param table that errors are about
 * @throws ProvpinError, exit code 2
 */
export function kindOfFile(table: Table, filename: string, owner: FileOwner): LockedFile['kind'] {
  if (OLD_SDIST.test(filename) && !filename.endsWith('.tar.gz')) return 'sdist';
  const parsed = parseDistributionFilename(filename, owner.name);
  if (parsed === undefined) {
    const name = printable(filename, 255);
    throw keyError(table, undefined, `names \`${name}\`, not a wheel or sdist of \`${owner.name}\``);
  }
  if (!sameVersion(parsed.version, owner.version)) {
    const [name, version] = [printable(filename), printable(owner.version)];
    throw keyError(table, undefined, `names \`${name}\`, not of version ${version}`);
  }
  return parsed.kind;
}

/**
 * The key `hash`. A file without one is bound to nothing, so that it cannot be checked; the lock is none the worse for it.
 *
 * @throws ProvpinError, exit code 2
 */
export function readHash(table: Table): Hashes {
  const text = optional(table, 'hash', STRING);
  if (text === undefined || text === '') return {};
  const hash = parseHash(text);
  if (typeof hash === 'string') throw keyError(table, 'hash', hash);
  return hash;
}

/**
 * What a URL ends with, percent-decoded; perhaps nothing.
 *
 * @throws ProvpinError, exit code 2, for what is no URL
 */
export function filenameOfUrl(table: Table, key: string, text: string): string {
  const url = URL.parse(text);
  if (url === null) throw keyError(table, key, 'is not a URL');
  try {
    return decodeURIComponent(url.pathname.split('/').at(-1) ?? '');
  } catch {
    throw keyError(table, key, 'has a malformed percent escape');
  }
}

/** Relative paths may be written with `/` on every system. */
export function filenameOfPath(path: string): string {
  return path.split(path.includes('/') ? '/' : '\\').at(-1) ?? '';
}

/** Why no index has a file of such a URL; undefined when one can. */
export function notCoveredUrl(text: string): string | undefined {
  const protocol = URL.parse(text)?.protocol;
  if (protocol === 'https:' || protocol === 'http:') return undefined;
  return protocol === 'file:' ? 'a local file' : `a file by a \`${protocol ?? ''}\` URL`;
}
