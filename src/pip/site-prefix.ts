import { accessSync, constants, existsSync, realpathSync, statSync } from 'node:fs';
import path from 'node:path';
import { parsePipOptions } from './options.ts';

/**
 * `sys.prefix` of the Python that runs pip, as far as its place shows it, without running it: its `pip.conf` is the site level.
 * The Python is that of pip's own `--python`, of the active virtual environment, or the first on PATH, in this order.
 *
 * @param args those for pip
 * @returns undefined when no Python is found
 */
export function findSitePrefix(
  args: readonly string[],
  { env, platform }: { readonly env: NodeJS.ProcessEnv; readonly platform: NodeJS.Platform },
): string | undefined {
  const named =
    parsePipOptions(args).findLast(({ name }) => name === '--python')?.value ?? env['PIP_PYTHON'] ?? '';
  if (named !== '') return isDirectory(named) ? path.resolve(named) : prefixOf(path.resolve(named));
  const virtualEnv = env['VIRTUAL_ENV'] ?? '';
  if (virtualEnv !== '') return virtualEnv;
  const names = platform === 'win32' ? ['python.exe'] : ['python3', 'python'];
  const python = names.map((name) => findOnPath(name, env)).find((found) => found !== undefined);
  return python === undefined ? undefined : prefixOf(python);
}

/** A virtual environment is where its `pyvenv.cfg` is; any other Python is where its links lead. */
function prefixOf(python: string): string | undefined {
  const here = homeOf(python);
  if (existsSync(path.join(here, 'pyvenv.cfg'))) return here;
  try {
    return homeOf(realpathSync(python));
  } catch {
    return undefined;
  }
}

/** Above `bin` or `Scripts`; on Windows, an installed Python lies in its prefix itself. */
function homeOf(python: string): string {
  const directory = path.dirname(python);
  return /^(?:bin|scripts)$/iu.test(path.basename(directory)) ? path.dirname(directory) : directory;
}

function findOnPath(name: string, env: NodeJS.ProcessEnv): string | undefined {
  const key = Object.keys(env).find((candidate) => candidate.toUpperCase() === 'PATH') ?? 'PATH';
  return (env[key] ?? '')
    .split(path.delimiter)
    .filter((directory) => path.isAbsolute(directory))
    .map((directory) => path.join(directory, name))
    .find(isExecutable);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

function isDirectory(file: string): boolean {
  return statSync(file, { throwIfNoEntry: false })?.isDirectory() ?? false;
}
