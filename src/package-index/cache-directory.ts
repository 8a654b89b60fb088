import path from 'node:path';

export interface CacheEnvironment {
  readonly env: NodeJS.ProcessEnv;
  readonly platform: NodeJS.Platform;
  readonly home?: string;
}

/**
 * Where provpin keeps what it may lose: as the platform's conventions have it (XDG Base Directory Specification on Linux).
 *
 * @returns undefined when there is no home directory to put it in
 */
export function cacheDirectory({ env, platform, home }: CacheEnvironment): string | undefined {
  const paths = platform === 'win32' ? path.win32 : path.posix;
  const inHome = (...parts: string[]) =>
    home === undefined || home === '' ? undefined : paths.join(home, ...parts);
  if (platform === 'win32') {
    const local = env['LOCALAPPDATA'] || inHome('AppData', 'Local');
    return local === undefined ? undefined : paths.join(local, 'provpin', 'Cache');
  }
  if (platform === 'darwin') {
    return inHome('Library', 'Caches', 'provpin');
  }
  const configured = env['XDG_CACHE_HOME'] ?? '';
  return paths.isAbsolute(configured) ? paths.join(configured, 'provpin') : inHome('.cache', 'provpin');
}
