import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { readLayout } from '../../src/installed/layout.ts';
import { findPython } from '../../src/lock-source/find-python.ts';
import { createWorkspace, type Workspace } from '../support/workspace.ts';

const SETTING = 'include-system-site-packages';
const SEES = 'import site; print(len(site.PREFIXES) > 1)';

describe('whether an environment sees what its base has', () => {
  let workspace: Workspace;
  let directory: string;
  let file: string;
  let lines: readonly string[];
  beforeAll(async () => {
    workspace = await createWorkspace();
    directory = join(workspace.directory, 'venv');
    file = join(directory, 'pyvenv.cfg');
    await workspace.run('python3', ['-m', 'venv', '--without-pip', directory]);
    lines = (await readFile(file, 'utf8')).split('\n').filter((line) => !line.startsWith(SETTING));
  });
  afterAll(async () => workspace.remove());

  test.for([
    [[`${SETTING} = false`], false],
    [[`${SETTING} = true`], true],
    [[`${SETTING} = True`], true],
    [[`  Include-System-Site-Packages=TRUE `], true],
    [[`${SETTING} = yes`], false],
    [[`${SETTING} = true`, `${SETTING} = false`], false],
    [[`${SETTING} = true`, SETTING], true],
    [[], true],
  ] as const)('%j: %s, as Python has it', async ([setting, expected]) => {
    await writeFile(file, [...lines, ...setting].join('\n'));
    const surroundings = { env: workspace.env, cwd: workspace.project };
    const options = { ...surroundings, platform: process.platform, python: directory, isolated: true };
    const { outside } = await readLayout(await findPython(options), surroundings);
    const { stdout } = await workspace.run(join(directory, 'bin', 'python'), ['-c', SEES]);
    expect([outside.length > 0, stdout.trim()]).toEqual([expected, expected ? 'True' : 'False']);
  });
});
