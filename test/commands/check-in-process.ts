/** Checks in the process of the tests. */
import { join } from 'node:path';

import type { Setting } from '../e2e/setting.ts';
import { runInProcess, type InProcessOptions, type Ran } from '../support/run-in-process.ts';

/** A check in a setting: its index, Sigstore instance and workspace, and `pylock.toml` unless there is another lock. */
export async function checkInProcess(
  { workspace, index }: Setting,
  argv: readonly string[] = [],
  options: InProcessOptions = {},
): Promise<Ran> {
  const path = (name: string): string => join(workspace.project, name);
  const lock = argv.includes('-L') || argv.includes('--lock') ? [] : ['-L', path('pylock.toml')];
  const ours = ['--trusted-root', path('root.json'), '--provenance-file', path('.provenance.txt')];
  const isOffline = argv.includes('--offline');
  return await runInProcess(
    [...lock, ...ours, ...argv, ...(isOffline ? [] : ['--index-url', index.simpleUrl])],
    {
      ...options,
      env: { ...workspace.env, ...options.env },
    },
  );
}
