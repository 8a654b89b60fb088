import { expect, test } from 'vitest';

import { readTags } from '../../src/package-index/html-tags.ts';
import type { ProjectFile } from '../../src/package-index/contract.ts';
import { parsePage } from '../e2e/proxy-client.ts';
import { renderPage, servedFiles } from '../../src/proxy/simple-page.ts';

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
