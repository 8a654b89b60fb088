import * as fc from 'fast-check';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ProvpinError } from '../../src/errors.ts';
import {
  refuseConfiguredRequirements,
  splitInstallArguments,
  targetPython,
} from '../../src/pip/install-arguments.ts';
import { readLockArguments, type LockArguments } from '../../src/pip/lock-arguments.ts';

describe('splitInstallArguments', () => {
  test.each<[readonly string[], readonly string[], readonly string[]]>([
    [['requests'], ['requests'], []],
    [['-r', 'a.txt', '-c', 'c.txt', '-e', '.'], ['-r', 'a.txt', '-c', 'c.txt', '-e', '.'], []],
    [['--user', 'requests'], ['requests'], ['--user']],
    [['--target', '-r', 'x'], ['x'], ['--target', '-r']],
    [
      ['-t', 'lib', '-tlib', '--target=lib', '--tar=lib'],
      [],
      ['-t', 'lib', '-tlib', '--target=lib', '--tar=lib'],
    ],
    [['-UI', '--upgrade-strategy', 'eager'], [], ['-UI', '--upgrade-strategy', 'eager']],
    [
      ['-i', 'https://x', '--python=py'],
      ['-i', 'https://x', '--python=py'],
      ['-i', 'https://x', '--python=py'],
    ],
    [['--no-build-isolation'], ['--no-build-isolation'], ['--no-build-isolation']],
    [['--no-binary', ':all:', '--pre'], ['--no-binary', ':all:', '--pre'], []],
    [['--no-require-hashes', '--no-deps'], ['--no-require-hashes', '--no-deps'], []],
    [['--unheard-of', 'x'], ['--unheard-of', 'x'], []],
    [['--', '--user', '-i', 'x'], ['--', '--user', '-i', 'x'], []],
  ])('%j', (args, lock, install) => {
    expect(splitInstallArguments(args)).toMatchObject({ lock, install });
  });

  test('tells whether builds are isolated', () => {
    expect(splitInstallArguments(['--no-build-isolation']).noBuildIsolation).toBe(true);
    expect(splitInstallArguments(['--target', '--no-build-isolation']).noBuildIsolation).toBe(false);
    expect(splitInstallArguments(['x']).noBuildIsolation).toBe(false);
  });

  test.each(['-qU', '-Uq', '-UrX'])('%s is refused', (arg) => {
    expect(() => splitInstallArguments([arg])).toThrow('more than one option');
  });

  test.each([['--target'], ['x', '-t'], ['-i']])(
    '%j has no value, and must not take one of ours',
    (...args) => {
      expect(() => splitInstallArguments(args)).toThrow(`\`${args.at(-1)}\` needs a value`);
    },
  );

  test('whatever is given, `pip install` gets no requirement and nothing that ends its options', () => {
    const word = fc.oneof(
      fc.string(),
      fc.constantFrom(
        '-r',
        '-e',
        '--group',
        '-c',
        '--',
        '-t',
        '--user',
        '-i',
        '--python',
        '--requirement=x',
        '-rx',
      ),
      fc.constantFrom(
        '--editable',
        '--requirements-from-script',
        '--no-require-hashes',
        'pkg',
        '-f',
        '--req',
      ),
    );
    fc.assert(
      fc.property(fc.array(word), (args) => {
        expect(againForLock(args)).toEqual({});
      }),
      { numRuns: 1000 },
    );
  });
});

/** What only `pip lock` would get of what `pip install` gets; nothing also for what is refused. */
function againForLock(args: readonly string[]): Partial<LockArguments> {
  try {
    return readLockArguments(splitInstallArguments(splitInstallArguments(args).install).lock);
  } catch (error) {
    if (error instanceof ProvpinError) return {};
    throw error;
  }
}

describe('refuseConfiguredRequirements', () => {
  let directory: string;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'provpin-conf-'));
  });
  afterEach(async () => rm(directory, { recursive: true }));

  const refuse = (env: NodeJS.ProcessEnv, args: readonly string[] = []) =>
    refuseConfiguredRequirements(args, { env, platform: 'linux', home: directory });

  const isRefusedWith = (env: NodeJS.ProcessEnv): boolean => {
    try {
      refuse(env);
      return false;
    } catch (error) {
      if (error instanceof ProvpinError && error.code === 'pip-configuration') return true;
      throw error;
    }
  };

  test.each(['PIP_REQUIREMENT', 'PIP_EDITABLE', 'PIP_GROUP', 'PIP_REQUIREMENTS_FROM_SCRIPT'])(
    '%s',
    (name) => {
      expect(() => refuse({ [name]: 'x' })).toThrow("pip's configuration has");
      expect(() => refuse({ [name]: '' })).not.toThrow();
      expect(() => refuse({ [name]: 'x' }, ['--isolated'])).not.toThrow();
    },
  );

  test.each([
    ['[install]\nrequirement = x\n', true],
    ['[global]\neditable = x\n', true],
    ['[lock]\nrequirement = x\n', false],
    ['[install]\nuser = yes\n[global]\nindex-url = https://x\n', false],
  ])('a configuration file with %j', async (content, isRefused) => {
    const PIP_CONFIG_FILE = join(directory, 'pip.conf');
    await writeFile(PIP_CONFIG_FILE, content);
    expect(isRefusedWith({ PIP_CONFIG_FILE })).toBe(isRefused);
  });
});

test.each<[readonly string[], NodeJS.ProcessEnv, string | undefined]>([
  [[], {}, undefined],
  [['--user', '--target', '--python', 'x'], {}, undefined],
  [['--python', 'a', '--python=b'], { PIP_PYTHON: 'c' }, 'b'],
  [['--pyth', 'a'], {}, 'a'],
  [['--user'], { PIP_PYTHON: 'c' }, 'c'],
  [['--isolated'], { PIP_PYTHON: 'c' }, undefined],
])('targetPython: %j with %j is %s', (args, env, expected) => {
  expect(targetPython(args, { env: { ...env, PIP_CONFIG_FILE: '/dev/null' }, platform: 'linux' })).toBe(
    expected,
  );
});
