import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { inputError } from '../errors.ts';
import type { Settings } from './settings.ts';

/**
 * Refuses to start a run whose files cannot be written where they are to be: it would be told when all has been checked, and
 * perhaps recorded.
 *
 * @throws ProvpinError, exit code 2, for a directory that is missing, or that stands where the file should
 */
export async function refuseUnwritablePlaces(settings: Settings): Promise<void> {
  for (const [option, path] of placesOf(settings)) {
    if (!(await isDirectory(dirname(path)))) {
      throw inputError('usage', `\`${option}\`: there is no directory \`${dirname(path)}\``, [
        'make it before, or name a file elsewhere',
      ]);
    }
    if (await isDirectory(path)) throw inputError('usage', `\`${option}\`: \`${path}\` is a directory`);
  }
}

function placesOf(settings: Settings): readonly (readonly [option: string, path: string])[] {
  const { reports, receipts, output, provenanceFile } = settings;
  return [
    ...reports.map(({ path }) => ['--report', path] as const),
    ...(receipts === undefined ? [] : [['--receipts', receipts] as const]),
    ...(output === undefined ? [] : [['--output', output] as const]),
    ...(records(settings) ? [['--provenance-file', provenanceFile] as const] : []),
  ];
}

/** Whether the run may write to the provenance file. */
export function records({ tofu, accept }: Settings): boolean {
  return tofu || accept.length > 0;
}

async function isDirectory(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch {
    return false;
  }
}
