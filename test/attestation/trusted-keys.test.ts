import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { loadTrustedKeys } from '../../src/attestation/trusted-keys.ts';
import { ProvpinError } from '../../src/errors.ts';
import { createSigningKey } from '../support/keys.ts';
import { createWorkspace, type Workspace } from '../support/workspace.ts';

const KEY = createSigningKey('p256');
let workspace: Workspace;
let path: string;

beforeAll(async () => {
  workspace = await createWorkspace();
  path = await workspace.write('key.pem', `A release key.\n\n${KEY.pem}`);
});
afterAll(async () => workspace.remove());

test('each key has its own name', async () => {
  const keys = await loadTrustedKeys([
    { file: path },
    { file: path, name: 'acme-*' },
    { file: path, name: 'https://index.example/simple' },
  ]);
  expect(keys.map(({ key }) => `key:sha256:${key.sha256}`)).toEqual([
    KEY.identity,
    KEY.identity,
    KEY.identity,
  ]);
  expect(keys.map(({ scope }) => scope.kind)).toEqual(['everything', 'packages', 'index']);
});

async function errorOf(file: string, name?: string): Promise<string> {
  const loading = loadTrustedKeys([name === undefined ? { file } : { file, name }]);
  const error: unknown = await loading.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(ProvpinError);
  expect(error).toMatchObject({ exitCode: 2, hints: [expect.any(String), expect.any(String)] });
  return error instanceof Error ? error.message.replaceAll(workspace.directory, '') : '';
}

describe('no key comes of', () => {
  test.each<[string, string | Uint8Array, string]>([
    ['a private key', KEY.privateKey.export({ type: 'pkcs8', format: 'pem' }), 'has a private key in it'],
    ['an empty file', '', 'has no `-----BEGIN PUBLIC KEY-----`'],
    ['a large file', Buffer.alloc(1_000_001, 0x20), 'cannot be read: it is larger than 1000000 bytes'],
    ['bytes', Buffer.from([0, 1, 2, 0xff]), 'has no `-----BEGIN PUBLIC KEY-----`'],
  ])('%s', async (_, content, problem) => {
    const file = await workspace.write('bad.pem', content);
    expect(await errorOf(file)).toBe(`the key \`/project/bad.pem\` ${problem}`);
  });

  test('a file that is not there, or a directory', async () => {
    expect(await errorOf(`${path}.gone`)).toMatch(/^the key `.*key\.pem\.gone` cannot be read: ENOENT/);
    expect(await errorOf(workspace.project)).toMatch(/^the key `.*` cannot be read: EISDIR/);
  });

  test('a name that is none, and shows no password', async () => {
    expect(await errorOf(path, 'acme widget')).toMatch(
      /^`--key acme widget=.*` is bound to neither packages nor an index$/,
    );
    expect(await errorOf(path, 'https://user:s3cret@index.example/simple')).not.toContain('s3cret');
  });
});
