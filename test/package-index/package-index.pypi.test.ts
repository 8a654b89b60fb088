/** Against the real index, as pip is configured on this machine. */
import { homedir } from 'node:os';
import { afterAll, describe, expect, test } from 'vitest';
import { createPackageIndex, readIndexConfiguration } from '../../src/package-index/index.ts';

const configuration = readIndexConfiguration({
  pipArgs: [],
  env: process.env,
  platform: process.platform,
  home: homedir(),
  cwd: process.cwd(),
  warn: () => {},
});
const index = createPackageIndex(configuration, {
  userAgent: 'provpin/test',
  concurrency: 8,
  offline: false,
  warn: () => {},
});
afterAll(() => index.close());

const CERTIFI = {
  name: 'certifi',
  version: '2024.8.30',
  filename: 'certifi-2024.8.30-py3-none-any.whl',
  sha256: '922820b53db7a7257ffbda3f597266d435245903d80737e34f8a45ff3e3230d8',
};

describe('PyPI', () => {
  test('answers whether there is provenance', async () => {
    // Some mirrors that stand in for PyPI serve none.
    expect(['found', 'absent']).toContain((await index.findProvenance(CERTIFI)).kind);
  });

  test('does not take what it does not list for a file without provenance', async () => {
    const lookup = await index.findProvenance({
      ...CERTIFI,
      version: '0.0.0.1',
      filename: 'certifi-0.0.0.1.tar.gz',
    });
    expect(lookup).toMatchObject({ kind: 'unavailable', cause: 'unlisted' });
  });

  test('has the file, with that hash', async () => {
    expect((await index.fetchArtifact(CERTIFI)).length).toBe(167_321);
    const hashed = await index.hashArtifact({
      ...CERTIFI,
      hashes: { sha256: CERTIFI.sha256 },
      size: 167_321,
    });
    expect(hashed).toEqual({ kind: 'hashed', sha256: CERTIFI.sha256 });
  });
});
