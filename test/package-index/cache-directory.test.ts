import { describe, expect, test } from 'vitest';
import { cacheDirectory, type CacheEnvironment } from '../../src/package-index/cache-directory.ts';

describe('cacheDirectory', () => {
  const cases: [CacheEnvironment, string | undefined][] = [
    [{ env: {}, platform: 'linux', home: '/home/u' }, '/home/u/.cache/provpin'],
    [{ env: { XDG_CACHE_HOME: '/c' }, platform: 'linux', home: '/home/u' }, '/c/provpin'],
    [{ env: { XDG_CACHE_HOME: '/c' }, platform: 'linux' }, '/c/provpin'],
    // The XDG specification: a relative path is invalid and to be ignored.
    [{ env: { XDG_CACHE_HOME: 'c' }, platform: 'linux', home: '/home/u' }, '/home/u/.cache/provpin'],
    [{ env: {}, platform: 'linux' }, undefined],
    [{ env: {}, platform: 'linux', home: '' }, undefined],
    [{ env: {}, platform: 'darwin', home: '/Users/u' }, '/Users/u/Library/Caches/provpin'],
    [{ env: {}, platform: 'darwin' }, undefined],
    [{ env: { LOCALAPPDATA: 'D:\\L' }, platform: 'win32', home: 'C:\\u' }, 'D:\\L\\provpin\\Cache'],
    [{ env: {}, platform: 'win32', home: 'C:\\u' }, 'C:\\u\\AppData\\Local\\provpin\\Cache'],
    [{ env: {}, platform: 'win32' }, undefined],
  ];
  test.each(cases)('%j', (environment, expected) => {
    expect(cacheDirectory(environment)).toBe(expected);
  });
});
