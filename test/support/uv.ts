/** The current uv, from the real index. */
import { dirname, join } from 'node:path';

import { installTools } from './python-tools.ts';
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
  const bin = await installTools(workspace, 'uv');
  const env = { ...networkEnvironment(), VIRTUAL_ENV: dirname(bin) };
  return { bin, env, run: async (args) => await workspace.run(join(bin, 'uv'), args, { env }) };
}
