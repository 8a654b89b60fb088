/** What is checked where the command line does not say it: what is in the current directory, or nothing. */
import { mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { chooseInput } from '../../src/commands/choose-input.ts';
import { toSettings, type ParsedOptions } from '../../src/commands/settings.ts';

const PYLOCK = 'lock-version = "1.0"\ncreated-by = "pip"\npackages = []\n';
const HASHED = `idna==3.10 --hash=sha256:${'a5'.repeat(32)}\n`;

let directory: string;
const home = process.cwd();
beforeEach(async () => {
  directory = await realpath(await mkdtemp(join(tmpdir(), 'provpin-input-')));
  process.chdir(directory);
});
afterEach(async () => {
  process.chdir(home);
  await rm(directory, { recursive: true });
});

/** @returns what is chosen in a directory with these files, and what the user is told */
async function chosen(
  files: Readonly<Record<string, string>>,
  parsed: ParsedOptions = {},
  pipArgs: readonly string[] = [],
) {
  for (const [name, content] of Object.entries(files)) await writeFile(join(directory, name), content);
  const told: string[] = [];
  const { settings } = await chooseInput({
    settings: toSettings(parsed, pipArgs, {}),
    env: {},
    now: new Date(),
    stderr: (text) => told.push(text),
    warn: () => undefined,
    progress: { update: () => undefined, clear: () => undefined, done: () => undefined },
    color: false,
    signal: new AbortController().signal,
  });
  return { lockPaths: settings.lockPaths, pipArgs: settings.pipArgs, told: told.join('') };
}

describe('without arguments', () => {
  test('the lock of the directory is read, and said to be', async () => {
    expect(await chosen({ 'pylock.toml': PYLOCK, 'notes.txt': '' })).toEqual({
      lockPaths: ['pylock.toml'],
      pipArgs: [],
      told: 'checking `pylock.toml`, the lock in this directory\n',
    });
  });

  test('it comes before the project, and nothing is said in a quiet run', async () => {
    const files = { 'uv.lock': 'version = 1\n', 'pyproject.toml': '' };
    expect(await chosen(files, { quiet: true })).toEqual({ lockPaths: ['uv.lock'], pipArgs: [], told: '' });
  });

  const NOTHING_NAMED: readonly (readonly string[])[] = [
    ['--index-url', 'https://example.org/simple'],
    ['--python', 'venv'],
    ['--no-input', '--log', 'pip.log', '--no-build-isolation'],
  ];
  test.each(NOTHING_NAMED)('%j, %j ... names nothing: the lock is read', async (...args) => {
    expect(await chosen({ 'pylock.toml': PYLOCK }, {}, args)).toMatchObject({
      lockPaths: ['pylock.toml'],
      pipArgs: args,
    });
  });

  test.each([...NOTHING_NAMED, ['--pre', '-c', 'c.txt']])(
    '%j, %j ... goes to pip with the project, where there is no lock',
    async (...args) => {
      expect(await chosen({ 'pyproject.toml': '' }, {}, args)).toMatchObject({
        lockPaths: [],
        pipArgs: [...args, '.'],
      });
    },
  );

  test.each([['--pre'], ['-c', 'c.txt'], ['--no-binary=:all:'], ['--python', 'venv', '--pre']])(
    '%j says how to resolve, and is not passed over beside a lock',
    async (...args) => {
      const asked = chosen({ 'pylock.toml': PYLOCK, 'pyproject.toml': '' }, {}, args);
      const option = args.find((arg) => !['--python', 'venv'].includes(arg));
      await expect(asked).rejects.toMatchObject({
        exitCode: 2,
        message: `\`${option}\` is for \`pip lock\`, which does not run where there is a lock: \`pylock.toml\` in this directory`,
      });
    },
  );

  test.each([['idna'], ['--python', 'venv', 'idna'], ['-r', 'a.txt'], ['--unheard-of']])(
    '%j names something: the lock is not looked at',
    async (...args) => {
      expect(await chosen({ 'pylock.toml': PYLOCK }, {}, args)).toEqual({
        lockPaths: [],
        pipArgs: args,
        told: '',
      });
    },
  );

  test('options that name nothing go with a lock that is named, too', async () => {
    const args = ['--python', 'venv', '--log', 'pip.log'];
    expect(await chosen({}, { 'lock-path': ['a.toml'] }, args)).toMatchObject({ pipArgs: args });
  });

  test('requirements are a lock when they have hashes, and no lock without', async () => {
    expect(await chosen({ 'requirements.txt': HASHED })).toMatchObject({ lockPaths: ['requirements.txt'] });
    await expect(chosen({ 'requirements.txt': 'idna\n' })).rejects.toThrow('there is nothing to check');
  });

  test('requirements that cannot be read are no lock', async () => {
    await expect(chosen({ 'requirements.txt': '\0' })).rejects.toThrow('there is nothing to check');
  });

  test.each([
    [{}, 'checking what `pip lock` makes of `pyproject.toml` in this directory\n'],
    [{ quiet: true }, ''],
  ])('without a lock, pip locks the project (%j)', async (parsed, told) => {
    expect(await chosen({ 'pyproject.toml': '' }, parsed)).toEqual({ lockPaths: [], pipArgs: ['.'], told });
  });

  test('of several locks none is chosen', async () => {
    await expect(chosen({ 'pylock.toml': PYLOCK, 'uv.lock': '' })).rejects.toMatchObject({
      exitCode: 2,
      message: 'there are several locks here: `pylock.toml` and `uv.lock`',
    });
  });

  test('a name cannot command a terminal', async () => {
    const { told } = await chosen({ 'pylock.a\u001B[2K.toml': PYLOCK }).catch((error: unknown) => ({
      told: String(error),
    }));
    expect(told).not.toContain('\u001B');
  });

  test('nothing is an error, which says what there could be', async () => {
    const asked = chosen({});
    await expect(asked).rejects.toMatchObject({ exitCode: 2 });
    await expect(asked).rejects.toThrow('there is nothing to check');
  });
});

describe('what contradicts is refused', () => {
  test.each<[string, ParsedOptions, readonly string[], string]>([
    [
      'something for pip beside a lock',
      { 'lock-path': ['a.toml'] },
      ['-r', 'x.txt'],
      '`-r` is for `pip lock`',
    ],
    ['how to resolve beside a lock', { 'lock-path': ['a.toml'] }, ['--pre'], '`--pre` is for `pip lock`'],
    [
      'a password in it is not shown',
      { 'lock-path': ['a.toml'] },
      ['https://u:pass@e.org/'],
      '`https://****@e.org/`',
    ],
    ['pip without a network', { offline: true }, ['idna'], '`--offline` cannot run `pip lock`'],
    ['a group of what pip locks', { only: ['dev'] }, ['idna'], '`--only` chooses from a lock'],
  ])('%s', async (_, parsed, pipArgs, message) => {
    const asked = chosen({}, parsed, pipArgs);
    await expect(asked).rejects.toMatchObject({ exitCode: 2 });
    await expect(asked).rejects.toThrow(message);
    await expect(asked).rejects.not.toThrow('pass');
  });
});
