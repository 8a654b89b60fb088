/** Reports that do not arrive, and inputs that a run would only need later. */
import { appendFileSync, existsSync, rmSync } from 'node:fs';
import { link, mkdir, readdir, rm, symlink, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { contentOf } from '../attacks/attack.ts';
import { makeWheel } from '../support/distributions.ts';
import { BINARY, runProvpin } from '../support/run-provpin.ts';
import { createSetting, entryLine, parseReport, type Setting } from './setting.ts';

let setting: Setting;
beforeEach(async () => {
  setting = await createSetting();
  const wheel = makeWheel({ name: 'widget' });
  setting.publish([wheel]);
  await setting.lock([wheel]);
});
afterEach(async () => await setting.close());

const path = (name: string) => join(setting.workspace.project, name);

/** A directory that is there when the run begins, and gone before it writes. */
async function vanishing(name: string): Promise<void> {
  await mkdir(path(name));
  setting.index.whenAsked('/', () => rmSync(path(name), { recursive: true }));
}

describe('a report that cannot be written', () => {
  const args = ['--report', 'json=reports/report.json'];
  beforeEach(async () => await vanishing('reports'));

  test.for([
    ['--report', 'json=missing/report.json'],
    ['--report', 'json=pylock.toml/report.json'],
    ['--receipts', 'missing/receipts.jsonl'],
    ['-o', 'missing/pylock.toml'],
    ['--provenance-file', 'missing/.provenance.txt'],
  ])('%j has no directory, and nothing is done', async (place) => {
    const { exitCode, stdout, stderr } = await setting.check(['--tofu', ...place]);
    expect(stderr).toMatch(
      /^error: `--(?:report|receipts|output|provenance-file)`: there is no directory `[\w.]+`\nhint: /,
    );
    expect([exitCode, stdout]).toEqual([2, '']);
    expect(existsSync(join(setting.workspace.project, '.provenance.txt'))).toBe(false);
  });

  test('hides no findings: stdout has them, and 1 wins over 3', async () => {
    const { exitCode, stdout, stderr } = await setting.check(args);
    expect(stdout).toContain('error[publisher-unknown]');
    expect(stderr).toContain('error: the report `reports/report.json` cannot be written');
    expect(exitCode).toBe(1);
  });

  test('is not passed over where everything holds', async () => {
    const { exitCode, stdout, stderr } = await setting.check(['--tofu', ...args]);
    expect(stdout).toContain('added to `.provenance.txt`');
    expect(stderr).toContain('error: the report `reports/report.json` cannot be written');
    expect(exitCode).toBe(3);
  });
});

test('a place that is a directory is refused before anything is done', async () => {
  await mkdir(join(setting.workspace.project, 'pylock.out.toml'));
  for (const [option, place] of [
    ['--report', 'json=.'],
    ['--output', 'pylock.out.toml'],
    ['--receipts', '.'],
    ['--provenance-file', '.'],
  ] as const) {
    const { exitCode, stdout, stderr } = await setting.check(['--tofu', option, place]);
    expect(stderr).toBe(`error: \`${option}\`: \`${place.replace('json=', '')}\` is a directory\n`);
    expect([exitCode, stdout]).toEqual([2, '']);
  }
});

describe('no file is lost to an output', () => {
  const entry = entryLine('widget', 'https://github.com/acme/widget');
  beforeEach(async () => {
    await setting.workspace.write('.provenance.txt', entry);
    await setting.workspace.write('elsewhere.txt', 'precious\n');
  });

  test.for([
    ['a report', ['--report', 'json=pylock.toml'], '--lock-path'],
    ['a report', ['--report', 'json=root.json'], '--trusted-root'],
    ['a report by a link', ['--report', 'json=link.txt'], '--provenance-file'],
    ['a report by a second name', ['--report', 'json=second.txt'], '--provenance-file'],
    ['receipts', ['--receipts', 'root.json'], '--trusted-root'],
    ['receipts by a link', ['--receipts', 'link.txt'], '--provenance-file'],
    ['a lock by a link', ['--output', 'pylock.link.toml'], '--provenance-file'],
  ] as const)('%s, %j', async ([, args, reader]) => {
    await symlink('.provenance.txt', path('link.txt'));
    await symlink('.provenance.txt', path('pylock.link.toml'));
    await link(path('.provenance.txt'), path('second.txt'));
    const before = await contentOf(setting);
    const { exitCode, stdout, stderr } = await setting.check(args);
    expect(stderr).toMatch(/^error: `--\w+`: `[\w.]+` is the file that `[\w-]+` names\nhint: [^\n]+\n$/);
    expect(stderr).toContain(`\`${reader}\``);
    expect([exitCode, stdout, await contentOf(setting)]).toEqual([2, '', before]);
  });

  test.for([
    ['--report', 'json=away/deep/report.json'],
    ['--output', 'away/pylock.toml'],
    ['--receipts', 'away/receipts'],
    ['--provenance-file', 'away/provenance.txt'],
  ] as const)('that a link to a directory leads elsewhere: %s %s', async ([option, value]) => {
    await mkdir(join(setting.workspace.directory, 'outside', 'deep'), { recursive: true });
    await symlink('../outside', path('away'));
    const { exitCode, stdout, stderr } = await setting.check(['--tofu', option, value]);
    expect(stderr).toMatch(
      /^error: `--[a-z-]+`: a symbolic link leads from `away(?:\/deep)?` to elsewhere\nhint: name the directory itself\n$/,
    );
    const outside = await readdir(join(setting.workspace.directory, 'outside'), { recursive: true });
    expect([exitCode, stdout, outside]).toEqual([2, '', ['deep']]);
  });

  test('that a link to a directory of the checkout is no way out', async () => {
    await mkdir(path('reports'));
    await symlink('reports', path('near'));
    expect((await setting.check(['--report', 'json=near/report.json'])).exitCode).toBe(0);
    expect(await readdir(path('reports'))).toEqual(['report.json']);
  });

  test.for([
    ['--report', 'json=LINK', 'elsewhere.txt'],
    ['--report', 'json=LINK', 'not-there.txt'],
    ['--output', 'LINK', 'elsewhere.txt'],
    ['--output', 'LINK', 'not-there.txt'],
  ] as const)('that a link in the checkout leads elsewhere: %s %s to %s', async ([option, value, target]) => {
    await symlink(target, path('pylock.link.toml'));
    const before = await contentOf(setting);
    const { exitCode, stderr } = await setting.check([option, value.replace('LINK', 'pylock.link.toml')]);
    expect(stderr).toBe(
      `error: \`${option}\`: \`pylock.link.toml\` is a symbolic link\nhint: name the file itself\n`,
    );
    expect([exitCode, await contentOf(setting)]).toEqual([2, before]);
  });

  test('the files that `provpin diff` compares', async () => {
    await setting.workspace.write('old.txt', entry);
    const args = ['diff', 'old.txt', '.provenance.txt', '--report', 'json=old.txt'];
    const { exitCode, stderr } = await runProvpin(setting.workspace, args);
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining('would be lost')]);
    expect(await setting.workspace.read('old.txt')).toBe(entry);
  });

  test.for([
    ['requirements.txt', ['-r', 'requirements.txt'], '--requirement'],
    ['requirements.txt', ['-rrequirements.txt', 'widget'], '--requirement'],
    ['limits.txt', ['widget', '--constraint=limits.txt'], '--constraint'],
    ['pyproject.toml', [], '.'],
    ['sub/pyproject.toml', ['-qe', './sub[more]'], '--editable'],
    ['widget.whl', ['./widget.whl'], './widget.whl'],
    ['ca.pem', ['-L', 'pylock.toml', '--cert', 'ca.pem'], '--cert'],
  ] as const)('what pip reads: a report to %s, with %j', async ([file, args, reader]) => {
    await rm(path('pylock.toml'));
    await setting.workspace.write(file, 'precious\n');
    const { exitCode, stdout, stderr } = await runProvpin(setting.workspace, [
      ...args,
      '--report',
      `json=${file}`,
    ]);
    expect(stderr).toContain(`error: \`--report\`: \`${file}\` is the file that \`${reader}\` names\n`);
    expect([exitCode, stdout, await setting.workspace.read(file)]).toEqual([2, '', 'precious\n']);
  });

  test.for([
    [['--report', 'json=x.json', '--report', 'html=near/x.json'], '--report'],
    [['--receipts', 'near/seen', '--report', 'json=seen'], '--receipts'],
    [['--tofu', '--provenance-file', 'near/who.txt', '--report', 'json=who.txt'], '--provenance-file'],
    [['--report', 'json=first.json', '--report', 'html=second.html'], '--report'],
  ] as const)('what is written twice, by two names: %j', async ([args, option]) => {
    await symlink('.', path('near'));
    await setting.workspace.write('first.json', '');
    await link(path('first.json'), path('second.html'));
    const before = await contentOf(setting);
    const { exitCode, stderr } = await setting.check(args);
    expect(stderr).toMatch(/^error: `--[\w-]+` and `--[\w-]+` name the same file, `[\w/.]+`\nhint: .*\n$/);
    expect(stderr).toContain(`\`${option}\``);
    expect([exitCode, await contentOf(setting)]).toEqual([2, before]);
  });

  test('but receipts stay where a link leads to receipts', async () => {
    expect(await setting.check(['--receipts', 'kept.jsonl'])).toMatchObject({ exitCode: 0 });
    await symlink('kept.jsonl', path('seen.jsonl'));
    const before = await setting.workspace.read('kept.jsonl');
    await setting.workspace.write('kept.jsonl', before.replace('"version":"1.0.0"', '"version":"0.9"'));
    expect(await setting.check(['--receipts', 'seen.jsonl'])).toMatchObject({ exitCode: 0 });
    expect(await setting.workspace.read('kept.jsonl')).toContain(before);
  });

  test('but the lock may be written anew, and a device takes any report', async () => {
    const { exitCode } = await setting.check(['-o', 'pylock.toml', '--report', 'json=/dev/null']);
    expect(exitCode).toBe(0);
    expect(await setting.workspace.read('pylock.toml')).toContain('attestation-identities');
  });
});

test.runIf(existsSync('/dev/zero'))('receipts that are no file are not waited for', async () => {
  await symlink('/dev/zero', path('endless.jsonl'));
  await setting.workspace.run('mkfifo', ['pipe.jsonl']);
  await setting.workspace.write('large.jsonl', '');
  await truncate(path('large.jsonl'), 64 * 1024 * 1024 + 1);
  for (const [name, reason] of [
    ['endless.jsonl', 'it is not a regular file'],
    ['pipe.jsonl', 'it is not a regular file'],
    ['large.jsonl', 'it is larger than 67108864 bytes'],
  ] as const) {
    const { exitCode, stderr } = await setting.check(['--receipts', name]);
    expect(stderr).toBe(`error: the receipts file \`${name}\` cannot be read: ${reason}\n`);
    expect(exitCode).toBe(2);
  }
});

test('a lock that cannot be written hides no report', async () => {
  await vanishing('locks');
  const { exitCode, stdout, stderr } = await setting.check(['--tofu', '-o', 'locks/pylock.toml']);
  expect(stdout).toContain('1 package: 1 recorded\n');
  expect(stderr).toMatch(
    /^error: the lock cannot be written to `locks\/pylock\.toml`: .*\nhint: the check passed; /,
  );
  expect(exitCode).toBe(3);
});

describe('findings are told', () => {
  const recorded = entryLine('widget', 'https://github.com/somebody/else');
  beforeEach(async () => {
    const files = [makeWheel({ name: 'widget' }), makeWheel({ name: 'gadget' })];
    setting.publish(files);
    await setting.lock(files);
  });

  test.for([
    ['is in a directory that went away', 'cannot be written: ENOENT'],
    ['was changed meanwhile', 'was changed while this run was under way'],
  ] as const)('when the provenance file %s, of which nothing counts as recorded', async ([what, problem]) => {
    await vanishing('kept');
    const file = what.startsWith('is in') ? 'kept/who.txt' : 'who.txt';
    await setting.workspace.write(file, recorded);
    if (file === 'who.txt') setting.index.whenAsked('/', () => appendFileSync(path(file), '# more\n'));
    const args = ['--tofu', '--provenance-file', file, '--report', 'json=report.json'];
    const { exitCode, stdout, stderr } = await setting.check(args);
    expect(stdout).toContain('error[publisher-changed]: `widget`');
    expect(stdout).toMatch(/^\? gadget .* verified, but not recorded: the provenance file was not written$/m);
    expect(stdout).not.toContain('added to');
    expect(stderr).toContain(problem);
    expect([exitCode, await setting.workspace.read('report.json')]).toEqual([
      1,
      expect.stringContaining('"publisher-changed"'),
    ]);
  });

  test('when receipts cannot be kept, and what is recorded is, too', async () => {
    await vanishing('kept');
    await setting.workspace.write('.provenance.txt', recorded);
    const { exitCode, stdout, stderr } = await setting.check(['--tofu', '--receipts', 'kept/receipts.jsonl']);
    expect(stdout).toContain('error[publisher-changed]: `widget`');
    expect(stdout).toContain('1 entry added to `.provenance.txt`');
    expect(stderr).toMatch(/^error: receipts were not kept: .* ENOENT.*\nhint: the verdict stands; .*\n$/);
    expect([exitCode, await setting.workspace.read('.provenance.txt')]).toEqual([
      1,
      expect.stringContaining('gadget'),
    ]);
  });

  test('and without any, what was not written is no pass', async () => {
    await vanishing('kept');
    const args = ['--tofu', '--history', '0'];
    const { exitCode, stdout } = await setting.check([...args, '--receipts', 'kept/receipts.jsonl']);
    expect([exitCode, stdout]).toEqual([3, expect.stringContaining('2 packages: 2 recorded\n')]);
    await vanishing('kept');
    const result = await setting.check([...args, '--format', 'json', '--provenance-file', 'kept/who.txt']);
    expect([result.exitCode, parseReport(result.stdout).outcome]).toEqual([3, 'incomplete']);
  });
});

test('a lock without a place for identities hides no report', async () => {
  const wheel = makeWheel({ name: 'widget' });
  const file = `{name = "${wheel.filename}", url = "${setting.index.origin}/${wheel.filename}", hashes = {sha256 = "${wheel.sha256}"}}`;
  const inline = `packages = [{name = "widget", version = "1.0.0", wheels = [${file}]}]`;
  await setting.workspace.write('pylock.toml', `lock-version = "1.0"\ncreated-by = "x"\n${inline}\n`);
  const { exitCode, stdout, stderr } = await setting.check(['--tofu', '-o', 'pylock.out.toml']);
  expect(stdout).toContain('1 entry added to `.provenance.txt`');
  expect(stderr).toContain('has no place for attestation identities');
  expect([exitCode, existsSync(path('pylock.out.toml'))]).toEqual([3, false]);
});

describe('a provenance file that is not there', () => {
  beforeEach(async () => {
    const unsigned = makeWheel({ name: 'plain' });
    setting.publish([unsigned], null);
    await setting.lock([unsigned]);
  });

  test('by its usual name is told of', async () => {
    const { exitCode, stdout } = await setting.check([]);
    expect(stdout).toContain('note: there is no `.provenance.txt` here, so that nobody is recorded yet');
    expect(exitCode).toBe(0);
    expect((await setting.check(['--tofu'])).stdout).not.toContain('there is no');
  });

  test.for([
    { args: ['--provenance-file', 'mistyped.txt'] },
    { env: { FILENAME: 'mistyped.txt' } },
    { args: ['--provenance-file', 'missing/.provenance.txt'] },
  ])('by another is no gate: %j', async ({ args = [], env = {} }) => {
    const { exitCode, stdout, stderr } = await setting.check(args, { env });
    expect(stderr).toMatch(/^error: there is no provenance file `[\w./]+`\nhint: `--tofu`/);
    expect([exitCode, stdout]).toEqual([2, '']);
  });
});

test.for([['--', ''], ['-i', ''], ['']])('an empty argument is refused: %j', async (args) => {
  const { exitCode, stderr } = await setting.check(args);
  expect(stderr).toBe('error: an argument is empty: of a variable that is not set?\n');
  expect(exitCode).toBe(2);
});

test.for([['--python'], ['-r'], ['widget', '--group'], ['-qi']])(
  'an option of pip without its value: %j',
  async (args) => {
    const { exitCode, stderr } = await runProvpin(setting.workspace, args);
    expect(stderr).toBe(`error: \`${args.at(-1)}\` needs a value\n`);
    expect(exitCode).toBe(2);
  },
);

const redirected = (redirection: string) => {
  const args = ['-L', 'pylock.toml', '--trusted-root', 'root.json', '--tofu', '-i', setting.index.simpleUrl];
  return setting.workspace.run('sh', ['-c', `"$0" "$@" ${redirection}`, process.execPath, BINARY, ...args]);
};

describe('stdout', () => {
  test.runIf(existsSync('/dev/full'))('that is full is said, and is no pass', async () => {
    const { exitCode, stderr } = await redirected('> /dev/full');
    expect(stderr).toContain('error: stdout cannot be written: ');
    expect(exitCode).toBe(3);
  });

  test('whose reader went away is nobody’s business', async () => {
    const { stderr } = await redirected('| true');
    expect(stderr).toBe('');
  });
});

test('a lock without packages is told from one that holds', async () => {
  await setting.workspace.write('pylock.toml', 'lock-version = "1.0"\ncreated-by = "x"\npackages = []\n');
  const { exitCode, stdout } = await setting.check(['--strict']);
  expect(stdout).toContain('note: `pylock.toml` has no packages: nothing of it was checked\n');
  expect(stdout).toContain('\nThe check had nothing to check. ');
  expect(exitCode).toBe(0);
});

test('a lock that is given twice counts once', async () => {
  const { stdout } = await setting.check(['--tofu', '-L', './pylock.toml']);
  expect(stdout).toContain('1 package: 1 recorded\n');
});

test('a trusted root that is named is read even where nothing has to be verified', async () => {
  const unsigned = makeWheel({ name: 'plain' });
  setting.publish([unsigned], null);
  await setting.lock([unsigned]);
  const { exitCode, stderr } = await setting.check(['--trusted-root', 'no-such-root.json']);
  expect(stderr).toContain('error: cannot read the trusted root `no-such-root.json`');
  expect(exitCode).toBe(2);
});

test('a cache directory in a place that denies it ends with a word, not never', async () => {
  await setting.workspace.write('.provenance.txt', entryLine('widget', 'https://github.com/acme/widget'));
  const { exitCode, stderr } = await setting.check(['--cache-dir', '/proc/provpin']);
  expect(exitCode).toBe(0);
  expect(stderr).toContain('warning: ');
});
