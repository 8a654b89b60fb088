import { devNull } from 'node:os';
import { incompleteError, type ProvpinError } from '../errors.ts';
import { failureOf, runProcess } from '../run-process.ts';
import type { CommandContext } from './contract.ts';
import { createOutsideText } from './outside-text.ts';

/** Settings by which pip and uv would take files from somewhere else, or not find the way to this machine. */
const OTHER_PLACES: ReadonlySet<string> = new Set([
  'PIP_CERT',
  'PIP_CLIENT_CERT',
  'PIP_EXTRA_INDEX_URL',
  'PIP_FIND_LINKS',
  'PIP_NO_INDEX',
  'PIP_PROXY',
  'PIP_PYPI_URL',
  'PIP_TRUSTED_HOST',
  'UV_EXTRA_INDEX_URL',
  'UV_FIND_LINKS',
  'UV_INDEX',
  'UV_NO_INDEX',
  'UV_OFFLINE',
  'UV_TORCH_BACKEND', // has an index of its own
]);

/**
 * Runs a program with the proxy as the index of pip and uv. What it says goes to stderr, as it comes.
 *
 * @param simpleUrl of the proxy
 * @returns what went wrong with it, if anything did
 */
export async function runProxied(
  { settings: { program }, env, signal, stderr }: CommandContext,
  simpleUrl: string,
): Promise<readonly ProvpinError[]> {
  const [command = '', ...args] = program;
  const outside = createOutsideText(stderr);
  const result = await runProcess(command, args, {
    cwd: process.cwd(),
    env: proxiedEnvironment(env, simpleUrl),
    stdin: 'inherit',
    onStdout: outside.push,
    onStderr: outside.push,
    maxOutput: Infinity,
    signal,
  });
  outside.end();
  const failure = failureOf(result);
  return failure === undefined ? [] : [incompleteError('program', `\`${command}\` ${failure}`)];
}

function proxiedEnvironment(env: NodeJS.ProcessEnv, simpleUrl: string): NodeJS.ProcessEnv {
  const { hostname } = new URL(simpleUrl);
  const bypass = [env['no_proxy'] ?? env['NO_PROXY'], hostname].filter(Boolean).join(',');
  return {
    ...Object.fromEntries(Object.entries(env).filter(([name]) => !OTHER_PLACES.has(name.toUpperCase()))),
    PIP_CONFIG_FILE: devNull,
    PIP_INDEX_URL: simpleUrl,
    UV_DEFAULT_INDEX: simpleUrl,
    UV_INDEX_URL: simpleUrl,
    NO_PROXY: bypass,
    no_proxy: bypass,
  };
}
