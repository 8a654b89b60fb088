import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ProvpinError } from '../../src/errors.ts';
import type { Entry } from '../../src/model.ts';
import type { ProvenanceFile } from '../../src/provenance-file/contract.ts';
import { addEntries, replaceEntries } from '../../src/provenance-file/edit.ts';
import { compareEntries, contentOf } from '../../src/provenance-file/entry-order.ts';
import { formatEntry, formatProvenanceFile } from '../../src/provenance-file/format.ts';
import { emptyProvenanceFile, parseProvenanceFile } from '../../src/provenance-file/parse.ts';
import { anyEntry, entryOf } from './entries.ts';

const A = entryOf('a', 'https://github.com/o/a');
const B = entryOf('b', 'https://github.com/o/b');
const C = entryOf('c', 'https://github.com/o/c');
const [LINE_A, LINE_B, LINE_C] = [A, B, C].map((entry) => formatEntry(entry));

function parse(text: string): ProvenanceFile {
  return parseProvenanceFile(text, 'f');
}

function added(text: string, ...entries: readonly Entry[]): string {
  return formatProvenanceFile(addEntries(parse(text), entries));
}

function replaced(text: string, name: string, ...entries: readonly Entry[]): string {
  return formatProvenanceFile(replaceEntries(parse(text), name, entries));
}

describe('addEntries', () => {
  test.each<[string, string, readonly Entry[], string]>([
    ['to nothing, sorted', '', [C, A, B], `${LINE_A}\n${LINE_B}\n${LINE_C}\n`],
    ['between', `${LINE_A}\n${LINE_C}\n`, [B], `${LINE_A}\n${LINE_B}\n${LINE_C}\n`],
    ['at the beginning', `${LINE_B}\n`, [A], `${LINE_A}\n${LINE_B}\n`],
    ['at the end', `${LINE_B}\n`, [C], `${LINE_B}\n${LINE_C}\n`],
    ['to a file without a final newline', `${LINE_A}`, [B], `${LINE_A}\n${LINE_B}\n`],
    ['before a last line without a newline', `${LINE_A}\n${LINE_C}`, [B], `${LINE_A}\n${LINE_B}\n${LINE_C}`],
    ['to a file of CRLF', `${LINE_A}\r\n${LINE_C}\r\n`, [B], `${LINE_A}\r\n${LINE_B}\r\n${LINE_C}\r\n`],
    [
      'to a file of CRLF without a last one',
      `${LINE_A}\r\n${LINE_B}`,
      [C],
      `${LINE_A}\r\n${LINE_B}\r\n${LINE_C}\r\n`,
    ],
    ['after a byte order mark', `\uFEFF${LINE_B}\n`, [A], `\uFEFF${LINE_A}\n${LINE_B}\n`],
    ['below a header', `# header\n\n${LINE_B}\n`, [A], `# header\n\n${LINE_A}\n${LINE_B}\n`],
    ['below a header of one block', `# header\n${LINE_B}\n`, [A], `# header\n${LINE_A}\n${LINE_B}\n`],
    [
      'above the comment of the next',
      `# header\n\n# about b\n${LINE_B}\n`,
      [A],
      `# header\n\n${LINE_A}\n# about b\n${LINE_B}\n`,
    ],
    [
      'above the comment of the next, between',
      `${LINE_A}\n# about c\n${LINE_C}\n`,
      [B],
      `${LINE_A}\n${LINE_B}\n# about c\n${LINE_C}\n`,
    ],
    [
      'below a header that a line of spaces sets apart',
      `# header\n \t\n# about b\n${LINE_B}\n`,
      [A],
      `# header\n \t\n${LINE_A}\n# about b\n${LINE_B}\n`,
    ],
    [
      'to a file that ends its lines in two ways, which it keeps',
      `${LINE_A}\r\n# one\n${LINE_C}\n`,
      [B],
      `${LINE_A}\r\n${LINE_B}\r\n# one\n${LINE_C}\n`,
    ],
    ['above closing comments', `${LINE_A}\n# end\n`, [B], `${LINE_A}\n${LINE_B}\n# end\n`],
    ['to comments alone', `# one\n\n# two`, [A], `# one\n\n# two\n${LINE_A}\n`],
    ['to an unsorted file', `${LINE_C}\n${LINE_A}\n`, [B], `${LINE_B}\n${LINE_C}\n${LINE_A}\n`],
    ['by normalised names', `Zope https://github.com/z/z\n`, [C], `${LINE_C}\nZope https://github.com/z/z\n`],
    [
      'what is there',
      `  A   https://github.com/o/a # spelled oddly`,
      [A],
      `  A   https://github.com/o/a # spelled oddly`,
    ],
    ['one entry twice', '', [A, A], `${LINE_A}\n`],
    ['nothing', `${LINE_C}\n\n${LINE_A}`, [], `${LINE_C}\n\n${LINE_A}`],
  ])('%s', (_, before, entries, after) => {
    expect(added(before, ...entries)).toBe(after);
  });

  test('sorts alternatives of one name by identity, then version', () => {
    const alternatives = [
      entryOf('a', 'unsigned', { version: '2' }),
      entryOf('a', 'unsigned'),
      entryOf('a', 'https://gitlab.com/o/a'),
      A,
    ];
    expect(
      addEntries(emptyProvenanceFile('f'), alternatives).entries.map(({ identity, version }) => [
        identity,
        version,
      ]),
    ).toEqual([
      ['https://github.com/o/a', undefined],
      ['https://gitlab.com/o/a', undefined],
      ['unsigned', undefined],
      ['unsigned', '2'],
    ]);
  });

  test('numbers the lines anew', () => {
    const file = addEntries(parse(`# header\n${LINE_B}\n`), [A]);
    expect(file.entries.map(({ name, line }) => [name, line])).toEqual([
      ['a', 2],
      ['b', 3],
    ]);
    expect(file).toEqual(parse(formatProvenanceFile(file)));
  });

  test('refuses an entry that cannot be written', () => {
    expect(() => added('', entryOf('a', 'unsigned\nb unsigned'))).toThrow(ProvpinError);
  });

  test('gives what the result is parsed to, with every old line in its order and every entry once', () => {
    const distinct = fc.uniqueArray(anyEntry, { maxLength: 8, selector: (entry) => contentOf(entry) });
    fc.assert(
      fc.property(distinct, distinct, (before, more) => {
        const file = addEntries(
          parse(before.map((entry) => `${formatEntry(entry)}  # kept`).join('\n')),
          more,
        );
        const text = formatProvenanceFile(file);
        const wanted = new Set([...before, ...more].map((entry) => contentOf(entry)));
        expect(parse(text)).toEqual(file);
        expect(new Set(file.entries.map((entry) => contentOf(entry)))).toEqual(wanted);
        expect(file.entries).toHaveLength(wanted.size);
        expect(text.split('\n').filter((line) => line.endsWith('# kept'))).toEqual(
          before.map((entry) => `${formatEntry(entry)}  # kept`),
        );
      }),
    );
  });

  test('keeps a sorted file sorted', () => {
    const distinct = fc.uniqueArray(anyEntry, { maxLength: 8, selector: (entry) => contentOf(entry) });
    fc.assert(
      fc.property(distinct, distinct, (first, second) => {
        const { entries } = addEntries(addEntries(emptyProvenanceFile('f'), first), second);
        expect(entries).toEqual(entries.toSorted(compareEntries));
      }),
    );
  });
});

describe('replaceEntries', () => {
  const old = entryOf('b', 'https://github.com/old/b', { attributes: { 'repository-id': '1' } });
  const lineOld = formatEntry(old);

  test.each<[string, string, readonly Entry[], string]>([
    [
      'in place',
      `# x\n${LINE_A}\n${lineOld} # why\n\n${LINE_C}\n`,
      [B],
      `# x\n${LINE_A}\n${LINE_B}\n\n${LINE_C}\n`,
    ],
    [
      'in place of an unsorted file',
      `${LINE_C}\n${lineOld}\n${LINE_A}\n`,
      [B],
      `${LINE_C}\n${LINE_B}\n${LINE_A}\n`,
    ],
    [
      'every alternative and version',
      `${lineOld}\n${LINE_C}\nB==1 unsigned\n`,
      [B],
      `${LINE_B}\n${LINE_C}\n`,
    ],
    ['by several', `${LINE_A}\n${lineOld}\n`, [old, B], `${LINE_A}\n${LINE_B}\n${lineOld}\n`],
    ['only what changes', `${LINE_B} # kept\n${lineOld}\n`, [B], `${LINE_B} # kept\n`],
    ['a last line without a newline', `${LINE_A}\n${lineOld}`, [B], `${LINE_A}\n${LINE_B}\n`],
    ['in a file of CRLF', `${LINE_A}\r\n${lineOld}\r\n`, [B], `${LINE_A}\r\n${LINE_B}\r\n`],
    [
      'what is not there, in a file that is not sorted',
      `${LINE_C}\n${LINE_A}\n# end\n`,
      [B],
      `${LINE_B}\n${LINE_C}\n${LINE_A}\n# end\n`,
    ],
    ['what is not there', `${LINE_A}\n${LINE_C}\n`, [B], `${LINE_A}\n${LINE_B}\n${LINE_C}\n`],
    [
      'nothing that changes',
      ` B  https://github.com/o/b # odd\n${LINE_A}`,
      [B],
      ` B  https://github.com/o/b # odd\n${LINE_A}`,
    ],
    ['by one entry twice', `${lineOld}\n`, [B, B], `${LINE_B}\n`],
    ['by nothing', `${LINE_A}\n${lineOld}\n`, [], `${LINE_A}\n`],
  ])('%s', (_, before, entries, after) => {
    expect(replaced(before, 'b', ...entries)).toBe(after);
  });

  test('takes the name in any spelling', () => {
    const entry = entryOf('my-pkg', 'https://github.com/o/p');
    expect(replaced('my.pkg unsigned\n', 'My_Pkg', entry)).toBe(`${formatEntry(entry)}\n`);
  });

  test('leaves exactly these entries of the name, and every other line as it was', () => {
    const distinct = fc.uniqueArray(anyEntry, { maxLength: 8, selector: (entry) => contentOf(entry) });
    fc.assert(
      fc.property(distinct, distinct, fc.boolean(), (before, more, header) => {
        const name = before[0]?.name ?? 'a';
        const wanted = more.map((entry) => Object.assign({}, entry, { name }));
        const unique = wanted.filter(
          (entry, at) => wanted.findIndex((other) => contentOf(other) === contentOf(entry)) === at,
        );
        const text = [...(header ? ['# header', ''] : []), ...before.map((entry) => formatEntry(entry))].join(
          '\n',
        );
        const file = replaceEntries(parse(text), name, unique);
        const others = (whole: ProvenanceFile): readonly string[] =>
          whole.lines.filter(({ entry }) => entry?.name !== name).map((line) => line.text);
        expect(parse(formatProvenanceFile(file))).toEqual(file);
        expect(others(file)).toEqual(others(parse(text)));
        expect(
          file.entries
            .filter((entry) => entry.name === name)
            .map((entry) => contentOf(entry))
            .toSorted(),
        ).toEqual(unique.map((entry) => contentOf(entry)).toSorted());
      }),
    );
  });
});
