import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { inputError } from '../errors.ts';
import {
  parsePipOptions,
  readPipDefaults,
  readRequirementsFile,
  type PipDefaults,
  type PipEnvironment,
  type PipOption,
} from '../pip/index.ts';
import { printable } from '../printable.ts';
import { readCertificateAuthorities, readClientCertificate } from './certificate-files.ts';
import type {
  IndexAddress,
  IndexConfiguration,
  NetrcMachine,
  ProxyConfiguration,
  TrustedHost,
} from './contract.ts';
import { splitUserinfo } from './credentials.ts';
import { parseNetrc } from './netrc.ts';
import { redactUrl } from './redact.ts';
import { parseTimeLimits } from './time-limits.ts';

/** pip's own default. */
const PYPI = 'https://pypi.org/simple';

export interface IndexConfigurationInput extends PipEnvironment {
  /** The arguments that go to `pip lock`. */
  readonly pipArgs: readonly string[];
  /** What relative paths are relative to. */
  readonly cwd: string;
  /** Told, in one line, what cannot be taken into account. */
  readonly warn: (message: string) => void;
}

/**
 * Where pip takes files from and how it gets there, read from where pip reads it: its arguments, the requirements files
 * they name, `PIP_*` and the other variables it heeds, its configuration files, netrc. Starts no process, needs no Python.
 *
 * @throws ProvpinError, exit code 2, for what pip would stop at too: an unreadable file, a malformed value
 */
export function readIndexConfiguration(input: IndexConfigurationInput): IndexConfiguration {
  const defaults = readPipDefaults(input.pipArgs, input);
  const options = parsePipOptions(input.pipArgs);
  const single = (name: string): string | undefined =>
    options.findLast((option) => option.name === name)?.value ?? defaults.get(name);
  const scope = searchScope(options, defaults, input);
  const clientCertificate = single('--client-cert');
  const trustsEnvironment = single('--proxy') === undefined && !isSet('--no-proxy-env', options, defaults);
  return {
    indexes: scope.indexes.map(parseIndexUrl),
    findLinks: scope.findLinks.map((location) =>
      /^\w+:\/\//u.test(location) ? redactUrl(location) : location,
    ),
    trustedHosts: scope.trustedHosts.map(parseTrustedHost),
    certificateAuthorities: readCertificateAuthorities({
      ...(nonEmpty(single('--cert')) === undefined
        ? {}
        : { cert: expandHome(single('--cert') ?? '', input.home) }),
      env: input.env,
      trustsEnvironment,
      cwd: input.cwd,
    }),
    ...(nonEmpty(clientCertificate) === undefined
      ? {}
      : {
          clientCertificate: readClientCertificate(
            expandHome(clientCertificate ?? '', input.home),
            input.cwd,
          ),
        }),
    proxy: proxies(single('--proxy'), trustsEnvironment, input.env),
    netrc: readNetrc(input),
    keyring: asksKeyring(single('--keyring-provider'), isSet('--no-input', options, defaults)),
    ...parseTimeLimits(single('--timeout'), single('--retries')),
  };
}

interface SearchScope {
  readonly indexes: readonly string[];
  readonly findLinks: readonly string[];
  readonly trustedHosts: readonly string[];
}

/** pip's search scope after it has read its arguments, constraints files and requirements files, in that order. */
function searchScope(
  options: readonly PipOption[],
  defaults: PipDefaults,
  input: IndexConfigurationInput,
): SearchScope {
  const all = (name: string): string[] => [...words(defaults.get(name)), ...valuesOf(options, name)];
  let noIndex = isSet('--no-index', options, defaults);
  const main = valuesOf(options, '--index-url').at(-1) ?? defaults.get('--index-url') ?? PYPI;
  let indexes = noIndex ? [] : [main, ...all('--extra-index-url')];
  const findLinks = all('--find-links');
  const trustedHosts = all('--trusted-host');
  for (const location of [...all('--constraint'), ...all('--requirement')]) {
    const { lines, unread } = readRequirementsFile(location, input);
    for (const url of unread) {
      input.warn(
        `\`${redactUrl(url)}\` is not read by provpin: options for indexes in it are not known here`,
      );
    }
    for (const line of lines) {
      noIndex ||= line.some((option) => option.name === '--no-index');
      const replacement = valuesOf(line, '--index-url').at(-1);
      const base = replacement === undefined ? indexes : [replacement];
      indexes = noIndex ? [] : [...base, ...valuesOf(line, '--extra-index-url')];
      findLinks.push(...valuesOf(line, '--find-links'));
      trustedHosts.push(...valuesOf(line, '--trusted-host'));
    }
  }
  return { indexes: indexes.filter((url) => url !== ''), findLinks, trustedHosts };
}

function valuesOf(options: readonly PipOption[], name: string): string[] {
  return options.filter((option) => option.name === name).map((option) => option.value);
}

function words(value: string | undefined): string[] {
  return (value ?? '').split(/\s+/u).filter((word) => word !== '');
}

function nonEmpty(value: string | undefined): string | undefined {
  return value === '' ? undefined : value;
}

function isSet(name: string, options: readonly PipOption[], defaults: PipDefaults): boolean {
  if (options.some((option) => option.name === name)) {
    return true;
  }
  const value = defaults.get(name) ?? 'no';
  if (/^(?:y|yes|t|true|on|1)$/iu.test(value)) {
    return true;
  }
  if (/^(?:n|no|f|false|off|0)$/iu.test(value)) {
    return false;
  }
  throw inputError('pip-configuration', `pip's option \`${name}\` cannot be \`${printable(value, 100)}\``, [
    'it takes yes or no',
  ]);
}

function parseIndexUrl(text: string): IndexAddress {
  try {
    const { url, credentials } = splitUserinfo(text.trim());
    const address = { url: url.href.replace(/\/+$/u, '') };
    return credentials === undefined ? address : { ...address, credentials };
  } catch {
    throw inputError('index-url', `the index \`${redactUrl(text)}\` is not a URL`, [
      'an index is named by its simple API, such as `https://pypi.org/simple`',
    ]);
  }
}

function parseTrustedHost(text: string): TrustedHost {
  // Without brackets, several colons are an IPv6 address (RFC 3986 wants the brackets; pip adds them).
  const authority = text.split(':').length > 2 && !text.includes('[') ? `[${text}]` : text;
  const url = URL.parse(`trusted://${authority}`);
  // A scheme that URL does not know keeps every port, but not the host's case.
  const hostname = url === null ? '' : (URL.parse(`https://${url.hostname}`)?.hostname ?? '');
  if (url === null || hostname === '') {
    throw inputError('trusted-host', `\`--trusted-host ${printable(text, 100)}\` is not a host or host:port`);
  }
  return url.port === '' ? { hostname } : { hostname, port: Number(url.port) };
}

/**
 * pip's `--proxy` is for every URL and switches the variables off; an empty one switches proxies off. Of the variables
 * the lower-case spelling wins, and `HTTP_PROXY` is not believed in a CGI script, as in Python's `urllib`.
 */
function proxies(
  option: string | undefined,
  trustsEnvironment: boolean,
  env: NodeJS.ProcessEnv,
): ProxyConfiguration {
  if (option !== undefined && option !== '') {
    const url = parseProxyUrl(option, '--proxy');
    return { http: url, https: url };
  }
  if (!trustsEnvironment) {
    return {};
  }
  const variable = (name: string): string | undefined => {
    const upper =
      name === 'http_proxy' && env['REQUEST_METHOD'] !== undefined ? undefined : env[name.toUpperCase()];
    const value = env[name] ?? upper;
    return value === undefined || value === '' ? undefined : value;
  };
  const http = variable('http_proxy') ?? variable('all_proxy');
  const https = variable('https_proxy') ?? variable('all_proxy');
  const bypass = variable('no_proxy');
  return {
    ...(http === undefined ? {} : { http: parseProxyUrl(http, 'HTTP_PROXY') }),
    ...(https === undefined ? {} : { https: parseProxyUrl(https, 'HTTPS_PROXY') }),
    ...(bypass === undefined ? {} : { bypass }),
  };
}

/** `host:port` is taken for http, as by pip. */
function parseProxyUrl(text: string, source: string): string {
  const url = URL.parse(/^[a-z][a-z0-9+.-]*:\/\//iu.test(text) ? text : `http://${text}`);
  if (url === null || !/^(?:https?|socks5h?|socks):$/u.test(url.protocol)) {
    throw inputError('proxy', `the proxy \`${redactUrl(text)}\` of \`${source}\` is not a proxy URL`);
  }
  return url.href.replace(/^socks5h:/u, 'socks5:');
}

/** `$NETRC`, or else the first of `~/.netrc` and `~/_netrc` that exists; one that cannot be read counts as none. */
function readNetrc({ env, home }: PipEnvironment): NetrcMachine[] {
  const inHome = home === undefined ? [] : ['.netrc', '_netrc'].map((name) => path.join(home, name));
  const candidates = env['NETRC'] === undefined ? inHome : [expandHome(env['NETRC'], home)];
  const file = candidates.find((candidate) => existsSync(candidate));
  if (file === undefined) {
    return [];
  }
  try {
    return parseNetrc(readFileSync(file, 'utf8'));
  } catch {
    return [];
  }
}

/**
 * pip's `--keyring-provider`: without one it asks, unless it must not ask its user either. Of `import`, which has pip load the
 * package `keyring` of its own Python, the command of that package is asked here.
 */
function asksKeyring(provider: string | undefined, noInput: boolean): boolean {
  switch (provider) {
    case 'disabled':
      return false;
    case 'import':
    case 'subprocess':
      return true;
    case undefined:
    case 'auto':
      return !noInput;
    default:
      throw inputError(
        'pip-configuration',
        `pip's option \`--keyring-provider\` cannot be \`${printable(provider, 100)}\``,
        ['it takes auto, disabled, import or subprocess'],
      );
  }
}

function expandHome(file: string, home: string | undefined): string {
  return home !== undefined && /^~(?:[/\\]|$)/u.test(file) ? path.join(home, file.slice(1)) : file;
}
