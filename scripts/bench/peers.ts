/** What others do with the same documents: sigstore for Python, and the command of pypi-attestations, in an environment of their own. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { messageOf } from '../../src/errors.ts';

const PINNED = ['pypi-attestations==0.0.30', 'sigstore==4.5.1'];

export type Peers =
  | { readonly kind: 'installed'; readonly bin: string; readonly versions: string }
  | { readonly kind: 'none'; readonly reason: string };

const run = promisify(execFile);

/** Installs them, once; says why when that is not possible, and then the rest is measured without. */
export async function openPeers(cache: string): Promise<Peers> {
  const directory = join(cache, PINNED.join('-'));
  const installed = { kind: 'installed', bin: join(directory, 'bin'), versions: PINNED.join(', ') } as const;
  if (existsSync(directory)) return installed;
  try {
    await run('python3', ['-m', 'venv', directory]);
    await run(join(directory, 'bin', 'python'), ['-m', 'pip', 'install', '--quiet', ...PINNED]);
    return installed;
  } catch (error) {
    await rm(directory, { recursive: true, force: true });
    const reason = messageOf(error).split('\n')[0] ?? '';
    process.stderr.write(`warning: the peers cannot be had, and are left out: ${reason}\n`);
    return { kind: 'none', reason };
  }
}
