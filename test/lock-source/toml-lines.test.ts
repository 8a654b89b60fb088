import * as fc from 'fast-check';
import { parse } from 'smol-toml';
import { describe, expect, test } from 'vitest';
import { tomlLines } from '../../src/lock-source/toml-lines.ts';

const all = (text: string) => Object.fromEntries(tomlLines(text, () => true));

describe('places', () => {
  test.each<[string, string, Record<string, number>]>([
    ['nothing', '', {}],
    ['only comments', '# a = 1\n  # [b]', {}],
    ['keys', 'a = 1\n\nb = "x"\r\nc.d = 1.5', { a: 1, b: 3, c: 4, 'c.d': 4 }],
    ['quoted keys', `"a.b" = 1\n'c"' = 2\n"\\u0064" = 3\n"" = 4`, { '"a.b"': 1, '"c\\""': 2, d: 3, '""': 4 }],
    ['tables', '[a]\nb = 1\n[ a . c ] # x\nd = 2', { a: 1, 'a.b': 2, 'a.c': 3, 'a.c.d': 4 }],
    [
      'arrays of tables',
      '[[a]]\n[[a.b]]\nc = 1\n[[a.b]]\n[[a]]\n[a.b]\nd = 2',
      { 'a[0]': 1, 'a[0].b[0]': 2, 'a[0].b[0].c': 3, 'a[0].b[1]': 4, 'a[1]': 5, 'a[1].b': 6, 'a[1].b.d': 7 },
    ],
    [
      'inline',
      'a = [ # ]\n  {b = "}", c = [1,\n 2]},\n  {}, ]\nd = 1',
      { a: 1, 'a[0]': 2, 'a[0].b': 2, 'a[0].c': 2, 'a[0].c[0]': 2, 'a[0].c[1]': 3, 'a[1]': 4, d: 5 },
    ],
    [
      'strings',
      `a = """\n[x]\n\\"""\\\\"""""\nb = '''\n[x]\\'''''\nc = "\\"" # "\nd = '\\'\ne = ""\nf = ''\ng = 1`,
      { a: 1, b: 4, c: 6, d: 7, e: 8, f: 9, g: 10 },
    ],
    ['dates', 'a = 1979-05-27 07:32:00 # x\nb = [1979-05-27,07:32:00]', { a: 1, b: 2, 'b[0]': 2, 'b[1]': 2 }],
    ['a byte order mark', '\ufeffa = 1', { a: 1 }],
  ])('of %s', (_, text, expected) => {
    expect(() => parse(text)).not.toThrow();
    expect(all(text)).toEqual(expected);
  });

  test('only what is wanted', () => {
    const lines = tomlLines('a = 1\nb = 2\nc = 3', (path) => path === 'c');
    expect([...lines]).toEqual([['c', 3]]);
  });
});

describe('hostile documents', () => {
  test.each([
    ['a key of megabytes', `${'k'.repeat(4_000_000)} = 1\nz = 1`],
    ['a path of a million keys', `${'k.'.repeat(1_000_000)}k = 1\n[t]\nz = 1`],
    ['a header of a million keys', `[${'k.'.repeat(1_000_000)}k]\n${'z.z = 1\n'.slice(0, 6)} = 1\n[z]`],
    ['an array of a million elements', `a = [${'1,'.repeat(1_000_000)}]\nz = 1`],
    ['a string of escaped quotes', `a = "${'\\"'.repeat(2_000_000)}"\nz = 1`],
    ['a string of backslashes', `a = "${'\\'.repeat(4_000_000)}"\nz = 1`],
    ['a comment of megabytes', `#${'#'.repeat(8_000_000)}\nz = 1`],
    ['blank lines', `${'\n'.repeat(8_000_000)}z = 1`],
  ])('%s', (_, text) => {
    const found = [...tomlLines(text, (path) => /^(?:t\.)?z$/.test(path)).values()];
    expect(found).toEqual([text.split('\n').length]);
  });

  test('everything in one line of megabytes', { timeout: 15_000 }, () => {
    const text = `a = [${'{b=1},'.repeat(200_000)}]${' '.repeat(4_000_000)}\nz = 1`;
    const lines = tomlLines(text, (path) => /^(?:a\[\d+\]|z)$/.test(path));
    expect([lines.size, lines.get('a[199999]'), lines.get('z')]).toEqual([200_001, 1, 2]);
  });

  test('what is not TOML ends too, with lines that mean nothing', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 40 }), (text) => {
        expect(() => tomlLines(text.replaceAll(/["']/g, ''), () => true)).not.toThrow();
      }),
    );
  });
});

describe('properties', () => {
  const comment = fc.constantFrom('', ' ', '\t', ' # [a] = "', '# """');
  const gap = fc.constantFrom('', ' ', '\n', '\r\n', ' # ]}"\n', "\n# '''\n");
  const key = fc.oneof(
    fc.constantFrom('a', 'b', 'c', 'a-1', '_'),
    fc.constantFrom('"a"', "'b'", '"a.b"', "'#'", '"]"', '"\\""', "'='", '"\\u0061"', '""'),
  );
  const path = fc.array(key, { minLength: 1, maxLength: 3 }).map((keys) => keys.join(' . '));
  const body = fc
    .array(fc.constantFrom('x', '#', '[', ']', '{', '}', ',', '=', ' ', '\\\\', '\\"', '\\n'), {
      maxLength: 6,
    })
    .map((pieces) => pieces.join(''));
  const literal = body.map((text) => text.replaceAll('"', ''));
  const string = fc.oneof(
    body.map((text) => `"${text}"`),
    body.map((text) => `"""\n${text}\n${text}"""`),
    body.map((text) => `"""${text}"x""x"""""`),
    literal.map((text) => `'${text}'`),
    literal.map((text) => `'''${text}'\n${text}'''''`),
  );
  const scalar = fc.oneof(
    string,
    fc.constantFrom('1', '-1.5e3', '0xff', 'true', 'inf', '1979-05-27 07:32:00Z', '07:32:00', '1979-05-27'),
  );
  const { value } = fc.letrec<{ value: string; array: string; table: string }>((tie) => ({
    value: fc.oneof({ maxDepth: 3 }, scalar, tie('array'), tie('table')),
    array: fc
      .tuple(fc.array(fc.tuple(gap, tie('value')), { maxLength: 3 }), gap)
      .map(([items, end]) => `[${items.map(([before, item]) => before + item).join(',')}${end}]`),
    table: fc
      .tuple(fc.array(fc.tuple(key, tie('value')), { maxLength: 3 }), fc.constantFrom('', ' '))
      .map(([items, end]) => `{${items.map(([name, item]) => ` ${name}=${item}`).join(' ,')}${end}}`),
  }));
  const statement = fc.oneof(
    { weight: 4, arbitrary: fc.tuple(path, value, comment).map(([k, v, c]) => `${k} = ${v}${c}`) },
    fc.tuple(path, comment).map(([k, c]) => `[ ${k} ]${c}`),
    fc.tuple(path, comment).map(([k, c]) => `[[${k}]]${c}`),
    comment,
  );
  const newline = fc.constantFrom('\n', '\r\n');

  test('a document has the places that the parser has values at', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(statement, newline), { maxLength: 6 }), (statements) => {
        const text = statements.flat().join('');
        const values = parsed(text);
        fc.pre(values !== undefined);
        expect(Object.keys(all(text)).sort()).toEqual(expect.arrayContaining(leavesOf(values, '').sort()));
        expect(pathsOf(values, '')).toEqual(expect.arrayContaining(Object.keys(all(text))));
      }),
      { numRuns: 4000 },
    );
  });

  test('a key is in the line that the scan says', () => {
    const numbered = fc.array(fc.tuple(path, fc.array(gap, { maxLength: 4 }), string), { maxLength: 6 });
    fc.assert(
      fc.property(numbered, (items) => {
        // The number is behind the key, and nowhere else.
        const text = items.map(
          ([k, gaps, s], n) => `s${n} = ${s}\n${gaps.join('\n')}\n[t${n}]\n${k} = 7${n}7\n`,
        );
        const whole = text.join('');
        const values = parsed(whole);
        fc.pre(values !== undefined);
        const lines = whole.split('\n');
        for (const [place, line] of tomlLines(whole, (candidate) => /^t\d\.(?!s\d$)/.test(candidate))) {
          const number = /^t(\d)/.exec(place)?.[1] ?? '';
          expect(lines[line - 1]).toContain(`7${number}7`);
        }
      }),
    );
  });
});

function parsed(text: string): Record<string, unknown> | undefined {
  try {
    return parse(text);
  } catch {
    return undefined;
  }
}

function isTable(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date);
}

function childrenOf(value: unknown, path: string): readonly (readonly [string, unknown])[] {
  if (Array.isArray(value)) return value.map((item: unknown, index) => [`${path}[${index}]`, item] as const);
  if (!isTable(value)) return [];
  return Object.entries(value).map(([key, item]) => {
    const printed = /^[A-Za-z0-9_-]+$/.test(key) ? key : JSON.stringify(key);
    return [path === '' ? printed : `${path}.${printed}`, item] as const;
  });
}

/** Every path that has a value, a table or an array. */
function pathsOf(value: unknown, path: string): readonly string[] {
  return childrenOf(value, path).flatMap(([child, item]) => [child, ...pathsOf(item, child)]);
}

/** The paths of what is no table and no array: those are all written out. */
function leavesOf(value: unknown, path: string): string[] {
  return childrenOf(value, path).flatMap(([child, item]) => {
    return isTable(item) || Array.isArray(item) ? leavesOf(item, child) : [child];
  });
}
