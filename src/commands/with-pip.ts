import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PipOptions } from '../lock-source/index.ts';
import type { PackageIndex } from '../package-index/contract.ts';
import type { CommandContext } from './contract.ts';
import { createOutsideText } from './outside-text.ts';

/** Where pip itself comes from when the user's is too old. */
export interface PipSource {
  readonly index: PackageIndex;
  readonly cacheDir: string | undefined;
}

/** Gives `run` what it needs to run pip as the user would. What pip says goes to stderr as it comes. */
export async function withPip<T>(
  { settings, env, signal, stderr }: CommandContext,
  { index, cacheDir }: PipSource,
  run: (options: PipOptions) => Promise<T>,
): Promise<T> {
  const outside = createOutsideText(stderr);
  try {
    return await withCache(
      cacheDir,
      async (directory) =>
        await run({
          // What pip prints is shown without escape sequences anyway.
          env: {
            ...env,
            NO_COLOR: '1',
            FORCE_COLOR: undefined,
            ...(settings.quiet ? { PIP_QUIET: '1' } : {}),
          },
          cwd: process.cwd(),
          cacheDir: directory,
          stderr: outside.push,
          fetchPip: index.fetchArtifact,
          signal,
        }),
    );
  } finally {
    outside.end();
  }
}

/** Without a cache directory, what has to be on a disk for pip's sake is there only as long as it is needed. */
async function withCache<T>(
  cacheDir: string | undefined,
  run: (directory: string) => Promise<T>,
): Promise<T> {
  if (cacheDir !== undefined) return await run(cacheDir);
  const temporary = await mkdtemp(join(tmpdir(), 'provpin-'));
  try {
    return await run(temporary);
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}
