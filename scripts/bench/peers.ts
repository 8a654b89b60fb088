/** What others do with the same documents: sigstore for Python, and the command of pypi-attestations, in an environment of their own. */
import { execFile } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { messageOf } from '../../src/errors.ts';
import { runProgram } from './measure.ts';

const PINNED = ['pypi-attestations==0.0.30', 'sigstore==4.5.1'];
const SCRIPT = fileURLToPath(new URL('peer.py', import.meta.url));

export type Peers =
  | { readonly kind: 'installed'; readonly python: string }
  | { readonly kind: 'none'; readonly reason: string };

const run = promisify(execFile);

/** Installs them, once; says why when that is not possible. */
export async function openPeers(cache: string): Promise<Peers> {
  const directory = join(cache, PINNED.join('-'));
  const python = join(directory, 'bin', 'python');
  if (await isComplete(python)) return { kind: 'installed', python };
  try {
    await rm(directory, { recursive: true, force: true });
    await run('python3', ['-m', 'venv', directory]);
    await run(python, ['-m', 'pip', 'install', '--quiet', ...PINNED]);
    if (!(await isComplete(python))) throw new Error('what pip has installed does not run');
    return { kind: 'installed', python };
  } catch (error) {
    const reason = `without the peers, which cannot be had: ${messageOf(error).split('\n')[0] ?? ''}`;
    return { kind: 'none', reason };
  }
}

/** Whether everything is there that is used, in the versions that are pinned: an installation may have been cut short. */
async function isComplete(python: string): Promise<boolean> {
  try {
    const { stdout } = await run(python, [SCRIPT]);
    await run(python, ['-m', 'pypi_attestations', '--version']);
    return stdout.trim() === PINNED.join(' ');
  } catch {
    return false;
  }
}

export interface Round {
  /** Milliseconds a document. */
  readonly cpu: number;
  readonly wall: number;
}

const parseRounds: (text: string) => readonly Round[] = JSON.parse;

/**
 * Has sigstore for Python verify that many documents of a world, once a round, in one process.
 *
 * @returns what each round took, and milliseconds by the clock of the whole process
 */
export async function runSigstorePython(
  python: string,
  { world, documents, rounds, cwd }: { world: string; documents: number; rounds: number; cwd: string },
): Promise<{ readonly rounds: readonly Round[]; readonly wall: number }> {
  const args = [SCRIPT, world, String(documents), String(rounds)];
  const { stdout, wall } = await runProgram(python, args, { cwd });
  return { rounds: parseRounds(stdout), wall };
}
