import { randomUUID } from 'node:crypto';
import { readFileSync, renameSync } from 'node:fs';
import { lstat, open, readdir, realpath, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { codeOf, incompleteError, messageOf, ProvpinError } from '../errors.ts';
import { printable } from '../printable.ts';
import { exclusively } from './exclusive.ts';

/** As `replace` calls them. */
const TEMPORARY = /^\.provpin-[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\.tmp$/;
/** Milliseconds; a run that is alive has its temporary file for seconds at most. */
const LEFT_AFTER = 60 * 60 * 1_000;

/**
 * Replaces a provenance file as a whole: the text goes to a temporary file in the same directory, to the disk, and then
 * takes the file's place, so that the file is the old one or the new one whenever the process ends. A symbolic link to a
 * file with content stays one, and its target is replaced; permissions stay.
 *
 * @param text the new text; when it is the previous one, nothing is written
 * @param previous the text that was read, empty for a missing file. Where the file no longer holds it, somebody else has
 *   written it meanwhile, and it stays as it is; of several runs at once none loses the lines of another
 * @throws ProvpinError, exit code 3, when the file could not be written; then it is as it was
 */
export async function writeProvenanceFile(path: string, text: string, previous: string): Promise<void> {
  if (text === previous) return;
  try {
    const target = await targetOf(path, previous);
    await replace(target, text, previous, await modeOf(target));
  } catch (error) {
    if (error instanceof ProvpinError) throw error;
    const reason = printable(messageOf(error));
    throw incompleteError(
      'provenance-file-unwritable',
      `\`${printable(path)}\` cannot be written: ${reason}`,
      ['nothing was recorded; its directory must exist and be writable, with space left'],
      error,
    );
  }
}

async function replace(
  target: string,
  text: string,
  previous: string,
  mode: number | undefined,
): Promise<void> {
  const temporary = join(dirname(target), `.provpin-${randomUUID()}.tmp`);
  try {
    const file = await open(temporary, 'wx');
    try {
      await file.writeFile(text);
      if (mode !== undefined) await file.chmod(mode);
      await file.sync();
    } finally {
      await file.close();
    }
    await exclusively(join(dirname(target), `.provpin-${basename(target)}.lock`), () => {
      if (currentText(target) !== previous) throw changedMeanwhile(target);
      renameSync(temporary, target);
    });
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw error;
  }
  await syncDirectory(dirname(target));
  await removeLeftovers(dirname(target));
}

/** Temporary files of runs that were killed. What cannot be removed stays: the file is written. */
async function removeLeftovers(directory: string): Promise<void> {
  try {
    for (const name of (await readdir(directory)).filter((one) => TEMPORARY.test(one))) {
      const path = join(directory, name);
      const status = await lstat(path);
      if (status.isFile() && Date.now() - status.mtimeMs > LEFT_AFTER) await rm(path);
    }
  } catch {
    // Another run may be doing the same.
  }
}

function changedMeanwhile(target: string): ProvpinError {
  return incompleteError(
    'provenance-file-changed',
    `\`${printable(target)}\` was changed while this run was under way`,
    ['nothing was recorded; run again'],
  );
}

/**
 * The path that is to be replaced: where symbolic links lead. A link is followed only to a file that has been written before:
 * a branch can bring a link to anywhere, and a run in it would make, or fill, whatever file that names.
 */
async function targetOf(path: string, previous: string): Promise<string> {
  if (previous === '' && (await isLink(path))) {
    throw incompleteError(
      'provenance-file-link',
      `\`${printable(path)}\` is a symbolic link to a file that is missing or empty`,
      ['nothing was recorded; where the link is meant, name the file itself the first time'],
    );
  }
  try {
    return await realpath(path);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return path;
    throw error;
  }
}

async function isLink(path: string): Promise<boolean> {
  try {
    return (await lstat(path)).isSymbolicLink();
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return false;
    throw error;
  }
}

async function modeOf(target: string): Promise<number | undefined> {
  try {
    const status = await stat(target);
    if (!status.isFile()) throw new Error('it is not a regular file');
    return status.mode & 0o7777;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

function currentText(target: string): string {
  try {
    return readFileSync(target, 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return '';
    throw error;
  }
}

/** Makes the new name itself durable; not every platform can, and the file is whole without it. */
async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, 'r').catch(() => undefined);
  await directory?.sync().catch(() => undefined);
  await directory?.close();
}
