/** Runs the real binary, as its users do. */
import { fileURLToPath } from 'node:url';

import type { RunningProgram, RunOptions, RunResult, Workspace } from './workspace.ts';

export const BINARY = fileURLToPath(new URL('../../bin/provpin.js', import.meta.url));

/** Runs `bin/provpin.js` in a workspace to its end; it runs what was last built into dist. */
export async function runProvpin(
  workspace: Workspace,
  args: readonly string[],
  options: RunOptions = {},
): Promise<RunResult> {
  return startProvpin(workspace, args, options).finished;
}

/** The same, for tests that end it before its time. */
export function startProvpin(
  workspace: Workspace,
  args: readonly string[],
  options: RunOptions = {},
): RunningProgram {
  return workspace.start(process.execPath, [BINARY, ...args], options);
}
