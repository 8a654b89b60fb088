import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, mkdir, readdir, rename, rm, symlink, unlink, utimes, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';

import { makeSdist, makeWheel } from '../support/distributions.ts';
import { pylock } from '../support/pylock.ts';
import { github } from '../support/signers.ts';
import {
  bytecodeIn,
  compileTo,
  createInstalled,
  gadget,
  hasPip,
  widget,
  type InstalledEnvironment,
} from './environment.ts';
import { createSetting, entryLine, idsOf, parseReport, rulesOf, type Setting } from './setting.ts';

const recorded = `https://github.com/acme/widget ${idsOf(github())}`;
const mallory = github({ repository: 'mallory/widget' });

const FILES = [widget, gadget];

const canInstall = await hasPip();

describe.skipIf(!canInstall)('provpin installed', { timeout: 120_000 }, () => {
  let setting: Setting;
  let environment: InstalledEnvironment;
  beforeAll(async () => {
    setting = await createSetting();
    setting.publish(FILES);
    environment = await createInstalled(setting);
    await environment.pip(['widget', 'gadget']);
    await environment.keep();
  });
  afterAll(async () => setting.close());
  beforeEach(async () => {
    await environment.restore();
    setting.publish(FILES);
    await setting.workspace.write(
      '.provenance.txt',
      entryLine('gadget', recorded) + entryLine('widget', recorded) + entryLine('elsewhere', recorded),
    );
  });

  /** Runs it; what is found in which package. */
  async function check(args: readonly string[] = []) {
    const { exitCode, stdout, stderr } = await environment.check(['--format', 'json', ...args]);
    if (stdout === '') return { exitCode, stderr, findings: [], rules: [], packages: [] };
    const report = parseReport(stdout);
    return { exitCode, stderr, rules: rulesOf(report), ...report };
  }

  test('what is as it was installed holds, and each step is shown', async () => {
    const { exitCode, stdout } = await environment.check(['-v']);
    expect([exitCode, stdout]).toEqual([0, expect.any(String)]);
    expect(stdout).toContain(
      '✓ widget  1.0.0  verified     1/1 file  github.com/acme/widget; 13/13 installed\n',
    );
    expect(stdout).toContain(`✓ widget-1.0.0-py3-none-any.whl  verified  sha256:${widget.sha256}\n`);
    expect(stdout).toMatch(/\n {6}signed 20\S+Z by github\.com\/acme\/widget/);
    expect(stdout).toContain('\n    wheel found by its tags, at the index, taken from the index\n');
    expect(stdout).toContain('\n    installed: 13/13 files are as its RECORD has them\n');
    expect(stdout).toContain(
      '; 17 installed files against their wheels. Not checked: what any of the code does.\n',
    );
    expect(stdout).not.toContain('elsewhere');
  });

  const compile = async (source: string, cfile: string, options = ''): Promise<void> =>
    await compileTo(setting.workspace, environment, { source, cfile, options });
  const bytecodeOf = async (module: string): Promise<string> => await bytecodeIn(environment, 'acme', module);

  const CHANGED = 'installed-file-changed';

  test('nothing of the environment runs', async () => {
    const marker = join(setting.workspace.directory, 'ran');
    const program = `open(${JSON.stringify(marker)}, "w").close()\n`;
    await environment.write('evil.pth', `import os; ${program}`);
    await environment.write('sitecustomize.py', program);
    await environment.write('usercustomize.py', program);
    await environment.write('json.py', program);
    await environment.write('acme/core.py', program);
    await environment.write('../../../bin/json.py', program);
    expect((await check()).exitCode).toBe(1);
    expect(existsSync(marker)).toBe(false);
    // The program would have run.
    await setting.workspace.run(environment.python, ['-c', '']);
    expect(existsSync(marker)).toBe(true);
    await rm(marker);
  });

  test('what another program made of a source is told of, and an error under STRICT', async () => {
    const cfile = await bytecodeOf('core');
    await compile(join(environment.site, 'acme/core.py'), cfile.replace(/\.pyc$/, '-pytest-9.0.0.pyc'));
    expect(await check()).toMatchObject({ exitCode: 0, rules: [['installed-file-unchecked', 'warning']] });
    expect(await check(['--strict'])).toMatchObject({
      exitCode: 1,
      rules: [['installed-file-unchecked', 'error']],
    });
  });

  test('bytecode of every kind that is right', async () => {
    const source = join(environment.site, 'acme/core.py');
    const cfile = await bytecodeOf('core');
    await compile(source, cfile.replace(/\.pyc$/, '.opt-1.pyc'), ', optimize=1');
    await compile(source, cfile.replace(/\.pyc$/, '.opt-2.pyc'), ', optimize=2');
    await compile(source, cfile, ', invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH');
    await utimes(source, 0, 0);
    expect(await check()).toMatchObject({ exitCode: 0, findings: [] });
  });

  test('without bytecode, and files behind links, as uv makes them', async () => {
    await rm(join(environment.site, 'acme/__pycache__'), { recursive: true });
    await rename(join(environment.site, 'acme/core.py'), join(setting.workspace.project, 'core.py'));
    await symlink(join(setting.workspace.project, 'core.py'), join(environment.site, 'acme/core.py'));
    expect(await check()).toMatchObject({ exitCode: 0, findings: [] });
  });

  test('a file that cannot be read', async () => {
    if (process.getuid?.() === 0) await unlink(join(environment.site, 'acme/core.py'));
    else await chmod(join(environment.site, 'acme/core.py'), 0);
    expect(await check()).toMatchObject({ exitCode: 1, rules: [[CHANGED, 'error']] });
  });

  /** Puts a link in the place of a directory, to what was there. */
  async function link(directory: string): Promise<void> {
    const path = join(environment.site, directory);
    const elsewhere = join(environment.directory, directory);
    await mkdir(dirname(elsewhere), { recursive: true });
    await rename(path, elsewhere);
    await symlink(elsewhere, path);
  }

  describe('names', () => {
    test('only these are compared, and what nobody has is not looked for', async () => {
      await environment.write('gadget.py', 'evil');
      await environment.write('evil.pth', 'evil');
      const { exitCode, packages, ...report } = await check(['Widget']);
      expect([exitCode, packages.map(({ name }) => name)]).toEqual([0, ['widget']]);
      expect(report).toMatchObject({
        notes: [
          'only what was named: 1 installed packages were left out, and files that no package has were not looked for',
        ],
      });
      expect(await check(['gadget'])).toMatchObject({ exitCode: 1, rules: [[CHANGED, 'error']] });
    });

    test('in its own directories, too much is too much', async () => {
      await environment.write('acme/evil.py', '');
      expect(await check(['widget'])).toMatchObject({ exitCode: 1, rules: [[CHANGED, 'error']] });
    });

    test.for([
      ['the package is a link', async () => await link('acme'), 'acme'],
      ['the bytecode is behind a link', async () => await link('acme/__pycache__'), 'acme/__pycache__'],
      [
        'another package has the name of its module',
        async () => await environment.write('widget/__init__.py', ''),
        'widget/__init__.py',
      ],
    ] as const)('%s', async ([, tamper, file]) => {
      await tamper();
      expect(await check(['widget'])).toMatchObject({ exitCode: 1, findings: [{ rule: CHANGED, file }] });
    });

    test('the bytecode of modules at the top is behind a link', async () => {
      await link('__pycache__');
      expect(await check(['widget'])).toMatchObject({
        exitCode: 1,
        findings: [{ rule: 'installed-file-unowned', file: '__pycache__' }],
      });
    });

    test('one that is not installed', async () => {
      expect(await check(['widgets'])).toMatchObject({
        exitCode: 2,
        stderr: `error: \`widgets\` is not installed in \`${environment.directory}\`\n`,
      });
    });
  });

  const lockWith = async (...files: readonly (typeof widget)[]) =>
    setting.workspace.write('pylock.toml', pylock(files, { origin: setting.index.origin }));

  describe('where the wheel is from', () => {
    test('a lock: what the index lists is not asked', async () => {
      await lockWith(widget, gadget);
      setting.index.clearRequests();
      const { exitCode, stdout } = await environment.check(['-v', '-L', 'pylock.toml']);
      expect([exitCode, stdout]).toEqual([
        0,
        expect.stringContaining('wheel found by `pylock.toml`, taken from the index'),
      ]);
    });

    test('a lock that pins other bytes than are installed', async () => {
      const other = makeWheel({ name: 'gadget', content: 'import os\n' });
      setting.publish([other]);
      await lockWith(widget, other);
      expect(await check(['-L', 'pylock.toml'])).toMatchObject({ exitCode: 1, rules: [[CHANGED, 'error']] });
    });

    test('an index that serves other bytes than the lock pins', async () => {
      await lockWith(widget, gadget);
      setting.index.replace(gadget.filename, widget.bytes, { keepHash: true });
      expect(await check(['-L', 'pylock.toml'])).toMatchObject({
        exitCode: 3,
        rules: [['provenance-unavailable', 'error']],
      });
    });

    test.each([
      ['the size that it has', widget.bytes.length, 0, []],
      ['another size than it has', widget.bytes.length + 1, 3, [['provenance-unavailable', 'error']]],
    ] as const)('a lock that gives the wheel %s', async (_, size, exitCode, rules) => {
      const text = pylock([widget], { origin: setting.index.origin });
      await setting.workspace.write('pylock.toml', text.replace(/^url = .*$/m, `$&\nsize = ${size}`));
      expect(await check(['-L', 'pylock.toml', 'widget'])).toMatchObject({ exitCode, rules });
    });

    test('a lock that names an index without the wheel: no other one answers for it', async () => {
      const index = `${setting.index.origin}/elsewhere/`;
      await setting.workspace.write('pylock.toml', pylock([widget], { origin: setting.index.origin, index }));
      expect(await check(['-L', 'pylock.toml', '--no-cache', 'widget'])).toMatchObject({
        exitCode: 3,
        rules: [['provenance-unavailable', 'error']],
      });
    });

    test('a lock of another version', async () => {
      const newer = makeWheel({ name: 'gadget', version: '2.0.0' });
      setting.publish([newer]);
      await lockWith(widget, newer);
      const { exitCode, findings } = await check(['-L', 'pylock.toml']);
      expect([exitCode, findings]).toEqual([
        1,
        [
          expect.objectContaining({
            rule: 'installed-not-locked',
            message: '`gadget` 1.0.0 is installed, and the lock pins `2.0.0`',
          }),
        ],
      ]);
    });

    test("pip's cache, if it has the bytes", async () => {
      const cache = join(setting.workspace.directory, 'pip-cache');
      const key = createHash('sha224')
        .update(`${setting.index.origin}/files/${widget.filename}`)
        .digest('hex');
      const directory = join(cache, 'http-v2', ...key.slice(0, 5).split(''));
      await mkdir(directory, { recursive: true });
      const run = async (bytes: Uint8Array) => {
        await writeFile(join(directory, `${key}.body`), bytes);
        setting.index.clearRequests();
        const { exitCode, stdout } = await environment.check(['-v', 'widget'], { PIP_CACHE_DIR: cache });
        const downloads = setting.index.requests.filter(({ path }) => path.startsWith('/files/')).length;
        return [exitCode, /taken from ([^\n]+)/.exec(stdout)?.[1], downloads];
      };
      expect(await run(widget.bytes)).toEqual([0, "pip's cache", 0]);
      expect(await run(gadget.bytes)).toEqual([0, 'the index', 1]);
    });

    test('a wheel that was named by its path, and that the index lists', async () => {
      const path = await setting.workspace.write(gadget.filename, gadget.bytes);
      await environment.pip(['--force-reinstall', '--no-deps', path]);
      const { exitCode, stdout } = await environment.check(['-v', 'gadget']);
      expect([exitCode, stdout]).toEqual([
        0,
        expect.stringContaining('wheel found by its `direct_url.json`'),
      ]);
      setting.index.replace(gadget.filename, widget.bytes);
      expect(await check(['gadget'])).toMatchObject({ exitCode: 1, rules: [['not-covered', 'error']] });
      await setting.workspace.write('.provenance.txt', entryLine('widget', recorded));
      expect(await check(['gadget'])).toMatchObject({ exitCode: 0, rules: [['not-covered', 'warning']] });
    });

    test.for([
      ['{"url":"file:///src","dir_info":{"editable":true}}', 'it is editable'],
      [
        '{"url":"https://example.org/x.git","vcs_info":{"vcs":"git","commit_id":"1"}}',
        'it was built from a repository',
      ],
      ['{"url":"https://example.org/gadget-1.0.0.tar.gz","archive_info":{}}', 'it was built from an archive'],
      ['{', 'malformed'],
    ] as const)('`direct_url.json`: %s', async ([text, says]) => {
      await environment.write('gadget-1.0.0.dist-info/direct_url.json', text);
      const { exitCode, findings } = await check(['gadget']);
      expect([exitCode, findings]).toEqual([
        1,
        [expect.objectContaining({ rule: 'not-covered', message: expect.stringContaining(says) as unknown })],
      ]);
    });

    test('what is editable has what its RECORD lists, except in the packages of others', async () => {
      await environment.write('mine-1.0.dist-info/WHEEL', '');
      await environment.write(
        'mine-1.0.dist-info/direct_url.json',
        '{"url":"file:///src","dir_info":{"editable":true}}',
      );
      await environment.write('mine-1.0.dist-info/RECORD', '__editable__.mine-1.0.pth,,\nmine_finder.py,,\n');
      await environment.write('__editable__.mine-1.0.pth', '/src\n');
      await environment.write('mine_finder.py', '\n');
      expect(await check()).toMatchObject({ exitCode: 0, rules: [['not-covered', 'warning']] });
      await environment.write(
        'mine-1.0.dist-info/RECORD',
        '__editable__.mine-1.0.pth,,\nmine_finder.py,,\nacme/evil.py,,\n',
      );
      await environment.write('acme/evil.py', '\n');
      expect(await check()).toMatchObject({
        exitCode: 1,
        findings: [{ rule: 'not-covered' }, { rule: CHANGED, file: 'acme/evil.py' }],
      });
    });

    test('built from an sdist: no wheel has its tags', async () => {
      setting.index.remove(gadget.filename);
      setting.publish([
        makeSdist({ name: 'gadget' }),
        makeWheel({ name: 'gadget', tag: 'cp39-cp39-win_amd64' }),
      ]);
      const { exitCode, findings } = await check(['gadget']);
      expect([exitCode, findings]).toEqual([1, [expect.objectContaining({ rule: 'not-covered' })]]);
      expect(findings[0]?.message).toContain('has no wheel of this version with the tag `py3-none-any`');
    });

    test('an index that does not answer', async () => {
      const repair = setting.index.fail('/simple/gadget/', { kind: 'status', status: 403 });
      expect(await check()).toMatchObject({ exitCode: 3, rules: [['provenance-unavailable', 'error']] });
      repair();
      const again = setting.index.fail(`/files/${gadget.filename}`, { kind: 'status', status: 403 });
      expect(await check()).toMatchObject({ exitCode: 3, rules: [['provenance-unavailable', 'error']] });
      again();
    });

    test('a wheel that is no zip file', async () => {
      setting.index.replace(gadget.filename, Buffer.from('PK'));
      setting.index.attest(gadget.filename, undefined);
      await setting.workspace.write('.provenance.txt', '');
      const { exitCode, findings } = await check(['gadget']);
      expect([exitCode, findings]).toEqual([1, [expect.objectContaining({ rule: CHANGED })]]);
      expect(findings[0]?.message).toContain(
        'cannot be compared with its wheel `gadget-1.0.0-py3-none-any.whl`: it cannot be read',
      );
    });
  });

  test('a file that two wheels have belongs to the one that it agrees with, and so does its bytecode', async () => {
    const [first, second] = [1, 2].map((content) =>
      makeWheel({ name: `both${content}`, files: { 'common.py': `x = ${content}\n` } }),
    );
    setting.publish([...FILES, first, second].filter((one) => one !== undefined));
    await setting.workspace.write(
      '.provenance.txt',
      entryLine('both1', recorded) + entryLine('both2', recorded),
    );
    await environment.pip(['--no-deps', 'both2']);
    await environment.pip(['--no-deps', '--ignore-installed', 'both1']);
    const { exitCode, findings } = await check(['both1', 'both2']);
    expect([exitCode, findings.map((one) => [one.rule, one.package, one.file])]).toEqual([
      1,
      [[CHANGED, 'both2', 'common.py']],
    ]);
    const cfile = (await bytecodeOf('core')).replace('acme/', '').replace('core.', 'common.');
    await environment.write('other.py', 'x = 2\n');
    await compile(join(environment.site, 'other.py'), cfile);
    await rm(join(environment.site, 'other.py'));
    const changed = (await check(['both1', 'both2'])).findings;
    expect(changed.map((one) => [one.rule, one.package, one.file])).toEqual([
      [CHANGED, 'both1', `__pycache__/${basename(cfile)}`],
      [CHANGED, 'both2', 'common.py'],
    ]);
  });

  test('who signed it is judged as everywhere', async () => {
    setting.publish([widget], mallory);
    setting.publish([gadget], null);
    expect(await check(['--no-cache'])).toMatchObject({
      exitCode: 1,
      rules: [
        ['attestation-lost', 'error'],
        ['publisher-changed', 'error'],
      ],
    });
  });

  test.for([
    [['--tofu'], {}, '`provpin installed` does not take `--tofu`'],
    [['-o', 'pylock.toml'], {}, '`provpin installed` does not take `--output`'],
    [[], { TOFU: '1' }, '`provpin installed` compares, and records nothing'],
    [['-r', 'requirements.txt'], {}, 'does not know what to do with `-r`'],
    [['./x'], {}, 'does not know what to do with `./x`'],
    [['--python', 'nowhere'], {}, 'names no Python: it cannot be started (ENOENT)'],
  ] as const)('%j %j is refused', async ([args, env, says]) => {
    const { exitCode, stderr } = await environment.check(args, env);
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining(says)]);
  });

  test('nothing is written, and no wheel is left', async () => {
    const before = await readdir(setting.workspace.project);
    await check();
    expect(await readdir(setting.workspace.project)).toEqual(before);
    expect(await readdir(join(setting.workspace.directory, 'tmp'))).toEqual([]);
  });
});
