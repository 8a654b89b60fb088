/** Virtual environments that pip installs into from the loopback index, for tests of what is installed. */
import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';

import { makeWheel } from '../support/distributions.ts';
import { pipVersion } from '../support/python.ts';
import { runProvpin } from '../support/run-provpin.ts';
import { createWorkspace, type Environment, type RunResult, type Workspace } from '../support/workspace.ts';
import type { Setting } from './setting.ts';

/** Has everything that an installer can do something with. */
export const widget = makeWheel({
  name: 'widget',
  files: {
    'acme/__init__.py': '',
    'acme/core.py': 'def main():\n    return {"kind": ("a", "b"), "ok": True}\n',
    'acme/data.txt': 'data\n',
    'DATA/scripts/widget-script': '#!python\nprint("widget")\n',
    'DATA/headers/widget.h': '#define WIDGET\n',
    'DATA/data/share/widget/notes.txt': 'notes\n',
    'shared/widget_part.py': 'PART = 1\n',
  },
  entryPoints:
    '[console_scripts]\nwidget = acme.core:main\nwidgets = acme.core:main [more]\n[other]\nx = y\n',
});
/** Has a directory in common with the other. */
export const gadget = makeWheel({ name: 'gadget', files: { 'shared/gadget_part.py': 'PART = 2\n' } });

/** An environment that can be changed and be put back. */
export interface InstalledEnvironment {
  readonly directory: string;
  /** Directory of modules. */
  readonly site: string;
  /** Directory of programs. */
  readonly bin: string;
  readonly python: string;
  readonly read: (path: string) => Promise<string>;
  /** Writes a file, by its path from the directory of modules, and what directories it needs. */
  readonly write: (path: string, content: string | Uint8Array) => Promise<void>;
  /** As pip, with these arguments to `pip install`. */
  readonly pip: (args: readonly string[]) => Promise<RunResult>;
  /** Keeps everything as it is now. */
  readonly keep: () => Promise<void>;
  /** Puts back what was kept. */
  readonly restore: () => Promise<void>;
  /** Runs `provpin installed` on it, with the index and the Sigstore instance of the setting. */
  readonly check: (args?: readonly string[], env?: Environment) => Promise<RunResult>;
}

/** Whether this machine has a pip that installs into other environments (`--python`, since 22.3). */
export async function hasPip(): Promise<boolean> {
  const workspace = await createWorkspace();
  const version = await pipVersion(workspace);
  await workspace.remove();
  const [major = 0, minor = 0] = (version ?? '').split('.').map(Number);
  return major > 22 || (major === 22 && minor >= 3);
}

export async function createInstalled(
  setting: Pick<Setting, 'workspace' | 'index'>,
  name = 'venv',
): Promise<InstalledEnvironment> {
  const { workspace, index } = setting;
  const directory = join(workspace.directory, name);
  await mustRun(workspace.run('python3', ['-m', 'venv', '--without-pip', directory]));
  const version = (await readdir(join(directory, 'lib'))).find((one) => one.startsWith('python')) ?? '';
  const site = join(directory, 'lib', version, 'site-packages');
  const python = join(directory, 'bin', 'python');
  const kept = `${directory}-kept`;
  const env = { PATH: [dirname(process.execPath), workspace.env['PATH']].join(delimiter) };
  return {
    directory,
    site,
    bin: join(directory, 'bin'),
    python,
    read: async (path) => await readFile(join(site, path), 'utf8'),
    write: async (path, content) => {
      await mkdir(dirname(join(site, path)), { recursive: true });
      await writeFile(join(site, path), content);
    },
    pip: async (args) =>
      await mustRun(
        workspace.run(
          'python3',
          ['-m', 'pip', '--python', python, 'install', '-i', index.simpleUrl, ...args],
          {
            env,
          },
        ),
      ),
    keep: async () => {
      await rm(kept, { recursive: true, force: true });
      await cp(directory, kept, { recursive: true, verbatimSymlinks: true, preserveTimestamps: true });
    },
    restore: async () => {
      await rm(directory, { recursive: true, force: true });
      await cp(kept, directory, { recursive: true, verbatimSymlinks: true, preserveTimestamps: true });
    },
    check: async (args = [], more = {}) =>
      await runProvpin(
        workspace,
        ['installed', '--trusted-root', 'root.json', '--python', directory, '-i', index.simpleUrl, ...args],
        { env: more },
      ),
  };
}

async function mustRun(running: Promise<RunResult>): Promise<RunResult> {
  const result = await running;
  if (result.exitCode !== 0) throw new Error(result.stderr + result.stdout);
  return result;
}

/** Compiles a source to a file, with further arguments (Python) to `py_compile.compile`. */
export async function compileTo(
  workspace: Workspace,
  { python }: InstalledEnvironment,
  {
    source,
    cfile,
    options = '',
  }: { readonly source: string; readonly cfile: string; readonly options?: string },
): Promise<void> {
  const call = `py_compile.compile(${JSON.stringify(source)}, cfile=${JSON.stringify(cfile)}, doraise=True${options})`;
  await mustRun(workspace.run(python, ['-c', `import py_compile; ${call}`]));
}

/** The bytecode of a module that pip has compiled. */
export async function bytecodeIn(
  { site }: InstalledEnvironment,
  folder: string,
  module: string,
): Promise<string> {
  const directory = join(site, folder, '__pycache__');
  const name = (await readdir(directory)).find((one) => one.startsWith(`${module}.`));
  return join(directory, name ?? '');
}
