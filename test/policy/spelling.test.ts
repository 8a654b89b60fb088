import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  compareText,
  quoted,
  spellEntry,
  spellFiles,
  spellIdentity,
  spellPackage,
} from '../../src/policy/spelling.ts';
import { ACME, demo, entriesOf, github, GOOGLE, unsigned, wheels } from './fixture.ts';

describe('in the spelling of the provenance file', () => {
  test.each([
    [`${ACME} repository-id=11 owner-id=22`],
    [`${ACME} workflow=release.yml environment=my%20env ref=refs/tags/v*`],
    ['unsigned until=2027-06-30'],
    [GOOGLE.uri],
  ])('an entry: %s', (identity) => {
    expect(entriesOf(`demo ${identity}`).map((entry) => spellEntry(entry))).toEqual([identity]);
  });

  test.each([
    ['nothing to compare with', undefined, `${ACME} repository-id=11 owner-id=22`],
    [
      'what the entry pins',
      `demo ${ACME} environment=x workflow=y`,
      `${ACME} repository-id=11 owner-id=22 workflow=release.yml environment=(none)`,
    ],
  ])('an identity: %s', (_, line, expected) => {
    const identity = github('acme/demo', {
      'repository-id': '11',
      'owner-id': '22',
      workflow: 'release.yml',
      runner: 'x',
    });
    const [entry] = line === undefined ? [] : entriesOf(line);
    expect(spellIdentity(identity, entry)).toBe(expected);
  });
});

test.each([
  [1, 1, '`demo-2.0-cp30-none-any.whl`'],
  [1, 40, '`demo-2.0-cp30-none-any.whl` (1 of 40 files)'],
  [3, 40, '`demo-2.0-cp30-none-any.whl` and 2 more (3 of 40 files)'],
  [40, 40, '`demo-2.0-cp30-none-any.whl` and 39 more (all 40 files)'],
  [0, 2, 'no file'],
])('%i of %i files', (affected, total, expected) => {
  expect(spellFiles(wheels(affected, unsigned), total)).toBe(expected);
});

test('a package with and without a version', () => {
  expect(spellPackage(demo([]))).toBe('`demo` 2.0');
  expect(spellPackage({ name: 'demo' })).toBe('`demo`');
});

test('nothing ends its backticks, or the line', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(quoted(text)).toMatch(/^`[ -_a-~]*`$/);
    }),
  );
});

test('compareText orders by code unit', () => {
  expect(['b', 'a', 'B', 'é', 'a'].toSorted(compareText)).toEqual(['B', 'a', 'a', 'b', 'é']);
});
