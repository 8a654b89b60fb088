import { lstat, realpath, stat } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { inputError } from '../errors.ts';
import { namedValues } from '../pip/index.ts';
import type { Settings } from './settings.ts';

/** A file, and the option (or argument) that names it. */
interface Place {
  readonly option: string;
  readonly path: string;
}

/**
 * Refuses to start a run whose files cannot be written where they are to be: it would be told when all has been checked, and
 * perhaps recorded. And one that would lose a file: one that it, or pip, reads, one that it writes as well, or one that a link
 * leads to, which a branch can bring along; or that would make one elsewhere, by a link to a directory.
 *
 * @throws ProvpinError, exit code 2, for a directory that is missing, or that stands where the file should; a link; and a file
 *   that the run reads, or is to write twice
 */
export async function refuseUnwritablePlaces(settings: Settings): Promise<void> {
  const inputs = inputsOf(settings);
  const written = new Map<string, string>();
  for (const place of placesOf(settings)) {
    const { option, path } = place;
    if (!(await isDirectory(dirname(path)))) {
      throw inputError('usage', `\`${option}\`: there is no directory \`${dirname(path)}\``, [
        'make it before, or name a file elsewhere',
      ]);
    }
    if (await leadsAway(path)) {
      throw inputError(
        'usage',
        `\`${option}\`: a symbolic link leads from \`${dirname(path)}\` to elsewhere`,
        ['name the directory itself'],
      );
    }
    if (await isDirectory(path)) throw inputError('usage', `\`${option}\`: \`${path}\` is a directory`);
    await refuseLoss(place, inputs);
    await refuseSecond(place, written);
  }
}

/** Two names, by a link of a directory or a second name of a file, for what only the last is left of. */
async function refuseSecond({ option, path }: Place, written: Map<string, string>): Promise<void> {
  const file = (await identityOf(path)) ?? join(await realpath(dirname(path)), basename(path));
  const earlier = written.get(file);
  if (earlier !== undefined) {
    throw inputError('usage', `\`${earlier}\` and \`${option}\` name the same file, \`${path}\``, [
      'give each its own file',
    ]);
  }
  written.set(file, option);
}

function placesOf(settings: Settings): readonly Place[] {
  const { reports, receipts, output, provenanceFile } = settings;
  return [
    ...reports.map(({ path }) => ({ option: '--report', path })),
    ...(receipts === undefined ? [] : [{ option: '--receipts', path: receipts }]),
    ...(output === undefined ? [] : [{ option: '--output', path: output }]),
    ...(records(settings) ? [{ option: '--provenance-file', path: provenanceFile }] : []),
  ];
}

function inputsOf({ lockPaths, trustedRoot, keys, provenanceFile, pipArgs }: Settings): readonly Place[] {
  return [
    ...lockPaths.map((path) => ({ option: '--lock-path', path })),
    ...keys.map(({ file }) => ({ option: '--key', path: file })),
    { option: '--trusted-root', path: trustedRoot },
    { option: '--provenance-file', path: provenanceFile },
    ...namedValues(pipArgs).flatMap(({ name, value }) =>
      filesOf(value).map((path) => ({ option: name, path })),
    ),
  ];
}

/** What an argument of pip may name: a file, or a project by its directory, with extras perhaps. */
function filesOf(value: string): readonly string[] {
  return [value, join(value.replace(/\[[^[\]]*\]$/, ''), 'pyproject.toml')];
}

/** Whether the run may write to the provenance file. */
export function records({ tofu, accept }: Settings): boolean {
  return tofu || accept.length > 0;
}

/** What is written with what was read in mind (`writeProvenanceFile`) looks after links itself; a lock may be written anew. */
async function refuseLoss(place: Place, inputs: readonly Place[]): Promise<void> {
  const { option, path } = place;
  if (option === '--provenance-file') return;
  const same = await firstSame(path, inputs);
  if (option === '--output' && same?.option === '--lock-path') return;
  if (same !== undefined) {
    throw inputError('usage', `\`${option}\`: \`${path}\` is the file that \`${same.option}\` names`, [
      'it is read, and would be lost: name a file elsewhere',
    ]);
  }
  if (option !== '--receipts' && (await isLink(path))) {
    throw inputError('usage', `\`${option}\`: \`${path}\` is a symbolic link`, ['name the file itself']);
  }
}

/** By whatever name or link: it is one file that would be written to. */
async function firstSame(path: string, inputs: readonly Place[]): Promise<Place | undefined> {
  const file = await identityOf(path);
  if (file === undefined) return undefined;
  for (const input of inputs) if ((await identityOf(input.path)) === file) return input;
  return undefined;
}

/** Whether a link among its directories, of the branch perhaps, leads out of the current directory, below which it seems to be. */
async function leadsAway(path: string): Promise<boolean> {
  const here = process.cwd();
  if (!isBelow(here, resolve(path))) return false;
  return !isBelow(await realpath(here), await realpath(dirname(path)));
}

function isBelow(directory: string, path: string): boolean {
  const way = relative(directory, path);
  return way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}

/** Of a regular file: nothing is lost in a device or a pipe. */
async function identityOf(path: string): Promise<string | undefined> {
  try {
    const status = await stat(path, { bigint: true });
    return status.isFile() ? `${status.dev}:${status.ino}` : undefined;
  } catch {
    return undefined;
  }
}

/** Those of the system, such as `/dev/stdout`, are no branch's. */
async function isLink(path: string): Promise<boolean> {
  try {
    return !/^\/(?:dev|proc)\//.test(path) && (await lstat(path)).isSymbolicLink();
  } catch {
    return false;
  }
}

async function isDirectory(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch {
    return false;
  }
}
