import assert from 'node:assert/strict';

import { addEntries, replaceEntries } from '../../../src/provenance-file/edit.ts';
import { formatEntry, formatProvenanceFile } from '../../../src/provenance-file/format.ts';
import { parseProvenanceFile } from '../../../src/provenance-file/parse.ts';
import { assertSame, bytesOf, orInputError, textOf } from '../expected.ts';
import type { FuzzTarget } from '../contract.ts';

const SOURCE = '.provenance.txt';
const ADDED = { name: 'm', identity: 'https://github.com/acme/m', attributes: { ref: 'refs/tags/ä #1' } };

/** The provenance file. A rewrite that loses or changes a line would be a hole in the gate. */
export const provenanceFile: FuzzTarget = {
  name: 'provenance-file',
  seeds: bytesOf(
    '# who signed what\n\ncertifi                  https://github.com/certifi/python-certifi repository-id=2384843 owner-id=1\n' +
      'jeepney\thttps://gitlab.com/takluyver/sub/jeepney\n\n# keys\ninternal-lib key:sha256:' +
      `${'0a'.repeat(32)} # a pinned key\ngcp mailto:publisher@project.iam.gserviceaccount.com\n`,
    '\ufefflegacy unsigned\r\nsemver-old==6.3.1 unsigned until=2027-06-30\r\n' +
      'a https://github.com/a/b workflow=release.yml environment=py%20pi ref=refs/tags/v* trigger=push runner=self-hosted',
  ),
  tokens: [
    'https://github.com/acme/widget',
    'https://',
    'mailto:',
    'key:sha256:',
    'unsigned',
    ' until=2027-06-30',
    '==1.0',
    '==',
    ' repository-id=1',
    ' owner-id=2',
    ' workflow=',
    ' environment=',
    ' ref=',
    ' trigger=',
    ' runner=',
    '%20',
    '%C3%A4',
    ' # ',
  ],
  covers: /\/src\/(?:provenance-file|distribution-filename|printable)/,
  check: (input) => {
    const text = textOf(input);
    const file = orInputError(() => parseProvenanceFile(text, SOURCE));
    if (file === undefined) return;
    assertSame(formatProvenanceFile(file), text, 'not inverse');
    for (const entry of file.entries) {
      const [again] = parseProvenanceFile(formatEntry(entry), SOURCE).entries;
      assertSame({ ...again, line: entry.line }, entry, 'an entry is not read back');
    }
    assertSame(formatProvenanceFile(addEntries(file, file.entries)), text, 'entries were added twice');
    const added = addEntries(file, [ADDED]);
    assertSame(
      parseProvenanceFile(formatProvenanceFile(added), SOURCE),
      added,
      'an added entry is not read back',
    );
    // Every entry but those of the name stays, and they become exactly what was given.
    const [first] = file.entries;
    if (first === undefined) return;
    const replaced = replaceEntries(file, first.name, [{ ...ADDED, name: first.name }]);
    const others = ({ name }: { readonly name: string }) => name !== first.name;
    const lines = (entries: typeof file.entries) => entries.map((entry) => formatEntry(entry));
    assertSame(lines(replaced.entries.filter(others)), lines(file.entries.filter(others)), 'others changed');
    assert.equal(replaced.entries.filter((entry) => !others(entry)).length, 1);
    assertSame(
      parseProvenanceFile(formatProvenanceFile(replaced), SOURCE),
      replaced,
      'a replaced entry is not read back',
    );
  },
};
