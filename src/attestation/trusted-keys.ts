import { open } from 'node:fs/promises';

import { inputError, messageOf, type ProvpinError } from '../errors.ts';
import { printable, withoutUserinfo } from '../printable.ts';
import { type KeyScope, parseKeyScope } from './key-scope.ts';
import { parsePublicKey, type PublicKey } from './public-key.ts';

/** Text around a key included. */
const MAX_BYTES = 1_000_000;

/** A key as the user names it: `--key [NAME=]FILE`. */
export interface KeyOption {
  /** What it is bound to: a package, some packages, or the URL of an index. */
  readonly name?: string;
  readonly file: string;
}

/** A key with what it may vouch for. */
export interface TrustedKey {
  readonly key: PublicKey;
  readonly scope: KeyScope;
}

/**
 * Reads the keys that attestations without a certificate are verified with.
 *
 * @throws ProvpinError, exit code 2, for a file that cannot be read or has no good key, and a name that cannot be one
 */
export async function loadTrustedKeys(options: readonly KeyOption[]): Promise<readonly TrustedKey[]> {
  return await Promise.all(
    options.map(async (option) => ({ scope: scopeOf(option), key: await readKey(option.file) })),
  );
}

function scopeOf({ name, file }: KeyOption): KeyScope {
  const scope: KeyScope | undefined = name === undefined ? { kind: 'everything' } : parseKeyScope(name);
  if (scope !== undefined) return scope;
  const shown = `${printable(withoutUserinfo(name ?? ''), 200)}=${printable(file, 200)}`;
  throw inputError('key-name', `\`--key ${shown}\` is bound to neither packages nor an index`, [
    'NAME is a package (`acme-widget`), packages (`acme-*`), or the URL of an index, without a user name in it',
    'of a file with `=` in its name, write `--key *=FILE`',
  ]);
}

async function readKey(file: string): Promise<PublicKey> {
  const key = parsePublicKey(await readText(file));
  if (typeof key !== 'string') return key;
  throw keyError(file, key);
}

/** Also from a pipe (`--key <(...)`), which has no size, and no end that is known before. */
async function readText(file: string): Promise<string> {
  try {
    const handle = await open(file);
    const chunks: Buffer[] = [];
    for await (const chunk of handle.createReadStream({ end: MAX_BYTES })) chunks.push(Buffer.from(chunk));
    const bytes = Buffer.concat(chunks);
    if (bytes.length > MAX_BYTES) throw new Error(`it is larger than ${MAX_BYTES} bytes`);
    return bytes.toString('latin1');
  } catch (error) {
    throw keyError(file, `cannot be read: ${printable(messageOf(error))}`, error);
  }
}

function keyError(file: string, problem: string, cause?: unknown): ProvpinError {
  return inputError(
    'key',
    `the key \`${printable(file, 200)}\` ${problem}`,
    [
      'a key is a public one in PEM: RSA (2048 bits or more), ECDSA (P-256, P-384) or Ed25519, one a file',
      'of a certificate: `openssl x509 -pubkey -noout -in CERTIFICATE`; of a private key: `openssl pkey -pubout -in KEY`',
    ],
    cause,
  );
}
