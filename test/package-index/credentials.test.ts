import { describe, expect, test } from 'vitest';
import { authorityOf, basicAuthorization, splitUserinfo } from '../../src/package-index/credentials.ts';

describe('splitUserinfo', () => {
  test.each([
    ['https://h/simple', 'https://h/simple', undefined],
    ['https://u:p@h/simple', 'https://h/simple', { username: 'u', password: 'p' }],
    ['https://token@h/', 'https://h/', { username: 'token', password: '' }],
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
