import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createProgress, showsProgress } from '../src/progress.ts';

/** What a terminal shows after what was written: carriage returns and erasing acted out, colour dropped. */
function screen(written: readonly string[]): string {
  const line = written.join('').split('\r').at(-1) ?? '';
  return line.replaceAll('\u001B[K', '').replaceAll('\u001B[2m', '').replaceAll('\u001B[0m', '');
}

function started(options: { isTerminal?: boolean; color?: boolean; columns?: number } = {}) {
  const written: string[] = [];
  const { isTerminal = true, color = false, columns } = options;
  const stream = { write: (text: string) => written.push(text), columns };
  return { written, progress: createProgress({ stream, isTerminal, color }) };
}

test('each update replaces the line before', () => {
  const { written, progress } = started();
  progress.update(1, 4, 'certifi-1.0.tar.gz');
  expect(screen(written)).toBe('[#####...............] 1/4 certifi-1.0.tar.gz');
  progress.update(4, 4, 'idna');
  expect(screen(written)).toBe('[####################] 4/4 idna');
});

test('clear leaves nothing, and the next update brings the line back', () => {
  const { written, progress } = started();
  progress.clear();
  expect(written).toEqual([]);
  progress.update(1, 2, 'a');
  progress.clear();
  expect(screen(written)).toBe('');
  progress.update(2, 2, 'b');
  expect(screen(written)).toContain('2/2 b');
});

test('after done nothing more is shown', () => {
  const { written, progress } = started();
  progress.update(1, 2, 'a');
  progress.done();
  progress.update(2, 2, 'b');
  progress.clear();
  expect(screen(written)).toBe('');
  expect(written).toHaveLength(2);
});

test('what is no terminal gets nothing', () => {
  const { written, progress } = started({ isTerminal: false, color: true });
  progress.update(1, 2, 'a');
  progress.clear();
  progress.done();
  expect(written).toEqual([]);
});

test.each([0, undefined])('a terminal of %s columns is taken for a usual one', (columns) => {
  const { written, progress } = started(columns === undefined ? {} : { columns });
  progress.update(1, 2, 'x'.repeat(200));
  expect(screen(written)).toHaveLength(79);
});

test('nothing to do is no progress', () => {
  const { written, progress } = started();
  progress.update(0, 0, '');
  expect(written).toEqual([]);
});

test('colour adds colour, and nothing else', () => {
  const [plain, colored] = [started(), started({ color: true })];
  for (const { progress } of [plain, colored]) progress.update(1, 2, 'a');
  expect(colored.written).not.toEqual(plain.written);
  expect(screen(colored.written)).toBe(screen(plain.written));
});

test('hostile labels stay on the line, which never wraps', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'binary', maxLength: 300 }),
      fc.integer({ min: 1, max: 200 }),
      (label, columns) => {
        const { written, progress } = started({ columns });
        progress.update(1, 2, label);
        expect(screen(written)).toMatch(/^[ -~]*$/);
        expect(screen(written).length).toBeLessThan(columns);
        progress.clear();
        expect(screen(written)).toBe('');
      },
    ),
  );
});

describe('where a progress line is welcome', () => {
  test.each([
    [true, 'a terminal', true, { TERM: 'xterm' }],
    [true, 'an empty CI variable', true, { CI: '' }],
    [false, 'a pipe', undefined, {}],
    [false, 'a terminal that cannot erase', true, { TERM: 'dumb' }],
    [false, 'continuous integration', true, { CI: 'true' }],
  ])('%s: %s', (expected, _, isTTY, env) => {
    expect(showsProgress({ isTTY }, env)).toBe(expected);
  });
});
