/** Programs of Python, from the real index. */
import { join } from 'node:path';

import { networkEnvironment, type Workspace } from './workspace.ts';

/** Installs packages into the virtual environment `venv` of a workspace; returns the folder of their programs. */
export async function installTools(workspace: Workspace, ...packages: readonly string[]): Promise<string> {
  const venv = join(workspace.directory, 'venv');
  const bin = join(venv, 'bin');
  for (const [command, args] of [
    ['python3', ['-m', 'venv', venv]],
    [join(bin, 'python'), ['-m', 'pip', 'install', '-q', ...packages]],
  ] as const) {
    const { exitCode, stdout, stderr } = await workspace.run(command, args, { env: networkEnvironment() });
    if (exitCode !== 0) throw new Error(stdout + stderr);
  }
  return bin;
}
