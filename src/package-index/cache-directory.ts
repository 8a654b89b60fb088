import path from 'node:path';

export interface CacheEnvironment {
  readonly env: NodeJS.ProcessEnv;
  readonly platform: NodeJS.Platform;
  readonly home?: string;
}

/**
 * Where a program keeps what it may lose: as the platform's conventions have it (XDG Base Directory Specification on Linux).
 *
 * @param program provpin's own, or pip's, which keeps to the same conventions
 * @returns undefined when there is no home directory to put it in
 */
export function cacheDirectory(
  { env, platform, home }: CacheEnvironment,
  program: 'provpin' | 'pip' = 'provpin',
): string | undefined {
  const paths = platform === 'win32' ? path.win32 : path.posix;
  const inHome = (...parts: string[]) =>
    home === undefined || home === '' ? undefined : paths.join(home, ...parts);
  if (platform === 'win32') {
    const local = env['LOCALAPPDATA'] || inHome('AppData', 'Local');
    return local === undefined ? undefined : paths.join(local, program, 'Cache');
  }
  if (platform === 'darwin') {
    return inHome('Library', 'Caches', program);
  }
  const configured = env['XDG_CACHE_HOME'] ?? '';
  return paths.isAbsolute(configured) ? paths.join(configured, program) : inHome('.cache', program);
}
