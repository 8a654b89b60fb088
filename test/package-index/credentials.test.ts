import { describe, expect, test } from 'vitest';
import {
  authorityOf,
  basicAuthorization,
  nearestIndex,
  splitUserinfo,
} from '../../src/package-index/credentials.ts';

describe('splitUserinfo', () => {
  test.each([
    ['https://h/simple', 'https://h/simple', undefined],
    ['https://u:p@h/simple', 'https://h/simple', { username: 'u', password: 'p' }],
    ['https://token@h/', 'https://h/', { username: 'token' }],
    ['https://token:@h/', 'https://h/', { username: 'token', password: '' }],
    ['https://1234%7Cname:p@h/', 'https://h/', { username: '1234|name', password: 'p' }],
    ['https://1234|name:p@h/', 'https://h/', { username: '1234|name', password: 'p' }],
    ['https://u@h/a:b@c', 'https://h/a:b@c', { username: 'u' }],
    ['https://:p@h/', 'https://h/', { username: '', password: 'p' }],
    ['https://u%40x:p%2Fq%3A%C3%A9@h/', 'https://h/', { username: 'u@x', password: 'p/q:é' }],
    ['https://u:100%@h/', 'https://h/', { username: 'u', password: '100%' }],
  ])('%s', (text, href, credentials) => {
    const split = splitUserinfo(text);
    expect(split.url.href).toBe(href);
    expect(split.credentials).toEqual(credentials);
  });

  test('no URL', () => {
    expect(() => splitUserinfo('./simple')).toThrow(TypeError);
  });
});

test('basicAuthorization is UTF-8', () => {
  expect(basicAuthorization({ username: 'u', password: 'é' })).toBe('Basic dTrDqQ==');
});

describe('authorityOf', () => {
  const netrc = [
    { host: 'h', username: 'n', password: 'q' },
    { host: '::1', username: 'six', password: 'q' },
  ];

  test('userinfo comes before netrc', () => {
    const credentials = { username: 'u', password: 'p' };
    expect(authorityOf({ url: 'https://h:8443/simple', credentials }, netrc, true)).toEqual({
      origin: 'https://h:8443',
      clientCertificate: true,
      credentials,
    });
  });

  test('a name without a password gets it from netrc, or is sent as it is', () => {
    const credentials = { username: 'u' };
    expect(authorityOf({ url: 'https://h/simple', credentials }, netrc, false).credentials).toMatchObject({
      username: 'n',
      password: 'q',
    });
    expect(authorityOf({ url: 'https://other/simple', credentials }, netrc, false)).toEqual({
      origin: 'https://other',
      clientCertificate: false,
      credentials: { username: 'u', password: '' },
    });
  });

  test.each([
    ['whose password is known', { username: 'u', password: 'p' }, true, undefined],
    ['that is not configured', { username: 'u' }, false, undefined],
    ['of a user', { username: 'u' }, true, { services: ['https://h:8443/simple/', 'h:8443'], username: 'u' }],
    ['of nobody', undefined, true, { services: ['https://h:8443/simple/', 'h:8443'] }],
  ])('what a keyring is asked for an index %s', (_, credentials, configured, keyring) => {
    const address = { url: 'https://h:8443/simple', ...(credentials === undefined ? {} : { credentials }) };
    expect(authorityOf(address, [], configured).keyring).toEqual(keyring);
  });

  test.each([
    ['https://h/simple', 'n'],
    ['https://H/simple', 'n'],
    ['https://[::1]/simple', 'six'],
    ['https://h.example/simple', undefined],
    ['https://xh/simple', undefined],
  ])('netrc for %s', (url, username) => {
    expect(authorityOf({ url }, netrc, false).credentials?.username).toBe(username);
  });
});

describe('nearestIndex', () => {
  const indexes = [
    'https://h/simple',
    'https://h/team/a/simple',
    'https://h/team/b/simple',
    'https://h/team/b/simple?again',
    'https://other/team/c/simple',
    'http://h/team/d/simple',
    'no URL',
  ].map((url) => ({ url }));

  test.each([
    ['https://h/team/b/files/x.whl', 'https://h/team/b/simple'],
    ['https://h/team/b', 'https://h/team/b/simple'],
    ['https://h/team/bb/x.whl', 'https://h/team/a/simple'],
    ['https://h/team/a/simple/x/', 'https://h/team/a/simple'],
    ['https://h/x.whl', 'https://h/simple'],
    ['https://h:443/team/b/x', 'https://h/team/b/simple'],
    ['https://h:444/team/b/x', undefined],
    ['https://h/team/c/x', 'https://h/team/a/simple'],
    ['http://h/team/a/x', 'http://h/team/d/simple'],
    ['https://sub.h/team/a/x', undefined],
  ])('%s', (url, expected) => {
    expect(nearestIndex(new URL(url), indexes)?.url).toBe(expected);
  });
});
