import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { findListed, parseSimplePage, type SimplePage } from '../../src/package-index/simple-page.ts';
import { containing } from './loopback.ts';

const JSON_TYPE = 'application/vnd.pypi.simple.v1+json';
const SHA256 = 'ab'.repeat(32);
const PAGE = new URL('https://index.example/simple/demo/');
const WHEEL = 'demo-1.0-py3-none-any.whl';

const parse = (body: string | Uint8Array, type = JSON_TYPE): SimplePage =>
  parseSimplePage(typeof body === 'string' ? Buffer.from(body) : body, type, PAGE, 'demo');
const json = (page: object): SimplePage => parse(JSON.stringify(page));
const jsonFile = (file: object) => ({
  meta: { 'api-version': '1.4' },
  name: 'demo',
  files: [{ filename: WHEEL, url: `../../files/${WHEEL}`, hashes: { sha256: SHA256 }, ...file }],
});

function onlyFile(page: SimplePage) {
  expect(page.kind).toBe('page');
  return page.kind === 'page' ? page.files[0] : undefined;
}

describe('JSON', () => {
  test('a file with everything', () => {
    const file = onlyFile(
      json(
        jsonFile({
          provenance: 'https://other.example/p',
          'upload-time': '2026-01-01T00:00:00Z',
          yanked: true,
          size: 5,
          'requires-python': '>=3.8',
          'core-metadata': { sha256: SHA256 },
        }),
      ),
    );
    expect(file).toEqual({
      filename: WHEEL,
      url: `https://index.example/files/${WHEEL}`,
      sha256: SHA256,
      provenance: 'https://other.example/p',
      uploadTime: '2026-01-01T00:00:00Z',
      yanked: true,
      size: 5,
      requiresPython: '>=3.8',
      metadataSha256: SHA256,
    });
  });

  test.each([
    { size: -1 },
    { size: 1.5 },
    { size: '5' },
    { 'requires-python': null },
    { 'requires-python': '' },
    { yanked: false },
    { yanked: '' },
    { yanked: 1 },
    { 'core-metadata': true },
    { 'core-metadata': null, 'dist-info-metadata': false },
    { 'core-metadata': { sha512: SHA256 } },
    { 'core-metadata': { sha256: 'ab' } },
  ])('%j says nothing', (members) => {
    expect(Object.keys(onlyFile(json(jsonFile(members))) ?? {})).toEqual(['filename', 'url', 'sha256']);
  });

  test('a reason for withdrawing it, and metadata by the name of before', () => {
    const said = { yanked: 'broken', 'dist-info-metadata': { sha256: SHA256.toUpperCase() } };
    expect(onlyFile(json(jsonFile(said)))).toMatchObject({ yanked: 'broken', metadataSha256: SHA256 });
  });

  test.each([
    [{ provenance: null }, undefined],
    [{}, undefined],
    [{ provenance: '/integrity/x' }, 'https://index.example/integrity/x'],
    [{ provenance: 'p' }, 'https://index.example/simple/demo/p'],
    [{ provenance: 'https://u:p@other.example/p' }, 'https://other.example/p'],
  ])('provenance of %j', (members, href) => {
    expect(onlyFile(json(jsonFile(members)))?.provenance).toBe(href);
  });

  test.each([
    { provenance: '' },
    { provenance: 'https://' },
    { provenance: 1 },
    { provenance: { url: 'x' } },
    { filename: 1 },
    { url: null },
    { url: 'https://' },
  ])('an entry with %j is none', (members) => {
    expect(json(jsonFile(members))).toEqual({ kind: 'page', files: [] });
  });

  test.each([
    [{ hashes: {} }],
    [{ hashes: null }],
    [{ hashes: { sha256: 'ab' } }],
    [{ hashes: { sha256: [SHA256] } }],
  ])('no hash in %j', (members) => {
    expect(onlyFile(json(jsonFile(members)))).not.toHaveProperty('sha256');
  });

  test('a hash in upper case', () => {
    expect(onlyFile(json(jsonFile({ hashes: { sha256: SHA256.toUpperCase() } })))?.sha256).toBe(SHA256);
  });

  test.each([
    ['{', 'not JSON'],
    ['<html>', 'not JSON'],
    [Buffer.from([0x22, 0xff, 0x22]), 'not JSON'],
    ['null', 'lacks'],
    ['[]', 'lacks'],
    ['{"meta":{"api-version":"1.0"}}', 'lacks'],
    ['{"meta":{"api-version":"1.0"},"files":{}}', 'lacks'],
    ['{"meta":{},"files":[]}', 'not 1.x'],
    ['{"meta":{"api-version":"2.0"},"files":[]}', 'not 1.x'],
    ['{"meta":{"api-version":"10.0"},"files":[]}', 'not 1.x'],
    ['{"meta":{"api-version":1.0},"files":[]}', 'not 1.x'],
    ['{"meta":{"api-version":"1.0"},"name":"other","files":[]}', 'another project'],
    ['{"meta":{"api-version":"1.0"},"name":7,"files":[]}', 'another project'],
  ])('%s', (body, reason) => {
    expect(parse(body)).toEqual({ kind: 'malformed', reason: containing(reason) });
  });

  test.each([JSON_TYPE, 'Application/vnd.PyPI.simple.v1+json; charset=utf-8'])('as %s', (type) => {
    expect(parse(JSON.stringify(jsonFile({})), type).kind).toBe('page');
  });

  test.each(['application/json', 'application/vnd.pypi.simple.v2+json', 'text/plain', ''])(
    'not as %s',
    (type) => {
      expect(parse(JSON.stringify(jsonFile({})), type).kind).toBe('malformed');
    },
  );
});

const html = (body: string) => parse(`<!DOCTYPE html><body>${body}`, 'text/html; charset=utf-8');

describe('HTML', () => {
  test('a file with everything', () => {
    const file = onlyFile(
      html(
        `<a href="/files/${WHEEL}#sha256=${SHA256}" data-provenance="https://other.example/p?a=1&amp;b=2"
          data-requires-python="&gt;=3" data-yanked data-core-metadata="sha256=${SHA256}">x</a>`,
      ),
    );
    expect(file).toEqual({
      filename: WHEEL,
      url: `https://index.example/files/${WHEEL}`,
      sha256: SHA256,
      provenance: 'https://other.example/p?a=1&b=2',
      requiresPython: '>=3',
      yanked: true,
      metadataSha256: SHA256,
    });
  });

  test.each([
    ['percent-encoded', `<a href="demo-1%2E0-py3-none-any.whl">`, WHEEL],
    ['base', `<base href="https://files.example/x/"><a href="${WHEEL}">`, WHEEL],
    ['a directory', '<a href="/files/">', undefined],
    ['no href', '<a name="x">', undefined],
    ['a broken escape', '<a href="/files/%ZZ">', undefined],
    ['promised without a URL', `<a href="${WHEEL}" data-provenance="">`, undefined],
  ])('%s', (_, body, filename) => {
    expect(onlyFile(html(body))?.filename).toBe(filename);
  });

  test.each([
    ['1.0', 'page'],
    ['1.17', 'page'],
    ['2.0', 'malformed'],
    ['', 'malformed'],
  ])('repository version %j', (version, kind) => {
    expect(html(`<meta name="pypi:repository-version" content="${version}">`).kind).toBe(kind);
  });
});

const listed = (filename: string, sha256?: string, provenance?: string) => ({
  filename,
  url: PAGE.href,
  ...(sha256 === undefined ? {} : { sha256 }),
  ...(provenance === undefined ? {} : { provenance }),
});

describe('findListed', () => {
  const wanted = { name: 'demo', filename: WHEEL, sha256: SHA256 };
  test.each([
    ['by name and hash', [listed(WHEEL, SHA256)], 'listed'],
    ['by another spelling of the name', [listed('Demo-1.0.0-py3-none-any.whl', SHA256)], 'listed'],
    ['among others', [listed('demo-0.9-py3-none-any.whl', '00'.repeat(32)), listed(WHEEL, SHA256)], 'listed'],
    ['another hash', [listed(WHEEL, 'cd'.repeat(32))], 'other-hash'],
    ['no hash', [listed(WHEEL)], 'other-hash'],
    ['the bytes under another name', [listed('demo-2.0-py3-none-any.whl', SHA256)], 'not-listed'],
    ['nothing', [], 'not-listed'],
  ])('%s', (_, files, kind) => {
    expect(findListed(files, wanted).kind).toBe(kind);
  });

  test('of two entries the one with provenance', () => {
    const listing = findListed([listed(WHEEL, SHA256), listed(WHEEL, SHA256, 'https://h/p')], wanted);
    expect(listing.kind === 'listed' && listing.file.provenance).toBe('https://h/p');
  });
});

test('any page is read or malformed', () => {
  const anything = fc.oneof(
    fc.uint8Array(),
    fc.json().map((text) => Buffer.from(text)),
    fc
      .record({
        meta: fc.anything(),
        files: fc.array(
          fc.oneof(
            fc.anything(),
            fc.dictionary(fc.constantFrom('filename', 'url', 'hashes', 'provenance'), fc.anything()),
          ),
        ),
      })
      .map((page) =>
        Buffer.from(
          JSON.stringify({ ...page, meta: { 'api-version': '1.0' } }, (_, value: unknown) =>
            typeof value === 'bigint' ? String(value) : value,
          ),
        ),
      ),
  );
  fc.assert(
    fc.property(anything, fc.constantFrom(JSON_TYPE, 'text/html', ''), (body, type) => {
      expect(['page', 'malformed']).toContain(parse(body, type).kind);
    }),
  );
});
