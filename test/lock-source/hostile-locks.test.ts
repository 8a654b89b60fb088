import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseDistributionFilename, sameVersion } from '../../src/distribution-filename.ts';
import { ProvpinError } from '../../src/errors.ts';
import type { LockReader } from '../../src/lock-source/index.ts';
import { selectPackages } from '../../src/lock-source/install-plan.ts';
import type { Lock, LockedPackage } from '../../src/model.ts';
import { REAL_LOCKS } from './real-locks.ts';

/** What is wrong with what a reader makes of a text: with the error, where it refuses it, or with the lock. */
function faultsOf(reader: LockReader, text: string, only: readonly string[]): readonly unknown[] {
  try {
    const lock = reader.read(text, 'lock', only);
    return [...unsound(lock), ...rivals(reader, text, lock, only)];
  } catch (error) {
    const isRefusal = error instanceof ProvpinError && error.exitCode === 2;
    return isRefusal && /^`lock`[^\n]*$/.test(error.message) ? [] : [error];
  }
}

const EVERYWHERE = { python: () => true, marker: () => true };

/** What an environment gets beside another one of its name, or from outside of what is checked. */
function rivals(reader: LockReader, text: string, { packages }: Lock, only: readonly string[]) {
  const plan = reader.plan?.(text, 'lock', { packages, only, pyproject: undefined });
  const { places } = plan === undefined ? { places: [] } : selectPackages(plan, EVERYWHERE);
  const names = places.map((place) => packages[place]?.name);
  return names.filter((name, at) => name === undefined || names.indexOf(name) !== at);
}

/** Packages that break what every reader promises. */
function unsound({ packages }: Lock): readonly LockedPackage[] {
  return packages.filter(({ name, version = '', files, unnamed = [], notCovered }) => {
    const isOwn = (filename: string) => {
      const parsed = parseDistributionFilename(filename, name);
      return parsed === undefined || sameVersion(parsed.version, version);
    };
    return (
      !/^[a-z0-9]+(?:-[a-z0-9]+)*$/.test(name) ||
      (notCovered !== undefined && files.length + unnamed.length > 0) ||
      !files.every(({ filename }) => isOwn(filename)) ||
      ![...files, ...unnamed].every(({ hashes }) =>
        /^[0-9a-f]{64}$/.test(hashes['sha256'] ?? '0'.repeat(64)),
      ) ||
      !unnamed.every(({ hashes }) => Object.keys(hashes).length <= 1)
    );
  });
}

/** A part of a lock that fits into a test of thousands of runs. */
function excerpt(text: string): string {
  if (text.startsWith('{')) return text;
  const [head = '', ...packages] = text.split(/^(?=\[\[packages?\]\]|[a-z][\w-]*==)/m);
  return [head, ...packages.filter((one) => one.length < 2_000).slice(0, 4)].join('');
}

describe.each(REAL_LOCKS.map((lock) => [lock.path, lock] as const))('%s', (_, { reader, text }) => {
  const good = excerpt(text);
  const only = fc.constantFrom<readonly string[]>([], ['default'], ['dev']);

  test('with one thing changed is read or refused', () => {
    const change = fc.record({
      from: fc.nat(good.length),
      cut: fc.nat(8),
      put: fc.oneof(
        fc.string({ unit: 'binary', maxLength: 3 }),
        fc.constantFrom(
          '\\\n',
          '\n',
          '"',
          '{',
          '}',
          '[',
          ']',
          '=',
          ';',
          '@',
          '#',
          ' -r x',
          '\u2028',
          '.',
          '/',
        ),
      ),
    });
    fc.assert(
      fc.property(change, only, ({ from, cut, put }, groups) => {
        expect(faultsOf(reader, good.slice(0, from) + put + good.slice(from + cut), groups)).toEqual([]);
      }),
      { numRuns: 400 },
    );
  });

  test('with its lines in another order, or some of them twice, is read or refused', () => {
    const lines = good.split('\n');
    fc.assert(
      fc.property(fc.array(fc.nat(lines.length - 1), { maxLength: 60 }), only, (order, groups) => {
        expect(faultsOf(reader, order.map((at) => lines[at]).join('\n'), groups)).toEqual([]);
      }),
      { numRuns: 200 },
    );
  });
});
