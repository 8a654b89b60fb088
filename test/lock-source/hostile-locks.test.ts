import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseDistributionFilename, sameVersion } from '../../src/distribution-filename.ts';
import { ProvpinError } from '../../src/errors.ts';
import type { LockReader } from '../../src/lock-source/index.ts';
import type { Lock } from '../../src/model.ts';
import { REAL_LOCKS } from './real-locks.ts';

function readOrRefuse(reader: LockReader, text: string, only: readonly string[]): Lock | undefined {
  try {
    return reader.read(text, 'lock', only);
  } catch (error) {
    if (!(error instanceof ProvpinError)) throw error;
    expect([error.exitCode, error.message]).toEqual([2, expect.stringMatching(/^`lock`[^\n]*$/)]);
    return undefined;
  }
}

/** What every reader promises of what it reads. */
function expectSound({ packages }: Lock): void {
  for (const { name, version = '', files, unnamed = [], notCovered } of packages) {
    expect(name).toMatch(/^[a-z0-9]+(?:-[a-z0-9]+)*$/);
    if (notCovered !== undefined) expect([files, unnamed]).toEqual([[], []]);
    for (const { filename, hashes } of files) {
      const parsed = parseDistributionFilename(filename, name);
      if (parsed !== undefined) expect(sameVersion(parsed.version, version)).toBe(true);
      expect(hashes['sha256'] ?? '0'.repeat(64)).toMatch(/^[0-9a-f]{64}$/);
    }
    for (const { hashes } of unnamed) expect(Object.keys(hashes).length).toBeLessThan(2);
  }
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
        const lock = readOrRefuse(reader, good.slice(0, from) + put + good.slice(from + cut), groups);
        if (lock !== undefined) expectSound(lock);
      }),
      { numRuns: 400 },
    );
  });

  test('with its lines in another order, or some of them twice, is read or refused', () => {
    const lines = good.split('\n');
    fc.assert(
      fc.property(fc.array(fc.nat(lines.length - 1), { maxLength: 60 }), only, (order, groups) => {
        const lock = readOrRefuse(reader, order.map((at) => lines[at]).join('\n'), groups);
        if (lock !== undefined) expectSound(lock);
      }),
      { numRuns: 200 },
    );
  });
});
