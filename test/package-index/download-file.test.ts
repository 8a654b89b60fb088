/** Files that are written to a disk, or read as they come: where from, and what they are held to. */
import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';

import type { UnhashedArtifactRef } from '../../src/package-index/contract.ts';
import { collect } from '../../src/package-index/http-client.ts';
import { createPackageIndex } from '../../src/package-index/package-index.ts';
import { cachedBody } from '../../src/package-index/pip-cache.ts';
import { DEFAULT_RETRY_POLICY } from '../../src/package-index/retry.ts';
import { temporaryDirectory } from '../provenance-file/files.ts';
import { makeWheel } from '../support/distributions.ts';
import { startIndex, type TestIndex } from '../support/package-index.ts';
import { configuration, containing, matching, quick } from './loopback.ts';

const wheel = makeWheel({ name: 'demo' });
const PLACE = { name: 'demo', version: '1.0.0', filename: wheel.filename };
const PINNED: UnhashedArtifactRef = { ...PLACE, hashes: { sha256: wheel.sha256 } };
const OTHER = Buffer.from('other bytes');
const FROM_INDEX = { kind: 'hashed', sha256: wheel.sha256, from: 'the index' };
const FROM_CACHE = { kind: 'hashed', sha256: wheel.sha256, from: "pip's cache" };

let index: TestIndex;
let directory: string;
beforeEach(async () => {
  index = await startIndex();
  index.publish(wheel);
  directory = temporaryDirectory();
  return async () => index.close();
});

function open(
  offline = false,
  pip: { readonly pipCacheDir?: string } = { pipCacheDir: join(directory, 'pip') },
) {
  const opened = createPackageIndex(
    configuration({ indexes: [{ url: index.simpleUrl.replace(/\/$/u, '') }] }),
    {
      ...quick({ retry: { ...DEFAULT_RETRY_POLICY, retries: 0 } }).options,
      offline,
      warn: () => undefined,
      ...pip,
    },
  );
  onTestFinished(async () => opened.close());
  return opened;
}

const urlOf = (): string => `${index.origin}/files/${wheel.filename}`;
const bodyPath = (): string => cachedBody(join(directory, 'pip'), new URL(urlOf()));

/** Puts a body where pip would have it. */
async function cache(content: Uint8Array): Promise<void> {
  await mkdir(dirname(bodyPath()), { recursive: true });
  await writeFile(bodyPath(), content);
}

const downloads = (): number => index.requests.filter(({ path }) => path.startsWith('/files/')).length;

/** Saves a file, and says what came of it beside what is on the disk then. */
async function save(file: UnhashedArtifactRef, opened = open()) {
  const path = join(directory, 'saved.whl');
  const saved = await opened.saveArtifact(file, path);
  return { saved, content: await readFile(path).catch(() => undefined) };
}

describe('a file is saved', () => {
  test("out of pip's cache, and not asked for", async () => {
    await cache(wheel.bytes);
    const { saved, content } = await save({ ...PINNED, url: urlOf() });
    expect([saved, content?.equals(wheel.bytes), index.requests]).toEqual([FROM_CACHE, true, []]);
    const listed = await save(PINNED);
    expect([listed.saved, downloads()]).toEqual([FROM_CACHE, 0]);
    expect((await save({ ...PINNED, url: urlOf() }, open(true))).saved).toEqual(FROM_CACHE);
  });

  test.each([
    ['other bytes', async () => cache(OTHER)],
    ['more bytes', async () => cache(Buffer.concat([wheel.bytes, OTHER]))],
    ['a directory in its place', async () => await mkdir(bodyPath(), { recursive: true })],
    ['nothing', async () => Promise.resolve()],
  ])('from the index where the cache has %s', async (_, prepare) => {
    await prepare();
    const { saved, content } = await save(PINNED);
    expect([saved, content?.equals(wheel.bytes), downloads()]).toEqual([FROM_INDEX, true, 1]);
    const offline = await save({ ...PINNED, url: urlOf() }, open(true));
    expect([offline.saved, downloads()]).toEqual([
      { kind: 'unavailable', cause: 'unreachable', reason: "pip's cache does not have it, and `--offline`" },
      1,
    ]);
  });

  test('from the index where there is no cache', async () => {
    await cache(wheel.bytes);
    expect((await save(PINNED, open(false, {}))).saved).toEqual(FROM_INDEX);
  });

  test('as the index has it now where no hash is pinned, whatever the cache has', async () => {
    await cache(OTHER);
    const { saved, content } = await save({ ...PLACE, hashes: {} });
    expect([saved, content?.equals(wheel.bytes)]).toEqual([FROM_INDEX, true]);
  });
});

describe('a file is not saved', () => {
  test.each<readonly [string, Partial<UnhashedArtifactRef>, object]>([
    [
      'that is another one',
      { hashes: { sha256: 'ab'.repeat(32) } },
      { kind: 'mismatch', reason: containing('its sha256 is not the lock') },
    ],
    ['of another size', { size: 7 }, { kind: 'mismatch', reason: containing('the lock says 7') }],
    [
      'that is pinned by a hash which binds nothing',
      { hashes: { md5: createHash('md5').update(wheel.bytes).digest('hex') } },
      { kind: 'unavailable', cause: 'unlisted', reason: containing('no hash that binds') },
    ],
    [
      'that is not listed',
      { filename: 'demo-2.0.0-py3-none-any.whl' },
      { kind: 'unavailable', cause: 'refused', reason: containing('does not list it') },
    ],
    [
      'that is not served',
      { url: 'http://127.0.0.1:1/x' },
      { kind: 'unavailable', cause: 'unreachable', reason: containing('127.0.0.1:1') },
    ],
  ])('%s', async (_, changes, expected) => {
    expect((await save({ ...PINNED, ...changes })).saved).toEqual(expected);
  });

  test('without a network, when an index would have to say where it is', async () => {
    await cache(wheel.bytes);
    const { saved } = await save(PINNED, open(true));
    expect(saved).toEqual({ kind: 'unavailable', cause: 'unreachable', reason: containing('`--offline`') });
    expect(index.requests).toEqual([]);
  });
});

function sendEncoded(encoding: string, encode?: (body: Uint8Array) => Uint8Array): void {
  index.fail('/files/', { kind: 'encoded', encoding, ...(encode === undefined ? {} : { encode }) });
}

describe('a file that is sent with a Content-Encoding which was not asked for', () => {
  const UNSAVED = {
    kind: 'unavailable',
    cause: 'refused',
    reason: containing('which was not asked for, so that its bytes could not be compared'),
  };

  test.each(['gzip', 'x-gzip', 'br', 'identity', 'made-up'])('and is what came: %s', async (encoding) => {
    sendEncoded(encoding);
    const { saved, content } = await save(PINNED);
    expect([saved, content?.equals(wheel.bytes)]).toEqual([FROM_INDEX, true]);
    expect(await open().fetchArtifact({ ...PLACE, sha256: wheel.sha256 })).toEqual(wheel.bytes);
    expect(index.requests.at(-1)?.headers['accept-encoding']).toBe('identity');
  });

  test.each<readonly [string, (body: Uint8Array) => Uint8Array]>([
    ['gzip', gzipSync],
    ['deflate', deflateSync],
    ['br', brotliCompressSync],
    ['gzip, gzip', (body) => gzipSync(gzipSync(body))],
    ['gzip', (body) => gzipSync(body).subarray(0, 40)],
    ['gzip', () => gzipSync(Buffer.alloc(20_000_000))],
    ['gzip\u{9b}2J', gzipSync],
  ])('is not decoded, nor taken for another file: %j', async (encoding, encode) => {
    sendEncoded(encoding, encode);
    expect((await save(PINNED)).saved).toEqual(UNSAVED);
    expect((await save({ ...PINNED, size: wheel.bytes.length })).saved).toEqual(UNSAVED);
    await expect(open().fetchArtifact({ ...PLACE, sha256: wheel.sha256 })).rejects.toMatchObject({
      message: matching(
        /cannot be fetched: it was sent with `Content-Encoding: [ -~]+`, which was not asked/,
      ),
    });
  });

  test('is another one where there is no encoding that could have changed it', async () => {
    index.replace(wheel.filename, OTHER, { keepHash: true });
    for (const encoding of ['identity', '']) {
      sendEncoded(encoding);
      expect((await save(PINNED)).saved).toMatchObject({ kind: 'mismatch' });
    }
  });

  test('is not taken where no hash says which bytes are meant', async () => {
    sendEncoded('gzip');
    expect((await save({ ...PLACE, hashes: {} })).saved).toEqual(UNSAVED);
  });
});

describe('what is read as it comes', () => {
  const artifact = { ...PLACE, sha256: wheel.sha256 };
  const read = async (part: 'file' | 'metadata', file = artifact, opened = open()) =>
    await opened.readArtifact(file, part, async (body) =>
      Buffer.from(await collect(body)).toString('latin1'),
    );

  test('is the file, or its metadata', async () => {
    expect(await read('file')).toEqual({ kind: 'read', value: wheel.bytes.toString('latin1') });
    expect(await read('metadata')).toEqual({ kind: 'read', value: wheel.metadata });
  });

  test.each([
    ['refused', 'is not listed with this hash', () => index.remove(wheel.filename), 'HTTP 404'],
    ['refused', 'is refused', () => index.fail('/files/', { kind: 'status', status: 403 }), '403'],
    ['refused', 'is not there', () => index.fail('/files/', { kind: 'status', status: 404 }), '404'],
    ['unreachable', 'does not come', () => index.fail('/files/', { kind: 'reset' }), '127.0.0.1'],
  ])('is %s where it %s', async (cause, _, change, reason) => {
    change();
    expect(await read('file')).toEqual({ kind: 'unavailable', cause, reason: containing(reason) });
  });

  test('is not asked for without a network', async () => {
    expect(await read('file', artifact, open(true))).toMatchObject({ cause: 'unreachable' });
    expect(index.requests).toEqual([]);
  });
});
