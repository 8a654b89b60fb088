/**
 * Sigstore's trusted root. The address of its TUF repository is no option of the program, so that these go through the library;
 * what cannot be loaded ends a run with exit code 3 before anything is judged.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';

import { loadTrustedRoot, ProvpinError } from '../../src/index.ts';
import {
  createTufKey,
  release,
  startTufServer,
  type Files,
  type TufKey,
} from '../attestation/tuf-repository.ts';
import { createSetting, entryLine } from '../e2e/setting.ts';
import { makeWheel } from '../support/distributions.ts';
import { createTestSigstore } from '../support/signing.ts';
import { rulesIn } from './attack.ts';
import { acme, RECORDED } from './batch.ts';
import { expectRow } from './rows.ts';

const OUR_ROOT = createTestSigstore().trustedRoot;
const OURS = JSON.stringify(OUR_ROOT);
const THEIRS = JSON.stringify(createTestSigstore().trustedRoot);

const directory = await mkdtemp(join(tmpdir(), 'provpin-test-'));
const server = await startTufServer();
afterAll(async () => {
  await Promise.all([server.close(), rm(directory, { recursive: true })]);
});

const invalid = { rules: [], exitCode: 3 } as const;

/** What the repository answers after it has served release 2 of our trusted root. */
const ANSWERS: readonly (readonly [string, (key: TufKey) => Files])[] = [
  ['tuf-answers-rubbish', () => ({ '/timestamp.json': '<!doctype html>' })],
  ['tuf-of-other-keys', () => release({ version: 3, content: THEIRS, key: createTufKey() })],
  [
    'tuf-root-of-other-keys',
    () => release({ version: 3, content: THEIRS, key: createTufKey(), rootVersion: 2 }),
  ],
  ['tuf-rolled-back', (key) => release({ version: 1, content: THEIRS, key })],
  ['tuf-frozen', (key) => release({ version: 3, content: OURS, key, expires: '2020-01-01T00:00:00Z' })],
  [
    'tuf-serves-another-root-than-it-signed',
    (key) => {
      const files = release({ version: 3, content: `${OURS} `, key });
      return Object.fromEntries(
        Object.entries(files).map(([path, body]) => [path, path.startsWith('/targets/') ? THEIRS : body]),
      );
    },
  ],
];

test.for(ANSWERS)('%s', async ([id, answer]) => {
  const key = createTufKey();
  const files = release({ version: 2, content: OURS, key });
  const rootPath = join(directory, `${id}.json`);
  await writeFile(rootPath, files['/1.root.json'] ?? '');
  const load = async () =>
    loadTrustedRoot('tuf', {
      cacheDir: join(directory, id),
      offline: false,
      mirrorUrl: server.url,
      rootPath,
      warn: (line) => expect.fail(line),
    });
  server.serve(files);
  await load();
  server.serve(answer(key));
  const error: unknown = await load().catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(ProvpinError);
  expect(error).toMatchObject({ code: 'trusted-root-invalid', exitCode: 3 });
  expectRow(id, invalid);
});

test('tuf-unreachable', async () => {
  const key = createTufKey();
  const rootPath = join(directory, 'unreachable.json');
  const files = release({ version: 2, content: OURS, key });
  await writeFile(rootPath, files['/1.root.json'] ?? '');
  const warnings: string[] = [];
  const options = {
    cacheDir: join(directory, 'unreachable'),
    offline: false,
    mirrorUrl: server.url,
    rootPath,
  };
  const warn = (line: string) => void warnings.push(line);
  server.serve(files);
  const before = await loadTrustedRoot('tuf', { ...options, warn });
  server.serve({}, () => ({ status: 503, body: '' }));
  expect(await loadTrustedRoot('tuf', { ...options, warn })).toEqual(before);
  expect(warnings).toEqual([expect.stringContaining('using the trusted root of the last run')]);
  expectRow('tuf-unreachable', { rules: [], exitCode: 0 });
});

test.for([
  ['trusted-root-of-another-instance', THEIRS, 1, ['attestation-invalid']],
  ['trusted-root-without-authorities', JSON.stringify({ ...OUR_ROOT, certificateAuthorities: [] }), 2, []],
  ['trusted-root-that-is-none', '{}', 2, []],
] as const)('%s', async ([id, root, exitCode, rules]) => {
  const setting = await createSetting();
  try {
    const wheel = makeWheel({ name: 'widget' });
    setting.publish([wheel], acme);
    await setting.lock([wheel]);
    await setting.workspace.write('.provenance.txt', entryLine('widget', RECORDED));
    await setting.workspace.write('root.json', root);
    const result = await setting.check(['--format', 'json', '--no-cache']);
    expect([result.exitCode, rulesIn(result)]).toEqual([exitCode, rules]);
    expectRow(id, { exitCode, rules });
  } finally {
    await setting.close();
  }
});
