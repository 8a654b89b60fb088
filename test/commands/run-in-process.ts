/** Runs a command line in this process, where coverage is seen; what a user gets is for the tests of the real binary (e2e). */
import { join } from 'node:path';

import { run, type Terminal } from '../../src/cli.ts';
import type { Setting } from '../e2e/setting.ts';

export interface Ran {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface InProcessOptions extends Partial<
  Pick<Terminal, 'stdoutIsTerminal' | 'showsProgress' | 'stdout'>
> {
  readonly env?: Readonly<Record<string, string>>;
}

/** Any command line. */
export async function runInProcess(argv: readonly string[], options: InProcessOptions = {}): Promise<Ran> {
  const stdout: string[] = [];
  const stderr: string[] = [];
  const exitCode = await run(argv, {
    env: options.env ?? {},
    stdout: async (text) => {
      stdout.push(text);
      await options.stdout?.(text);
    },
    stderr: (text) => stderr.push(text),
    stdoutIsTerminal: options.stdoutIsTerminal ?? false,
    showsProgress: options.showsProgress ?? false,
  });
  return { exitCode, stdout: stdout.join(''), stderr: stderr.join('') };
}

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
