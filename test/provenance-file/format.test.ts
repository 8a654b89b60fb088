import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ProvpinError } from '../../src/errors.ts';
import type { Entry } from '../../src/model.ts';
import { addEntries } from '../../src/provenance-file/edit.ts';
import { formatAttributes, formatEntry, formatProvenanceFile } from '../../src/provenance-file/format.ts';
import { emptyProvenanceFile, parseProvenanceFile } from '../../src/provenance-file/parse.ts';
import { entryOf } from './entries.ts';

describe('formatEntry', () => {
  test.each<[Entry, string]>([
    [
      entryOf('certifi', 'https://github.com/certifi/python-certifi'),
      `certifi${' '.repeat(43)}https://github.com/certifi/python-certifi`,
    ],
    [entryOf('a'.repeat(49), 'unsigned'), `${'a'.repeat(49)} unsigned`],
    [entryOf('a'.repeat(60), 'unsigned'), `${'a'.repeat(60)} unsigned`],
    [
      entryOf('old', 'unsigned', { version: '6.3.1', until: '2027-06-30' }),
      `old==6.3.1${' '.repeat(40)}unsigned until=2027-06-30`,
    ],
    [
      entryOf('x', 'https://gitlab.com/a/b', {
        attributes: {
          runner: 'self-hosted',
          ref: 'tags',
          environment: 'a b',
          'owner-id': '2',
          'repository-id': '1',
          workflow: 'w.yml',
          trigger: 'push',
        },
      }),
      `x${' '.repeat(49)}https://gitlab.com/a/b repository-id=1 owner-id=2 workflow=w.yml environment=a%20b ref=tags trigger=push runner=self-hosted`,
    ],
  ])('%j', (entry, line) => {
    expect(formatEntry(entry)).toBe(line);
  });

  test.each<[string, Entry]>([
    ['an unnormalised name', entryOf('My_Pkg', 'unsigned')],
    ['an empty name', entryOf('', 'unsigned')],
    ['a name with a line in it', entryOf('a\nb unsigned', 'unsigned')],
    ['no name, and a comment', entryOf('', '# unsigned')],
    ['a name that hides a comment', entryOf('a # b', 'unsigned')],
    ['a name that holds a version', entryOf('a==1', 'unsigned')],
    ['a bad version', entryOf('a', 'unsigned', { version: '1 unsigned #' })],
    ['no identity', entryOf('a', '')],
    ['an identity with an attribute', entryOf('a', 'https://github.com/a/b ref=tags')],
    ['an identity with a line in it', entryOf('a', 'unsigned\nevil https://github.com/evil/evil')],
    ['an identity with a comment', entryOf('a', 'unsigned # x')],
    ['an unsigned one with ids', entryOf('a', 'unsigned', { attributes: { 'repository-id': '1' } })],
    ['an end of a signer', entryOf('a', 'https://github.com/a/b', { until: '2027-01-01' })],
    ['an id that is none', entryOf('a', 'https://github.com/a/b', { attributes: { 'repository-id': 'x' } })],
    ['an empty value', entryOf('a', 'https://github.com/a/b', { attributes: { ref: '' } })],
    ['a value with a line in it', entryOf('a', 'https://github.com/a/b', { attributes: { ref: 'x\ny' } })],
    ['an overlong value', entryOf('a', 'https://github.com/a/b', { attributes: { ref: 'x'.repeat(256) } })],
  ])('refuses %s', (_, entry) => {
    expect(() => formatEntry(entry)).toThrow(
      expect.objectContaining({ code: 'provenance-entry', exitCode: 3 }),
    );
    expect(() => formatEntry(entry)).toThrow(/^[^\p{Cc}]*is not a line of a provenance file$/u);
  });

  test('writes one line that holds this entry alone, or refuses, whatever it is given', () => {
    const hostile = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom(
        'a',
        'unsigned',
        'https://github.com/a/b',
        '\n',
        'a\nb unsigned',
        'unsigned\r\nb unsigned',
        ' ref=x',
        '1',
      ),
    );
    const entries = fc.record({
      name: hostile,
      identity: hostile,
      attributes: fc.record(
        { ref: hostile, environment: hostile },
        { requiredKeys: [], noNullPrototype: true },
      ),
    });
    fc.assert(
      fc.property(entries, (entry) => {
        const outcome = ((): readonly Entry[] => {
          try {
            return parseProvenanceFile(formatEntry(entry), 'f').entries;
          } catch (error) {
            return error instanceof ProvpinError ? [{ ...entry, line: 1 }] : [];
          }
        })();
        expect(outcome).toEqual([{ ...entry, line: 1 }]);
      }),
      { numRuns: 2_000 },
    );
  });
});

test('formatAttributes spells what an entry pins, in the order of the file', () => {
  expect(formatAttributes({ attributes: { trigger: 'push', environment: 'a#b' } })).toEqual([
    'environment=a%23b',
    'trigger=push',
  ]);
  expect(formatAttributes({ attributes: {}, until: '2027-01-01' })).toEqual(['until=2027-01-01']);
});

/** What `pypi-verify-now` 0.4 to 0.8 writes: `f"{name:<49} {url}"` for each of the sorted names, and a line feed. */
describe('a file of pypi-verify-now', () => {
  const THEIRS = [
    'certifi                                           https://github.com/certifi/python-certifi',
    'charset-normalizer                                https://github.com/jawah/charset_normalizer',
    'jeepney                                           https://gitlab.com/takluyver/jeepney',
    'urllib3                                           https://github.com/urllib3/urllib3',
    'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx https://github.com/x/x',
    '',
  ].join('\n');

  test('is what entries without attributes are written as', () => {
    const entries = [
      entryOf('urllib3', 'https://github.com/urllib3/urllib3'),
      entryOf('x'.repeat(60), 'https://github.com/x/x'),
      entryOf('jeepney', 'https://gitlab.com/takluyver/jeepney'),
      entryOf('certifi', 'https://github.com/certifi/python-certifi'),
      entryOf('charset-normalizer', 'https://github.com/jawah/charset_normalizer'),
    ];
    expect(formatProvenanceFile(addEntries(emptyProvenanceFile('f'), entries))).toBe(THEIRS);
  });

  test('is read as it is, and grows in its order', () => {
    const file = parseProvenanceFile(THEIRS, 'f');
    const idna = entryOf('idna', 'https://github.com/kjd/idna');
    expect(file.entries.map(({ name }) => name)).toEqual([
      'certifi',
      'charset-normalizer',
      'jeepney',
      'urllib3',
      'x'.repeat(60),
    ]);
    expect(formatProvenanceFile(file)).toBe(THEIRS);
    expect(formatProvenanceFile(addEntries(file, [idna])).split('\n')[2]).toBe(
      'idna                                              https://github.com/kjd/idna',
    );
  });

  test.each([
    ['Jinja2  https://github.com/pallets/jinja', 'jinja2', 'https://github.com/pallets/jinja'],
    ['ruamel.yaml\thttps://example.org/hg/ruamel-yaml', 'ruamel-yaml', 'https://example.org/hg/ruamel-yaml'],
    [
      'typing_extensions https://github.com/python/typing_extensions   ',
      'typing-extensions',
      'https://github.com/python/typing_extensions',
    ],
  ])('edited by hand, as %j, is read', (line, name, identity) => {
    expect(parseProvenanceFile(line, 'f').entries).toEqual([{ name, identity, attributes: {}, line: 1 }]);
  });
});
