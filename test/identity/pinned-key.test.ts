import { expect, test } from 'vitest';
import { identifyKey } from '../../src/identity/pinned-key.ts';
import { SLSA_V1 } from '../support/signing.ts';

const KEY = { kind: 'key', predicateType: SLSA_V1, keySha256: '3f1c'.repeat(16) } as const;
const URI = `key:sha256:${KEY.keySha256}`;

test('who signed by a key is the key, whatever it says of the build', () => {
  const build = { builder: 'https://konflux-ci.dev/calunga', buildType: 'https://example.org/type' };
  expect(identifyKey({ ...KEY, build })).toEqual({
    kind: 'key',
    uri: URI,
    attributes: { builder: build.builder },
  });
  for (const silent of [KEY, { ...KEY, build: { buildType: build.buildType } }]) {
    expect(identifyKey(silent)).toStrictEqual({ kind: 'key', uri: URI, attributes: {} });
  }
});
