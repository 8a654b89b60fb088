import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { jsonLines, jsonPlaces } from '../../src/lock-source/json-lines.ts';

const all = (text: string) => Object.fromEntries(jsonLines(text, () => true));

describe('places', () => {
  test.each<[string, string, Record<string, number>]>([
    ['a scalar', ' 1 ', {}],
    ['nothing', '{}', {}],
    ['members', '{"a": 1,\n\n"b": {"c": true}}', { a: 1, b: 3, 'b.c': 3 }],
    ['names', '{"a.b": 1,\n"\\u0061": 2, "": 3, "c d": 4}', { '"a.b"': 1, a: 2, '""': 2, '"c d"': 2 }],
    [
      'elements',
      '[\n1, [2,\n3], {"a":\n"]"}]',
      { '[0]': 2, '[1]': 2, '[1][0]': 2, '[1][1]': 3, '[2]': 3, '[2].a': 3 },
    ],
    ['strings', '{"a": "}\\"{",\n"b": "\\\\", "c": ","}', { a: 1, b: 2, c: 2 }],
    ['Windows lines', '{\r\n"a": 1\r\n}', { a: 2 }],
  ])('of %s', (_, text, expected) => {
    expect(() => void JSON.parse(text)).not.toThrow();
    expect(all(text)).toEqual(expected);
  });
});

test('every member and element is found, and what is there twice', () => {
  fc.assert(
    fc.property(fc.json(), fc.constantFrom(undefined, 1, '\t'), (json, indent) => {
      const value: unknown = JSON.parse(json);
      const text = JSON.stringify(value, null, indent);
      const places = [...jsonPlaces(text)];
      expect(places).toHaveLength(countOf(value));
      expect(places.filter(({ isRepeated }) => isRepeated)).toEqual([]);
    }),
  );
});

test('names that are written in two ways are one name', () => {
  const repeated = [...jsonPlaces('{"a": {"a": 1}, "b": [{"a": 1}, {"a": 1}],\n"\\u0061": 2}')];
  expect(repeated.filter(({ isRepeated }) => isRepeated)).toEqual([
    { path: 'a', line: 2, depth: 1, isRepeated: true },
  ]);
});

describe('hostile documents', () => {
  test.each([
    ['a name of megabytes', `{"${'k'.repeat(4_000_000)}": 1,\n"z": 1}`],
    ['an array of a million elements', `{"a": [${'1,'.repeat(1_000_000)}1],\n"z": 1}`],
    ['a string of escaped quotes', `{"a": "${'\\"'.repeat(2_000_000)}",\n"z": 1}`],
    ['blank lines', `{${'\n'.repeat(4_000_000)}"z": 1}`],
  ])('%s', (_, text) => {
    expect([...jsonLines(text, (path) => path === 'z').values()]).toEqual([text.split('\n').length]);
  });
});

function countOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  return Object.values(value).reduce((sum: number, inner) => sum + 1 + countOf(inner), 0);
}
