import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { ProvpinError } from '../../src/errors.ts';
import { readIndexConfiguration } from '../../src/package-index/index-configuration.ts';
import { serverCertificate } from './loopback.ts';

const cwd = mkdtempSync(path.join(tmpdir(), 'provpin-configuration-'));
afterAll(() => rmSync(cwd, { recursive: true }));
const write = (name: string, text: string): void => writeFileSync(path.join(cwd, name), text);

function read(
  pipArgs: readonly string[],
  env: NodeJS.ProcessEnv = {},
  warn: (message: string) => void = () => {},
) {
  return readIndexConfiguration({
    pipArgs,
    env: { PIP_CONFIG_FILE: '/dev/null', ...env },
    platform: 'linux',
    home: cwd,
    cwd,
    warn,
  });
}
const urls = (...args: Parameters<typeof read>) => read(...args).indexes.map(({ url }) => url);

describe('indexes', () => {
  write('plain.txt', 'requests\n');
  write('extra.txt', '--extra-index-url https://file.extra/simple');
  write('main.txt', '--index-url https://file.main/simple --extra-index-url https://file.extra/simple\n');
  write('none.txt', '--no-index\n--index-url https://late/simple\n--extra-index-url https://later/simple');

  const env = { PIP_INDEX_URL: 'https://env/simple', PIP_EXTRA_INDEX_URL: 'https://env1/s\n https://env2/s' };
  test.each<[string[], NodeJS.ProcessEnv, string[]]>([
    [[], {}, ['https://pypi.org/simple']],
    [['requests', '-r', 'plain.txt'], {}, ['https://pypi.org/simple']],
    [['-i', 'https://a/simple/', '-i', 'https://b/simple///'], {}, ['https://b/simple']],
    [['--extra-index-url=https://a/s'], {}, ['https://pypi.org/simple', 'https://a/s']],
    [[], env, ['https://env/simple', 'https://env1/s', 'https://env2/s']],
    [
      ['--extra-index-url', 'https://a/s'],
      env,
      ['https://env/simple', 'https://env1/s', 'https://env2/s', 'https://a/s'],
    ],
    [['-i', 'https://a/s', '--isolated'], env, ['https://a/s']],
    [['--no-index', '-i', 'https://a/s'], {}, []],
    [[], { PIP_NO_INDEX: 'TRUE' }, []],
    [[], { PIP_NO_INDEX: '0' }, ['https://pypi.org/simple']],
    [['-r', 'extra.txt'], {}, ['https://pypi.org/simple', 'https://file.extra/simple']],
    [['-c', 'extra.txt'], {}, ['https://pypi.org/simple', 'https://file.extra/simple']],
    [
      ['-r', 'main.txt', '--extra-index-url', 'https://a/s'],
      {},
      ['https://file.main/simple', 'https://file.extra/simple'],
    ],
    // pip reads constraints before requirements, wherever they stand.
    [['-r', 'main.txt', '-c', 'extra.txt'], {}, ['https://file.main/simple', 'https://file.extra/simple']],
    [['-r', 'main.txt', '-r', 'none.txt'], {}, []],
    [['-i', ''], {}, []],
    [['-i', 'HTTPS://Host.EXAMPLE:443/Simple'], {}, ['https://host.example/Simple']],
  ])('%j %j', (args, variables, expected) => {
    expect(urls(args, variables)).toEqual(expected);
  });

  test('credentials are kept apart from the URL', () => {
    const { indexes } = read(['-i', 'https://us%40er:p%3Aw@host:8443/simple/']);
    expect(indexes).toEqual([
      { url: 'https://host:8443/simple', credentials: { username: 'us@er', password: 'p:w' } },
    ]);
  });

  test('a requirements file on the network', () => {
    const warnings: string[] = [];
    read(['-r', 'https://user:secret@host/r.txt?token=1'], {}, (message) => warnings.push(message));
    expect(warnings).toEqual([expect.stringContaining('`https://****@host/r.txt?…` is not read')]);
  });

  test.each([
    [['-i', './simple'], {}, 'the index `./simple` is not a URL'],
    [['-i', 'https://user:secret@'], {}, 'the index `****@` is not a URL'],
    [[], { PIP_NO_INDEX: 'perhaps' }, "pip's option `--no-index` cannot be `perhaps`"],
    [['-r', 'missing.txt'], {}, 'cannot be read'],
  ])('%j %j', (args, variables, message) => {
    expect(() => read(args, variables)).toThrow(message);
    expect(() => read(args, variables)).toThrow(ProvpinError);
  });
});

describe('whether a keyring is asked', () => {
  test.each<[readonly string[], Record<string, string>, boolean]>([
    [[], {}, true],
    [['--keyring-provider', 'auto'], {}, true],
    [['--keyring-provider=subprocess'], {}, true],
    [['--keyring-provider=import'], {}, true],
    [['--keyring-provider=disabled'], {}, false],
    [['--no-input'], {}, false],
    [['--no-input', '--keyring-provider', 'subprocess'], {}, true],
    [[], { PIP_NO_INPUT: '1' }, false],
    [[], { PIP_KEYRING_PROVIDER: 'disabled' }, false],
    [['--keyring-provider=subprocess'], { PIP_KEYRING_PROVIDER: 'disabled', PIP_NO_INPUT: '1' }, true],
  ])('%j %j: %s', (args, env, expected) => {
    expect(read(args, env).keyring).toBe(expected);
  });

  test('another provider is an error, as for pip', () => {
    expect(() => read(['--keyring-provider', 'vault'], {})).toThrow('cannot be `vault`');
  });
});

test('find-links, without secrets', () => {
  expect(
    read(['-f', 'wheels', '--find-links=https://u:p@host/w?t=1'], { PIP_FIND_LINKS: '/a /b' }).findLinks,
  ).toEqual(['/a', '/b', 'wheels', 'https://****@host/w?…']);
});

describe('trusted hosts', () => {
  test.each([
    ['Host', { hostname: 'host' }],
    ['host:8080', { hostname: 'host', port: 8080 }],
    ['host:443', { hostname: 'host', port: 443 }],
    ['10.0.0.1', { hostname: '10.0.0.1' }],
    ['::1', { hostname: '[::1]' }],
    ['[::1]:80', { hostname: '[::1]', port: 80 }],
  ])('%s', (text, expected) => {
    expect(read(['--trusted-host', text]).trustedHosts).toEqual([expected]);
  });

  test.each(['', 'a b', 'host:port', 'host:99999'])('%j is none', (text) => {
    expect(() => read(['--trusted-host', text])).toThrow('is not a host or host:port');
  });

  test('from every level', () => {
    write('trusting.txt', '--trusted-host c');
    const args = ['--trusted-host', 'b', '-r', 'trusting.txt'];
    expect(read(args, { PIP_TRUSTED_HOST: 'a' }).trustedHosts.map(({ hostname }) => hostname)).toEqual([
      'a',
      'b',
      'c',
    ]);
  });
});

describe('proxies', () => {
  test.each<[string[], NodeJS.ProcessEnv, object]>([
    [[], {}, {}],
    [['--proxy', 'http://p:1'], { HTTPS_PROXY: 'http://q' }, { http: 'http://p:1/', https: 'http://p:1/' }],
    [['--proxy', 'user:pw@p:1'], {}, { http: 'http://user:pw@p:1/', https: 'http://user:pw@p:1/' }],
    [['--proxy', ''], { HTTPS_PROXY: 'http://q' }, {}],
    [['--no-proxy-env'], { HTTPS_PROXY: 'http://q' }, {}],
    [
      [],
      { HTTP_PROXY: 'http://a', HTTPS_PROXY: 'http://b', NO_PROXY: 'c' },
      { http: 'http://a/', https: 'http://b/', bypass: 'c' },
    ],
    [[], { HTTP_PROXY: 'http://a', http_proxy: 'http://b' }, { http: 'http://b/' }],
    [[], { HTTP_PROXY: 'http://a', http_proxy: '' }, {}],
    [[], { HTTP_PROXY: 'http://a', REQUEST_METHOD: 'GET' }, {}],
    [
      [],
      { ALL_PROXY: 'socks5h://a:1080', https_proxy: 'b:2' },
      { http: 'socks5://a:1080', https: 'http://b:2/' },
    ],
    [[], { PIP_PROXY: 'http://p' }, { http: 'http://p/', https: 'http://p/' }],
  ])('%j %j', (args, env, expected) => {
    expect(read(args, env).proxy).toEqual(expected);
  });

  test.each(['ftp://p', 'http://', 'http://user:secret@'])('%s is none', (proxy) => {
    expect(() => read(['--proxy', proxy])).toThrow('is not a proxy URL');
    expect(() => read(['--proxy', proxy])).not.toThrow('secret');
  });
});

describe('certificates', () => {
  const { ca, cert, key } = serverCertificate(['host']);
  write('ca.pem', ca);
  write('client.pem', cert + key);

  test.each<[string[], NodeJS.ProcessEnv]>([
    [['--cert', 'ca.pem'], {}],
    [['--cert=~/ca.pem'], {}],
    [[], { PIP_CERT: '~/ca.pem' }],
    [[], { REQUESTS_CA_BUNDLE: 'ca.pem' }],
    [['--proxy', 'p'], { SSL_CERT_FILE: 'ca.pem' }],
  ])('%j %j', (args, env) => {
    expect(read(args, env).certificateAuthorities).toEqual([ca]);
  });

  test('--proxy makes pip ignore REQUESTS_CA_BUNDLE', () => {
    expect(read(['--proxy', 'p'], { REQUESTS_CA_BUNDLE: 'ca.pem' }).certificateAuthorities).toEqual([]);
  });

  test('a client certificate', () => {
    expect(read(['--client-cert', '~/client.pem']).clientCertificate).toBe(cert + key);
    expect(read([])).not.toHaveProperty('clientCertificate');
  });
});

describe('netrc', () => {
  test('in the home directory, or where NETRC says', () => {
    expect(read([]).netrc).toEqual([]);
    write('_netrc', 'machine windows password p');
    expect(read([]).netrc.map(({ host }) => host)).toEqual(['windows']);
    write('.netrc', 'machine unix password p');
    expect(read([]).netrc.map(({ host }) => host)).toEqual(['unix']);
    write('other', 'machine other password p');
    expect(read([], { NETRC: '~/other' }).netrc.map(({ host }) => host)).toEqual(['other']);
    expect(read([], { NETRC: '/missing' }).netrc).toEqual([]);
    expect(read([], { NETRC: cwd }).netrc).toEqual([]);
  });
});
