/** A project to check, and the index that has its files. */
import { cp, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Setup } from './contract.ts';
import { runNode, type Usage } from './measure.ts';
import { startIndex, type IndexOptions, type RunningIndex } from './start-index.ts';
import { lockOf, makeWorld } from './world.ts';

/** Where a check that is to find its documents again keeps them. */
const CACHE = 'cache';
export const CACHED = ['--cache-dir', CACHE] as const;

export const PROGRAM = fileURLToPath(new URL('../../bin/provpin.js', import.meta.url));

export type Size = readonly [packages: number, wheels: number];

type Check = (...args: readonly string[]) => Promise<Usage>;

interface Project {
  readonly check: Check;
  readonly index: RunningIndex;
  /** Has the project be as if it were never checked: nothing recorded, nothing in the cache. */
  readonly forget: () => Promise<void>;
}

/** A project with a lock of the world's files, and the index that has them. */
export async function withProject<T>(
  { size, ...options }: IndexOptions & { readonly size: Size },
  setup: Setup,
  measure: (project: Project) => Promise<T>,
): Promise<T> {
  const world = await makeWorld(setup.cache, ...size);
  const project = join(setup.temporary, 'project');
  await rm(project, { recursive: true, force: true });
  await mkdir(project, { recursive: true });
  const index = await startIndex(world, options, setup.temporary);
  try {
    await cp(join(world.directory, 'root.json'), join(project, 'root.json'));
    await writeFile(join(project, 'uv.lock'), lockOf(world, index.origin));
    const settings = ['-L', 'uv.lock', '--trusted-root', 'root.json', '--cert', index.certificate, '-q'];
    if (index.proxy !== undefined) settings.push('--proxy', index.proxy);
    return await measure({
      index,
      check: async (...args) => {
        const usage = await runNode([PROGRAM, ...settings, ...args], { cwd: project });
        if (usage.exitCode !== 0) throw new Error(`a check failed:\n${usage.stdout.slice(-2000)}`);
        return usage;
      },
      forget: async () => {
        for (const kept of [CACHE, '.provenance.txt'])
          await rm(join(project, kept), { recursive: true, force: true });
      },
    });
  } finally {
    await index.close();
  }
}
