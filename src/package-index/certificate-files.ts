import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { inputError, messageOf } from '../errors.ts';
import { printable } from '../printable.ts';

export interface CertificateSources {
  /** pip's `--cert`, `PIP_CERT` or configured `cert`. */
  readonly cert?: string;
  readonly env: NodeJS.ProcessEnv;
  /** False with `--proxy` or `--no-proxy-env`, which make pip's HTTP library ignore the environment. */
  readonly trustsEnvironment: boolean;
  readonly cwd: string;
}

/**
 * The CA bundles that the user names, as pip takes them: `--cert`, or else `REQUESTS_CA_BUNDLE`, or else
 * `CURL_CA_BUNDLE`; and what OpenSSL itself is pointed at by `SSL_CERT_FILE`. Since pip 24.2 they are trusted in addition
 * to the operating system's. Each may be a directory as `c_rehash` makes it.
 *
 * @returns PEM texts
 * @throws ProvpinError, exit code 2, when one that pip insists on cannot be read
 */
export function readCertificateAuthorities(sources: CertificateSources): string[] {
  const { env, trustsEnvironment, cwd } = sources;
  const fromEnvironment = trustsEnvironment
    ? (['REQUESTS_CA_BUNDLE', 'CURL_CA_BUNDLE'] as const).find((name) => isGiven(env[name]))
    : undefined;
  const named =
    sources.cert === undefined
      ? { source: fromEnvironment, file: fromEnvironment && env[fromEnvironment] }
      : { source: 'cert', file: sources.cert };
  const bundles: string[] = [];
  if (named.source !== undefined && named.file !== undefined) {
    bundles.push(readBundle(path.resolve(cwd, named.file), named.source));
  }
  const openssl = env['SSL_CERT_FILE'];
  if (isGiven(openssl)) {
    // OpenSSL takes one that is not there for an empty one.
    bundles.push(...attempt(() => readBundle(path.resolve(cwd, openssl), 'SSL_CERT_FILE')));
  }
  return [...new Set(bundles)];
}

/**
 * pip's `--client-cert`: one PEM file with certificate and private key.
 *
 * @throws ProvpinError, exit code 2, when it cannot be used
 */
export function readClientCertificate(file: string, cwd: string): string {
  const resolved = path.resolve(cwd, file);
  try {
    const pem = readFileSync(resolved, 'utf8');
    if (pem.trim() === '') {
      throw new Error('it is empty');
    }
    process.getBuiltinModule('node:tls').createSecureContext({ cert: pem, key: pem });
    return pem;
  } catch (error) {
    throw inputError(
      'client-certificate',
      `the client certificate \`${printable(file)}\` cannot be used: ${printable(messageOf(error))}`,
      ['it is a PEM file with the certificate and its unencrypted private key'],
    );
  }
}

function isGiven(value: string | undefined): value is string {
  return value !== undefined && value !== '';
}

function attempt<T>(read: () => T): T[] {
  try {
    return [read()];
  } catch {
    return [];
  }
}

function readBundle(location: string, source: string): string {
  let pem: string;
  try {
    pem = statSync(location).isDirectory() ? readDirectory(location) : readFileSync(location, 'utf8');
  } catch (error) {
    throw bundleError(location, source, messageOf(error));
  }
  if (!/-----BEGIN (?:TRUSTED |X509 )?CERTIFICATE-----/u.test(pem)) {
    throw bundleError(location, source, 'it has no PEM certificate');
  }
  return pem;
}

/** OpenSSL looks at files named by the hash of a certificate's subject, and at no others. */
function readDirectory(directory: string): string {
  return readdirSync(directory)
    .filter((name) => /^[0-9a-f]{8}\.\d+$/iu.test(name))
    .map((name) => readFileSync(path.join(directory, name), 'utf8'))
    .join('\n');
}

function bundleError(location: string, source: string, reason: string) {
  return inputError(
    'ca-bundle',
    `the CA bundle \`${printable(location)}\` of \`${source}\` cannot be used: ${printable(reason)}`,
  );
}
