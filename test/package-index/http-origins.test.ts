import { describe, expect, test } from 'vitest';
import { isTrustedHost, whyNotAllowed } from '../../src/package-index/http-origins.ts';

const trusted = [
  { hostname: 'any-port' },
  { hostname: 'one-port', port: 8080 },
  { hostname: 'standard', port: 443 },
];

describe('isTrustedHost', () => {
  test.each([
    ['http://any-port/', true],
    ['https://any-port:8443/', true],
    ['https://ANY-port/', true],
    ['http://one-port:8080/', true],
    ['http://one-port/', false],
    ['https://one-port/', false],
    ['https://standard/', true],
    ['http://standard/', false],
    ['https://sub.any-port/', false],
    ['https://any-port.example/', false],
  ])('%s', (url, expected) => {
    expect(isTrustedHost(new URL(url), trusted)).toBe(expected);
  });
});

describe('whyNotAllowed', () => {
  test.each([
    ['https://h/', undefined, 'allowed'],
    ['https://h/', 'http://127.0.0.1/', 'allowed'],
    ['http://127.0.0.1:8000/', undefined, 'allowed'],
    ['http://127.8.9.1/', undefined, 'allowed'],
    ['http://0x7f.1/', undefined, 'allowed'],
    ['http://[::1]/', undefined, 'allowed'],
    ['http://localhost/', undefined, 'allowed'],
    ['http://any-port/', undefined, 'allowed'],
    ['http://h/', undefined, 'plain http'],
    ['http://127.0.0.1.example/', undefined, 'plain http'],
    ['http://localhost.example/', undefined, 'plain http'],
    ['http://169.254.169.254/', undefined, 'plain http'],
    ['http://[::ffff:127.0.0.1]/', undefined, 'plain http'],
    ['http://127.0.0.1/', 'https://h/', 'leads from https to plain http'],
    ['http://any-port/', 'https://any-port/', 'leads from https to plain http'],
    ['http://localhost/', 'http://127.0.0.1/', 'allowed'],
    ['file:///etc/passwd', undefined, '`file:` is not https'],
    ['data:application/json,{}', undefined, '`data:` is not https'],
    ['ftp://h/', undefined, '`ftp:` is not https'],
  ])('%s by way of %s', (url, via, expected) => {
    const reason = whyNotAllowed(new URL(url), trusted, via === undefined ? undefined : new URL(via));
    expect(reason ?? 'allowed').toContain(expected);
  });
});
