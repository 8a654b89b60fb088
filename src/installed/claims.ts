import { join } from 'node:path';
import { parseCsv } from '../wheel/index.ts';
import { readRegularFile } from './regular-file.ts';

const MAX_RECORD = 64 * 1024 ** 2;

/** The absolute paths of the files that a package says it has, by the RECORD beside it; nothing by one that cannot be read. */
export async function claimedFiles({
  library,
  directory,
}: {
  readonly library: string;
  readonly directory: string;
}): Promise<readonly string[]> {
  const text =
    (await readRegularFile(join(library, directory, 'RECORD'), MAX_RECORD))?.toString('utf8') ?? '';
  try {
    return parseCsv(text).flatMap(([path = '']) => (path === '' ? [] : [join(library, path)]));
  } catch {
    return [];
  }
}
