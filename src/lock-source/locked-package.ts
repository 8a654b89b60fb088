/**
 * What every lock says of a package.
 */
import { isProjectName, normalizeName, normalizeVersion } from '../distribution-filename.ts';
import type { LockedFile, LockedPackage } from '../model.ts';
import { printable } from '../printable.ts';
import { contradiction, distinctFiles } from './repeats.ts';
import { keyError, required, STRING, type Table } from './table.ts';

/**
 * The key `name`, normalised (PEP 503).
 *
 * @throws ProvpinError, exit code 2
 */
export function readName(table: Table): string {
  const name = required(table, 'name', STRING);
  if (!isProjectName(name)) throw keyError(table, 'name', 'is not the name of a package (PEP 508)');
  return normalizeName(name);
}

/**
 * The key `version`, as it stands there.
 *
 * @throws ProvpinError, exit code 2
 */
export function readVersion(table: Table): string {
  const version = required(table, 'version', STRING);
  if (normalizeVersion(version) === undefined) throw keyError(table, 'version', 'is not a version (PEP 440)');
  return version;
}

/** What makes a package, beside its name. */
export interface PackageContent {
  readonly version?: string | undefined;
  readonly index?: string | undefined;
  readonly files?: readonly LockedFile[];
  readonly notCovered?: string | undefined;
}

/**
 * A package of a lock, with each file once.
 *
 * @throws ProvpinError, exit code 2, for two files of one name and of different hashes
 */
export function lockedPackage(
  table: Table,
  name: string,
  line: number | undefined,
  { version, index, files = [], notCovered }: PackageContent,
): LockedPackage {
  const contradicting = contradiction(files);
  if (contradicting !== undefined) {
    const filename = printable(contradicting.filename, 255);
    throw keyError(table, undefined, `has two files \`${filename}\` with different hashes`);
  }
  return {
    name,
    ...(version === undefined ? {} : { version }),
    ...(index === undefined ? {} : { index }),
    files: distinctFiles(files),
    ...(notCovered === undefined ? {} : { notCovered }),
    ...(line === undefined ? {} : { line }),
  };
}
