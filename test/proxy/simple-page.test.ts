import { expect, test } from 'vitest';

import { readTags } from '../../src/package-index/html-tags.ts';
import type { ProjectFile } from '../../src/package-index/contract.ts';
import { parsePage } from '../e2e/proxy-client.ts';
import { createPageOf, renderPage, servedFiles } from '../../src/proxy/simple-page.ts';

const SHA256 = 'ab'.repeat(32);
const WHEEL = 'demo-1.0-py3-none-any.whl';
const HOSTILE = `"><script>alert('x')</script>&amp;\u0000\n`;
const hostile: ProjectFile = {
  filename: WHEEL,
  sha256: SHA256,
  requiresPython: HOSTILE,
  yanked: HOSTILE,
  uploadTime: HOSTILE,
};
const jsonOf = (files: readonly ProjectFile[]) =>
  parsePage(renderPage('demo', files, 'application/vnd.pypi.simple.v1+json'));

test('of a name the first file counts, and nothing but wheels and sdists of the project', () => {
  const other = { filename: WHEEL, sha256: 'cd'.repeat(32) };
  const names = ['demo-1.0.egg', 'other-1.0.tar.gz', '../demo-1.0.tar.gz', 'demo-1.0.tar.gz.asc', ''];
  const files = [hostile, other, ...names.map((filename) => ({ filename }))];
  expect(servedFiles('demo', files)).toEqual([hostile]);
});

test('what an index says stays text', () => {
  const page = renderPage('demo', [hostile], 'text/html');
  expect(page).not.toContain('<script');
  const anchor = readTags(page).find(({ name }) => name === 'a');
  expect(anchor?.attributes.get('data-yanked')).toBe(HOSTILE);
  expect(jsonOf([hostile]).files).toMatchObject([{ yanked: HOSTILE, 'requires-python': HOSTILE }]);
});

test('version 1.1 only where every file has its size', () => {
  const sized = { ...hostile, size: 1 };
  expect(jsonOf([sized]).meta).toEqual({ 'api-version': '1.1' });
  expect(jsonOf([sized, { filename: 'demo-1.0.tar.gz' }]).meta).toEqual({ 'api-version': '1.0' });
});

test('a withdrawn file is still listed, as such', () => {
  expect(renderPage('demo', [{ ...hostile, yanked: true }], 'text/html')).toContain('data-yanked=""');
  expect(jsonOf([{ ...hostile, yanked: true }]).files).toMatchObject([{ yanked: true }]);
});

test('a file without a sha256 is listed, where it leads to a refusal', () => {
  expect(jsonOf([{ filename: WHEEL }]).files).toEqual([
    { filename: WHEEL, url: `/files/demo/unhashed/${WHEEL}`, hashes: {}, yanked: false },
  ]);
});

test('a page is made once of a listing, and its text is the same bytes for all who take it', () => {
  const pageOf = createPageOf();
  const other = { filename: 'demo-2.0.tar.gz', sha256: SHA256 };
  const page = pageOf('demo', [hostile, other]);
  const body = page.bodyAs('text/html');
  expect(pageOf('demo', [hostile, other])).toBe(page);
  expect(page.bodyAs('text/html')).toBe(body);
  expect(body).toEqual(Buffer.from(renderPage('demo', [hostile, other], 'text/html')));
  expect(page.bodyAs('application/vnd.pypi.simple.v1+json')).not.toEqual(body);
});

test.each<readonly [string, string, readonly ProjectFile[]]>([
  ['with a file less', 'demo', [hostile]],
  ['with a file more', 'demo', [hostile, { filename: 'demo-2.0.tar.gz' }, { filename: 'demo-3.0.tar.gz' }]],
  ['with another file', 'demo', [hostile, { filename: 'demo-3.0.tar.gz' }]],
  ['of another project', 'other', [hostile, { filename: 'demo-2.0.tar.gz' }]],
])('a listing %s is another page', (_, project, files) => {
  const pageOf = createPageOf();
  pageOf('demo', [hostile, { filename: 'demo-2.0.tar.gz' }]);
  const page = pageOf(project, files);
  expect(page.files).toEqual(servedFiles(project, files));
  expect(Buffer.from(page.bodyAs('text/html')).toString()).toBe(renderPage(project, page.files, 'text/html'));
});
