/**
 * Gives names to the files that a lock pins by hashes alone: a requirements file, a `Pipfile.lock`.
 */
import { parseDistributionFilename, sameVersion } from '../distribution-filename.ts';
import type { Lock, LockedFile, LockedPackage, UnnamedFile } from '../model.ts';
import { printable } from '../printable.ts';

export type Unavailable = NonNullable<UnnamedFile['unavailable']>;

/** The files that indexes list for a project. */
export interface ListedFiles {
  readonly files: readonly { readonly filename: string; readonly sha256?: string }[];
  /** Why an index did not say what it has, one each. */
  readonly failures: readonly Unavailable[];
}

/**
 * @param name normalised (PEP 503)
 * @param index that the lock names for the package; otherwise every configured one is asked
 */
export type ListFiles = (project: { readonly name: string; readonly index?: string }) => Promise<ListedFiles>;

/**
 * Finds the names of files by their sha256. A hash of which no index can say what it is stays, with the reason: installers
 * take any file that has it, from wherever they find one.
 */
export async function completeLock(lock: Lock, listFiles: ListFiles): Promise<Lock> {
  const packages = await Promise.all(
    lock.packages.map(async (locked) =>
      locked.unnamed === undefined
        ? locked
        : completePackage(locked, locked.unnamed, await listFiles(locked)),
    ),
  );
  return { ...lock, packages };
}

function completePackage(
  locked: LockedPackage,
  unnamed: readonly UnnamedFile[],
  listed: ListedFiles,
): LockedPackage {
  const bySha256 = Map.groupBy(listed.files, ({ sha256 }) => sha256);
  const found = unnamed.map((file) => completeFile(locked, file, bySha256, listed.failures));
  const missing = found.flatMap(({ missing: file }) => (file === undefined ? [] : [file]));
  const { unnamed: _, ...rest } = locked;
  return {
    ...rest,
    files: [...locked.files, ...found.flatMap(({ files }) => files)],
    ...(missing.length === 0 ? {} : { unnamed: missing }),
  };
}

interface Found {
  readonly files: readonly LockedFile[];
  readonly missing?: UnnamedFile;
}

/** An index may list one content under several names; each must be what it says. */
function completeFile(
  { name, version = '' }: LockedPackage,
  file: UnnamedFile,
  bySha256: ReadonlyMap<string | undefined, ListedFiles['files']>,
  failures: readonly Unavailable[],
): Found {
  const missing = (reason: string, cause: Unavailable['cause'] = 'unlisted'): Found => ({
    files: [],
    missing: { ...file, unavailable: { cause, reason } },
  });
  const [algorithm] = Object.keys(file.hashes);
  if (algorithm === undefined) return missing('the lock pins no hash, so that any file may be installed');
  const sha256 = file.hashes['sha256'];
  if (sha256 === undefined)
    return missing(`the lock pins it by ${algorithm}, and indexes list files by sha256`);
  const filenames = new Set((bySha256.get(sha256) ?? []).map(({ filename }) => filename));
  const parsed = [...filenames].map((filename) => ({
    filename,
    is: parseDistributionFilename(filename, name),
  }));
  const files = parsed.flatMap(({ filename, is }): readonly LockedFile[] =>
    is === undefined || !sameVersion(is.version, version)
      ? []
      : [
          {
            kind: is.kind,
            filename,
            hashes: file.hashes,
            ...(file.line === undefined ? {} : { line: file.line }),
          },
        ],
  );
  if (files.length > 0) return { files };
  const [other] = filenames;
  if (other !== undefined) {
    return missing(
      `the index lists it as \`${printable(other, 255)}\`, which is no file of version ${version}`,
    );
  }
  const [failure] = failures;
  return failure === undefined
    ? missing('no index lists a file that has it')
    : missing(failure.reason, failure.cause);
}
