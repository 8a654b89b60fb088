import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { inputError } from '../errors.ts';
import { printable } from '../printable.ts';
import { normalizeKey, parsePipConfigFile, type PipConfigFile } from './config-file.ts';
import { canonicalLongOption, parsePipOptions } from './options.ts';
import { findSitePrefix } from './site-prefix.ts';

/** What the levels below the command line say, by the option's full name (`--index-url`); lists not yet split. */
export type PipDefaults = ReadonlyMap<string, string>;

/** The part of the world that pip's configuration depends on. */
export interface PipEnvironment {
  readonly env: NodeJS.ProcessEnv;
  readonly platform: NodeJS.Platform;
  /** The user's home directory, where there is one. */
  readonly home?: string;
  /** `sys.prefix` of the interpreter that runs pip; its `pip.conf` is the site level. Default: found by its place. */
  readonly sitePrefix?: string;
}

/**
 * pip's configuration for a command, merged as pip merges it: `[global]` of every file, then e.g. `[lock]` of every file, then
 * the `PIP_*` variables; the files in the order global, user, site, `PIP_CONFIG_FILE`. A list of a later level replaces
 * that of an earlier one. Starts no process.
 *
 * @throws ProvpinError, exit code 2, when a file has a mistake that pip would stop at too
 */
export function readPipDefaults(
  args: readonly string[],
  environment: PipEnvironment,
  command: 'lock' | 'install' = 'lock',
): PipDefaults {
  const isolated = parsePipOptions(args).some((option) => option.name === '--isolated');
  const sitePrefix = environment.sitePrefix ?? findSitePrefix(args, environment);
  const place = sitePrefix === undefined ? environment : { ...environment, sitePrefix };
  const files = configFiles(place, isolated).flatMap(loadConfigFile);
  const inSection = (section: string) => files.flatMap((file) => Array.from(file.get(section) ?? []));
  const variables = isolated ? [] : environmentVariables(environment.env);
  const merged = new Map<string, string>();
  for (const level of [inSection('global'), inSection(command), variables]) {
    // Within a level a later file overrides an earlier one even with an empty value, which then counts as not given.
    for (const [key, value] of new Map(level)) {
      const name = canonicalLongOption(`--${key}`);
      if (name !== undefined && value !== '') {
        merged.set(name, value);
      }
    }
  }
  return merged;
}

function environmentVariables(env: NodeJS.ProcessEnv): [string, string][] {
  return Object.entries(env).flatMap(([name, value]): [string, string][] =>
    name.startsWith('PIP_') && value !== undefined ? [[normalizeKey(name.slice('PIP_'.length)), value]] : [],
  );
}

/** The files that pip looks for, lowest level first, whether they exist or not. */
export function configFiles(environment: PipEnvironment, isolated: boolean): string[] {
  const { env, platform } = environment;
  const paths = platform === 'win32' ? path.win32 : path.posix;
  const basename = platform === 'win32' ? 'pip.ini' : 'pip.conf';
  const named = env['PIP_CONFIG_FILE'];
  if (named === (platform === 'win32' ? 'nul' : '/dev/null')) {
    return [];
  }
  const withUser = !isolated && !(named !== undefined && named !== '' && existsSync(named));
  const prefix = environment.sitePrefix;
  return [
    ...globalDirectories(environment).map((directory) => paths.join(directory, basename)),
    ...(withUser ? userDirectories(environment).map((directory) => paths.join(directory, basename)) : []),
    ...(prefix === undefined ? [] : [paths.join(prefix, basename)]),
    ...(named === undefined || named === '' ? [] : [named]),
  ];
}

function globalDirectories({ env, platform }: PipEnvironment): string[] {
  if (platform === 'win32') {
    return [path.win32.join(env['ProgramData'] ?? env['ALLUSERSPROFILE'] ?? 'C:\\ProgramData', 'pip')];
  }
  if (platform === 'darwin') {
    return ['/Library/Application Support/pip'];
  }
  const configured = (env['XDG_CONFIG_DIRS'] ?? '').split(':').map((directory) => directory.trim());
  const absolute = configured.filter((directory) => path.posix.isAbsolute(directory));
  const directories = absolute.length === 0 ? ['/etc/xdg'] : absolute;
  return [...directories.map((directory) => path.posix.join(directory, 'pip')), '/etc'];
}

/** The legacy directory first: the newer one overrides it. */
function userDirectories({ env, platform, home }: PipEnvironment): string[] {
  if (platform === 'win32') {
    const roaming = env['APPDATA'];
    return [
      ...(home === undefined ? [] : [path.win32.join(home, 'pip')]),
      ...(roaming === undefined || roaming === '' ? [] : [path.win32.join(roaming, 'pip')]),
    ];
  }
  const configured = env['XDG_CONFIG_HOME']?.trim() ?? '';
  if (platform !== 'darwin' && path.posix.isAbsolute(configured)) {
    return [
      ...(home === undefined ? [] : [path.posix.join(home, '.pip')]),
      path.posix.join(configured, 'pip'),
    ];
  }
  if (home === undefined) {
    return [];
  }
  const library = path.posix.join(home, 'Library/Application Support/pip');
  const isMacLibrary = platform === 'darwin' && existsSync(library);
  return [path.posix.join(home, '.pip'), isMacLibrary ? library : path.posix.join(home, '.config/pip')];
}

/** As with pip, a file that is missing or must not be read counts as empty; one that is not UTF-8 is an error. */
function loadConfigFile(file: string): PipConfigFile[] {
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(file);
  } catch {
    return [];
  }
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw inputError('pip-configuration', `pip's configuration \`${printable(file)}\` is not UTF-8`);
  }
  return [parsePipConfigFile(text, file)];
}
