import { homedir } from 'node:os';
import type { IndexConfiguration, PackageIndex } from '../package-index/contract.ts';
import {
  cacheDirectory,
  createKeyring,
  createPackageIndex,
  readIndexConfiguration,
} from '../package-index/index.ts';
import type { PipEnvironment } from '../pip/index.ts';
import { VERSION } from '../version.ts';
import type { CommandContext } from './contract.ts';
import type { Settings } from './settings.ts';

const DEFAULT_CONCURRENCY = 32;

/** Our cache directory; undefined when the user wants none, or there is no home to put it in. */
export function chooseCacheDirectory({ settings, env, warn }: CommandContext): string | undefined {
  if (!settings.cache) return undefined;
  const home = homeDirectory();
  const directory =
    settings.cacheDir ??
    cacheDirectory({ env, platform: process.platform, ...(home === undefined ? {} : { home }) });
  if (directory === undefined)
    warn('there is no home directory, and so no cache: `--cache-dir DIR` names one');
  return directory;
}

/**
 * Where the indexes are and how they are reached, as pip is configured on this machine and by these arguments.
 *
 * @throws ProvpinError, exit code 2, when the configuration cannot be read
 */
export function configureIndex({ settings, env, warn }: CommandContext): IndexConfiguration {
  return readIndexConfiguration({
    ...pipEnvironment(env),
    pipArgs: [...settings.pipArgs, ...requirementsOf(settings)],
    cwd: process.cwd(),
    warn,
  });
}

/**
 * The indexes of a configuration.
 *
 * @param options `isLongLived`: whether they are asked for so long that what they say changes meanwhile
 * @throws ProvpinError, exit code 2, when `--attestations-from` is not a URL
 */
export function openIndex(
  { settings, env, signal, warn }: CommandContext,
  configuration: IndexConfiguration,
  cacheDir: string | undefined,
  { isLongLived = false } = {},
): PackageIndex {
  const pipCacheDir = settings.cache ? pipCacheDirectory(pipEnvironment(env)) : undefined;
  return createPackageIndex(configuration, {
    userAgent: `provpin/${VERSION}`,
    concurrency: settings.concurrency ?? DEFAULT_CONCURRENCY,
    offline: settings.offline,
    isLongLived,
    signal,
    warn,
    ...(configuration.keyring
      ? { askKeyring: createKeyring(env, { cwd: process.cwd(), signal, warn }) }
      : {}),
    ...(cacheDir === undefined ? {} : { cacheDir }),
    ...(pipCacheDir === undefined ? {} : { pipCacheDir }),
    ...(settings.attestationsFrom === undefined ? {} : { attestationsFrom: settings.attestationsFrom }),
  });
}

function pipCacheDirectory(environment: PipEnvironment): string | undefined {
  return environment.env['PIP_CACHE_DIR'] || cacheDirectory(environment, 'pip');
}

/** A requirements file that is a lock says where its files come from, as it says it to pip. */
function requirementsOf({ lockPaths }: Settings): readonly string[] {
  return lockPaths.flatMap((path) => (path.endsWith('.txt') ? ['--requirement', path] : []));
}

/** What pip's configuration depends on. */
export function pipEnvironment(env: NodeJS.ProcessEnv): PipEnvironment {
  const home = homeDirectory();
  return { env, platform: process.platform, ...(home === undefined ? {} : { home }) };
}

/** A process without a home is given `/`, or an error, by the platform; neither is a place to keep things in. */
function homeDirectory(): string | undefined {
  try {
    const home = homedir();
    return home === '' || home === '/' || home === '/nonexistent' ? undefined : home;
  } catch {
    return undefined;
  }
}
