import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** A thing in a directory tree that is no directory of it. */
export interface Found {
  /** Absolute. */
  readonly path: string;
  readonly kind: 'file' | 'linked-directory';
}

/** Deeper than any package is; a tree that is as deep is there to hide something in. */
const MAX_DEPTH = 64;

/**
 * Every file of a tree, pipes and devices too, in the order of their names. Links to directories are not followed: they are
 * what is found.
 */
export async function walk(directory: string, depth = 0): Promise<readonly Found[]> {
  if (depth > MAX_DEPTH) return [{ path: directory, kind: 'linked-directory' }];
  const entries = await readdir(directory, { withFileTypes: true }).catch(() => []);
  const found: Found[] = [];
  for (const entry of entries.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) found.push(...(await walk(path, depth + 1)));
    else if (entry.isSymbolicLink() && (await isDirectory(path)))
      found.push({ path, kind: 'linked-directory' });
    else found.push({ path, kind: 'file' });
  }
  return found;
}

async function isDirectory(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch {
    return false;
  }
}
