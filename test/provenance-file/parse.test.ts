import { readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ProvpinError } from '../../src/errors.ts';
import type { Entry } from '../../src/model.ts';
import { contentOf } from '../../src/provenance-file/entry-order.ts';
import { formatEntry, formatProvenanceFile } from '../../src/provenance-file/format.ts';
import { emptyProvenanceFile, parseProvenanceFile } from '../../src/provenance-file/parse.ts';
import { anyEntry } from './entries.ts';

const KEY = `key:sha256:${'3f1c'.repeat(16)}`;

function parse(text: string) {
  return parseProvenanceFile(text, '.provenance.txt');
}

function failureOf(text: string): ProvpinError {
  try {
    parse(text);
  } catch (error) {
    if (error instanceof ProvpinError) return error;
    throw error;
  }
  throw new Error(`parsed: ${JSON.stringify(text)}`);
}

describe('a line', () => {
  test.each<[string, Omit<Entry, 'line'>]>([
    [
      'certifi                                           https://github.com/certifi/python-certifi repository-id=2384843 owner-id=7',
      {
        name: 'certifi',
        identity: 'https://github.com/certifi/python-certifi',
        attributes: { 'repository-id': '2384843', 'owner-id': '7' },
      },
    ],
    [
      'Zope.Interface https://github.com/a/b',
      { name: 'zope-interface', identity: 'https://github.com/a/b', attributes: {} },
    ],
    [
      '\ta \t https://gitlab.com/g/s/p \t',
      { name: 'a', identity: 'https://gitlab.com/g/s/p', attributes: {} },
    ],
    [`internal-lib ${KEY}  # a pinned public key`, { name: 'internal-lib', identity: KEY, attributes: {} }],
    [
      'g mailto:a.b-c@p-1.iam.gserviceaccount.com',
      { name: 'g', identity: 'mailto:a.b-c@p-1.iam.gserviceaccount.com', attributes: {} },
    ],
    [`a${' '.repeat(100)}unsigned`, { name: 'a', identity: 'unsigned', attributes: {} }],
    [`a${'\t'.repeat(12)}    unsigned`, { name: 'a', identity: 'unsigned', attributes: {} }],
    ['legacy unsigned', { name: 'legacy', identity: 'unsigned', attributes: {} }],
    [
      'old==6.3.1 unsigned until=2028-02-29',
      { name: 'old', version: '6.3.1', identity: 'unsigned', attributes: {}, until: '2028-02-29' },
    ],
    ['a==1!2.0+x unsigned', { name: 'a', version: '1!2.0+x', identity: 'unsigned', attributes: {} }],
    [
      'a https://github.com/a/b runner=github-hosted trigger=release ref=refs/tags/v* environment=Publish%20to%20PyPI workflow=a=b.yml',
      {
        name: 'a',
        identity: 'https://github.com/a/b',
        attributes: {
          runner: 'github-hosted',
          trigger: 'release',
          ref: 'refs/tags/v*',
          environment: 'Publish to PyPI',
          workflow: 'a=b.yml',
        },
      },
    ],
    [
      'a https://git.example.org/~user/a.b #',
      { name: 'a', identity: 'https://git.example.org/~user/a.b', attributes: {} },
    ],
  ])('%s', (text, entry) => {
    expect(parse(text).entries).toEqual([{ ...entry, line: 1 }]);
  });

  test.each(['', '   ', '\t', '#', '# a https://github.com/a/b', '  # ünïcode, \u{1F680}', '#a'])(
    '%j is no entry',
    (text) => {
      expect(parse(`${text}\n`).entries).toEqual([]);
      expect(parse(`${text}\n`).lines).toEqual([{ text, ending: '\n' }]);
    },
  );
});

describe('a file', () => {
  test('of every kind of line is read with its line numbers', () => {
    const { entries, lines } = parse(
      '# header\n\na unsigned\r\n  # note\nb https://github.com/a/b # why\nb https://github.com/c/d',
    );
    expect(entries.map(({ name, line }) => [name, line])).toEqual([
      ['a', 3],
      ['b', 5],
      ['b', 6],
    ]);
    expect(lines.map(({ ending }) => ending)).toEqual(['\n', '\n', '\r\n', '\n', '\n', '']);
  });

  test('may begin with a byte order mark', () => {
    const file = parse('\uFEFFa unsigned\n');
    expect(file).toMatchObject({ byteOrderMark: true, entries: [{ name: 'a', line: 1 }] });
    expect(formatProvenanceFile(file)).toBe('\uFEFFa unsigned\n');
  });

  test('that is empty has no lines, as one that is missing', () => {
    expect(parse('')).toEqual(emptyProvenanceFile('.provenance.txt'));
  });

  test('may have alternatives for one name, and one line for a version beside one for all', () => {
    const text =
      'a https://github.com/a/b\na https://github.com/a/b ref=tags\na unsigned\na==1 unsigned\na==2 unsigned\n';
    expect(parse(text).entries).toHaveLength(5);
  });
});

describe('an error', () => {
  test.each<[string, string, string]>([
    ['a name alone', 'a', '`a` has no identity'],
    ['a name and a comment', 'a # https://github.com/a/b', '`a` has no identity'],
    ['a bad name', '-a unsigned', '`-a` is not a package name'],
    ['an empty name', '==1 unsigned', '`` is not a package name'],
    ['a name with an extra', 'a[b] unsigned', '`a[b]` is not a package name'],
    ['a name of other letters', 'рip unsigned', '`рip` is not a package name'],
    ['a bad version', 'a==latest unsigned', '`latest` is not a version'],
    ['an empty version', 'a== unsigned', '`` is not a version'],
    ['two versions', 'a==1==2 unsigned', '`1==2` is not a version'],
    ['a range', 'a>=1 unsigned', '`a>=1` is not a package name'],
    ['spaces around ==', 'a == 1', '`==` is not an identity'],
    ['http', 'a http://github.com/a/b', '`http://github.com/a/b` is not an identity'],
    ['ssh', 'a ssh://git@github.com/a/b', '`ssh://git@github.com/a/b` is not an identity'],
    ['upper-case scheme', 'a HTTPS://github.com/a/b', '`HTTPS://github.com/a/b` is not an identity'],
    ['a user', 'a https://u:p@github.com/a/b', '`https://u:p@github.com/a/b` is not an identity'],
    ['a port', 'a https://github.com:443/a/b', '`https://github.com:443/a/b` is not an identity'],
    ['a query', 'a https://github.com/a/b?c', '`https://github.com/a/b?c` is not an identity'],
    ['a fragment', 'a https://github.com/a/b#c', '`https://github.com/a/b#c` is not an identity'],
    ['an escape', 'a https://github.com/a/%62', '`https://github.com/a/%62` is not an identity'],
    ['a last slash', 'a https://github.com/a/b/', '`https://github.com/a/b/` is not an identity'],
    ['an empty segment', 'a https://github.com//b', '`https://github.com//b` is not an identity'],
    ['a dot segment', 'a https://github.com/a/../b', '`https://github.com/a/../b` is not an identity'],
    ['a last dot segment', 'a https://github.com/a/.', '`https://github.com/a/.` is not an identity'],
    ['no path', 'a https://github.com', '`https://github.com` is not an identity'],
    ['no domain', 'a https://localhost/a', '`https://localhost/a` is not an identity'],
    ['a host of other letters', 'a https://gıthub.com/a/b', '`https://gıthub.com/a/b` is not an identity'],
    ['a backslash', 'a https://github.com/a\\b', '`https://github.com/a\\b` is not an identity'],
    ['a bare repository', 'a github.com/a/b', '`github.com/a/b` is not an identity'],
    ['a short key', 'a key:sha256:3f1c', '`key:sha256:3f1c` is not an identity'],
    ['an upper-case key', `a ${KEY.toUpperCase()}`, `\`${KEY.toUpperCase()}\` is not an identity`],
    ['another hash', 'a key:md5:00', '`key:md5:00` is not an identity'],
    ['an address of no domain', 'a mailto:a@b', '`mailto:a@b` is not an identity'],
    ['two addresses', 'a mailto:a@b.c,d@e.f', '`mailto:a@b.c,d@e.f` is not an identity'],
    ['upper-case unsigned', 'a Unsigned', '`Unsigned` is not an identity'],
    ['an unknown attribute', 'a https://github.com/a/b branch=main', '`branch=main` is not an attribute'],
    [
      'an inherited attribute',
      'a https://github.com/a/b constructor=x',
      '`constructor=x` is not an attribute',
    ],
    ['an upper-case attribute', 'a https://github.com/a/b Ref=main', '`Ref=main` is not an attribute'],
    ['a third column', 'a https://github.com/a/b main', '`main` is not an attribute'],
    ['a known attribute without =', 'a https://github.com/a/b ref', '`ref` is not an attribute'],
    ['no key', 'a https://github.com/a/b =main', '`=main` is not an attribute'],
    ['no value', 'a https://github.com/a/b ref=', '`` is not a value of `ref`'],
    ['a value with #', 'a https://github.com/a/b ref=a#b', '`a#b` is not a value of `ref`'],
    [
      'a value of other letters',
      'a https://github.com/a/b environment=ä',
      '`ä` is not a value of `environment`',
    ],
    ['a needless escape', 'a https://github.com/a/b ref=%61', '`%61` is not a value of `ref`'],
    ['an escaped line feed', 'a https://github.com/a/b ref=a%0Ab', '`a%0Ab` is not a value of `ref`'],
    [
      'an escaped bidi control',
      'a https://github.com/a/b ref=%E2%80%AE',
      '`%E2%80%AE` is not a value of `ref`',
    ],
    ['half an escape', 'a https://github.com/a/b ref=%', '`%` is not a value of `ref`'],
    [
      'an id in words',
      'a https://github.com/a/b repository-id=abc',
      '`repository-id=abc`: it must be a decimal number',
    ],
    [
      'an id with more behind it',
      'a https://github.com/a/b repository-id=12x',
      '`repository-id=12x`: it must be a decimal number',
    ],
    ['a negative id', 'a https://github.com/a/b owner-id=-1', '`owner-id=-1`: it must be a decimal number'],
    ['an attribute twice', 'a https://github.com/a/b ref=a ref=b', '`ref` is given twice'],
    ['an attribute twice, alike', 'a https://github.com/a/b ref=a ref=a', '`ref` is given twice'],
    ['an attribute of unsigned', 'a unsigned ref=tags', '`ref` does not go with `unsigned`'],
    [
      'until on a signer',
      'a https://github.com/a/b until=2027-01-01',
      '`until` does not go with `https://github.com/a/b`',
    ],
    ['until on a key', `a ${KEY} until=2027-01-01`, `\`until\` does not go with \`${KEY}\``],
    ['an until twice', 'a unsigned until=2027-01-01 until=2028-01-01', '`until` is given twice'],
    [
      'a day that is none',
      'a unsigned until=2027-02-29',
      '`until=2027-02-29`: it must be a date, YYYY-MM-DD',
    ],
    [
      'a month that is none',
      'a unsigned until=2027-13-01',
      '`until=2027-13-01`: it must be a date, YYYY-MM-DD',
    ],
    ['a month alone', 'a unsigned until=2027-01', '`until=2027-01`: it must be a date, YYYY-MM-DD'],
    [
      'a year of six digits',
      'a unsigned until=+012027-01-01',
      '`until=+012027-01-01`: it must be a date, YYYY-MM-DD',
    ],
    [
      'another spelling of a date',
      'a unsigned until=20270101',
      '`until=20270101`: it must be a date, YYYY-MM-DD',
    ],
    [
      'a time',
      'a unsigned until=2027-01-01T00:00',
      '`until=2027-01-01T00:00`: it must be a date, YYYY-MM-DD',
    ],
    ['NUL', 'a unsigned\u0000', 'column 11 is an unprintable character, U+0000'],
    ['NUL behind a tab', 'a\tunsigned\u0000', 'column 11 is an unprintable character, U+0000'],
    ['an escape sequence in a comment', '# \u001B[2J', 'column 3 is an unprintable character, U+001B'],
    [
      'a bidi control in a comment',
      'a unsigned # \u202Ecba',
      'column 14 is an unprintable character, U+202E',
    ],
    ['a zero-width space', 'a\u200B unsigned', 'column 2 is an unprintable character, U+200B'],
    ['a byte order mark inside', 'a \uFEFFunsigned', 'column 3 is an unprintable character, U+FEFF'],
    ['a carriage return inside', 'a unsigned\rb unsigned', 'column 11 is an unprintable character, U+000D'],
    ['two carriage returns', 'a unsigned\r\r', 'column 11 is an unprintable character, U+000D'],
    ['another line separator', '# a\u2028b unsigned', 'column 4 is an unprintable character, U+2028'],
    ['a next line control', '# a\u0085b unsigned', 'column 4 is an unprintable character, U+0085'],
    ...['\u3164', '\u034F', '\uFE0F', '\u{E0101}', '\u2800', '\u00A0', '\u3000'].map(
      (hidden): [string, string, string] => {
        const shown = `U+${(hidden.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
        return [shown, `# a${hidden}b`, `column 4 is an unprintable character, ${shown}`];
      },
    ),
    ['a form feed', 'a\funsigned', 'column 2 is an unprintable character, U+000C'],
    ['a no-break space', 'a\u00A0unsigned', 'column 2 is an unprintable character, U+00A0'],
    ['a lone surrogate', '# \uD800', 'column 3 is an unprintable character, U+D800'],
    ['a second byte order mark', '\uFEFF\uFEFFa unsigned', 'column 1 is an unprintable character, U+FEFF'],
    ['a runner command', '# ##[section] headings', 'column 4 begins a command to a CI runner (`##[`)'],
    ['a secret', 'TOKEN=hunter2\u0000SHELL=/bin/sh', 'column 14 is an unprintable character, U+0000'],
    [
      'what is hidden behind much that is not',
      `# ${'x'.repeat(10_000)}\u202E`,
      'column 10003 is an unprintable character, U+202E',
    ],
    ['an overlong line', `# ${'x'.repeat(20_000)}`, 'the line is longer than 20000 characters'],
    ['an entry far to the right', `${' '.repeat(101)}a unsigned`, 'there are more than 100 blanks in a row'],
    [
      'an identity far to the right',
      `a${' '.repeat(101)}unsigned`,
      'there are more than 100 blanks in a row',
    ],
    ['more blanks with tabs', `a${'\t'.repeat(12)}     unsigned`, 'there are more than 100 blanks in a row'],
    ['a comment in pieces', `# one${' '.repeat(101)}two`, 'there are more than 100 blanks in a row'],
    ['an overlong name', `${'a'.repeat(256)} unsigned`, `\`${'a'.repeat(200)}…\` is not a package name`],
    ['a line said twice', 'foo unsigned', 'this says the same as line 1'],
    ['a line said twice in another spelling', '  FOO   unsigned  # again', 'this says the same as line 1'],
  ])('%s', (_, line, problem) => {
    const failure = failureOf(`foo unsigned\n# note\n${line}\nbar unsigned\n`);
    expect(failure.message).toBe(`\`.provenance.txt:3\`: ${problem}`);
    expect(failure).toMatchObject({ code: 'provenance-file', exitCode: 2 });
  });

  test('of two versions that are one is a line said twice', () => {
    expect(failureOf('a==1.0 unsigned\na==1.0.0 unsigned').message).toContain('this says the same as line 1');
  });

  test('of too many lines names the first that is too much', () => {
    expect(failureOf('\n'.repeat(100_001)).message).toBe(
      '`.provenance.txt:100001`: the file has more than 100000 lines',
    );
  });

  test('says what would have been right', () => {
    expect(failureOf('a https://github.com/a/b branch=main').hints).toEqual([
      'an attribute is key=value, with one of these keys: repository-id, owner-id, workflow, environment, ref, trigger, runner, builder, until',
    ]);
    expect(failureOf('a https://github.com/a/b environment=prod#ä').hints.join()).toContain(
      '`prod%23%C3%A4`',
    );
    expect(failureOf('a b').hints.join()).toContain('`https://HOST/OWNER/REPOSITORY`');
  });

  test('is no matter of length, up to the longest line', () => {
    for (const length of [2_001, 19_998]) expect(parse(`# ${'x'.repeat(length)}`).entries).toEqual([]);
  });

  test('does not let the name of the file speak for it', () => {
    expect(() => parseProvenanceFile('a', 'x\u001B[1A\nOK')).toThrow('`x\\u{1b}[1A\\u{a}OK:1`: ');
  });
});

describe('parsing and formatting', () => {
  test('are inverse: an entry comes back as it was, and nothing else with it', () => {
    fc.assert(
      fc.property(anyEntry, (entry) => {
        expect(parse(formatEntry(entry)).entries).toEqual([{ ...entry, line: 1 }]);
      }),
      { numRuns: 1_000 },
    );
  });

  test('give the text of every valid file back', () => {
    const line = fc.oneof(
      anyEntry.map((entry) => formatEntry(entry)),
      anyEntry.map((entry) => `\t${formatEntry(entry).replace(/ +/, '\t')}  # why`),
      fc.constantFrom('', '  ', '# comment', '\t# ünïcode'),
    );
    const lines = fc.uniqueArray(fc.tuple(line, fc.constantFrom('\n', '\r\n')), {
      maxLength: 8,
      selector: ([text]) =>
        parse(text)
          .entries.map((entry) => contentOf(entry))
          .join() || Symbol('no entry'),
    });
    fc.assert(
      fc.property(
        fc.constantFrom('', '\uFEFF'),
        lines,
        fc.constantFrom('', '# no final newline'),
        (mark, body, last) => {
          const text = mark + body.map((parts) => parts.join('')).join('') + last;
          expect(formatProvenanceFile(parse(text))).toBe(text);
        },
      ),
      { numRuns: 300 },
    );
  });

  test('never do more than refuse with a typed error, whatever the text', () => {
    const piece = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 12 }),
      fc.constantFrom(
        'a',
        ' ',
        '\n',
        '\r\n',
        '\t',
        '#',
        '==',
        '=',
        'unsigned',
        'https://github.com/a/b',
        'ref=',
        'until=',
        '2027-01-01',
        '\uFEFF',
        '%',
        '\u0000',
      ),
    );
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join('')),
        (text) => {
          const outcome = ((): string => {
            try {
              return formatProvenanceFile(parse(text));
            } catch (error) {
              return error instanceof ProvpinError && error.exitCode === 2 ? text : String(error);
            }
          })();
          expect(outcome).toBe(text);
        },
      ),
      { numRuns: 3_000 },
    );
  });
});

test('the examples of the documentation are valid, and written as this version writes', () => {
  const documentation = readFileSync(new URL('../../docs/provenance-file.md', import.meta.url), 'utf8');
  const examples = [...documentation.matchAll(/^```text\n(?<example>.*?)^```$/gms)].map(
    (match) => match.groups?.['example'] ?? '',
  );
  const lines = examples
    .flatMap((example) => parse(example).lines)
    .filter(({ entry }) => entry !== undefined);
  const written = lines.map(({ entry, text }) =>
    entry !== undefined && text.startsWith(formatEntry(entry)) ? text : 'otherwise',
  );
  expect(lines.length).toBeGreaterThan(6);
  expect(written).toEqual(lines.map(({ text }) => text));
});
