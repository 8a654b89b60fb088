/** The machine's Python, and pips that can lock. */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { PINNED_PIP } from '../../src/lock-source/pinned-pip.ts';
import type { Distribution } from './distributions.ts';
import { networkEnvironment, type Environment, type Workspace } from './workspace.ts';

/** What tests have fetched stays here, and is used by tests that must not fetch anything. */
const CACHE = fileURLToPath(new URL('../../node_modules/.cache/provpin-tests/', import.meta.url));
const PIP = join(CACHE, `pip-${PINNED_PIP.sha256}`);
const WHEEL = join(PIP, PINNED_PIP.filename);
const UNPACKED = join(PIP, 'unpacked');

/** The version of the pip that `python3` has, or undefined when there is none. */
export async function pipVersion(workspace: Workspace, env: Environment = {}): Promise<string | undefined> {
  try {
    const { exitCode, stdout } = await workspace.run('python3', ['-m', 'pip', '--version'], { env });
    return exitCode === 0 ? /^pip (\S+)/.exec(stdout)?.[1] : undefined;
  } catch {
    return undefined;
  }
}

/**
 * An environment whose `python3` has a pip that can lock, without internet: of a virtual environment with the pip that
 * `cachePip` has left, or else the machine's own when it is new enough; undefined when there is neither.
 */
export async function environmentThatLocks(workspace: Workspace): Promise<Environment | undefined> {
  if (!existsSync(PIP)) return canLock(await pipVersion(workspace)) ? {} : undefined;
  const bin = await createVirtualEnvironment(workspace);
  return { PATH: [bin, workspace.env['PATH']].join(delimiter) };
}

/**
 * Fetches the pinned pip from the real index, once.
 *
 * @param env where that index is, and how it is reached
 */
export async function cachePip(workspace: Workspace, env = networkEnvironment()): Promise<void> {
  if (existsSync(PIP)) return;
  await mkdir(CACHE, { recursive: true });
  const partial = await mkdtemp(join(CACHE, 'partial-'));
  try {
    await downloadPip(workspace, partial, env);
    await rename(partial, PIP);
  } catch (error) {
    await rm(partial, { recursive: true });
    if (!existsSync(PIP)) throw error; // otherwise another test was quicker
  }
}

async function downloadPip(workspace: Workspace, directory: string, env: Environment): Promise<void> {
  const { name, version, sha256, filename } = PINNED_PIP;
  const requirement = await workspace.write('pip.txt', `${name}==${version} --hash=sha256:${sha256}\n`);
  const download = ['download', '--no-deps', '--require-hashes', '--dest', directory, '-r', requirement];
  await mustRun(workspace, 'python3', ['-m', 'pip', ...download], env);
  const unpack = ['-e', join(directory, filename), join(directory, 'unpacked')];
  await mustRun(workspace, 'python3', ['-m', 'zipfile', ...unpack]);
}

/** The pinned pip as a file for an index, when `cachePip` has left it. */
export async function cachedPip(): Promise<Distribution | undefined> {
  if (!existsSync(PIP)) return undefined;
  const bytes = await readFile(WHEEL);
  const metadata = await readFile(join(UNPACKED, `pip-${PINNED_PIP.version}.dist-info`, 'METADATA'), 'utf8');
  const { name, version, filename } = PINNED_PIP;
  return {
    name,
    version,
    filename,
    bytes,
    metadata,
    sha256: createHash('sha256').update(bytes).digest('hex'),
  };
}

/** One that finds the unpacked pip, which is much quicker than installing it; its folder of executables. */
async function createVirtualEnvironment(workspace: Workspace): Promise<string> {
  const directory = join(workspace.directory, 'venv');
  await mustRun(workspace, 'python3', ['-m', 'venv', '--without-pip', directory]);
  const [version = ''] = await readdir(join(directory, 'lib'));
  await writeFile(join(directory, 'lib', version, 'site-packages', 'pip.pth'), `${UNPACKED}\n`);
  return join(directory, 'bin');
}

async function mustRun(
  workspace: Workspace,
  command: string,
  args: readonly string[],
  env: Environment = {},
): Promise<void> {
  const { exitCode, stderr } = await workspace.run(command, args, { env });
  if (exitCode !== 0) throw new Error(`\`${command} ${args.join(' ')}\` failed: ${stderr}`);
}

/** `pip lock` came with pip 25.1. */
export function canLock(version: string | undefined): boolean {
  const [major = 0, minor = 0] = (version ?? '').split('.').map(Number);
  return major > 25 || (major === 25 && minor >= 1);
}
