import { incompleteError } from '../errors.ts';
import type { ReadyFile, ReadyPackage } from '../lock-source/index.ts';
import type { LockedFile, LockedPackage, ObservedPackage } from '../model.ts';
import type { PackageIndex } from '../package-index/contract.ts';
import { printable } from '../printable.ts';
import type { InstalledPackage } from './choose-packages.ts';

/**
 * The packages with the sha256 that was checked of each file, and its URL: that of the lock, or else where an index lists these
 * bytes.
 *
 * @throws ProvpinError, exit code 3, when no index does any more
 */
export async function locatePackages(
  installed: readonly InstalledPackage[],
  index: PackageIndex,
): Promise<readonly ReadyPackage[]> {
  return await Promise.all(
    installed.map(async ({ locked, observed }) => ({
      name: locked.name,
      version: locked.version,
      files: await Promise.all(
        locked.files.map(async (file, place) => {
          const sha256 = sha256At(observed, place, file.filename);
          if (sha256 === undefined) throw new Error(`\`${file.filename}\` has not been checked`);
          return await locateFile(locked, file, sha256, index);
        }),
      ),
    })),
  );
}

/** Of the file of the lock at that place; undefined where that is not what was observed there. */
export function sha256At({ files }: ObservedPackage, place: number, filename: string): string | undefined {
  const observed = files[place];
  return observed?.filename === filename ? observed.sha256 : undefined;
}

async function locateFile(
  { name, version = '', index: ofLock }: LockedPackage,
  { kind, filename, url }: LockedFile,
  sha256: string,
  index: PackageIndex,
): Promise<ReadyFile> {
  if (url !== undefined) return { kind, filename, sha256, url };
  const file = { name, version, filename, sha256, ...(ofLock === undefined ? {} : { index: ofLock }) };
  const found = await index.locateFile(file);
  if ('url' in found) return { kind, filename, sha256, url: found.url };
  throw incompleteError(
    'install-unlisted',
    `where \`${printable(filename, 255)}\` is, no index says: ${found.reason}`,
  );
}
