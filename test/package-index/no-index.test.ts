import { expect, test } from 'vitest';
import type { ProvenanceLookup } from '../../src/package-index/contract.ts';
import { withoutIndex } from '../../src/package-index/no-index.ts';
import { configuration } from './loopback.ts';

const FILE = {
  name: 'demo',
  version: '1.0',
  filename: 'demo-1.0-py3-none-any.whl',
  sha256: 'ab'.repeat(32),
  url: 'https://files.example/wheels/demo-1.0-py3-none-any.whl',
};
const UNLISTED: ProvenanceLookup = { kind: 'unavailable', cause: 'unlisted', reason: 'x' };
const INDEX = { indexes: [{ url: 'https://index.example/simple' }] };

test.each<[string, ProvenanceLookup, object, object, string | undefined]>([
  ['without an index', { ...UNLISTED, cause: 'refused' }, {}, {}, 'there is no index (`--no-index`)'],
  [
    'from a directory of links',
    UNLISTED,
    { ...INDEX, findLinks: ['/wheels', 'https://files.example/wheels/'] },
    {},
    'no index lists it; it is from `--find-links https://files.example/wheels/`',
  ],
  [
    'from a page of links',
    UNLISTED,
    { ...INDEX, findLinks: ['https://files.example/wheels/index.html'] },
    {},
    'no index lists it; it is from `--find-links https://files.example/wheels/index.html`',
  ],
  ['whose lock names an index', UNLISTED, {}, { index: 'https://index.example/simple' }, undefined],
  ['that an index should have', UNLISTED, INDEX, {}, undefined],
  ['from elsewhere', UNLISTED, { ...INDEX, findLinks: ['https://files.example/other/'] }, {}, undefined],
  ['from another host', UNLISTED, { ...INDEX, findLinks: ['https://wheels.example/wheels/'] }, {}, undefined],
  [
    'from nowhere',
    UNLISTED,
    { ...INDEX, findLinks: ['https://files.example/wheels/'] },
    { url: undefined },
    undefined,
  ],
  [
    'of which an index has not answered',
    { ...UNLISTED, cause: 'unreachable' },
    { ...INDEX, findLinks: ['https://files.example/wheels/'] },
    {},
    undefined,
  ],
  ['that an index has without provenance', { kind: 'absent', indexes: [], reason: '' }, {}, {}, undefined],
])('a file %s', (_, lookup, settings, file, reason) => {
  const found = withoutIndex({ ...FILE, ...file }, lookup, configuration(settings));
  expect(found).toEqual(reason === undefined ? undefined : { kind: 'not-covered', reason });
});
