import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';

import { codeOf } from './errors.ts';

/**
 * Makes a directory and those above it, for the user alone. Each is tried once: the recursive `mkdir` of Node.js never ends
 * where a file system has the parent and denies the child (procfs).
 *
 * @throws the file system's error
 */
export async function makeDirectory(path: string): Promise<void> {
  try {
    await makeOne(path);
  } catch (error) {
    if (codeOf(error) !== 'ENOENT' || dirname(path) === path) throw error;
    await makeDirectory(dirname(path));
    await makeOne(path);
  }
}

async function makeOne(path: string): Promise<void> {
  try {
    await mkdir(path, { mode: 0o700 });
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
  }
}
