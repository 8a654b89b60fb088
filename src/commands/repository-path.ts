import { existsSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';

/**
 * How services that show a report beside the lines of a repository name its files: from the root of the repository that a directory
 * is in, or from that directory where it is in none.
 *
 * @returns a path with `/`; for a file outside of the root, an absolute one
 */
export function pathFromRepository(directory: string): (path: string) => string {
  const root = repositoryOf(directory) ?? directory;
  return (path) => {
    const absolute = resolve(directory, path);
    const isInside = absolute.startsWith(root.endsWith(sep) ? root : `${root}${sep}`);
    return (isInside ? relative(root, absolute) : absolute).replaceAll(sep, '/');
  };
}

/** The nearest directory with a `.git`, which is a file in worktrees and submodules. */
function repositoryOf(directory: string): string | undefined {
  if (existsSync(join(directory, '.git'))) return directory;
  const parent = dirname(directory);
  return parent === directory ? undefined : repositoryOf(parent);
}
