/** The whole part against loopback indexes: which index is asked what, and what is made of the answers. */
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ProvpinError } from '../../src/errors.ts';
import type { IndexConfiguration, PackageIndex, ProvenanceLookup } from '../../src/package-index/contract.ts';
import { DEFAULT_RETRY_POLICY } from '../../src/package-index/retry.ts';
import { createPackageIndex, type PackageIndexOptions } from '../../src/package-index/package-index.ts';
import { makeSdist, makeWheel, type Distribution } from '../support/distributions.ts';
import type { IndexFault } from '../support/index-faults.ts';
import { startIndex, type IndexOptions, type TestIndex } from '../support/package-index.ts';
import { configuration, containing, matching, quick } from './loopback.ts';

const root = mkdtempSync(path.join(tmpdir(), 'provpin-index-'));
afterAll(() => rmSync(root, { recursive: true }));
const toClose: { close: () => Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(toClose.splice(0).map(({ close }) => close()));
});

const DOCUMENT = '{"version":1,"attestation_bundles":[]}';
const wheel = makeWheel({ name: 'demo' });
const rebuilt = makeWheel({ name: 'demo', content: 'rebuilt' });

async function start(options: IndexOptions = {}): Promise<TestIndex> {
  const index = await startIndex(options);
  toClose.push(index);
  return index;
}

function open(
  indexes: readonly TestIndex[],
  options: Partial<PackageIndexOptions> = {},
  settings: Partial<IndexConfiguration> = {},
): PackageIndex & { warnings: string[] } {
  const warnings: string[] = [];
  const addresses = indexes.map(({ simpleUrl }) => ({ url: simpleUrl.replace(/\/$/u, '') }));
  const created = createPackageIndex(configuration({ indexes: addresses, ...settings }), {
    ...quick().options,
    offline: false,
    warn: (message) => warnings.push(message),
    ...options,
  });
  toClose.push(created);
  return { ...created, warnings };
}

const unreachable = (reason: string) => ({ kind: 'unavailable', cause: 'unreachable', reason });
const digest = async (bytes: Uint8Array) =>
  Buffer.from(await crypto.subtle.digest('SHA-512', new Uint8Array(bytes))).toString('hex');
const refOf = ({ name, version, filename, sha256 }: Distribution) => ({ name, version, filename, sha256 });
const textOf = (lookup: ProvenanceLookup) =>
  lookup.kind === 'found' ? Buffer.from(lookup.document).toString() : lookup;

/** Only what never ends is cut off early: a busy machine must not look like it. */
const impatient = ({ kind }: IndexFault) => {
  const patience = kind === 'hang' ? 500 : 30_000;
  const timeouts = {
    connect: 30_000,
    headers: 30_000,
    body: 30_000,
    document: patience,
    download: patience,
  };
  return { timeouts, retry: { ...DEFAULT_RETRY_POLICY, retries: 0 } };
};

describe('one index', () => {
  let index: TestIndex;
  beforeEach(async () => {
    index = await start();
    index.publish(wheel, { provenance: DOCUMENT, uploadTime: '2026-05-01T00:00:00Z' });
  });

  test.each([
    ['JSON', { json: true }],
    ['HTML', { json: false }],
    ['relative links', { links: 'relative' as const }],
    ['relative links in HTML', { json: false, links: 'relative' as const }],
  ])('provenance by a page in %s', async (_, modes) => {
    index.setModes(modes);
    const lookup = await open([index]).findProvenance(refOf(wheel));
    expect(textOf(lookup)).toBe(DOCUMENT);
    expect(lookup).toMatchObject({
      kind: 'found',
      fromCache: false,
      url: `${index.origin}/integrity/demo/1.0.0/${wheel.filename}/provenance`,
    });
  });

  test('upload-time comes along', async () => {
    const lookup = await open([index]).findProvenance(refOf(wheel));
    expect(lookup).toHaveProperty('uploadTime', '2026-05-01T00:00:00Z');
    index.attest(wheel.filename, undefined);
    expect(await open([index]).findProvenance(refOf(wheel))).toMatchObject({
      kind: 'absent',
      uploadTime: '2026-05-01T00:00:00Z',
    });
  });

  test.each([
    ['without provenance', () => index.attest(wheel.filename, undefined)],
    ['of an index that serves none', () => index.setModes({ provenance: false })],
  ])('a file %s is absent', async (_, change) => {
    change();
    expect(await open([index]).findProvenance(refOf(wheel))).toEqual({
      kind: 'absent',
      indexes: [index.simpleUrl.replace(/\/$/u, '')],
      reason: containing('lists it without provenance'),
      uploadTime: '2026-05-01T00:00:00Z',
    });
  });

  test.each([
    [
      'another file of that name',
      () => index.replace(wheel.filename, rebuilt.bytes),
      'lists another file of that name',
    ],
    ['another file only', () => index.remove(wheel.filename), 'does not list it'],
    ['no such project', () => index.fail('/simple/demo/', { kind: 'status', status: 404 }), 'HTTP 404'],
  ])('%s: neither found nor absent', async (_, change, reason) => {
    index.publish(makeWheel({ name: 'demo', version: '0.9' }));
    change();
    expect(await open([index]).findProvenance(refOf(wheel))).toEqual({
      kind: 'unavailable',
      cause: 'unlisted',
      reason: matching(new RegExp(`^no index lists \`${wheel.filename}\` .*${reason}`, 'u')),
    });
  });

  const failures: [string, IndexFault, string, string][] = [
    ['403', { kind: 'status', status: 403 }, 'refused', 'HTTP 403 (Forbidden)'],
    ['429', { kind: 'status', status: 429, headers: { 'retry-after': '1' } }, 'refused', 'HTTP 429'],
    ['500', { kind: 'status', status: 500 }, 'unreachable', 'HTTP 500'],
    ['a hang', { kind: 'hang' }, 'unreachable', 'took too long'],
    ['a cut body', { kind: 'cut' }, 'unreachable', 'closed'],
    ['100 MB', { kind: 'oversized', bytes: 100_000_000 }, 'unreachable', 'larger than'],
    ['a gzip bomb', { kind: 'gzip-bomb', bytes: 100_000_000 }, 'unreachable', 'larger than'],
    ['a login page', { kind: 'html' }, 'refused', ''],
    [
      'other words',
      { kind: 'body', body: 'hello', contentType: 'text/markdown' },
      'refused',
      'text/markdown',
    ],
    [
      'a redirect elsewhere',
      { kind: 'redirect', to: 'http://index.example/' },
      'unreachable',
      'plain http is not used',
    ],
  ];
  test.each(failures)('%s instead of the provenance is unavailable', async (_, fault, cause, reason) => {
    index.fail('/integrity/', fault);
    expect(await open([index], impatient(fault)).findProvenance(refOf(wheel))).toEqual({
      kind: 'unavailable',
      cause,
      reason: containing(reason),
    });
  });
  test.each(failures)('%s instead of the page is unavailable', async (_, fault, cause, reason) => {
    index.fail('/simple/', fault);
    const lookup = await open([index], impatient(fault)).findProvenance(refOf(wheel));
    expect(lookup).toMatchObject({ kind: 'unavailable', reason: containing(reason) });
    // HTML is one of the two forms of a page: a login page is a page that lists nothing.
    expect(lookup).toHaveProperty('cause', fault.kind === 'html' ? 'unlisted' : cause);
  });

  test('JSON that is none', async () => {
    index.fail('/simple/', { kind: 'invalid-json' });
    expect(await open([index]).findProvenance(refOf(wheel))).toMatchObject({
      kind: 'unavailable',
      reason: containing('it is not JSON'),
    });
  });

  test('provenance that is promised and not served is unavailable, not absent', async () => {
    index.setModes({ integrity: false });
    expect(await open([index]).findProvenance(refOf(wheel))).toMatchObject({
      kind: 'unavailable',
      cause: 'refused',
      reason: containing('promises provenance that it does not serve'),
    });
  });

  test('a project has one page, however many files', async () => {
    const wheels = Array.from({ length: 60 }, (_, minor) =>
      makeWheel({ name: 'demo', tag: `cp3${minor}-none-any` }),
    );
    wheels.forEach((each) => index.publish(each, { provenance: DOCUMENT }));
    const opened = open([index]);
    const lookups = await Promise.all(wheels.map((each) => opened.findProvenance(refOf(each))));
    expect(lookups.map(({ kind }) => kind)).toEqual(Array(60).fill('found'));
    expect(index.requests.filter(({ path: url }) => url.startsWith('/simple/'))).toHaveLength(1);
  });

  test.each(['../../etc', 'Demo', 'a/b', '', 'demo?x'])('a project %j is not asked for', async (name) => {
    expect((await open([index]).findProvenance({ ...refOf(wheel), name })).kind).toBe('unavailable');
    expect(index.requests).toHaveLength(0);
  });

  test('the index that the lock names is asked instead', async () => {
    const named = await start();
    named.publish(wheel, { provenance: '{"named":true}' });
    const lookup = await open([index]).findProvenance({ ...refOf(wheel), index: named.simpleUrl });
    expect(textOf(lookup)).toBe('{"named":true}');
    expect(index.requests).toHaveLength(0);
  });
});

test('no index at all', async () => {
  expect(await open([]).findProvenance(refOf(wheel))).toEqual({
    kind: 'not-covered',
    reason: 'there is no index (`--no-index`)',
  });
});

describe('several indexes', () => {
  let first: TestIndex;
  let second: TestIndex;
  beforeEach(async () => {
    first = await start();
    second = await start();
  });
  const find = () => open([first, second]).findProvenance(refOf(wheel));

  test('the first that has provenance', async () => {
    first.publish(wheel, { provenance: '{"first":true}' });
    second.publish(wheel, { provenance: '{"second":true}' });
    expect(textOf(await find())).toBe('{"first":true}');
    expect(second.requests).toHaveLength(0);
  });

  test('the second has provenance for the same bytes', async () => {
    first.publish(wheel);
    second.publish(wheel, { provenance: DOCUMENT });
    expect(textOf(await find())).toBe(DOCUMENT);
  });

  test('a rebuilt file of that name at the first has no say', async () => {
    first.publish(rebuilt, { provenance: '{"of":"other bytes"}' });
    second.publish(wheel);
    expect((await find()).kind).toBe('absent');
    second.attest(wheel.filename, DOCUMENT);
    expect(textOf(await find())).toBe(DOCUMENT);
  });

  test('absent needs an index that has the file', async () => {
    expect((await find()).kind).toBe('unavailable');
    second.publish(wheel);
    expect(await find()).toMatchObject({ kind: 'absent', indexes: [matching(/./u), matching(/./u)] });
  });

  test('an unavailable one spoils absence, and not presence', async () => {
    first.fail('/simple/', { kind: 'status', status: 503 });
    second.publish(wheel);
    expect(await find()).toMatchObject({ kind: 'unavailable', cause: 'unreachable' });
    second.attest(wheel.filename, DOCUMENT);
    expect(textOf(await find())).toBe(DOCUMENT);
  });
});

describe('credentials', () => {
  const auth = { username: 'user', password: 'pa:ss' };

  test('reach the index, its provenance and its files', async () => {
    const index = await start({ auth });
    index.publish(wheel, { provenance: DOCUMENT });
    const indexes = [{ url: index.simpleUrl, credentials: auth }];
    const opened = open([], {}, { indexes });
    expect(textOf(await opened.findProvenance(refOf(wheel)))).toBe(DOCUMENT);
    expect((await opened.fetchArtifact(refOf(wheel))).length).toBe(wheel.bytes.length);
    expect(
      await opened.hashArtifact({
        ...refOf(wheel),
        hashes: {},
        url: `${index.origin}/files/${wheel.filename}`,
      }),
    ).toHaveProperty('kind', 'unavailable');
    const hashes = { sha256: wheel.sha256 };
    expect(
      await opened.hashArtifact({ ...refOf(wheel), hashes, url: `${index.origin}/files/${wheel.filename}` }),
    ).toEqual({ kind: 'hashed', sha256: wheel.sha256 });
  });

  test('of several indexes at one origin, a URL of the lock is sent those of the nearest', async () => {
    const index = await start({ auth });
    index.publish(wheel, {});
    const stranger = { username: 'other', password: 'team' };
    const indexes = [
      { url: `${index.origin}/other/simple`, credentials: stranger },
      { url: `${index.origin}/files/simple`, credentials: auth },
    ];
    const located = { hashes: { sha256: wheel.sha256 }, url: `${index.origin}/files/${wheel.filename}` };
    expect(await open([], {}, { indexes }).hashArtifact({ ...refOf(wheel), ...located })).toHaveProperty(
      'kind',
      'hashed',
    );
  });

  test('of netrc', async () => {
    const index = await start({ auth });
    index.publish(wheel, { provenance: DOCUMENT });
    const netrc = [{ host: '127.0.0.1', ...auth }];
    expect(textOf(await open([index], {}, { netrc }).findProvenance(refOf(wheel)))).toBe(DOCUMENT);
    expect(await open([index]).findProvenance(refOf(wheel))).toMatchObject({
      kind: 'unavailable',
      cause: 'refused',
    });
  });

  test('do not follow the index to another origin', async () => {
    const other = await start();
    const index = await start();
    const page = {
      meta: { 'api-version': '1.4' },
      name: 'demo',
      files: [
        {
          filename: wheel.filename,
          url: `${other.origin}/files/${wheel.filename}`,
          hashes: { sha256: wheel.sha256 },
          provenance: `${other.origin}/integrity/demo/1.0.0/${wheel.filename}/provenance`,
        },
      ],
    };
    index.fail('/simple/', {
      kind: 'body',
      body: JSON.stringify(page),
      contentType: 'application/vnd.pypi.simple.v1+json',
    });
    other.publish(wheel, { provenance: DOCUMENT });
    const opened = open([], {}, { indexes: [{ url: index.simpleUrl, credentials: auth }] });
    expect(textOf(await opened.findProvenance(refOf(wheel)))).toBe(DOCUMENT);
    await opened.fetchArtifact(refOf(wheel));
    expect(index.requests[0]?.headers).toHaveProperty('authorization');
    expect(other.requests.map(({ headers }) => headers.authorization)).toEqual([undefined, undefined]);
  });

  test('are not shown', async () => {
    const index = await start({ auth });
    index.fail('/', { kind: 'status', status: 403 });
    const locked = index.simpleUrl.replace('//', '//user:s3cr3t@');
    expect(JSON.stringify(await open([]).findProvenance({ ...refOf(wheel), index: locked }))).not.toContain(
      's3cr3t',
    );
  });
});

describe('--attestations-from', () => {
  test('takes the place of the indexes', async () => {
    const mirror = await start({ modes: { provenance: false } });
    const source = await start();
    mirror.publish(wheel);
    source.publish(wheel, { provenance: DOCUMENT });
    const opened = open([mirror], { attestationsFrom: source.origin });
    expect(textOf(await opened.findProvenance({ ...refOf(wheel), index: mirror.simpleUrl }))).toBe(DOCUMENT);
    expect(mirror.requests).toHaveLength(0);
  });

  test('as a template', async () => {
    const source = await start();
    source.publish(wheel, { provenance: DOCUMENT });
    const attestationsFrom = `${source.origin}/integrity/{project}/{version}/{filename}/provenance`;
    const opened = open([], { attestationsFrom });
    expect(textOf(await opened.findProvenance(refOf(wheel)))).toBe(DOCUMENT);
    expect(await opened.findProvenance(refOf(makeSdist({ name: 'demo' })))).toEqual({
      kind: 'absent',
      indexes: [attestationsFrom],
      reason: containing('HTTP 404'),
    });
  });

  test('what it does not list has no provenance there: files come from elsewhere', async () => {
    const source = await start();
    const opened = open([], { attestationsFrom: source.simpleUrl });
    expect((await opened.findProvenance(refOf(wheel))).kind).toBe('absent');
    source.publish(makeSdist({ name: 'demo' }), { provenance: DOCUMENT });
    expect((await open([], { attestationsFrom: source.simpleUrl }).findProvenance(refOf(wheel))).kind).toBe(
      'absent',
    );
  });

  test('other bytes of the same name there have no say', async () => {
    const source = await start();
    source.publish(rebuilt, { provenance: DOCUMENT });
    const opened = open([], { attestationsFrom: source.simpleUrl });
    expect(await opened.findProvenance(refOf(wheel))).toMatchObject({ kind: 'unavailable' });
  });

  test('no URL', () => {
    expect(() => open([], { attestationsFrom: 'pypi' })).toThrow(ProvpinError);
  });
});

describe('the cache', () => {
  let index: TestIndex;
  let cacheDir: string;
  beforeEach(async () => {
    index = await start();
    index.publish(wheel, { provenance: DOCUMENT });
    cacheDir = mkdtempSync(path.join(root, 'cache-'));
  });

  test('is filled by what verified, and saves the request', async () => {
    const opened = open([index], { cacheDir });
    await opened.findProvenance(refOf(wheel));
    expect(readdirSync(cacheDir)).toEqual([]);
    await opened.remember(wheel.sha256, Buffer.from(DOCUMENT));
    index.clearRequests();
    index.attest(wheel.filename, undefined);
    const lookup = await open([index], { cacheDir }).findProvenance(refOf(wheel));
    expect(lookup).toMatchObject({ kind: 'found', fromCache: true });
    expect(textOf(lookup)).toBe(DOCUMENT);
    expect(index.requests).toHaveLength(0);
  });

  test('says which index it is of where only one could have it', async () => {
    const other = await start();
    await open([index], { cacheDir }).remember(wheel.sha256, Buffer.from(DOCUMENT));
    const indexOf = async (indexes: readonly TestIndex[]) => {
      const lookup = await open(indexes, { cacheDir }).findProvenance(refOf(wheel));
      return lookup.kind === 'found' ? lookup.index : lookup;
    };
    expect(await indexOf([index])).toBe(index.simpleUrl.replace(/\/$/u, ''));
    expect(await indexOf([index, other])).toBeUndefined();
    expect(await indexOf([])).toBeUndefined();
  });

  test('is passed by when it does not verify', async () => {
    const opened = open([index], { cacheDir });
    await opened.remember(wheel.sha256, Buffer.from('poison'));
    const file = path.join(cacheDir, 'provenance', wheel.sha256.slice(0, 2), `${wheel.sha256}.json`);
    expect(textOf(await opened.findProvenance(refOf(wheel)))).toBe('poison');
    writeFileSync(file, '');
    expect(textOf(await opened.findProvenance(refOf(wheel)))).toBe('');
    const fresh = await opened.findProvenance(refOf(wheel), { bypassCache: true });
    expect(textOf(fresh)).toBe(DOCUMENT);
    expect(fresh).toHaveProperty('fromCache', false);
  });

  test('does not remember absence', async () => {
    index.attest(wheel.filename, undefined);
    expect((await open([index], { cacheDir }).findProvenance(refOf(wheel))).kind).toBe('absent');
    expect(readdirSync(cacheDir)).toEqual([]);
    index.attest(wheel.filename, DOCUMENT);
    expect((await open([index], { cacheDir }).findProvenance(refOf(wheel))).kind).toBe('found');
  });

  test('that cannot be used is done without, with one warning', async () => {
    const file = path.join(cacheDir, 'file');
    writeFileSync(file, '');
    const opened = open([index], { cacheDir: file });
    expect((await opened.findProvenance(refOf(wheel))).kind).toBe('found');
    await opened.remember(wheel.sha256, Buffer.from(DOCUMENT));
    expect(opened.warnings).toHaveLength(1);
  });

  test('is all there is with --offline', async () => {
    const opened = open([index], { cacheDir, offline: true });
    expect(await opened.findProvenance(refOf(wheel))).toEqual(
      unreachable('not in the cache, and `--offline`'),
    );
    await opened.remember(wheel.sha256, Buffer.from(DOCUMENT));
    expect((await opened.findProvenance(refOf(wheel))).kind).toBe('found');
    expect(await opened.findProvenance(refOf(wheel), { bypassCache: true })).toHaveProperty(
      'kind',
      'unavailable',
    );
    expect(await open([index], { offline: true }).findProvenance(refOf(wheel))).toEqual(
      unreachable('there is no cache, and `--offline`'),
    );
    expect(await opened.hashArtifact({ ...refOf(wheel), hashes: { sha512: '' } })).toHaveProperty(
      'kind',
      'unavailable',
    );
    await expect(opened.fetchArtifact(refOf(wheel))).rejects.toThrow('`--offline`');
    expect(index.requests).toHaveLength(0);
  });
});

describe('files', () => {
  let index: TestIndex;
  beforeEach(async () => {
    index = await start();
    index.publish(wheel);
  });
  const sha512 = 'sha512';

  test.each([
    ['by the URL of the lock', (origin: string) => ({ url: `${origin}/files/${wheel.filename}` })],
    ['by the page of the index', () => ({})],
  ])('are hashed %s', async (_, place) => {
    const md5 = createHash('md5').update(wheel.bytes).digest('hex');
    const hashes = { md5, sha256: wheel.sha256, [sha512]: await digest(wheel.bytes) };
    const file = { ...refOf(wheel), ...place(index.origin), hashes, size: wheel.bytes.length };
    expect(await open([index]).hashArtifact(file)).toEqual({ kind: 'hashed', sha256: wheel.sha256 });
  });

  test('that are not those of the lock', async () => {
    const opened = open([index]);
    const hashes = { [sha512]: await digest(rebuilt.bytes) };
    expect(await opened.hashArtifact({ ...refOf(wheel), hashes })).toEqual({
      kind: 'mismatch',
      reason: `\`${wheel.filename}\` is not the file of the lock: its sha512 is not the lock's`,
    });
    const own = { [sha512]: await digest(wheel.bytes) };
    expect(await opened.hashArtifact({ ...refOf(wheel), hashes: own, size: 1 })).toHaveProperty(
      'kind',
      'mismatch',
    );
  });

  test.each(['md5', 'sha1', 'sha256', sha512])(
    'that have all the hashes of the lock but one (%s): an installer takes a file that has any of them',
    async (algorithm) => {
      const hashOf = (bytes: Uint8Array) => createHash(algorithm).update(bytes).digest('hex');
      const own = { sha256: wheel.sha256, [sha512]: await digest(wheel.bytes) };
      const hashes = { ...own, [algorithm]: hashOf(rebuilt.bytes) };
      expect(await open([index]).hashArtifact({ ...refOf(wheel), hashes })).toEqual({
        kind: 'mismatch',
        reason: containing(`its ${algorithm} is not the lock's`),
      });
    },
  );

  test.each([
    ['no hash', {}, {}, 'no hash that binds'],
    ['a hash that nobody knows', { hashes: { sha256: '', ripemd160: '' } }, {}, '`ripemd160`'],
    ['weak hashes only', { hashes: { md5: '0', sha1: '0' } }, {}, 'no hash that binds'],
    ['an URL that is none', { url: '../x', hashes: { sha512: '' } }, {}, 'is not a URL'],
    ['a file URL', { url: 'file:///etc/passwd', hashes: { sha512: '' } }, {}, 'is not https'],
    [
      'no such file',
      { filename: 'demo-2.0-py3-none-any.whl', hashes: { sha512: '' } },
      {},
      'does not list it',
    ],
    ['an index that fails', { hashes: { sha512: '' } }, { kind: 'status', status: 500 } as const, 'HTTP 500'],
  ])('cannot be hashed with %s', async (_, changes, fault, reason) => {
    if ('kind' in fault) {
      index.fail('/files/', fault);
    }
    expect(await open([index]).hashArtifact({ ...refOf(wheel), hashes: {}, ...changes })).toEqual({
      kind: 'unavailable',
      cause: matching(/./u),
      reason: containing(reason),
    });
  });

  test('are fetched by name and hash', async () => {
    const bytes = await open([index]).fetchArtifact(refOf(wheel));
    expect(Buffer.from(bytes).equals(wheel.bytes)).toBe(true);
  });

  test.each([
    ['is not listed', () => index.remove(wheel.filename), 'HTTP 404'],
    ['is listed with another hash', () => index.replace(wheel.filename, rebuilt.bytes), 'does not list it'],
    [
      'is other bytes than listed',
      () => index.replace(wheel.filename, rebuilt.bytes, { keepHash: true }),
      'sent has another sha256',
    ],
    ['is not served', () => index.fail('/files/', { kind: 'status', status: 404 }), 'HTTP 404'],
  ])('are an error when one %s', async (_, change, reason) => {
    change();
    const fetched = open([index]).fetchArtifact(refOf(wheel));
    await expect(fetched).rejects.toThrow(reason);
    await expect(fetched).rejects.toMatchObject({ exitCode: 3, code: 'fetch-artifact' });
  });
});

describe('the files of a project', () => {
  const sdist = makeSdist({ name: 'demo' });

  test('of every index, or of the one that the lock names', async () => {
    const [first, second] = [await start(), await start()];
    first.publish(wheel);
    second.publish(sdist);
    const index = open([first, second]);
    const [inFirst, inSecond] = [wheel, sdist].map(({ filename, sha256 }) => ({ filename, sha256 }));
    const every = await index.listFiles({ name: 'demo' });
    expect(every).toMatchObject({ files: [inFirst, inSecond], failures: [] });
    const named = await index.listFiles({ name: 'demo', index: second.simpleUrl });
    expect(named).toMatchObject({ files: [inSecond], failures: [] });
  });

  test('an index without the project lists nothing', async () => {
    const index = open([await start()]);
    expect(await index.listFiles({ name: 'demo' })).toEqual({ files: [], failures: [] });
  });

  test('an index that does not answer is told apart from one that lists nothing', async () => {
    const [good, bad] = [await start(), await start()];
    good.publish(wheel);
    bad.fail('/simple/demo/', { kind: 'status', status: 403 });
    const { files, failures } = await open([good, bad]).listFiles({ name: 'demo' });
    expect(files).toMatchObject([{ filename: wheel.filename }]);
    expect(failures).toMatchObject([{ cause: 'refused', reason: containing('403') }]);
  });

  test('without an index, and without a network, nothing can be said', async () => {
    const index = await start();
    expect(await open([]).listFiles({ name: 'demo' })).toMatchObject({
      files: [],
      failures: [{ cause: 'refused' }],
    });
    const offline = open([index], { offline: true });
    expect(await offline.listFiles({ name: 'demo' })).toMatchObject({
      files: [],
      failures: [{ cause: 'unreachable' }],
    });
    expect(index.requests).toEqual([]);
  });
});

describe('where a file is', () => {
  test('by its name and sha256, at the index that the lock names or the first that has it', async () => {
    const [first, second] = [await start(), await start()];
    first.publish(rebuilt);
    second.publish(wheel);
    const index = open([first, second]);
    expect(await index.locateFile(refOf(wheel))).toEqual({ url: `${second.origin}/files/${wheel.filename}` });
    const named = await index.locateFile({ ...refOf(wheel), index: first.simpleUrl });
    expect(named).toEqual({ reason: containing('does not list it') });
  });

  test('credentials of the index are not in it', async () => {
    const index = await start({ auth: { username: 'bob', password: 'secret' } });
    index.publish(wheel);
    const indexes = [{ url: index.simpleUrl, credentials: { username: 'bob', password: 'secret' } }];
    expect(await open([], {}, { indexes }).locateFile(refOf(wheel))).toEqual({
      url: `${index.origin}/files/${wheel.filename}`,
    });
  });

  test('offline, nobody can say it', async () => {
    const index = await start();
    expect(await open([index], { offline: true }).locateFile(refOf(wheel))).toEqual({
      reason: containing('--offline'),
    });
    expect(index.requests).toEqual([]);
  });
});
