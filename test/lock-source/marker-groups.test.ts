import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { canHold, markerFilter } from '../../src/lock-source/marker-groups.ts';

const chosen = { extras: new Set(['cli', 'a-b']), groups: new Set(['dev']) };

describe('markers', () => {
  test.each([
    ['"cli" in extras', true],
    ["'cli' in extras", true],
    ['"A_b" in extras', true],
    ['"docs" in extras', false],
    ['"cli" in dependency_groups', false],
    ['"dev" in dependency_groups', true],
    ['"dev" not in dependency_groups', false],
    ['"docs" not in dependency_groups', true],
    // What depends on the platform may hold.
    ['python_version < "3.11"', true],
    ['python_version < "3.11" and "docs" in extras', false],
    ['"docs" in extras and python_version < "3.11"', false],
    ['python_version < "3.11" or "docs" in extras', true],
    ['"docs" in extras or "dev" in dependency_groups', true],
    ['"docs" in extras or "docs" in dependency_groups', false],
    ['"cli" in extras and "docs" in extras or "dev" in dependency_groups', true],
    ['"cli" in extras and ("docs" in extras or "tests" in extras)', false],
    ['("cli" in extras) and (sys_platform == "win32")', true],
    ['extra == "docs"', true],
    ['"win" in sys_platform', true],
    // What is not understood may hold.
    ['', true],
    ['"docs" in', true],
    ['("docs" in extras', true],
    ['"docs" in extras)', true],
    ['"docs" in extras "docs"', true],
    ['"docs in extras', true],
    ['§', true],
    [`${'('.repeat(100_000)}"docs" in extras`, true],
  ])('%s', (marker, expected) => {
    expect(canHold(marker, chosen)).toBe(expected);
  });

  test('whatever the text, there is an answer', () => {
    const pieces = fc.constantFrom(
      '(',
      ')',
      ' and ',
      ' or ',
      ' not ',
      ' in ',
      ' extras ',
      '"cli"',
      "'",
      '==',
      ' x ',
    );
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 20 }), (text) => {
        expect(typeof canHold(text.join(''), chosen)).toBe('boolean');
      }),
      { numRuns: 2000 },
    );
  });
});

test('`default` is what a lock names so, or else its default groups', () => {
  const keys = { extras: undefined, 'dependency-groups': ['main', 'dev'], 'default-groups': ['main'] };
  const isNeeded = markerFilter(keys, ['default'], 'pylock.toml');
  expect(isNeeded('"main" in dependency_groups')).toBe(true);
  expect(isNeeded('"dev" in dependency_groups')).toBe(false);
  expect(isNeeded(undefined)).toBe(true);
});
