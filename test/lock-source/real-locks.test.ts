import { describe, expect, test } from 'vitest';
import { parseDistributionFilename } from '../../src/distribution-filename.ts';
import { completeLock } from '../../src/lock-source/complete-lock.ts';
import { LOCK_READERS } from '../../src/lock-source/index.ts';
import type { Lock, LockedPackage } from '../../src/model.ts';
import { readReal, REAL_LOCKS, realLock } from './real-locks.ts';

/** It has every file, with its name. */
const REFERENCE = 'poetry/poetry.lock';

const elsewhere = ['of-editable', 'of-git', 'of-path', 'sniffio'];
const names = ({ packages }: Lock) => packages.map(({ name }) => name).toSorted();

/** `name version sha256`, whether the lock gives the filename or not. */
function pinned({ packages }: Lock): ReadonlySet<string> {
  return new Set(packages.flatMap(pinnedOf));
}

function pinnedOf({ name, version, files, unnamed = [] }: LockedPackage): readonly string[] {
  return [...files, ...unnamed].map(({ hashes }) => `${name} ${version} ${hashes['sha256']}`);
}

const reference = readReal(REFERENCE);
const filenames = new Map(
  reference.packages.flatMap((locked) =>
    locked.files.map((file) => [`${locked.name} ${locked.version} ${file.hashes['sha256']}`, file.filename]),
  ),
);

/** Whether a wheel is for a Python before 3.10, which the project does not have. */
function isForOldPython(filename: string): boolean {
  const parsed = parseDistributionFilename(filename);
  return parsed?.kind === 'wheel' && parsed.tags.every((tag) => /^(?:cp|pp|py)(?:2\d*|3[0-9])-/.test(tag));
}

test('there is a real lock of every format', () => {
  expect(new Set(REAL_LOCKS.map(({ reader }) => reader.id))).toEqual(
    new Set(LOCK_READERS.map(({ id }) => id)),
  );
});

test.each(REAL_LOCKS.map(({ path }) => path))('%s is recognised by its content, as one format', (path) => {
  const { reader, text } = realLock(path);
  expect(LOCK_READERS.filter(({ recognises }) => recognises(text))).toEqual([reader]);
});

describe('one set of requirements', () => {
  // For every platform and Python; a tool may leave out the wheels of a Python that the project does not have.
  test.each<[string, 'every file' | 'files of the Pythons of the project']>([
    ['poetry-1/poetry.lock', 'every file'],
    ['uv/uv.lock', 'files of the Pythons of the project'],
    ['uv/pylock.toml', 'files of the Pythons of the project'],
    ['uv/requirements.txt', 'files of the Pythons of the project'],
    ['pdm/pdm.lock', 'files of the Pythons of the project'],
    ['pdm/pdm.static.lock', 'files of the Pythons of the project'],
    ['pdm/pylock.toml', 'files of the Pythons of the project'],
  ])('%s has the same packages and %s', (path, extent) => {
    const lock = readReal(path);
    expect(names(lock)).toEqual(names(reference));
    const wanted = [...filenames].filter(
      ([, filename]) => extent === 'every file' || !isForOldPython(filename),
    );
    expect([...pinned(lock)].toSorted()).toEqual(wanted.map(([key]) => key).toSorted());
  });

  // For the platform and Python that locked: what a marker excludes there is not in the lock.
  test.each<[string, readonly string[]]>([
    ['pipenv/Pipfile.lock', ['colorama']],
    ['pip-tools/requirements.txt', ['colorama', 'tomli']],
  ])('%s has every file of each package but %j', (path, without) => {
    const lock = readReal(path);
    expect(names(lock)).toEqual(names(reference).filter((name) => !without.includes(name)));
    const wanted = [...filenames.keys()].filter((key) => !without.includes(key.split(' ')[0] ?? ''));
    expect([...pinned(lock)].toSorted()).toEqual(wanted.toSorted());
  });

  test('pip/pylock.toml has one file of each', () => {
    const lock = readReal('pip/pylock.toml');
    expect(lock.packages.map(({ files }) => files.length)).toEqual(
      lock.packages.map(({ notCovered }) => (notCovered === undefined ? 1 : 0)),
    );
    expect([...pinned(lock)].filter((key) => !filenames.has(key))).toEqual([]);
  });

  test.each(REAL_LOCKS.map(({ path }) => path))('%s says what is not of an index, and why', (path) => {
    const found = readReal(path)
      .packages.filter(({ notCovered }) => notCovered !== undefined)
      .toSorted((one, other) => (one.name < other.name ? -1 : 1));
    const reasons = found.map(({ name, notCovered, files, unnamed }) => [
      name,
      notCovered,
      files.length,
      unnamed,
    ]);
    const commit = path.startsWith('pip-tools') ? 'v1.0' : '[0-9a-f]{40}';
    expect(reasons).toEqual([
      ['of-editable', 'a local directory (editable)', 0, undefined],
      [
        'of-git',
        expect.stringMatching(
          new RegExp(`^a VCS requirement \\(git\\+https://git\\.example\\.org/of-git\\.git@${commit}\\)$`),
        ),
        0,
        undefined,
      ],
      ['of-path', 'a local directory', 0, undefined],
      [
        'sniffio',
        expect.stringMatching(/^an archive by URL \(https:\/\/files\.pythonhosted\.org\/.*\)$/),
        0,
        undefined,
      ],
    ]);
  });

  test.each(['pipenv/Pipfile.lock', 'pip-tools/requirements.txt', 'uv/requirements.txt'])(
    '%s, with the names that an index gives, is that of the others',
    async (path) => {
      const files = [...filenames].map(([key, filename]) => ({ filename, sha256: key.split(' ')[2] ?? '' }));
      const lock = await completeLock(readReal(path), async () => Promise.resolve({ files, failures: [] }));
      for (const locked of lock.packages) {
        expect(locked).not.toHaveProperty('unnamed');
        for (const { filename, hashes } of locked.files) {
          expect(filename).toBe(filenames.get(`${locked.name} ${locked.version} ${hashes['sha256']}`));
        }
      }
    },
  );
});

describe('every package and file has its line', () => {
  test.each(REAL_LOCKS.map(({ path }) => path))('%s', (path) => {
    const lines = realLock(path).text.split('\n');
    for (const { name, line, files, unnamed = [] } of readReal(path).packages) {
      const around = lines.slice((line ?? 0) - 1, (line ?? 0) + 2).join('\n');
      expect(around.toLowerCase().replaceAll(/[._-]+/g, '-')).toContain(name);
      for (const file of [...files, ...unnamed]) {
        const place = lines.slice((file.line ?? 0) - 1, (file.line ?? 0) + 5).join('\n');
        expect(place).toContain(file.hashes['sha256']);
      }
    }
  });
});

describe('--only', () => {
  const DEFAULT = names(reference).filter(
    (name) => !['iniconfig', 'snowballstemmer', 'tabulate'].includes(name),
  );
  const without = (...left: readonly string[]) => DEFAULT.filter((name) => !left.includes(name));

  test.each<[string, readonly string[], readonly string[]]>([
    ['uv/uv.lock', ['default'], DEFAULT],
    ['uv/uv.lock', ['dev'], ['iniconfig']],
    ['uv/uv.lock', ['CLI', 'docs'], ['snowballstemmer', 'tabulate']],
    ['poetry/poetry.lock', ['default'], DEFAULT],
    ['poetry/poetry.lock', ['main'], DEFAULT],
    ['poetry/poetry.lock', ['dev'], ['iniconfig']],
    ['poetry/poetry.lock', ['cli', 'docs'], ['snowballstemmer', 'tabulate']],
    ['pdm/pdm.lock', ['default'], without('of-editable')],
    ['pdm/pdm.lock', ['dev'], ['iniconfig', 'of-editable']],
    ['pdm/pdm.lock', ['cli', 'docs'], ['snowballstemmer', 'tabulate']],
    ['pdm/pylock.toml', ['default'], without('of-editable')],
    ['pdm/pylock.toml', ['dev'], ['iniconfig', 'of-editable']],
    ['pdm/pylock.toml', ['cli', 'docs'], ['snowballstemmer', 'tabulate']],
    ['pipenv/Pipfile.lock', ['default'], without('colorama')],
    ['pipenv/Pipfile.lock', ['develop'], ['iniconfig']],
    ['pipenv/Pipfile.lock', ['cli', 'docs'], ['snowballstemmer', 'tabulate']],
  ])('%s: %j', (path, only, expected) => {
    const whole = readReal(path);
    const lock = readReal(path, only);
    expect(names(lock)).toEqual(expected);
    expect([...names(lock), ...(lock.leftOut ?? [])].toSorted()).toEqual(names(whole));
  });

  test.each([
    ['uv/requirements.txt', 'dev', 'does not say what belongs to which group or extra'],
    ['uv/pylock.toml', 'dev', 'does not say what belongs to which group or extra'],
    ['poetry-1/poetry.lock', 'dev', 'does not say what belongs to which group or extra'],
    ['uv/uv.lock', 'tests', 'has no group or extra `tests`'],
    ['poetry/poetry.lock', 'tests', 'has no group or extra `tests`'],
    ['pdm/pdm.lock', 'tests', 'has no group or extra `tests`'],
    ['pdm/pylock.toml', 'tests', 'has no group or extra `tests`'],
    ['pipenv/Pipfile.lock', 'tests', 'has no group or extra `tests`'],
  ])('%s: %j is refused', (path, group, problem) => {
    expect(() => readReal(path, [group])).toThrow(`\`${path}\` ${problem}`);
  });
});

test('what comes from elsewhere is the same everywhere', () => {
  for (const { path } of REAL_LOCKS) {
    const found = readReal(path).packages.filter(({ notCovered }) => notCovered !== undefined);
    expect(found.map(({ name }) => name).toSorted()).toEqual(elsewhere);
  }
});
