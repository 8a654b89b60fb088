import * as fc from 'fast-check';
import { expect, test } from 'vitest';

import { isProjectName, normalizeName, parseDistributionFilename } from '../../src/distribution-filename.ts';
import { filePath, pagePath, parseRoute, type Route } from '../../src/proxy/route.ts';

const SHA256 = 'ab'.repeat(32);
const file = { project: 'demo', filename: 'demo-1.0+cpu-py3-none-any.whl', sha256: SHA256 };
const NOTHING = { kind: 'nothing' };

test('a path leads back to what it was made of', () => {
  expect(parseRoute(pagePath('demo'))).toEqual({ kind: 'page', project: 'demo' });
  const path = filePath(file.project, file.filename, file.sha256);
  expect(path).toContain('1.0%2Bcpu');
  expect(parseRoute(path)).toEqual({ kind: 'file', file });
  expect(parseRoute(`${path}.metadata`)).toEqual({ kind: 'metadata', file });
  expect(parseRoute(`${path}?x=y`)).toEqual({ kind: 'file', file });
  const { project, filename } = file;
  expect(parseRoute(filePath(project, filename))).toEqual({ kind: 'unhashed', project, filename });
});

test.for([
  ['/simple/Demo_X', { kind: 'redirect', to: '/simple/demo-x/' }],
  ['/simple/demo', { kind: 'redirect', to: '/simple/demo/' }],
  ['/simple/demo/more', NOTHING],
  ['/simple/demo//', NOTHING],
  ['/simple//demo/', NOTHING],
  ['/simple/d%65mo/', { kind: 'page', project: 'demo' }],
  ['/simple/demo%2f..%2fother/', NOTHING],
  ['/simple/dеmo/', NOTHING],
  ['/files/demo/unhashed/demo-1.0.egg', NOTHING],
  ['/files/demo/unhashed/other-1.0.tar.gz', NOTHING],
  [`/files/demo/${SHA256}`, NOTHING],
  [`/files/demo/${SHA256}/demo-1.0.tar.gz.metadata.metadata`, NOTHING],
  ['simple/demo/', NOTHING],
  ['http://evil.example/simple/demo/', NOTHING],
  ['', NOTHING],
] as const)('%s', ([target, route]) => {
  expect(parseRoute(target)).toEqual(route);
});

function isChecked(route: Route): boolean {
  switch (route.kind) {
    case 'page':
      return isProjectName(route.project) && normalizeName(route.project) === route.project;
    case 'redirect':
      return /^\/simple\/[a-z0-9-]+\/$/.test(route.to);
    case 'file':
    case 'metadata':
      return /^[0-9a-f]{64}$/.test(route.file.sha256) && isFileOf(route.file.filename, route.file.project);
    case 'unhashed':
      return isFileOf(route.filename, route.project);
    case 'nothing':
      return true;
  }
}

function isFileOf(filename: string, project: string): boolean {
  return parseDistributionFilename(filename, project) !== undefined;
}

test('whatever is asked for, a route has nothing but checked parts', () => {
  const word = fc.oneof(
    fc.string(),
    fc.constantFrom(
      '..',
      '.',
      '%2e%2e',
      '%2F',
      'simple',
      'files',
      'demo',
      SHA256,
      'demo-1.0.tar.gz',
      '%00',
      '%',
    ),
  );
  fc.assert(
    fc.property(fc.array(word), (words) => {
      expect(isChecked(parseRoute(`/${words.join('/')}`))).toBe(true);
    }),
  );
});
