/** The current uv, from the real index. */
import { join } from 'node:path';

import { networkEnvironment, type Environment, type RunResult, type Workspace } from './workspace.ts';

export interface Uv {
  /** Folder of its executable. */
  readonly bin: string;
  /** What it needs to reach the real index, and to install into an environment of its own. */
  readonly env: Environment;
  readonly run: (args: readonly string[]) => Promise<RunResult>;
}

/** Installs uv into a virtual environment, which is then the one that it installs into. */
export async function installUv(workspace: Workspace): Promise<Uv> {
  const venv = join(workspace.directory, 'venv');
  const bin = join(venv, 'bin');
  const env = { ...networkEnvironment(), VIRTUAL_ENV: venv };
  const must = async (command: string, args: readonly string[]): Promise<void> => {
    const { exitCode, stdout, stderr } = await workspace.run(command, args, { env });
    if (exitCode !== 0) throw new Error(stdout + stderr);
  };
  await must('python3', ['-m', 'venv', venv]);
  await must(join(bin, 'python'), ['-m', 'pip', 'install', '-q', 'uv']);
  return { bin, env, run: async (args) => await workspace.run(join(bin, 'uv'), args, { env }) };
}
