import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseCsv } from '../wheel/index.ts';

const MAX_RECORD = 64 * 1024 ** 2;

/** The absolute paths of the files that a package says it has, by the RECORD beside it; nothing by one that cannot be read. */
export async function claimedFiles({
  library,
  directory,
}: {
  readonly library: string;
  readonly directory: string;
}): Promise<readonly string[]> {
  const text = await readFile(join(library, directory, 'RECORD'), 'utf8').catch(() => '');
  if (text.length > MAX_RECORD) return [];
  try {
    return parseCsv(text).flatMap(([path = '']) => (path === '' ? [] : [join(library, path)]));
  } catch {
    return [];
  }
}
