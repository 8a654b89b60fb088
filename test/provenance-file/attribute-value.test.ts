import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  decodeAttributeValue,
  encodeAttributeValue,
  isAttributeValue,
} from '../../src/provenance-file/attribute-value.ts';

describe('the spelling of a value', () => {
  test.each([
    ['release.yml', 'release.yml'],
    ['refs/tags/v*', 'refs/tags/v*'],
    ['a=b`$(x)"\\', 'a=b`$(x)"\\'],
    ['Publish to PyPI', 'Publish%20to%20PyPI'],
    ['100%#1', '100%25%231'],
    ['%20', '%2520'],
    ['umgebung-ä', 'umgebung-%C3%A4'],
    ['p\u043Fpi', 'p%D0%BFpi'],
    ['\u{1F680}', '%F0%9F%9A%80'],
    ['\u2699\uFE0F pypi', '%E2%9A%99%EF%B8%8F%20pypi'],
    ['a\u3000b', 'a%E3%80%80b'],
    ['a'.repeat(255), 'a'.repeat(255)],
  ])('of %j is %s', (value, spelled) => {
    expect(encodeAttributeValue(value)).toBe(spelled);
    expect(decodeAttributeValue(spelled)).toBe(value);
  });

  test.each([
    '',
    'a b',
    'a#b',
    'ä',
    '%',
    '%2',
    '%zz',
    '%20%',
    '%61',
    '%2f',
    '%c3%a4',
    '%C3',
    '%FF',
    '%C0%AF',
    '%ED%A0%80',
    '%00',
    '%0A',
    '%1B[2J',
    '%E2%80%AE',
    '%E2%80%8B',
    '%E3%85%A4',
    '%EF%BB%BF',
    'a'.repeat(256),
  ])('%j is none', (spelled) => {
    expect(decodeAttributeValue(spelled)).toBeUndefined();
  });

  test('is the only one, printable ASCII without white space, and gives the value back', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 40 }), (value) => {
        fc.pre(isAttributeValue(value));
        const spelled = encodeAttributeValue(value);
        expect(spelled).toMatch(/^[!-~]+$/);
        expect(spelled).not.toContain('#');
        expect(decodeAttributeValue(spelled)).toBe(value);
      }),
    );
    fc.assert(
      fc.property(fc.stringMatching(/^([!-~]|%[0-9A-F]{2}){1,12}$/), (spelled) => {
        const value = decodeAttributeValue(spelled);
        expect(value === undefined || encodeAttributeValue(value) === spelled).toBe(true);
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('a value', () => {
  test.each(['', 'a\nb', 'a\tb', '\u0000', '\u202E', '\u2028', '\uD800', 'v'.repeat(256)])(
    'cannot be %j',
    (value) => {
      expect(isAttributeValue(value)).toBe(false);
    },
  );
});
