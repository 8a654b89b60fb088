import { constants, createHash, createPublicKey, verify, type KeyObject } from 'node:crypto';

import { decodeBase64 } from './base64.ts';

/** A public key that an attestation may be signed by. */
export interface PublicKey {
  /** SHA-256 of its SubjectPublicKeyInfo (RFC 5280 section 4.1.2.7), DER; lower-case hex. */
  readonly sha256: string;
  /** Whether a signature over these bytes is this key's, by one of the algorithms that a key of its kind is used with. */
  readonly verifies: (data: Buffer, signature: Buffer) => boolean;
}

/** NIST SP 800-131A: less is not to be used. */
const MIN_RSA_BITS = 2048;
/** FIPS 186-5: with 1, whoever likes can make a signature, and small ones have a history. */
const MIN_RSA_EXPONENT = 65_537n;
const MAX_DER = 65_536;

const PEM_BLOCK = /-----BEGIN (?<label>[A-Z0-9 ]+)-----(?<body>[^-]*)-----END \k<label>-----/g;
const FORMATS: Readonly<Record<string, 'spki' | 'pkcs1'>> = {
  'PUBLIC KEY': 'spki',
  'RSA PUBLIC KEY': 'pkcs1',
};

/**
 * Reads a public key: PEM (RFC 7468), with any text around it.
 *
 * @returns the key, or what is wrong, in words that go after "it"; never a part of the text, which may be a private key
 */
export function parsePublicKey(text: string): PublicKey | string {
  const blocks = [...text.matchAll(PEM_BLOCK)].map(({ groups = {} }) => ({
    label: groups['label'] ?? '',
    body: groups['body'] ?? '',
  }));
  if (blocks.some(({ label }) => label.endsWith('PRIVATE KEY'))) return 'has a private key in it';
  const [block, ...others] = blocks.filter(({ label }) => Object.hasOwn(FORMATS, label));
  if (block === undefined) return `has no \`-----BEGIN PUBLIC KEY-----\`${foundInstead(blocks)}`;
  if (others.length > 0) return `has ${others.length + 1} public keys`;
  const key = decodeKey(block.body, FORMATS[block.label] ?? 'spki');
  if (key === undefined) return 'has a public key that cannot be read';
  const algorithms = algorithmsOf(key);
  if (typeof algorithms === 'string') return algorithms;
  const sha256 = createHash('sha256')
    .update(key.export({ type: 'spki', format: 'der' }))
    .digest('hex');
  return {
    sha256,
    verifies: (data, signature) => algorithms.some((isSigned) => succeeds(() => isSigned(data, signature))),
  };
}

function foundInstead(blocks: readonly { readonly label: string }[]): string {
  const [first] = blocks;
  return first === undefined ? '' : `, but \`-----BEGIN ${first.label}-----\``;
}

function decodeKey(body: string, type: 'spki' | 'pkcs1'): KeyObject | undefined {
  try {
    const der = decodeBase64(body.replace(/[ \t]/g, ''), 'the key', MAX_DER);
    return createPublicKey({ key: der, format: 'der', type });
  } catch {
    return undefined;
  }
}

type IsSigned = (data: Buffer, signature: Buffer) => boolean;

type Algorithms = readonly [IsSigned, ...IsSigned[]];

/** By kind of key, the algorithms of DSSE signers (cosign, key management services), or why a key is not to be used. */
const KINDS: Readonly<Record<string, (key: KeyObject) => Algorithms | string>> = {
  rsa: (key) => rsaProblem(key) ?? [pkcs1(key), pss(key)],
  'rsa-pss': (key) => rsaProblem(key) ?? [pss(key)],
  ec: ecdsaOf,
  ed25519: (key) => [(data, signature) => verify(null, data, key, signature)],
};

function algorithmsOf(key: KeyObject): Algorithms | string {
  const { asymmetricKeyType: kind = 'unknown' } = key;
  return KINDS[kind]?.(key) ?? `is for \`${kind}\`, not for RSA, ECDSA (P-256, P-384) or Ed25519`;
}

function rsaProblem({ asymmetricKeyDetails: details = {} }: KeyObject): string | undefined {
  const { modulusLength = 0, publicExponent = 0n, hashAlgorithm = 'sha256', mgf1HashAlgorithm } = details;
  if (modulusLength < MIN_RSA_BITS)
    return `has an RSA key of ${modulusLength} bits, fewer than ${MIN_RSA_BITS}`;
  if (publicExponent < MIN_RSA_EXPONENT) return `has an RSA key with the exponent ${publicExponent}`;
  const isSha256 = hashAlgorithm === 'sha256' && (mgf1HashAlgorithm ?? hashAlgorithm) === 'sha256';
  return isSha256 ? undefined : 'has an RSA-PSS key that is not for SHA-256';
}

/** RFC 8017 section 8.2. */
function pkcs1(key: KeyObject): IsSigned {
  const options = { key, padding: constants.RSA_PKCS1_PADDING };
  return (data, signature) => verify('sha256', data, options, signature);
}

/** RFC 8017 section 8.1; signers disagree about the length of the salt, which a verifier can tell. */
function pss(key: KeyObject): IsSigned {
  const options = {
    key,
    padding: constants.RSA_PKCS1_PSS_PADDING,
    saltLength: constants.RSA_PSS_SALTLEN_AUTO,
  };
  return (data, signature) => verify('sha256', data, options, signature);
}

/** Signatures in DER; cosign uses SHA-256 whatever the curve, others the hash that is as long as the curve. */
function ecdsaOf(key: KeyObject): Algorithms | string {
  const withHash =
    (hash: string): IsSigned =>
    (data, signature) =>
      verify(hash, data, { key, dsaEncoding: 'der' }, signature);
  const curve = key.asymmetricKeyDetails?.namedCurve;
  if (curve === 'prime256v1') return [withHash('sha256')];
  if (curve === 'secp384r1') return [withHash('sha384'), withHash('sha256')];
  return `has an ECDSA key on \`${curve ?? 'an unknown curve'}\`, neither P-256 nor P-384`;
}

/** What OpenSSL cannot make sense of is no signature. */
function succeeds(check: () => boolean): boolean {
  try {
    return check();
  } catch {
    return false;
  }
}
