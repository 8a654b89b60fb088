import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { pipeline } from 'node:stream/promises';
import {
  compareVersions,
  isPreRelease,
  isProjectName,
  normalizeName,
  normalizeVersion,
  parseDistributionFilename,
  sameDistribution,
  spelledVersion,
} from '../distribution-filename.ts';
import { incompleteError, inputError, messageOf } from '../errors.ts';
import { completeLock, findLocks, readLock } from '../lock-source/index.ts';
import type { Lock, LockedPackage } from '../model.ts';
import type { PackageIndex, ProjectListing } from '../package-index/contract.ts';
import { printable } from '../printable.ts';
import { lockOf, releasesIn } from '../release-history.ts';
import type { CommandContext } from './contract.ts';

/** A package to explain, and where its files are from. */
export interface Subject {
  readonly locked: LockedPackage;
  readonly source: string;
}

/** Files of one release that are explained; nobody reads more. */
const MOST_FILES = 64;

/**
 * What a name, a name in a version, or a file stands for.
 *
 * @throws ProvpinError: exit code 2 for what is not to be found, 3 when an index does not say what it has
 */
export async function findSubjects(
  context: CommandContext,
  target: string,
  index: PackageIndex,
): Promise<readonly Subject[]> {
  if (parseDistributionFilename(basename(target)) !== undefined) return [await fileSubject(target, index)];
  const [, name = '', version] = /^([^=]*)(?:==(.*))?$/s.exec(target) ?? [];
  if (!isProjectName(name) || (version !== undefined && normalizeVersion(version) === undefined))
    throw inputError(
      'usage',
      `\`${printable(target, 200)}\` is neither a package nor the name of a wheel or sdist`,
    );
  const normalized = normalizeName(name);
  const locked = version === undefined ? await inLocks(context, normalized, index) : [];
  return locked.length > 0 ? locked : [await onIndex(normalized, version, index)];
}

async function inLocks(
  { settings }: CommandContext,
  name: string,
  index: PackageIndex,
): Promise<readonly Subject[]> {
  const paths = settings.lockPaths.length > 0 ? settings.lockPaths : await findLocks(process.cwd());
  const locks = await Promise.all(paths.map(async (path) => await readLock(path, [])));
  const named = locks.map((lock): Lock => ({
    ...lock,
    packages: lock.packages.filter((one) => one.name === name),
  }));
  const complete = await Promise.all(named.map(async (lock) => await completeLock(lock, index.listFiles)));
  return complete.flatMap(({ packages, source }) =>
    packages.map((locked) => ({ locked, source: `as \`${source}\` has it` })),
  );
}

async function onIndex(name: string, version: string | undefined, index: PackageIndex): Promise<Subject> {
  const releases = releasesIn(name, (await listed(name, index)).files).toSorted((a, b) =>
    compareVersions(b.version, a.version),
  );
  const release =
    version === undefined
      ? (releases.find((one) => !isPreRelease(one.version)) ?? releases[0])
      : releases.find((one) => compareVersions(one.version, version) === 0);
  if (release === undefined) {
    const what = version === undefined ? name : `${name}==${version}`;
    throw inputError('explain-unknown', `neither a lock here nor an index has \`${printable(what, 200)}\``);
  }
  const locked = lockOf({ name }, release, MOST_FILES);
  const [shown, all] = [locked.files.length, release.files.length];
  const rest = shown === all ? '' : `: ${shown} of its ${all} files, and the others were not looked at`;
  return { locked, source: `as the index has it${rest}` };
}

/** A file that is here is hashed; of one that is not, the index says the hash. */
async function fileSubject(path: string, index: PackageIndex): Promise<Subject> {
  const filename = basename(path);
  const parsed = parseDistributionFilename(filename);
  if (parsed === undefined) throw inputError('usage', `\`${printable(path, 200)}\` is no wheel or sdist`);
  const { name, kind } = parsed;
  const version = spelledVersion(filename, name) ?? parsed.version;
  if (await isThere(path)) {
    const files = [{ kind, filename, hashes: { sha256: await hashOf(path) } }];
    return { locked: { name, version, files }, source: `as \`${path}\` is here` };
  }
  const { files } = await listed(name, index);
  const sha256 = files.find((one) => sameDistribution(one.filename, filename, name))?.sha256;
  if (sha256 === undefined)
    throw inputError(
      'explain-unknown',
      `there is no file \`${printable(path, 300)}\`, and no index lists it with its hash`,
    );
  return {
    locked: { name, version, files: [{ kind, filename, hashes: { sha256 } }] },
    source: 'as the index has it',
  };
}

async function listed(name: string, index: PackageIndex): Promise<ProjectListing> {
  const listing = await index.listFiles({ name });
  const [failure] = listing.failures;
  if (failure !== undefined)
    throw incompleteError(
      'explain-unavailable',
      `what the index has of \`${name}\` is not known: ${failure.reason}`,
    );
  return listing;
}

/** A pipe, or a link to a device, would have no end. */
async function hashOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  try {
    if (!(await stat(path)).isFile()) throw new Error('it is no file');
    await pipeline(createReadStream(path), hash);
  } catch (error) {
    throw inputError(
      'explain-unreadable',
      `\`${printable(path, 300)}\` cannot be read: ${messageOf(error)}`,
      [],
      error,
    );
  }
  return hash.digest('hex');
}

async function isThere(path: string): Promise<boolean> {
  try {
    await access(path);
    return true;
  } catch {
    return false;
  }
}
