import assert from 'node:assert/strict';

import { findListed, parseSimplePage } from '../../../src/package-index/simple-page.ts';
import { bytesOf } from '../expected.ts';
import type { FuzzTarget } from '../contract.ts';
import { mutateJson } from '../mutate-json.ts';

const SHA256 = '0a'.repeat(32);
const WANTED = { name: 'widget', filename: 'widget-1.0-py3-none-any.whl', sha256: SHA256 };
const PAGE = new URL('https://index.example/simple/widget/');

const JSON_PAGE = {
  meta: { 'api-version': '1.3' },
  name: 'Widget',
  versions: ['1.0'],
  files: [
    {
      filename: WANTED.filename,
      url: '../../files/widget-1.0-py3-none-any.whl',
      hashes: { sha256: SHA256 },
      provenance: 'https://user:secret@index.example/p',
      'upload-time': '2026-01-31T12:00:00.000000Z',
      size: 1,
    },
    {
      filename: 'widget-1.0.tar.gz',
      url: 'https://files.example/widget-1.0.tar.gz',
      hashes: {},
      provenance: null,
    },
  ],
};

const HTML_PAGE = `<!DOCTYPE html><html><head>
<meta name="pypi:repository-version" content="1.1"><base href='../x/'><title>a <a> b</title></head>
<body><!-- <a href="y"> --><script>"<a href='z'>"</script>
<a href="widget-1.0-py3-none-any.whl#sha256=${SHA256}" data-provenance=https://index.example/p?a=1&amp;b=&#50; data-yanked>x</a><br/>
<A HREF=&quot;b&quot; / x = 'y' href="second">
</body></html>`;

/** Simple pages: each input is read as JSON (PEP 691) and as HTML (PEP 503). */
export const simplePage: FuzzTarget = {
  name: 'simple-page',
  seeds: bytesOf(JSON.stringify(JSON_PAGE), HTML_PAGE),
  tokens: [
    '<a href=',
    '<a ',
    '</a>',
    '<!--',
    '-->',
    '<script>',
    '</script',
    '<title>',
    '<base href="//evil.example/">',
    ' data-provenance=',
    '&#x110000;',
    '&#0;',
    '&amp;',
    '"files":[',
    '"provenance":',
    '"sha256":"',
    '#sha256=',
    'https://a:b@c.example/',
    'file:///etc',
  ],
  covers: /\/src\/package-index\/(?:simple-page|html-tags)/,
  mutate: mutateJson(() => undefined),
  check: (input) => {
    for (const type of ['application/vnd.pypi.simple.v1+json', 'text/html']) {
      const page = parseSimplePage(input, type, PAGE, WANTED.name);
      if (page.kind === 'malformed') continue;
      for (const { url, provenance, sha256 } of page.files) {
        for (const text of [url, provenance ?? url]) {
          const { href, username, password } = new URL(text);
          assert.equal(href, text);
          assert.equal(username + password, '');
        }
        assert.match(sha256 ?? SHA256, /^[0-9a-f]{64}$/);
      }
      const listing = findListed(page.files, WANTED);
      if (listing.kind === 'listed') assert.equal(listing.file.sha256, WANTED.sha256);
    }
  },
};
