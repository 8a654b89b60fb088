/** The Integrity API of PyPI, by a client that answers in its place: PyPI's own host cannot be had on a loopback. */
import { describe, expect, test } from 'vitest';
import type { ArtifactRef } from '../../src/package-index/contract.ts';
import type { Answer } from '../../src/package-index/http-attempt.ts';
import type { HttpClient } from '../../src/package-index/http-client.ts';
import { createPageReader } from '../../src/package-index/project-pages.ts';
import { lookUpProvenance } from '../../src/package-index/provenance-lookup.ts';
import { indexOf, parseAttestationsFrom, sourcesFor } from '../../src/package-index/provenance-source.ts';
import { configuration, containing } from './loopback.ts';

const SHA256 = 'ab'.repeat(32);
const FILE = { name: 'demo', version: '1.0', filename: 'demo-1.0.tar.gz', sha256: SHA256 };
const PROVENANCE = 'https://pypi.org/integrity/demo/1.0/demo-1.0.tar.gz/provenance';
const PAGE = 'https://pypi.org/simple/demo/';
const pypi = configuration({ indexes: [{ url: 'https://pypi.org/simple' }] });

type Served = Readonly<Record<string, { readonly contentType: string; readonly body: string }>>;

/** A client that has these documents, and a 404 for all else. */
function clientOf(served: Served): { http: HttpClient; asked: [string, string][] } {
  const asked: [string, string][] = [];
  const get = (url: URL, { accept }: { accept: string }): Promise<Answer<Uint8Array>> => {
    asked.push([url.href, accept]);
    const found = served[url.href];
    return Promise.resolve(
      found === undefined
        ? { kind: 'absent', reason: 'HTTP 404' }
        : { kind: 'ok', body: Buffer.from(found.body), contentType: found.contentType, url },
    );
  };
  const http: HttpClient = {
    get,
    download: () => Promise.reject(new Error('nothing is downloaded')),
    close: () => Promise.resolve(),
  };
  return { http, asked };
}

async function find(served: Served, attestationsFrom?: string, more: Partial<ArtifactRef> = {}) {
  const { http, asked } = clientOf(served);
  const sources =
    attestationsFrom === undefined
      ? sourcesFor(undefined, pypi)
      : [parseAttestationsFrom(attestationsFrom, pypi)];
  const context = { http, readPage: createPageReader(http), maxBytes: 1_000 };
  return { lookup: await lookUpProvenance({ ...FILE, ...more }, sources, context), asked };
}

const document = { contentType: 'application/vnd.pypi.integrity.v1+json', body: '{}' };
const page = (file: object) => ({
  contentType: 'application/vnd.pypi.simple.v1+json',
  body: JSON.stringify({
    meta: { 'api-version': '1.4' },
    name: 'demo',
    files: [
      {
        filename: FILE.filename,
        url: 'https://files.pythonhosted.org/x',
        hashes: { sha256: SHA256 },
        ...file,
      },
    ],
  }),
});

describe('PyPI', () => {
  test('provenance takes one request', async () => {
    const { lookup, asked } = await find({ [PROVENANCE]: document });
    expect(lookup.kind).toBe('found');
    expect(asked).toEqual([[PROVENANCE, 'application/vnd.pypi.integrity.v1+json']]);
  });

  test('none, of a file that PyPI lists, is absent', async () => {
    const uploadTime = '2026-01-01T00:00:00Z';
    const { lookup } = await find({ [PAGE]: page({ provenance: null, 'upload-time': uploadTime }) });
    expect(lookup).toMatchObject({ kind: 'absent', indexes: ['https://pypi.org/simple'], uploadTime });
  });

  test.each([
    ['a file that PyPI does not list', page({ filename: 'demo-0.9.tar.gz' }), 'does not list it'],
    [
      'a file that PyPI lists with other bytes',
      page({ hashes: { sha256: 'cd'.repeat(32) } }),
      'another file of that name',
    ],
    ['a project that PyPI does not have', undefined, 'HTTP 404'],
  ])('none, of %s, is not absent', async (_, served, reason) => {
    const { lookup } = await find(served === undefined ? {} : { [PAGE]: served });
    expect(lookup).toEqual({ kind: 'unavailable', cause: 'unlisted', reason: containing(reason) });
  });

  test('none, although the page promises it', async () => {
    const { lookup } = await find({ [PAGE]: page({ provenance: PROVENANCE }) });
    expect(lookup).toMatchObject({ kind: 'unavailable', reason: containing('promises') });
  });
});

test('--attestations-from PyPI: its 404 is the answer, for files come from elsewhere', async () => {
  const { lookup, asked } = await find({}, 'https://pypi.org');
  expect(lookup.kind).toBe('absent');
  expect(asked).toHaveLength(1);
});

describe('--attestations-from a template', () => {
  const TEMPLATE = 'https://store.example/{project}/{filename}.json';
  const STORED = 'https://store.example/demo/demo-1.0.tar.gz.json';

  test('stands for what it begins with, and its 404 is the answer', async () => {
    const stored = { contentType: 'application/octet-stream', body: '{}' };
    const { lookup } = await find({ [STORED]: stored }, TEMPLATE);
    expect(lookup).toEqual({
      kind: 'found',
      document: Buffer.from('{}'),
      url: STORED,
      index: 'https://store.example/',
      fromCache: false,
    });
    expect((await find({}, TEMPLATE)).lookup).toEqual({
      kind: 'absent',
      indexes: [TEMPLATE],
      reason: 'HTTP 404',
    });
  });

  test.each([
    ['https://u:p@store.example/a/{project}/{version}/{filename}', 'https://store.example/a/'],
    ['https://store.example?file={filename}', 'https://store.example/'],
  ])('stands, %s, for %s', (template, begins) => {
    expect(indexOf(parseAttestationsFrom(template, pypi))).toBe(begins);
  });

  test('that varies in the host stands for no index', async () => {
    const url = 'https://demo.example/demo-1.0.tar.gz';
    const { lookup } = await find({ [url]: document }, 'https://{project}.example/{filename}');
    expect(lookup).toEqual({ kind: 'found', document: Buffer.from('{}'), url, fromCache: false });
  });

  test.each(['..', '.', '', 'a\u{d800}.tar.gz'])('is not asked for a file %j', async (filename) => {
    const { lookup, asked } = await find({}, TEMPLATE, { filename });
    expect(lookup).toEqual({
      kind: 'unavailable',
      cause: 'refused',
      reason: containing('cannot be part of a URL'),
    });
    expect(asked).toEqual([]);
  });

  test.each([
    ['text/plain; charset=utf-8', 'found'],
    ['Application/JSON ;charset=utf-8', 'found'],
    ['', 'found'],
    ['text/html; charset=utf-8', 'unavailable'],
    ['text/plainer', 'unavailable'],
  ])('takes %j for JSON: %s', async (contentType, kind) => {
    const { lookup } = await find({ [STORED]: { contentType, body: '{}' } }, TEMPLATE);
    expect(lookup.kind).toBe(kind);
  });
});

describe('provenance that the page promises elsewhere than it is served', () => {
  const promised = { provenance: 'https://pypi.org/elsewhere' };

  test('is looked for where the API has it', async () => {
    const { lookup, asked } = await find({ [PAGE]: page(promised), [PROVENANCE]: document }, undefined, {
      filesOfPackage: 4,
    });
    expect(lookup).toMatchObject({ kind: 'found', url: PROVENANCE });
    expect(asked.map(([url]) => url)).toEqual([PAGE, promised.provenance, PROVENANCE]);
  });

  test('and is not absent where it is nowhere', async () => {
    const { lookup } = await find({ [PAGE]: page(promised) });
    expect(lookup).toMatchObject({ kind: 'unavailable', reason: containing('promises') });
  });
});

describe('a package of which the lock has many files', () => {
  const MANY = { filesOfPackage: 15 };
  const hosted = 'https://pypi.org/integrity/demo/1.0/demo-1.0.tar.gz/provenance';

  test('is looked up on its page, which says who has no provenance', async () => {
    const { lookup, asked } = await find({ [PAGE]: page({ provenance: null }) }, undefined, MANY);
    expect(lookup.kind).toBe('absent');
    expect(asked.map(([url]) => url)).toEqual([PAGE]);
  });

  test('and where the provenance is of who has', async () => {
    const served = { [PAGE]: page({ provenance: hosted }), [PROVENANCE]: document };
    const { lookup, asked } = await find(served, undefined, MANY);
    expect(lookup.kind).toBe('found');
    expect(asked.map(([url]) => url)).toEqual([PAGE, PROVENANCE]);
  });

  test.each([
    ['does not list the file', page({ filename: 'demo-0.9.tar.gz', provenance: null })],
    ['lists another file of that name', page({ hashes: { sha256: 'cd'.repeat(32) } })],
    ['cannot be used', { contentType: 'text/plain', body: 'no page' }],
    ['is not there', undefined],
  ])('by the API all the same when the page %s', async (_, answer) => {
    const served = { ...(answer && { [PAGE]: answer }), [PROVENANCE]: document };
    expect((await find(served, undefined, MANY)).lookup.kind).toBe('found');
    const nothing = answer === undefined ? {} : { [PAGE]: answer };
    expect((await find(nothing, undefined, MANY)).lookup.kind).toBe('unavailable');
  });
});
