/** Runs provpin as its users do: the real binary, or, where coverage is to be seen, the same command line in this process. */
import { EventEmitter, once } from 'node:events';
import { chdir, cwd } from 'node:process';
import { fileURLToPath } from 'node:url';

import { runInProcess } from './run-in-process.ts';
import type { Environment, RunningProgram, RunOptions, RunResult, Workspace } from './workspace.ts';

export const BINARY = fileURLToPath(new URL('../../bin/provpin.js', import.meta.url));

/** Set by the project `in-process` of vitest.config.ts, which runs tests a second time. */
const IN_PROCESS = process.env['PROVPIN_TESTS_IN_PROCESS'] === '1';

// An interrupted run ends its process when that is still there after a while; this one goes on with other tests.
const kill = process.kill.bind(process);
if (IN_PROCESS) process.kill = (pid, signal) => pid === process.pid || kill(pid, signal);

/** Runs `bin/provpin.js` in a workspace to its end; it runs what was last built into dist. */
export async function runProvpin(
  workspace: Workspace,
  args: readonly string[],
  options: RunOptions = {},
): Promise<RunResult> {
  if (!IN_PROCESS || options.input !== undefined) return startProvpin(workspace, args, options).finished;
  // A process has one current directory, so that runs in it take turns.
  const result = lastRun.then(async () => await startHere(workspace, args, options).finished);
  lastRun = result.catch(() => undefined);
  return await result;
}

let lastRun: Promise<unknown> = Promise.resolve();

/** The same, for tests that end it before its time; always the binary. */
export function startProvpin(
  workspace: Workspace,
  args: readonly string[],
  options: RunOptions = {},
): RunningProgram {
  return workspace.start(process.execPath, [BINARY, ...args], options);
}

/** The same, in this process where coverage is to be seen. While it runs, no other may, and a signal only asks it to end. */
export function startProvpinToServe(
  workspace: Workspace,
  args: readonly string[],
  options: RunOptions = {},
): RunningProgram {
  return (IN_PROCESS ? startHere : startProvpin)(workspace, args, options);
}

function startHere(workspace: Workspace, args: readonly string[], options: RunOptions): RunningProgram {
  const before = { directory: cwd(), env: { ...process.env }, listeners: process.listeners('SIGTERM') };
  const said = new EventEmitter();
  let stderr = '';
  let hasEnded = false;
  replaceEnvironment({ ...workspace.env, ...options.env });
  chdir(options.cwd ?? workspace.project);
  const running = runInProcess(args, {
    env: { ...workspace.env, ...options.env },
    stderr: (text) => {
      stderr += text;
      said.emit('more');
    },
  });
  let stop = process.listeners('SIGTERM').find((listener) => !before.listeners.includes(listener));
  const finished = running
    .then((result): RunResult => ({ ...result, signal: null }))
    .finally(() => {
      chdir(before.directory);
      replaceEnvironment(before.env);
      hasEnded = true;
      said.emit('more');
    });
  return {
    // A second one would end this process.
    kill: () => {
      stop?.('SIGTERM');
      stop = undefined;
    },
    stderrSoFar: () => stderr,
    whenSaid: async (pattern) => {
      for (;;) {
        const found = pattern.exec(stderr)?.[1];
        if (found !== undefined) return found;
        if (hasEnded) throw new Error(`it ended without saying ${pattern.source}: ${stderr}`);
        await once(said, 'more');
      }
    },
    finished,
  };
}

/** Of the process itself: the home directory is not asked of the object that JavaScript sees. */
function replaceEnvironment(env: Environment | NodeJS.ProcessEnv): void {
  for (const name of Object.keys(process.env)) delete process.env[name];
  Object.assign(process.env, env);
}
