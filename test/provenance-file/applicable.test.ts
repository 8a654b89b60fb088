import { expect, test } from 'vitest';
import { applicableEntries } from '../../src/provenance-file/applicable.ts';
import { entryOf } from './entries.ts';

const ALL = entryOf('my-pkg', 'https://github.com/o/p', { line: 1 });
const ONE = entryOf('my-pkg', 'unsigned', { version: '1.0', line: 2 });
const OTHER = entryOf('my-pkg', 'unsigned', { version: '1.0.post1', line: 3 });
const ENTRIES = [ALL, ONE, entryOf('my-pkg2', 'unsigned', { line: 9 }), OTHER];

test.each([
  ['my-pkg', '2.0', [ALL]],
  ['my-pkg', '1.0', [ALL, ONE]],
  ['My_Pkg', 'v1.0.0', [ALL, ONE]],
  ['my-pkg', '1.0-1', [ALL, OTHER]],
  ['my-pkg', '1.0+local', [ALL]],
  ['my-pkg', 'latest', [ALL]],
  ['my-pkg', undefined, [ALL]],
  ['my', '1.0', []],
])('for %s %s', (name, version, expected) => {
  expect(applicableEntries(ENTRIES, name, version)).toEqual(expected);
});
