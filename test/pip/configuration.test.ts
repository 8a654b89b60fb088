import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { configFiles, readPipDefaults, type PipEnvironment } from '../../src/pip/configuration.ts';

const root = mkdtempSync(path.join(tmpdir(), 'provpin-pip-'));
afterAll(() => rmSync(root, { recursive: true }));

function write(file: string, text: string): string {
  const absolute = path.join(root, file);
  mkdirSync(path.dirname(absolute), { recursive: true });
  writeFileSync(absolute, text);
  return absolute;
}

describe('configFiles', () => {
  const cases: [string, PipEnvironment, string[]][] = [
    [
      'linux',
      { env: {}, platform: 'linux', home: '/home/u' },
      ['/etc/xdg/pip/pip.conf', '/etc/pip.conf', '/home/u/.pip/pip.conf', '/home/u/.config/pip/pip.conf'],
    ],
    [
      'linux with XDG, a virtual environment and PIP_CONFIG_FILE',
      {
        env: {
          XDG_CONFIG_DIRS: '/a:relative:/b',
          XDG_CONFIG_HOME: '/c',
          PIP_CONFIG_FILE: '/missing.conf',
        },
        sitePrefix: '/venv',
        platform: 'linux',
        home: '/home/u',
      },
      [
        '/a/pip/pip.conf',
        '/b/pip/pip.conf',
        '/etc/pip.conf',
        '/home/u/.pip/pip.conf',
        '/c/pip/pip.conf',
        '/venv/pip.conf',
        '/missing.conf',
      ],
    ],
    [
      'mac',
      { env: {}, platform: 'darwin', home: '/Users/u', sitePrefix: '/opt/python' },
      [
        '/Library/Application Support/pip/pip.conf',
        '/Users/u/.pip/pip.conf',
        '/Users/u/.config/pip/pip.conf',
        '/opt/python/pip.conf',
      ],
    ],
    [
      'windows',
      { env: { APPDATA: 'C:\\Users\\u\\AppData\\Roaming' }, platform: 'win32', home: 'C:\\Users\\u' },
      [
        'C:\\ProgramData\\pip\\pip.ini',
        'C:\\Users\\u\\pip\\pip.ini',
        'C:\\Users\\u\\AppData\\Roaming\\pip\\pip.ini',
      ],
    ],
    ['no home', { env: {}, platform: 'linux' }, ['/etc/xdg/pip/pip.conf', '/etc/pip.conf']],
    ['switched off', { env: { PIP_CONFIG_FILE: '/dev/null' }, platform: 'linux', home: '/home/u' }, []],
  ];

  test.each(cases)('%s', (_, environment, expected) => {
    expect(configFiles(environment, false)).toEqual(expected);
  });

  test('an existing PIP_CONFIG_FILE, or --isolated, takes the place of the user level', () => {
    const named = write('named.conf', '');
    const environment: PipEnvironment = {
      env: { PIP_CONFIG_FILE: named },
      platform: 'linux',
      home: '/home/u',
    };
    expect(configFiles(environment, false)).toEqual(['/etc/xdg/pip/pip.conf', '/etc/pip.conf', named]);
    expect(configFiles({ env: {}, platform: 'linux', home: '/home/u' }, true)).not.toContain(
      '/home/u/.pip/pip.conf',
    );
  });

  test('the directory in Library, where it exists', () => {
    const home = path.join(root, 'mac');
    mkdirSync(path.join(home, 'Library/Application Support/pip'), { recursive: true });
    expect(configFiles({ env: {}, platform: 'darwin', home }, false)).toContain(
      path.join(home, 'Library/Application Support/pip/pip.conf'),
    );
  });
});

describe('readPipDefaults', () => {
  const home = path.join(root, 'home');
  const environment = (env: NodeJS.ProcessEnv = {}): PipEnvironment => ({
    env: { XDG_CONFIG_DIRS: path.join(root, 'xdg'), ...env },
    platform: 'linux',
    home,
    sitePrefix: path.join(root, 'venv'),
  });
  write(
    'xdg/pip/pip.conf',
    '[global]\nproxy = global\nclient-cert = global\n[lock]\ntrusted-host = lock.global\n',
  );
  write('home/.pip/pip.conf', '[global]\nproxy = legacy\nclient-cert = legacy\n');
  write(
    'home/.config/pip/pip.conf',
    '[global]\nproxy = user\nindex-url = user\n[install]\nindex-url = install\n',
  );
  write(
    'venv/pip.conf',
    '[global]\ntrusted-host = site\nextra-index-url =\n  one\n  two\nno-such-option = 1\n',
  );

  test('levels and sections override one another as in pip', () => {
    const defaults = readPipDefaults([], environment());
    expect(defaults.get('--proxy')).toBe('user');
    expect(defaults.get('--client-cert')).toBe('legacy');
    expect(defaults.get('--index-url')).toBe('user');
    expect(defaults.get('--trusted-host')).toBe('lock.global');
    expect(defaults.get('--extra-index-url')).toBe('\none\ntwo');
    expect([...defaults.keys()]).not.toContain('--no-such-option');
  });

  test('variables override files, unless they are empty', () => {
    const env = { PIP_PROXY: 'env', PIP_CLIENT_CERT: '', PIP_PYPI_URL: 'alias', PIPX_HOME: 'x' };
    const defaults = readPipDefaults([], environment(env));
    expect(defaults.get('--proxy')).toBe('env');
    expect(defaults.get('--client-cert')).toBe('legacy');
    expect(defaults.get('--index-url')).toBe('alias');
  });

  test('--isolated ignores variables and the user level', () => {
    const defaults = readPipDefaults(['--isolated'], environment({ PIP_INDEX_URL: 'env' }));
    expect(defaults.get('--proxy')).toBe('global');
    expect(defaults.get('--index-url')).toBeUndefined();
    expect(defaults.get('--trusted-host')).toBe('lock.global');
  });

  test('a file that is not UTF-8', () => {
    const file = write('latin.conf', '');
    writeFileSync(file, Buffer.from([0x5b, 0x67, 0x5d, 0xff]));
    expect(() => readPipDefaults([], environment({ PIP_CONFIG_FILE: file }))).toThrow(
      `\`${file}\` is not UTF-8`,
    );
  });
});

describe('the site level', () => {
  const python = (prefix: string) => {
    const file = write(`${prefix}/bin/python3`, '');
    chmodSync(file, 0o755);
    return file;
  };
  write('site/pip.conf', '[global]\nindex-url = https://site/simple\n');
  write('site/pyvenv.cfg', 'home = /usr/bin\n');
  write('installed/pip.conf', '[global]\nindex-url = https://installed/simple\n');
  const [venv, installed] = [python('site'), python('installed')];
  mkdirSync(path.join(root, 'links/bin'), { recursive: true });
  symlinkSync(installed, path.join(root, 'links/bin/python3'));
  const at = (directory: string) => path.join(root, directory);

  test.each<[string, readonly string[], NodeJS.ProcessEnv, string | undefined]>([
    ['the active environment', [], { VIRTUAL_ENV: at('site') }, 'https://site/simple'],
    [
      'an environment on PATH',
      [],
      { PATH: `relative:${at('none')}:${at('site/bin')}` },
      'https://site/simple',
    ],
    ['a Python on PATH', [], { PATH: at('installed/bin') }, 'https://installed/simple'],
    ['a link to it', [], { PATH: at('links/bin') }, 'https://installed/simple'],
    [
      'an environment that is named',
      ['--python', at('site')],
      { VIRTUAL_ENV: at('none') },
      'https://site/simple',
    ],
    ['a Python that is named', [`--python=${venv}`], {}, 'https://site/simple'],
    ['a Python that a variable names', [], { PIP_PYTHON: installed }, 'https://installed/simple'],
    ['one that is not there', ['--python', at('none/bin/python')], {}, undefined],
    ['none', [], { PATH: '' }, undefined],
  ])('of %s', (_, args, env, expected) => {
    expect(readPipDefaults(args, { env, platform: 'linux' }).get('--index-url')).toBe(expected);
  });

  test('is above the user and below PIP_CONFIG_FILE', () => {
    write('home/.config/pip/pip.conf', '[global]\nindex-url = https://user/simple\nproxy = http://user\n');
    const own = write('own.conf', '[global]\nindex-url = https://own/simple\n');
    const env = { VIRTUAL_ENV: at('site') };
    const defaults = readPipDefaults([], { env, platform: 'linux', home: at('home') });
    expect(defaults.get('--index-url')).toBe('https://site/simple');
    expect(defaults.get('--proxy')).toBe('http://user');
    const named = readPipDefaults([], {
      env: { ...env, PIP_CONFIG_FILE: own },
      platform: 'linux',
      home: at('home'),
    });
    expect(named.get('--index-url')).toBe('https://own/simple');
    expect(named.get('--proxy')).toBeUndefined();
  });
});
