import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { inputError } from '../errors.ts';
import type { Settings } from './options.ts';

/**
 * Refuses to start a run whose files have no directory to be written to: it would be told when all has been checked, and
 * perhaps recorded.
 *
 * @throws ProvpinError, exit code 2
 */
export async function refuseMissingDirectories({ reports, receipts, output }: Settings): Promise<void> {
  const written = [
    ...reports.map(({ path }) => ['--report', path] as const),
    ...(receipts === undefined ? [] : [['--receipts', receipts] as const]),
    ...(output === undefined ? [] : [['--output', output] as const]),
  ];
  for (const [option, path] of written) {
    if (!(await isDirectory(dirname(path)))) {
      throw inputError('usage', `\`${option}\`: there is no directory \`${dirname(path)}\``, [
        'make it before, or name a file elsewhere',
      ]);
    }
  }
}

async function isDirectory(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch {
    return false;
  }
}
