import { expect, test } from 'vitest';
import type { Entry, Identity } from '../../src/model.ts';
import { areRecorded } from '../../src/policy/recorded.ts';
import { parseProvenanceFile } from '../../src/provenance-file/parse.ts';

const acme: Identity = {
  kind: 'GitHub',
  uri: 'https://github.com/acme/demo',
  attributes: { 'repository-id': '11', 'owner-id': '22', workflow: 'release.yml' },
};
const mallory: Identity = { ...acme, uri: 'https://github.com/mallory/demo', attributes: {} };

function entriesOf(...lines: readonly string[]): readonly Entry[] {
  return parseProvenanceFile(lines.map((line) => `${line}\n`).join(''), 'test').entries;
}

test.each([
  ['the identity', ['demo https://github.com/acme/demo repository-id=11'], [acme], true],
  [
    'one of the alternatives',
    ['demo https://github.com/mallory/demo', 'demo https://github.com/acme/demo'],
    [acme],
    true,
  ],
  ['the version', ['demo==1.0.0 https://github.com/acme/demo'], [acme], true],
  ['nothing', [], [acme], false],
  ['another package', ['other https://github.com/acme/demo'], [acme], false],
  ['another version', ['demo==2.0 https://github.com/acme/demo'], [acme], false],
  ['another identity', ['demo https://github.com/mallory/demo'], [acme], false],
  ['another attribute', ['demo https://github.com/acme/demo workflow=other.yml'], [acme], false],
  ['another id', ['demo https://github.com/acme/demo repository-id=12'], [acme], false],
  ['that it is unsigned', ['demo unsigned'], [acme], false],
  ['one of two', ['demo https://github.com/acme/demo'], [acme, mallory], false],
] as const)('%s is recorded', (_, lines, identities, expected) => {
  expect(areRecorded(identities, entriesOf(...lines), { name: 'demo', version: '1.0' })).toBe(expected);
});
