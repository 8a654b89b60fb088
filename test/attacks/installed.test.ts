/** The environment is the attacker's: whoever can write to `site-packages`, and rewrites the RECORD there to match. */
import { createHash } from 'node:crypto';
import {
  chmod,
  cp,
  mkdir,
  readdir,
  readFile,
  rename,
  stat,
  symlink,
  unlink,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import {
  bytecodeIn,
  compileTo,
  createInstalled,
  gadget,
  hasPip,
  widget,
  type InstalledEnvironment,
} from '../e2e/environment.ts';
import { createSetting, entryLine, parseReport, type Setting } from '../e2e/setting.ts';
import { makeWheel } from '../support/distributions.ts';
import { rulesOfReport } from './attack.ts';
import { acme, RECORDED } from './batch.ts';
import { expectRow } from './rows.ts';

const CHANGED = 'installed-file-changed';
const UNOWNED = 'installed-file-unowned';

type Tampering = readonly [
  id: string,
  rule: typeof CHANGED | typeof UNOWNED,
  /** Of the file that is to be found. */
  path: string | RegExp,
  tamper: () => Promise<unknown>,
];

interface Outcome {
  readonly exitCode: number;
  readonly found: readonly { readonly rule: string; readonly path: string }[];
}

const canInstall = await hasPip();

describe.skipIf(!canInstall)('an environment', { timeout: 120_000 }, () => {
  let setting: Setting;
  let environment: InstalledEnvironment;
  beforeAll(async () => {
    setting = await createSetting();
    setting.publish([widget, gadget], acme);
    environment = await createInstalled(setting);
    await environment.pip(['widget', 'gadget']);
    await environment.keep();
  });
  afterAll(async () => setting.close());

  const reset = async (): Promise<void> => {
    await environment.restore();
    setting.publish([widget, gadget], acme);
    await setting.workspace.write(
      '.provenance.txt',
      entryLine('gadget', RECORDED) + entryLine('widget', RECORDED),
    );
  };

  /** Each installed file that is not as it should be, with the rule that finds it. */
  const run = async (): Promise<Outcome> => {
    const { exitCode, stdout } = await environment.check(['--format', 'json']);
    const { packages, findings } = parseReport(stdout);
    const owned = packages.flatMap(({ installed }) => installed?.deviations ?? []);
    return {
      exitCode: exitCode ?? -1,
      found: [
        ...owned.map(({ path }) => ({ rule: CHANGED, path })),
        ...findings.flatMap(({ rule, file }) => (rule === UNOWNED ? [{ rule, path: file ?? '' }] : [])),
      ],
    };
  };

  const at = (...path: readonly string[]): string => join(environment.site, ...path);

  /** Has the RECORD of the package say of a file what is there. */
  const rewriteRecord = async (path: string): Promise<void> => {
    const record = `${path.startsWith('gadget') ? 'gadget' : 'widget'}-1.0.0.dist-info/RECORD`;
    const content = await environment.read(path);
    const digest = createHash('sha256').update(content).digest('base64url');
    const others = (await environment.read(record)).split('\n').filter((one) => !one.startsWith(`${path},`));
    const line = `${path},sha256=${digest},${Buffer.byteLength(content)}`;
    await environment.write(record, [line, ...others].join('\n'));
  };
  const overwrite = (path: string, content: string) => async () => {
    await environment.write(path, content);
    await rewriteRecord(path);
  };
  const edit = (path: string, change: (content: string) => string) => async () =>
    await overwrite(path, change(await environment.read(path)))();

  const UNCHECKED = ', invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH';

  /** Bytecode of another source in the place of a module's. */
  const poisonBytecode = async (options: string): Promise<string> => {
    const source = await setting.workspace.write('evil.py', 'def main():\n    return "evil"\n');
    const cfile = await bytecodeIn(environment, 'acme', 'core');
    await compileTo(setting.workspace, environment, { source, cfile, options });
    return cfile;
  };
  /** With the time and the size of the source that it is not of, so that Python runs it. */
  const backdate = async (cfile: string): Promise<void> => {
    const [bytes, { mtimeMs, size }] = await Promise.all([readFile(cfile), stat(at('acme/core.py'))]);
    bytes.writeUInt32LE(Math.trunc(mtimeMs / 1000), 8);
    bytes.writeUInt32LE(size, 12);
    await writeFile(cfile, bytes);
  };

  /** What does not get into the way of each other is tried at once. */
  const ROUNDS: readonly (readonly Tampering[])[] = [
    [
      ['installed-file-of-the-same-size', CHANGED, 'acme/data.txt', overwrite('acme/data.txt', 'DATA\n')],
      ['installed-module-changed', CHANGED, 'gadget.py', overwrite('gadget.py', 'import os\n')],
      [
        'installed-entry-points-changed',
        CHANGED,
        'widget-1.0.0.dist-info/entry_points.txt',
        overwrite('widget-1.0.0.dist-info/entry_points.txt', ''),
      ],
      ['installed-file-too-much', CHANGED, 'acme/evil.py', overwrite('acme/evil.py', '')],
      [
        'installed-file-in-the-metadata',
        CHANGED,
        'widget-1.0.0.dist-info/evil.txt',
        overwrite('widget-1.0.0.dist-info/evil.txt', ''),
      ],
      ['installed-file-in-a-shared-directory', UNOWNED, 'shared/evil.py', overwrite('shared/evil.py', '')],
      ['installed-pth-file', UNOWNED, 'evil.pth', overwrite('evil.pth', 'import os\n')],
      ['installed-sitecustomize', UNOWNED, 'sitecustomize.py', overwrite('sitecustomize.py', 'import os\n')],
      ['installed-package-of-nobody', UNOWNED, 'evil/', overwrite('evil/__init__.py', '')],
      ['installed-module-without-source', UNOWNED, 'evil.pyc', overwrite('evil.pyc', '')],
      [
        'installed-module-beside-the-programs',
        CHANGED,
        '../../../bin/acme.py',
        overwrite('../../../bin/acme.py', ''),
      ],
      [
        'installed-program-changed',
        CHANGED,
        '../../../bin/widget',
        edit('../../../bin/widget', (text) => `${text}import os\n`),
      ],
      [
        'installed-script-of-another-interpreter',
        CHANGED,
        '../../../bin/widget-script',
        edit('../../../bin/widget-script', (text) => text.replace(/^#!.*/, '#!/tmp/python')),
      ],
      [
        'installed-header-changed',
        CHANGED,
        /include\/site\/.*widget\.h$/,
        async () => {
          const [version = ''] = await readdir(join(environment.directory, 'include/site'));
          await writeFile(join(environment.directory, 'include/site', version, 'widget/widget.h'), 'evil');
        },
      ],
      [
        'installed-data-changed',
        CHANGED,
        '../../../share/widget/notes.txt',
        overwrite('../../../share/widget/notes.txt', 'evil'),
      ],
      [
        'installed-bytecode-with-the-time-of-its-source',
        CHANGED,
        /core\.cpython-\d+\.pyc$/,
        async () => backdate(await poisonBytecode('')),
      ],
    ],
    [
      ['installed-file-and-its-record', CHANGED, 'acme/core.py', overwrite('acme/core.py', 'import os\n')],
      ['installed-file-missing', CHANGED, 'acme/data.txt', async () => unlink(at('acme/data.txt'))],
      [
        'installed-program-of-another-interpreter',
        CHANGED,
        '../../../bin/widget',
        edit('../../../bin/widget', (text) => text.replace(/^#!.*/, '#!/tmp/python')),
      ],
      [
        'installed-script-changed',
        CHANGED,
        '../../../bin/widget-script',
        edit('../../../bin/widget-script', (text) => `${text}import os\n`),
      ],
    ],
    [
      [
        'installed-directory-for-a-file',
        CHANGED,
        'acme/data.txt',
        async () => {
          await unlink(at('acme/data.txt'));
          await mkdir(at('acme/data.txt'));
        },
      ],
      [
        'installed-bytecode-that-is-never-checked',
        CHANGED,
        /core\.cpython-\d+\.pyc$/,
        async () => poisonBytecode(UNCHECKED),
      ],
    ],
    [
      [
        'installed-pipe-for-a-file',
        CHANGED,
        'acme/data.txt',
        async () => {
          await unlink(at('acme/data.txt'));
          await setting.workspace.run('mkfifo', [at('acme/data.txt')]);
        },
      ],
      [
        'installed-bytecode-that-is-none',
        CHANGED,
        /core\.cpython-\d+\.pyc$/,
        async () => writeFile(await bytecodeIn(environment, 'acme', 'core'), 'evil'),
      ],
    ],
    [
      [
        'installed-link-for-a-directory',
        CHANGED,
        'acme',
        async () => {
          await rename(at('acme'), join(setting.workspace.project, 'acme'));
          await symlink(join(setting.workspace.project, 'acme'), at('acme'));
        },
      ],
      [
        'installed-link-for-the-metadata',
        CHANGED,
        'gadget-1.0.0.dist-info',
        async () => {
          const elsewhere = join(setting.workspace.project, 'metadata');
          await rename(at('gadget-1.0.0.dist-info'), elsewhere);
          await writeFile(join(elsewhere, 'entry_points.txt'), '[plugins]\nevil = gadget:main\n');
          await symlink(elsewhere, at('gadget-1.0.0.dist-info'));
        },
      ],
      [
        'installed-metadata-under-no-name',
        UNOWNED,
        'evil-1-2.dist-info/',
        overwrite('evil-1-2.dist-info/entry_points.txt', '[plugins]\nevil = gadget:main\n'),
      ],
      [
        'installed-package-for-a-module',
        CHANGED,
        'gadget/__init__.py',
        async () => {
          await environment.write('gadget/__init__.py', 'import os\n');
          await environment.write('evil-1.0.dist-info/RECORD', 'gadget/__init__.py,,\n');
        },
      ],
    ],
    [
      [
        'installed-pipe-for-bytecode',
        CHANGED,
        /core\.cpython-\d+\.pyc$/,
        async () => {
          const path = await bytecodeIn(environment, 'acme', 'core');
          await unlink(path);
          await setting.workspace.run('mkfifo', [path]);
        },
      ],
      [
        'installed-pipe-for-what-virtualenv-writes',
        UNOWNED,
        '_virtualenv.py',
        async () => {
          await mkdir(at('evil-1.0.dist-info'));
          await setting.workspace.run('mkfifo', [at('_virtualenv.py'), at('evil-1.0.dist-info', 'RECORD')]);
        },
      ],
    ],
    [
      [
        'installed-bytecode-of-no-source',
        CHANGED,
        /gone\.cpython-\d+\.pyc$/,
        async () => {
          const path = await bytecodeIn(environment, 'acme', 'core');
          await rename(path, path.replace('core.', 'gone.'));
        },
      ],
      [
        'installed-link-for-a-package-in-the-place-of-a-module',
        CHANGED,
        'gadget',
        async () => {
          const elsewhere = join(setting.workspace.project, 'gadget');
          await mkdir(elsewhere);
          await writeFile(join(elsewhere, '__init__.py'), 'import os\n');
          await symlink(elsewhere, at('gadget'));
        },
      ],
      [
        'installed-module-beside-the-programs-that-another-claims',
        CHANGED,
        /bin\/acme\.py$/,
        async () => {
          await environment.write('../../../bin/acme.py', 'import os\n');
          await environment.write('evil-1.0.dist-info/RECORD', '../../../bin/acme.py,,\n');
        },
      ],
      [
        'installed-link-beside-the-programs',
        CHANGED,
        '../../../bin/acme',
        async () => {
          const elsewhere = join(setting.workspace.project, 'acme-elsewhere');
          await mkdir(elsewhere);
          await writeFile(join(elsewhere, '__init__.py'), 'import os\n');
          await symlink(elsewhere, join(environment.bin, 'acme'));
        },
      ],
      [
        'installed-metadata-twice',
        CHANGED,
        'Gadget-1.0.dist-info/',
        async () => {
          await cp(at('gadget-1.0.0.dist-info'), at('Gadget-1.0.dist-info'), { recursive: true });
          await environment.write('Gadget-1.0.dist-info/entry_points.txt', '[plugins]\nevil = gadget:main\n');
        },
      ],
    ],
  ];

  describe.for(ROUNDS)('changed in places', (attempts) => {
    let outcome: Outcome;
    beforeAll(async () => {
      await reset();
      for (const { 3: tamper } of attempts) await tamper();
      outcome = await run();
    });

    test.for(attempts)('%s', ([id, rule, path]) => {
      const matches = (file: string): boolean => (typeof path === 'string' ? path === file : path.test(file));
      const found = outcome.found.filter((one) => one.rule === rule && matches(one.path));
      expect([id, found]).toEqual([id, [expect.anything()]]);
      expectRow(id, { rules: [rule], exitCode: outcome.exitCode });
    });
  });

  const EDITABLE = '{"url": "file:///src", "dir_info": {"editable": true}}';
  const poisoned = makeWheel({ name: 'gadget', content: 'import os\n' });
  const newer = makeWheel({ name: 'gadget', version: '2.0.0' });

  const ATTACKS: readonly (readonly [
    id: string,
    attack: () => Promise<unknown>,
    args?: readonly string[],
  ])[] = [
    [
      'installed-editable-in-the-place-of-a-signed-package',
      async () => {
        await environment.write('acme/core.py', 'import os\n');
        await environment.write('widget-1.0.0.dist-info/direct_url.json', EDITABLE);
      },
    ],
    [
      'installed-called-editable-although-it-is-locked',
      async () => {
        await setting.workspace.write('.provenance.txt', entryLine('widget', RECORDED));
        setting.publish([gadget], null);
        await setting.lock([widget, gadget]);
        await environment.write('gadget.py', 'import os\n');
        await environment.write('gadget-1.0.0.dist-info/direct_url.json', EDITABLE);
      },
      ['-L', 'pylock.toml'],
    ],
    [
      'installed-older-version',
      async () => {
        setting.publish([newer], acme);
        await setting.lock([widget, newer]);
      },
      ['-L', 'pylock.toml'],
    ],
    [
      'installed-from-a-wheel-of-the-index-that-is-not-the-locks',
      async () => {
        setting.publish([poisoned], acme);
        await setting.lock([widget, poisoned]);
      },
      ['-L', 'pylock.toml'],
    ],
    [
      'installed-wheel-replaced-on-the-index',
      async () => Promise.resolve(setting.index.replace(gadget.filename, poisoned.bytes, { keepHash: true })),
    ],
    [
      'installed-after-it-was-replaced-on-the-index',
      async () => {
        setting.index.replace(gadget.filename, poisoned.bytes);
        await environment.pip(['--no-cache-dir', '--force-reinstall', '--no-deps', 'gadget==1.0.0']);
      },
    ],
    [
      'installed-unsigned-package-called-editable',
      async () => {
        await setting.workspace.write('.provenance.txt', entryLine('widget', RECORDED));
        await environment.write('gadget.py', 'import os\n');
        await environment.write('gadget-1.0.0.dist-info/direct_url.json', EDITABLE);
      },
    ],
    [
      'installed-python-that-lies',
      async () => {
        const honest = await createInstalled(setting, 'honest');
        await honest.pip(['widget', 'gadget']);
        await environment.write('acme/core.py', 'import os\n');
        await unlink(environment.python);
        await writeFile(environment.python, `#!/bin/sh\nexec ${honest.python} "$@"\n`);
        await chmod(environment.python, 0o755);
      },
    ],
  ];

  test.for(ATTACKS)('%s', async ([id, attack, args = []]) => {
    await reset();
    await attack();
    const { exitCode, stdout } = await environment.check(['--format', 'json', '--no-cache', ...args]);
    expect([id, stdout]).toEqual([id, expect.stringContaining('provpin.report/1')]);
    expectRow(id, { rules: rulesOfReport(parseReport(stdout)), exitCode: exitCode ?? -1 });
  });
});
