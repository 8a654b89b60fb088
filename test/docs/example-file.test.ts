import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

import { ATTRIBUTE_NAMES } from '../../src/model.ts';
import { formatEntry } from '../../src/provenance-file/format.ts';
import { parseProvenanceFile } from '../../src/provenance-file/parse.ts';

const NAME = '.provenance.example.txt';
const text = readFileSync(new URL(`../../${NAME}`, import.meta.url), 'utf8');
const { entries } = parseProvenanceFile(text, NAME);

test('the example file shows every attribute and every kind of entry', () => {
  const pinned = entries.flatMap(({ attributes }) => Object.keys(attributes));
  expect(new Set(pinned)).toEqual(new Set(ATTRIBUTE_NAMES));
  expect(entries.some(({ identity, version, until }) => identity === 'unsigned' && version && until)).toBe(
    true,
  );
  const hosts = entries.map(
    ({ identity }) => /^(?:mailto:|key:sha256:|https:\/\/[^/]+|unsigned)/.exec(identity)?.[0],
  );
  expect(new Set(hosts)).toEqual(
    new Set([
      'https://github.com',
      'https://gitlab.com',
      'https://circleci.com',
      'https://platform.activestate.com',
      'mailto:',
      'key:sha256:',
      'unsigned',
    ]),
  );
});

test('its lines are spelled as provpin writes them', () => {
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  expect(lines.map((line) => line.replace(/ {2}# .*$/, ''))).toEqual(
    entries.map((entry) => formatEntry(entry)),
  );
});
