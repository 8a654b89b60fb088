import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { refClass, refCovers, refMatches } from '../../src/policy/ref-pattern.ts';

describe('refClass', () => {
  test.each([
    ['refs/tags/v1.0', 'tags'],
    ['refs/heads/main', 'branches'],
    ['refs/merge-requests/1/head', 'other'],
    ['refs/tags', 'other'],
    ['tags', 'other'],
    ['xrefs/tags/v1', 'other'],
    ['', 'other'],
  ])('%j is of class %s', (ref, expected) => {
    expect(refClass(ref)).toBe(expected);
  });
});

describe('refMatches', () => {
  test.each([
    ['tags', 'refs/tags/v1.0', true],
    ['tags', 'refs/tags/pkg/v1.0', true],
    ['tags', 'refs/heads/tags', false],
    ['tags', 'tags', false],
    ['branches', 'refs/heads/main', true],
    ['branches', 'refs/tags/branches', false],
    ['refs/heads/main', 'refs/heads/main', true],
    ['refs/heads/main', 'refs/heads/Main', false],
    ['refs/heads/main', 'refs/heads/main2', false],
    ['refs/heads/main', 'refs/heads/mai', false],
    ['refs/tags/v*', 'refs/tags/v1.0', true],
    ['refs/tags/v*', 'refs/tags/v', true],
    ['refs/tags/v*', 'refs/tags/w1', false],
    ['refs/tags/v*', 'refs/tags/v1/by-mallory', false],
    ['refs/tags/v*', 'refs/heads/v1', false],
    ['refs/*/v1', 'refs/tags/v1', true],
    ['refs/tags/*/v*', 'refs/tags/pkg/v1', true],
    ['refs/tags/*.*.*', 'refs/tags/1.2.3', true],
    ['refs/tags/*.*.*', 'refs/tags/1.2', false],
    ['refs/tags/v*-final', 'refs/tags/v1-final', true],
    ['refs/tags/v*-final', 'refs/tags/v1-final-not', false],
    ['refs/tags/ab*ba', 'refs/tags/aba', false],
    ['refs/tags/ab*ba', 'refs/tags/abba', true],
    ['refs/tags/**', 'refs/tags/v1', true],
    ['*', 'main', true],
    ['*', 'refs/heads/main', false],
    ['refs/tags/v1.0', 'refs/tags/v1x0', false],
    ['refs/tags/[v]1', 'refs/tags/v1', false],
    ['refs/tags/v?', 'refs/tags/v1', false],
    ['(a+)+$', 'aaaa', false],
    ['', '', true],
    ['', 'refs/heads/main', false],
  ])('%j holds for %j: %s', (pattern, ref, expected) => {
    expect(refMatches(pattern, ref)).toBe(expected);
  });

  test('a glob holds for what is put in the place of its stars, and never for a further segment', () => {
    const text = fc.string({ maxLength: 8 }).map((value) => value.replaceAll(/[*/]/g, ''));
    const pieces = fc.array(text, { minLength: 2, maxLength: 6 });
    fc.assert(
      fc.property(pieces, fc.array(text, { minLength: 5, maxLength: 5 }), (literals, inserted) => {
        const filled = literals.reduce((ref, piece, index) => `${ref}${inserted[index - 1] ?? ''}${piece}`);
        expect(refMatches(`refs/x/${literals.join('*')}`, `refs/x/${filled}`)).toBe(true);
        expect(refMatches(`refs/x/${literals.join('*')}`, `refs/x/${filled}/more`)).toBe(false);
      }),
    );
  });

  test('a glob agrees with the regular expression that it stands for', () => {
    const text = fc.stringMatching(/^[ab*]{0,8}$/);
    fc.assert(
      fc.property(text, fc.stringMatching(/^[ab]{0,12}$/), (pattern, ref) => {
        const meant = new RegExp(`^${pattern.replaceAll('*', '[^/]*')}$`, 'u');
        expect(refMatches(pattern, ref)).toBe(meant.test(ref));
      }),
    );
  });

  test.each([
    ['tags', 'tags', true],
    ['tags', 'refs/tags/v1', true],
    ['tags', 'refs/tags/*', true],
    ['refs/tags/v*', 'refs/tags/v1*', true],
    ['refs/*/*', 'refs/tags/v*', true],
    ['refs/tags/*', 'tags', false],
    ['*', 'tags', false],
    ['branches', 'branches', true],
    ['*', 'branches', false],
    ['tags', 'refs/tags*/v', false],
    ['tags', 'branches', false],
    ['refs/tags/v1*', 'refs/tags/v*', false],
  ])('whatever %s holds for beside %s: %s', (wider, narrower, expected) => {
    expect(refCovers(wider, narrower)).toBe(expected);
  });

  test('a pattern that covers another holds for all that it holds for', () => {
    const pattern = fc.oneof(
      fc.constantFrom('tags', 'branches', 'refs/tags/*'),
      fc.stringMatching(/^[ab*/]{0,6}$/),
    );
    const ref = fc.oneof(
      fc.constantFrom('refs/tags/a', 'refs/heads/a', 'tags'),
      fc.stringMatching(/^[ab/]{0,6}$/),
    );
    fc.assert(
      fc.property(pattern, pattern, fc.array(ref, { minLength: 10 }), (wider, narrower, refs) => {
        fc.pre(refCovers(wider, narrower));
        const held = refs.filter((one) => refMatches(narrower, one));
        expect(held.filter((one) => !refMatches(wider, one))).toEqual([]);
      }),
    );
  });

  // With a backtracking matcher neither would end within the lifetime of the machine.
  test.each([
    ['many stars that nearly match', `${'a*'.repeat(5_000)}b`, 'a'.repeat(50_000)],
    ['many stars and no end', `refs/tags/${'*a'.repeat(120)}x`, `refs/tags/${'a'.repeat(100_000)}`],
    ['nothing but stars', '*'.repeat(50_000), 'a'.repeat(50_000)],
  ])('is not slowed down by %s', (_, pattern, ref) => {
    expect(refMatches(pattern, ref)).toBe(!pattern.endsWith('b') && !pattern.endsWith('x'));
  });
});
