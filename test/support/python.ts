/** The machine's Python, and pips that can lock. */
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { networkEnvironment, type Workspace } from './workspace.ts';

/** The pip that tests use where they may fetch one. */
export const PIP_VERSION = '26.3';

const CACHE = fileURLToPath(new URL('../../node_modules/.cache/provpin-tests/', import.meta.url));
const WHEEL = join(CACHE, `pip-${PIP_VERSION}`, `pip-${PIP_VERSION}-py3-none-any.whl`);

/** The version of the pip that `python` has, or undefined when there is none. */
export async function pipVersion(workspace: Workspace, python = 'python3'): Promise<string | undefined> {
  try {
    const { exitCode, stdout } = await workspace.run(python, ['-m', 'pip', '--version']);
    return exitCode === 0 ? /^pip (\S+)/.exec(stdout)?.[1] : undefined;
  } catch {
    return undefined;
  }
}

/**
 * A python whose pip can lock, without internet: the machine's own when its pip is new enough, otherwise a virtual
 * environment with the pip that `fetchPip` has left in the cache; undefined when there is neither.
 */
export async function pythonThatLocks(workspace: Workspace): Promise<string | undefined> {
  if (canLock(await pipVersion(workspace))) return 'python3';
  return existsSync(WHEEL) ? createPipEnvironment(workspace) : undefined;
}

/** Fetches pip from the real index into the cache of the tests, once. */
export async function fetchPip(workspace: Workspace): Promise<void> {
  if (existsSync(WHEEL)) return;
  await mkdir(CACHE, { recursive: true });
  const partial = await mkdtemp(join(CACHE, 'partial-'));
  const download = [
    '-m',
    'pip',
    'download',
    '--quiet',
    '--no-deps',
    '--dest',
    partial,
    `pip==${PIP_VERSION}`,
  ];
  const { exitCode, stderr } = await workspace.run('python3', download, { env: networkEnvironment() });
  if (exitCode !== 0) throw new Error(`pip could not be fetched: ${stderr}`);
  try {
    await rename(partial, dirname(WHEEL));
  } catch (error) {
    await rm(partial, { recursive: true });
    if (!existsSync(WHEEL)) throw error;
  }
}

/** A virtual environment of the workspace with the cached pip; its python. Quick: pip is unpacked, not installed. */
async function createPipEnvironment(workspace: Workspace): Promise<string> {
  const directory = join(workspace.directory, 'venv');
  const python = join(directory, 'bin', 'python');
  await mustRun(workspace, 'python3', ['-m', 'venv', '--without-pip', directory]);
  const [version = ''] = await readdir(join(directory, 'lib'));
  const packages = join(directory, 'lib', version, 'site-packages');
  await mustRun(workspace, python, ['-m', 'zipfile', '-e', WHEEL, packages]);
  return python;
}

async function mustRun(workspace: Workspace, command: string, args: readonly string[]): Promise<void> {
  const { exitCode, stderr } = await workspace.run(command, args);
  if (exitCode !== 0) throw new Error(`\`${command} ${args.join(' ')}\` failed: ${stderr}`);
}

/** `pip lock` came with pip 25.1. */
function canLock(version: string | undefined): boolean {
  const [major = 0, minor = 0] = (version ?? '').split('.').map(Number);
  return major > 25 || (major === 25 && minor >= 1);
}
