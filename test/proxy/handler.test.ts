/** Requests by HTTP, with indexes that do what real ones are hard to bring to. */
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { describe, expect, onTestFinished, test } from 'vitest';

import { messageOf } from '../../src/errors.ts';
import type { BodyHead, PackageIndex, ProjectFile } from '../../src/package-index/contract.ts';
import { HELD_BACK } from '../../src/proxy/checked-stream.ts';
import { createHandler } from '../../src/proxy/handler.ts';
import { createPlaces } from '../../src/proxy/places.ts';
import type { PlainAnswer } from '../../src/proxy/plain-answer.ts';
import { startServer } from '../../src/proxy/server.ts';
import { createSession } from '../../src/proxy/session.ts';
import { createSpool } from '../../src/proxy/spool.ts';
import { askPort, beginToTake, pathOf, type Answer, type AskOptions } from '../e2e/proxy-client.ts';
import { temporaryDirectory } from '../provenance-file/files.ts';
import { fakeIndex } from '../support/fake-index.ts';

const bytes = randomBytes(3 * HELD_BACK);
const widget = {
  name: 'widget',
  filename: 'widget-1.0.tar.gz',
  sha256: createHash('sha256').update(bytes).digest('hex'),
};
/** As HTML pages list it, so that the end of the answer is the only end of it. */
const UNSIZED: ProjectFile = { filename: widget.filename, sha256: widget.sha256 };
const LISTED: ProjectFile = { ...UNSIZED, size: bytes.length };

/** Where it would be without a sha256. */
const UNHASHED = '/files/widget/unhashed/widget-1.0.tar.gz';

type Body = () => AsyncIterable<Uint8Array>;

const inPieces = (content: Uint8Array): Body =>
  async function* () {
    for (let at = 0; at < content.length; at += 100_000) yield content.subarray(at, at + 100_000);
  };
const cutAfter = (length: number): Body =>
  async function* () {
    yield* inPieces(bytes.subarray(0, length))();
    throw new Error('the connection was closed');
  };
async function* endless(): AsyncIterable<Uint8Array> {
  for (;;) yield await new Promise<Uint8Array>((resolve) => setImmediate(resolve, bytes));
}

/** An index that sends bodies for the file, one an attempt: as ours does, an attempt that fails is followed by another. */
const sending = (...bodies: readonly Body[]) => sendingWith({}, ...bodies);
const sendingWith =
  (head: BodyHead, ...bodies: readonly Body[]): PackageIndex['readArtifact'] =>
  async (_file, _part, read) => {
    let failure = 'there is none';
    for (const body of bodies) {
      try {
        return { kind: 'read', value: await read(body(), head) };
      } catch (error) {
        failure = messageOf(error);
      }
    }
    return { kind: 'unavailable', cause: 'unreachable', reason: failure };
  };

/** The proxy before an index that lists the file, unsigned. */
async function serve(
  answers: Partial<PackageIndex>,
  { listed = LISTED, spoolBytes = 10 * bytes.length, places = createPlaces(10, 60_000) } = {},
) {
  const index = fakeIndex({
    listFiles: async () => Promise.resolve({ files: [listed], failures: [] }),
    findProvenance: async () => Promise.resolve({ kind: 'absent', indexes: [], reason: 'none' }),
    ...answers,
  });
  const refused: string[] = [];
  const session = createSession({
    index,
    verifier: async () => Promise.reject(new Error('nothing is signed')),
    cacheAnswers: () => false,
    entries: [],
    terms: { tofu: false, strict: false, pins: [], acceptUnsigned: false },
    today: () => '2026-06-01',
    signal: new AbortController().signal,
    onRefusal: (_, { rule }) => refused.push(rule),
    onFailure: () => undefined,
  });
  const spool = createSpool<PlainAnswer>(temporaryDirectory(), spoolBytes);
  const started = await startServer(0, createHandler({ index, session, spool, places }));
  const close = async (): Promise<void> => {
    await started.close();
    await spool.close();
  };
  onTestFinished(close);
  const ask = async (path: string, options?: AskOptions) => await askPort(started.port, path, options);
  return {
    port: started.port,
    close,
    session,
    refused,
    ask,
    file: async (options?: AskOptions) => await ask(pathOf(widget), options),
    conclusion: () => {
      const { delivered, missed } = session.conclude();
      return { delivered, missed: [...missed.values()] };
    },
  };
}

const isWholeFile = ({ status, isWhole, body }: Answer): boolean =>
  status === 200 && isWhole && body.equals(bytes);

const PART = { headers: { range: 'bytes=10-19' } };

describe('a part', () => {
  test('is of the file, which is then sent from the disk', async () => {
    const { file, conclusion } = await serve({ readArtifact: sending(inPieces(bytes)) });
    expect(await file(PART)).toMatchObject({ status: 206, body: bytes.subarray(10, 20) });
    expect(isWholeFile(await file())).toBe(true);
    expect(conclusion()).toEqual({ delivered: 1, missed: [] });
  });

  test('is the whole where there is no room for the file', async () => {
    const { file } = await serve({ readArtifact: sending(inPieces(bytes)) }, { spoolBytes: 10 });
    expect(isWholeFile(await file(PART))).toBe(true);
  });

  test('is the whole where no size is known', async () => {
    const { file } = await serve({ readArtifact: sending(inPieces(bytes)) }, { listed: UNSIZED });
    const answer = await file(PART);
    expect([isWholeFile(answer), 'accept-ranges' in answer.headers]).toEqual([true, false]);
    expect((await file({ method: 'HEAD' })).headers).not.toHaveProperty('content-length');
  });
});

test.each([
  ['shorter', 1_000],
  ['longer', bytes.length + 1_000],
])('a page that says later that the file is %s gets no other file sent for it', async (_, size) => {
  let says = LISTED;
  const listFiles = async () => Promise.resolve({ files: [says], failures: [] });
  const { file, refused } = await serve({ listFiles, readArtifact: sending(inPieces(bytes)) });
  expect(await file(PART)).toMatchObject({ status: 206 });
  says = { ...LISTED, size };
  expect(await file()).not.toMatchObject({ status: 200, isWhole: true });
  expect(refused).toEqual(['attestation-invalid']);
  expect(await file(PART)).toMatchObject({ status: 403 });
});

describe.each([
  ['a part', PART, 206],
  ['the whole', {}, 200],
] as const)('where %s is asked for', (_, options, status) => {
  test('of an index that sends other bytes, the file is refused for good', async () => {
    const readArtifact = sending(inPieces(Buffer.from('other')));
    const { file, refused, conclusion } = await serve({ readArtifact });
    for (let times = 0; times < 2; times++) {
      const { phrase, body } = await file(options);
      expect([phrase, body.toString()]).toEqual([
        'Forbidden (attestation-invalid)',
        expect.stringContaining('sent other bytes than its page says'),
      ]);
    }
    expect([refused, conclusion()]).toEqual([['attestation-invalid'], { delivered: 0, missed: [] }]);
  });

  test('of an index that sends nothing, the session is incomplete', async () => {
    const { file, conclusion } = await serve({ readArtifact: sending() });
    expect(await file(options)).toMatchObject({ status: 502 });
    expect(conclusion()).toEqual({ delivered: 0, missed: ['there is none'] });
  });

  test('of an index that needs two attempts, it is the second', async () => {
    const readArtifact = sending(cutAfter(HELD_BACK - 1), inPieces(bytes));
    const { file, conclusion } = await serve({ readArtifact });
    const { status: answered, isWhole, body } = await file(options);
    expect([answered, isWhole, bytes.includes(body)]).toEqual([status, true, true]);
    expect(conclusion()).toEqual({ delivered: 1, missed: [] });
  });
});

describe.each([
  ['a part', PART],
  ['the whole', {}],
] as const)('where %s is asked for of a file that the index sends with a Content-Encoding', (_, options) => {
  test('it is sent, if the file is what came', async () => {
    const readArtifact = sendingWith({ encoding: 'gzip', length: bytes.length }, inPieces(bytes));
    const { file, conclusion } = await serve({ readArtifact });
    const { body, headers, isWhole } = await file(options);
    expect([isWhole, bytes.includes(body), 'content-encoding' in headers]).toEqual([true, true, false]);
    expect(conclusion()).toEqual({ delivered: 1, missed: [] });
  });

  const encoded = gzipSync(bytes);
  test.each<readonly [string, BodyHead, Body]>([
    ['of another length', { length: encoded.length }, inPieces(encoded)],
    ['without a length', {}, inPieces(encoded.subarray(0, HELD_BACK))],
    ['that would unpack to a thousand times the size', {}, inPieces(gzipSync(Buffer.alloc(100_000_000)))],
    ['that is broken', {}, inPieces(Buffer.from('no gzip'))],
  ])('it is not refused, nor sent, nor had, if another is: %s', async (_name, head, body) => {
    const readArtifact = sendingWith({ ...head, encoding: 'gzip' }, body);
    const { file, refused, conclusion } = await serve({ readArtifact });
    const answer = await file(options);
    const reason: unknown = expect.stringContaining('`Content-Encoding: gzip`, which was not asked for');
    expect([answer.status, answer.body.toString(), refused]).toEqual([502, reason, []]);
    expect(conclusion()).toEqual({ delivered: 0, missed: [reason] });
  });
});

test('of a file that says to be of another size, nothing is passed on', async () => {
  const readArtifact = sendingWith({ length: bytes.length + 1 }, inPieces(Buffer.concat([bytes, bytes])));
  const { file, refused } = await serve({ readArtifact });
  expect(await file()).toMatchObject({ status: 403, isWhole: true });
  expect(refused).toEqual(['attestation-invalid']);
});

describe('an answer is cut off where what follows the first part', () => {
  const other = Buffer.concat([bytes.subarray(1), bytes]);
  const bug: PackageIndex['readArtifact'] = async (_file, _part, read) => {
    await read(cutAfter(2 * HELD_BACK)(), {});
    throw new Error('not to be reached');
  };

  test.each<readonly [string, PackageIndex['readArtifact'], readonly string[]]>([
    [
      'could only be the beginning again',
      sending(cutAfter(2 * HELD_BACK), inPieces(bytes)),
      ['the index sent a part of it'],
    ],
    ['is of another file', sending(inPieces(other)), []],
    ['is an error that nobody expected', bug, ['the connection was closed']],
  ])('%s', async (_, readArtifact, missed) => {
    for (const listed of [LISTED, UNSIZED]) {
      const { file, conclusion } = await serve({ readArtifact }, { listed });
      const { status, isWhole, body } = await file();
      expect([0, 200]).toContain(status);
      expect([isWhole, body.length < other.length - HELD_BACK]).toEqual([false, true]);
      expect(conclusion()).toEqual({ delivered: 0, missed });
    }
  });
});

/** For a client of HTTP/1.0 the end of the connection is that of the file. */
describe('a file that is cut off is not ended, but reset', () => {
  type Proxy = Awaited<ReturnType<typeof serve>>;

  test.each<readonly [string, PackageIndex['readArtifact'], (proxy: Proxy) => Promise<unknown>]>([
    [
      'as it is another one',
      sending(inPieces(Buffer.concat([bytes.subarray(1), bytes]))),
      async () => Promise.resolve(),
    ],
    ['for somebody else to have its place', endlessAtFirst(), async ({ file }) => file()],
    ['as the proxy ends', sending(endless), async ({ close }) => close()],
  ])('%s', async (_, readArtifact, cut) => {
    const proxy = await serve({ readArtifact }, { listed: UNSIZED, places: createPlaces(1, 0) });
    const socket = connect(proxy.port, '127.0.0.1');
    socket.write(`GET ${pathOf(widget)} HTTP/1.0\r\nHost: 127.0.0.1:${proxy.port}\r\n\r\n`);
    await once(socket, 'data');
    socket.pause();
    const ended = once(socket, 'end').then(() => 'ended', messageOf);
    await cut(proxy);
    socket.resume();
    expect(await ended).toContain('ECONNRESET');
  });
});

describe('a client that goes away', () => {
  /** More than a connection takes that nobody reads from. */
  const large = Buffer.alloc(32 * 1024 ** 2);
  const file = { ...widget, sha256: createHash('sha256').update(large).digest('hex') };
  const listed: ProjectFile = { filename: file.filename, sha256: file.sha256 };
  const leave = async (port: number, headers?: Readonly<Record<string, string>>): Promise<void> => {
    (await beginToTake(port, pathOf(file), headers)).destroy();
  };

  test('says nothing about the index, and was not sent the file', async () => {
    const { port, close, conclusion } = await serve({ readArtifact: sending(endless) }, { listed });
    await leave(port);
    await close();
    expect(conclusion()).toEqual({ delivered: 0, missed: [] });
  });

  test('was not sent the part of it that it asked for', async () => {
    const { port, close, conclusion } = await serve(
      { readArtifact: sending(inPieces(large)) },
      { listed: { ...listed, size: large.length }, spoolBytes: large.length },
    );
    await leave(port, { range: 'bytes=1-' });
    await close();
    expect(conclusion()).toEqual({ delivered: 0, missed: [] });
  });
});

/** The file for the second who asks; for the first, what has no end. */
function endlessAtFirst(): PackageIndex['readArtifact'] {
  const bodies = [endless];
  return async (...asked) => sending(bodies.shift() ?? inPieces(bytes))(...asked);
}

/** Asks for the file so often on one connection, and reads nothing. */
function askAtOnce(port: number, times: number) {
  const socket = connect(port, '127.0.0.1').on('error', () => undefined);
  socket.write(`GET ${pathOf(widget)} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n\r\n`.repeat(times));
  return socket;
}

test('a client that asks for several files at once takes no place with it when it goes away', async () => {
  const bodies = [endless, endless];
  const readArtifact: PackageIndex['readArtifact'] = async (...asked) =>
    sending(bodies.shift() ?? inPieces(bytes))(...asked);
  const places = createPlaces(2, 1_000_000);
  const { port, file } = await serve({ readArtifact }, { listed: UNSIZED, places });
  const socket = askAtOnce(port, 2);
  await expect.poll(() => bodies.length).toBe(0);
  socket.destroy();
  expect(isWholeFile(await file())).toBe(true);
});

test('nor does a file keep its place that waits for another one on its connection', async () => {
  const held = Promise.withResolvers<undefined>();
  const begins = async function* (): AsyncIterable<Uint8Array> {
    yield bytes.subarray(0, 10);
    await held.promise;
  };
  const bodies = [begins, endless];
  const readArtifact: PackageIndex['readArtifact'] = async (...asked) =>
    sending(bodies.shift() ?? inPieces(bytes))(...asked);
  const { port, file } = await serve({ readArtifact }, { listed: UNSIZED, places: createPlaces(2, 0) });
  onTestFinished(() => held.resolve(undefined));
  askAtOnce(port, 2);
  await expect.poll(() => bodies.length).toBe(0);
  expect(isWholeFile(await file())).toBe(true);
});

describe('a client that takes nothing', () => {
  test('is cut off when another one wants its place', async () => {
    const { port, file, conclusion } = await serve(
      { readArtifact: endlessAtFirst() },
      { listed: UNSIZED, places: createPlaces(1, 0) },
    );
    const stalled = await beginToTake(port, pathOf(widget));
    expect(isWholeFile(await file())).toBe(true);
    stalled.on('error', () => undefined).resume();
    await new Promise((resolve) => stalled.once('close', resolve));
    expect([stalled.complete, conclusion()]).toEqual([false, { delivered: 1, missed: [] }]);
  });

  test('does not keep the proxy from ending, nor does one that waits for its place', async () => {
    const { port, file, close } = await serve(
      { readArtifact: sending(endless) },
      { listed: UNSIZED, places: createPlaces(1, 1_000_000) },
    );
    const stalled = await beginToTake(port, pathOf(widget));
    stalled.on('error', () => undefined);
    const waiting = file();
    await file({ method: 'HEAD' });
    await close();
    expect(await waiting).toMatchObject({ status: 0, isWhole: false });
  });

  test('keeps no part of a file, and no metadata, from another one', async () => {
    const { file, ask } = await serve(
      { readArtifact: sending(inPieces(bytes)) },
      { listed: { ...LISTED, metadataSha256: widget.sha256 }, places: createPlaces(0, 1_000_000) },
    );
    expect(await file(PART)).toMatchObject({ status: 206 });
    expect(await ask(`${pathOf(widget)}.metadata`)).toMatchObject({ status: 200 });
  });
});

describe('metadata', () => {
  const metadata = Buffer.from('Metadata-Version: 2.1\n');
  const metadataSha256 = createHash('sha256').update(metadata).digest('hex');
  const serveMetadata = async (readArtifact: PackageIndex['readArtifact']) => {
    const { ask, conclusion } = await serve({ readArtifact }, { listed: { ...LISTED, metadataSha256 } });
    return {
      conclusion,
      metadataBy: async (method: string) => await ask(`${pathOf(widget)}.metadata`, { method }),
    };
  };

  test('is what the page says, or its head', async () => {
    const { metadataBy, conclusion } = await serveMetadata(sending(inPieces(metadata)));
    expect(await metadataBy('GET')).toMatchObject({ status: 200, body: metadata });
    const { status, headers, body } = await metadataBy('HEAD');
    expect([status, headers['content-length'], body.length]).toEqual([200, String(metadata.length), 0]);
    expect(conclusion()).toEqual({ delivered: 0, missed: [] });
  });

  test.each([
    [
      'other than the page says',
      sending(inPieces(Buffer.from('other'))),
      'another sha256 than its page says',
    ],
    [
      'that is compressed',
      sendingWith({ encoding: 'gzip' }, inPieces(gzipSync(metadata))),
      '`Content-Encoding: gzip`, which was not asked for',
    ],
    ['that is not sent', sending(), 'there is none'],
  ])('%s is not let through', async (_, readArtifact, reason) => {
    const { metadataBy, conclusion } = await serveMetadata(readArtifact);
    const { status, body } = await metadataBy('GET');
    expect([status, body.toString()]).toEqual([502, expect.stringContaining(reason)]);
    expect(conclusion()).toEqual({ delivered: 0, missed: [expect.stringContaining(reason)] });
  });
});

test('what nobody expected is said, and leaves the session incomplete', async () => {
  const { ask, conclusion } = await serve({
    listFiles: async () => Promise.reject(new TypeError('a bug')),
  });
  const { status, body } = await ask('/simple/widget/');
  expect([status, body.toString()]).toEqual([500, 'unexpected: a bug\n']);
  expect(conclusion()).toEqual({ delivered: 0, missed: ['a bug'] });
});

describe('there is no', () => {
  const other = { ...widget, sha256: '0'.repeat(64) };

  test.each([
    ['file of another sha256', pathOf(other), 404],
    ['metadata that the page does not promise', `${pathOf(widget)}.metadata`, 404],
    ['file without a sha256, where the page says one', UNHASHED, 404],
    ['file without a sha256 that the page does not list', UNHASHED.replace('1.0', '2.0'), 404],
    ['such route', '/files/widget', 404],
  ])('%s', async (_, path, status) => {
    const { ask, conclusion } = await serve({});
    expect(await ask(path)).toMatchObject({ status });
    expect(conclusion()).toEqual({ delivered: 0, missed: [] });
  });

  test('file of which the page says no sha256', async () => {
    const { ask, conclusion } = await serve({}, { listed: { filename: widget.filename } });
    expect(await ask(UNHASHED)).toMatchObject({ status: 502 });
    expect(conclusion().missed).toEqual([expect.stringContaining('no sha256 is listed of')]);
  });

  test('page, and no file, of a project of which an index does not say what it has', async () => {
    const failures = [{ cause: 'refused', reason: '403' }] as const;
    const listFiles = async () => Promise.resolve({ files: [LISTED], failures });
    const { ask, file, conclusion } = await serve({ listFiles });
    expect([(await ask('/simple/widget/')).status, (await file()).status]).toEqual([502, 502]);
    expect(conclusion()).toEqual({ delivered: 0, missed: ['403'] });
  });
});

test('HEAD of a page is its head', async () => {
  const { ask } = await serve({});
  const page = await ask('/simple/widget/');
  const head = await ask('/simple/widget/', { method: 'HEAD' });
  expect([head.status, head.body.length]).toEqual([200, 0]);
  expect(head.headers['content-length']).toBe(String(page.body.length));
});
