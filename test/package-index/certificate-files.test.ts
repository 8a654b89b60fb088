import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { ProvpinError } from '../../src/errors.ts';
import {
  readCertificateAuthorities,
  readClientCertificate,
} from '../../src/package-index/certificate-files.ts';
import { serverCertificate } from './loopback.ts';

const cwd = mkdtempSync(path.join(tmpdir(), 'provpin-certificates-'));
afterAll(() => rmSync(cwd, { recursive: true }));

const bundles = Object.fromEntries(
  ['cert', 'requests', 'curl', 'openssl'].map((name) => {
    const pem = serverCertificate([name]).ca;
    writeFileSync(path.join(cwd, `${name}.pem`), pem);
    return [name, pem];
  }),
);
mkdirSync(path.join(cwd, 'hashed'));
writeFileSync(path.join(cwd, 'hashed/0a1b2c3d.0'), bundles['cert'] ?? '');
writeFileSync(path.join(cwd, 'hashed/README'), 'not looked at');
mkdirSync(path.join(cwd, 'empty'));
writeFileSync(path.join(cwd, 'words.pem'), 'no certificate');

const env = { REQUESTS_CA_BUNDLE: 'requests.pem', CURL_CA_BUNDLE: 'curl.pem', SSL_CERT_FILE: 'openssl.pem' };
const read = (sources: { cert?: string; env?: NodeJS.ProcessEnv; trustsEnvironment?: boolean }) =>
  readCertificateAuthorities({ env: {}, trustsEnvironment: true, cwd, ...sources });
const pems = (...names: string[]) => names.map((name) => bundles[name]);

describe('readCertificateAuthorities', () => {
  test.each([
    [{}, []],
    [{ cert: 'cert.pem', env }, ['cert', 'openssl']],
    [{ env }, ['requests', 'openssl']],
    [{ env: { ...env, REQUESTS_CA_BUNDLE: '' } }, ['curl', 'openssl']],
    [{ env, trustsEnvironment: false }, ['openssl']],
    [{ env: { SSL_CERT_FILE: 'missing.pem' } }, []],
    [{ env: { SSL_CERT_FILE: 'requests.pem', REQUESTS_CA_BUNDLE: 'requests.pem' } }, ['requests']],
  ])('%j', (sources, expected) => {
    expect(read(sources)).toEqual(pems(...expected));
  });

  test('a directory', () => {
    expect(read({ cert: 'hashed' })).toEqual(pems('cert'));
  });

  test.each([
    [{ cert: 'missing.pem' }, '`cert` cannot be used: ENOENT'],
    [{ cert: 'words.pem' }, '`cert` cannot be used: it has no PEM certificate'],
    [{ cert: 'empty' }, '`cert` cannot be used: it has no PEM certificate'],
    [{ env: { REQUESTS_CA_BUNDLE: 'missing.pem' } }, '`REQUESTS_CA_BUNDLE` cannot be used: ENOENT'],
  ])('%j', (sources, message) => {
    expect(() => read(sources)).toThrow(message);
    expect(() => read(sources)).toThrow(ProvpinError);
  });
});

describe('readClientCertificate', () => {
  const { cert, key } = serverCertificate(['client']);

  test.each([
    ['certificate first', cert + key],
    ['key first', key + cert],
  ])('%s', (_, pem) => {
    writeFileSync(path.join(cwd, 'client.pem'), pem);
    expect(readClientCertificate('client.pem', cwd)).toBe(pem);
  });

  test.each([
    ['without a key', cert],
    ['without a certificate', key],
    ['with the key of another', cert + serverCertificate(['other']).key],
    ['without anything', ''],
  ])('%s', (_, pem) => {
    writeFileSync(path.join(cwd, 'client.pem'), pem);
    expect(() => readClientCertificate('client.pem', cwd)).toThrow(
      'the client certificate `client.pem` cannot be used',
    );
  });
});
