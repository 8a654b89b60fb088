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
  if (platform === 'win32') {
    const local = env['LOCALAPPDATA'];
    const base =
      local === undefined || local === '' ? home && path.win32.join(home, 'AppData', 'Local') : local;
    return base && path.win32.join(base, 'provpin', 'Cache');
  }
  if (platform === 'darwin') {
    return home && path.posix.join(home, 'Library', 'Caches', 'provpin');
  }
  const configured = env['XDG_CACHE_HOME'] ?? '';
  if (path.posix.isAbsolute(configured)) {
    return path.posix.join(configured, 'provpin');
  }
  return home && path.posix.join(home, '.cache', 'provpin');
}
