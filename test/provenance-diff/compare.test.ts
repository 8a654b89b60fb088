import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { contentOf } from '../../src/provenance-file/entry-order.ts';
import { formatEntry } from '../../src/provenance-file/format.ts';
import { parseProvenanceFile } from '../../src/provenance-file/parse.ts';
import { compareFiles, unallowed } from '../../src/provenance-diff/compare.ts';
import { DIFF_FORMAT_NAMES } from '../../src/provenance-diff/contract.ts';
import { DIFF_FORMATS } from '../../src/provenance-diff/index.ts';
import { anyEntry } from '../provenance-file/entries.ts';

const side = (label: string, text: string) => ({
  label,
  isThere: true,
  file: parseProvenanceFile(text, label),
});
const compared = (before: string, after: string, allow: readonly string[] = []) => ({
  ...compareFiles(side('before', before), side('after', after), allow),
  notes: [],
});
const rendered = (id: string, diff: ReturnType<typeof compared>, color = false) =>
  DIFF_FORMATS.find((format) => format.id === id)?.render(diff, { color }) ?? '';

const lines = (owner: string) =>
  Array.from({ length: 6_000 }, (_, at) => `p${at} https://github.com/${owner}/p${at}\n`).join('');

const alternatives = (count: number): string =>
  Array.from({ length: count }, (_, at) => `x https://github.com/a/x${at}\n`).join('');

describe('two files', () => {
  test('that are one do not differ, in whatever form they are shown', () => {
    fc.assert(
      fc.property(fc.uniqueArray(anyEntry, { selector: contentOf }), (entries) => {
        const text = entries.map((entry) => `${formatEntry(entry)}\n`).join('');
        const diff = compared(text, text);
        expect(diff).toMatchObject({ packages: [], hunks: [], isSameText: true });
        expect(rendered('text', diff)).toBe('No entry changed.\n');
      }),
    );
  });

  test('have what stays beside what changed, up to a few lines', () => {
    const added = 'x https://github.com/mallory/x\n';
    const of = (count: number, format: 'text' | 'markdown'): readonly string[] =>
      rendered(format, compared(alternatives(count), alternatives(count) + added)).match(/^.*stays: .*$/gm) ??
      [];
    expect(of(1, 'text')).toEqual(['    stays: https://github.com/a/x0']);
    expect(of(1, 'markdown')).toEqual(['  - stays: `https://github.com/a/x0`']);
    expect(of(8, 'text').slice(-2)).toEqual(['    stays: https://github.com/a/x4', '    stays: 3 more']);
    expect(of(8, 'markdown')).toHaveLength(6);
  });

  test('are compared by name, whatever the spelling; the gravest comes first', () => {
    const diff = compared(
      'A.b unsigned until=2026-01-01\nx https://github.com/a/x\nz https://github.com/a/z owner-id=1\n',
      'a-b unsigned\nq unsigned\nX https://github.com/a/x ref=tags\nz https://github.com/a/z owner-id=2\n',
      ['X'],
    );
    expect(diff.packages.map(({ name, effect, isAllowed }) => [name, effect, isAllowed])).toEqual([
      ['z', 'weaker', false],
      ['a-b', 'weaker', false],
      ['x', 'stricter', true],
      ['q', 'new', false],
    ]);
    expect(unallowed(diff).map(({ name }) => name)).toEqual(['z', 'a-b']);
  });

  test('too far apart for a diff are compared all the same', () => {
    const diff = compared(lines('a'), lines('b'));
    expect([diff.hunks, diff.packages.length]).toEqual([undefined, 6_000]);
    expect(rendered('text', diff)).toContain('(too many lines differ to show them)');
    expect(rendered('markdown', diff)).toContain('(too many lines differ to show them)');
    expect(rendered('json', diff)).toContain('"lines": null');
  });
});

describe('what is shown', () => {
  // What a line can hold that somebody would use: workflow commands, markup, backticks, other scripts in comments.
  const hostile = compared(
    '# ok\n',
    [
      '# ::error::forged ``` <img src=x onerror=alert(1)> [a](https://evil.example) @everyone рaypal',
      'demo https://github.com/a/b workflow=`<b>x</b>` ref=[a](https://evil.example)|x environment=%D1%80ypi  # ::error::x',
      '',
    ].join('\n'),
  );

  test('names its formats, in their order', () => {
    expect(DIFF_FORMATS.map(({ id }) => id)).toEqual(DIFF_FORMAT_NAMES);
  });

  test.each(DIFF_FORMAT_NAMES)('commands no runner and no terminal: %s', (id) => {
    const text = rendered(id, hostile);
    expect(text).not.toMatch(/##(?:vso)?\[/);
    expect(text).not.toMatch(/^\s*::/m);
    expect(text).not.toMatch(/[^\n\p{L} -~]/u);
  });

  test('is code in Markdown, whatever it holds', () => {
    const outside = rendered('markdown', hostile)
      .replaceAll(/^ *(`{3,})diff\n[^]*?^ *\1$/gm, '')
      .replaceAll(/(`+)[^`]+\1/g, '');
    expect(outside).not.toMatch(/<img|<b>|\]\(|@everyone/);
  });

  test('has colour only where it is asked for', () => {
    expect(rendered('text', hostile, true)).toContain('\u001B[');
    expect(rendered('text', hostile)).not.toContain('\u001B[');
    expect(rendered('json', hostile, true)).not.toContain('\u001B[');
  });

  test('shows an entry in ASCII and a comment in its script', () => {
    const text = rendered('text', compared('', '# ключ\ndemo unsigned # ключ\n'));
    expect(text).toContain('+# ключ\n');
    expect(text).toContain('+demo unsigned # \\u{43a}');
  });

  test('shows line endings, and a last line without one', () => {
    const text = rendered('text', compared('demo unsigned\n', 'demo unsigned\r\n# x'));
    expect(text).toContain('-demo unsigned\n+demo unsigned\\u{d}\n+# x\n\\ No newline at end of file\n');
  });
});
