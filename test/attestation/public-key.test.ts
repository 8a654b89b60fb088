import { constants, generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { describe, expect, test } from 'vitest';

import { parsePublicKey, type PublicKey } from '../../src/attestation/public-key.ts';
import { createSigningKey, forPssAlone, rsaPem, type KeyKind, type SigningKey } from '../support/keys.ts';

const KINDS: readonly KeyKind[] = ['rsa', 'rsa-pss', 'p256', 'p384', 'ed25519'];
const KEYS = Object.fromEntries(KINDS.map((kind) => [kind, createSigningKey(kind)]));
const DATA = Buffer.from('what is signed');

function keyOf(kind: KeyKind): PublicKey {
  return good(KEYS[kind]?.pem ?? '');
}

function good(pem: string): PublicKey {
  const key = parsePublicKey(pem);
  if (typeof key === 'string') throw new Error(key);
  return key;
}

const rsa = (modulusLength: number, publicExponent = 65_537) =>
  generateKeyPairSync('rsa', { modulusLength, publicExponent }).publicKey;
const spki = (key: KeyObject) => key.export({ type: 'spki', format: 'pem' }).toString();

function createdKey(kind: KeyKind): SigningKey {
  const key = KEYS[kind];
  if (key === undefined) throw new Error(`no key of kind ${kind}`);
  return key;
}

function privateKeyOf(kind: KeyKind): KeyObject {
  return createdKey(kind).privateKey;
}

const { RSA_PKCS1_PADDING: PKCS1, RSA_PKCS1_PSS_PADDING: PSS } = constants;

describe('a signature', () => {
  test.each<[string, KeyKind, string | null, object]>([
    ['RSA PKCS#1 v1.5', 'rsa', 'sha256', { padding: PKCS1 }],
    ['RSA-PSS, salt as long as the digest', 'rsa', 'sha256', { padding: PSS, saltLength: 32 }],
    ['RSA-PSS, salt as long as can be', 'rsa', 'sha256', { padding: PSS, saltLength: 222 }],
    ['RSA-PSS by a key for nothing else', 'rsa-pss', 'sha256', { saltLength: 32 }],
    ['ECDSA P-256', 'p256', 'sha256', {}],
    ['ECDSA P-384 with SHA-384', 'p384', 'sha384', {}],
    ['ECDSA P-384 with SHA-256', 'p384', 'sha256', {}],
    ['Ed25519', 'ed25519', null, {}],
  ])('%s verifies, and for nothing else', (_, kind, hash, options) => {
    const signature = sign(hash, DATA, { key: privateKeyOf(kind), ...options });
    expect(keyOf(kind).verifies(DATA, signature)).toBe(true);
    expect(keyOf(kind).verifies(Buffer.from('what is signeD'), signature)).toBe(false);
    for (const other of KINDS.filter((one) => one !== kind)) {
      expect(keyOf(other).verifies(DATA, signature)).toBe(false);
    }
    expect(good(createSigningKey(kind).pem).verifies(DATA, signature)).toBe(false);
  });

  test.each<[string, KeyKind, string, object]>([
    ['RSA PKCS#1 v1.5 with SHA-1', 'rsa', 'sha1', { padding: PKCS1 }],
    ['RSA PKCS#1 v1.5 with SHA-512', 'rsa', 'sha512', { padding: PKCS1 }],
    ['RSA-PSS with SHA-512', 'rsa', 'sha512', { padding: PSS }],
    ['ECDSA P-256 with SHA-512', 'p256', 'sha512', {}],
    ['ECDSA P-256 in IEEE P1363', 'p256', 'sha256', { dsaEncoding: 'ieee-p1363' }],
  ])('%s does not verify', (_, kind, hash, options) => {
    const signature = sign(hash, DATA, { key: privateKeyOf(kind), ...options });
    expect(keyOf(kind).verifies(DATA, signature)).toBe(false);
  });

  test('by PKCS#1 v1.5 does not verify with the same modulus, as a key for RSA-PSS', () => {
    const asPss = good(forPssAlone(createdKey('rsa')));
    const signed = (padding: number) => sign('sha256', DATA, { key: privateKeyOf('rsa'), padding });
    expect(asPss.verifies(DATA, signed(PSS))).toBe(true);
    expect(asPss.verifies(DATA, signed(PKCS1))).toBe(false);
  });

  test.each(KINDS)('of any bytes is none of a key of kind %s', (kind) => {
    for (const length of [0, 1, 64, 72, 256, 512]) {
      expect(keyOf(kind).verifies(DATA, Buffer.alloc(length, 0))).toBe(false);
      expect(keyOf(kind).verifies(DATA, Buffer.alloc(length, 1))).toBe(false);
    }
  });
});

describe('a public key', () => {
  const { pem = '', identity = '', publicKey } = KEYS['rsa'] ?? {};

  test.each([
    ['as it is', pem],
    ['with text around it', `Release key 3\nfrom 2009\n\n${pem}\nfingerprint: 43:a6\n`],
    ['with Windows line endings', pem.replaceAll('\n', '\r\n')],
    ['indented', pem.replaceAll(/^(?!-)/gm, '    ')],
    ['on one line', pem.replaceAll(/(?<!-)\n(?!-)/g, '')],
    ['beside a certificate', `-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n${pem}`],
    ['in PKCS#1', publicKey?.export({ type: 'pkcs1', format: 'pem' }).toString() ?? ''],
  ])('is read %s', (_, text) => {
    expect(`key:sha256:${good(text).sha256}`).toBe(identity);
  });

  test.each([
    ['no PEM', 'a key', 'has no `-----BEGIN PUBLIC KEY-----`'],
    ['nothing', '', 'has no `-----BEGIN PUBLIC KEY-----`'],
    [
      'a key of PGP',
      '-----BEGIN PGP PUBLIC KEY BLOCK-----\nmQIN\n-----END PGP PUBLIC KEY BLOCK-----\n',
      'has no `-----BEGIN PUBLIC KEY-----`, but `-----BEGIN PGP PUBLIC KEY BLOCK-----`',
    ],
    [
      'a private key',
      privateKeyOf('rsa').export({ type: 'pkcs8', format: 'pem' }).toString(),
      'has a private key in it',
    ],
    [
      'a private key beside the public one',
      pem + privateKeyOf('p256').export({ type: 'sec1', format: 'pem' }).toString(),
      'has a private key in it',
    ],
    ['two keys', pem + (KEYS['p256']?.pem ?? ''), 'has 2 public keys'],
    ['the same key twice', pem + pem, 'has 2 public keys'],
    ['half a key', pem.replace(/(?<=\n)[^-]{65}/, ''), 'has a public key that cannot be read'],
    ['no base64', pem.replace('M', '!'), 'has a public key that cannot be read'],
    [
      'an end of another kind',
      pem.replace('END PUBLIC', 'END RSA PUBLIC'),
      'has no `-----BEGIN PUBLIC KEY-----`',
    ],
    ['RSA of 1024 bits', spki(rsa(1024)), 'has an RSA key of 1024 bits, fewer than 2048'],
    ['RSA of 2040 bits', spki(rsa(2040)), 'has an RSA key of 2040 bits, fewer than 2048'],
    ['RSA with the exponent 3', spki(rsa(2048, 3)), 'has an RSA key with the exponent 3'],
    [
      'RSA with the exponent 1',
      rsaPem(Buffer.alloc(256, 0xff), Buffer.from([1]), 'rsa'),
      'has an RSA key with the exponent 1',
    ],
    [
      'RSA-PSS for SHA-512',
      spki(
        generateKeyPairSync('rsa-pss', {
          modulusLength: 2048,
          hashAlgorithm: 'sha512',
          mgf1HashAlgorithm: 'sha512',
        }).publicKey,
      ),
      'has an RSA-PSS key that is not for SHA-256',
    ],
    [
      'RSA-PSS for SHA-512 with a mask of SHA-256',
      spki(
        generateKeyPairSync('rsa-pss', {
          modulusLength: 2048,
          hashAlgorithm: 'sha512',
          mgf1HashAlgorithm: 'sha256',
        }).publicKey,
      ),
      'has an RSA-PSS key that is not for SHA-256',
    ],
    [
      'RSA-PSS with a mask of SHA-1',
      spki(
        generateKeyPairSync('rsa-pss', {
          modulusLength: 2048,
          hashAlgorithm: 'sha256',
          mgf1HashAlgorithm: 'sha1',
        }).publicKey,
      ),
      'has an RSA-PSS key that is not for SHA-256',
    ],
    [
      'ECDSA on a small curve',
      spki(generateKeyPairSync('ec', { namedCurve: 'secp224r1' }).publicKey),
      'has an ECDSA key on `secp224r1`, neither P-256 nor P-384',
    ],
    [
      'ECDSA on the curve of Bitcoin',
      spki(generateKeyPairSync('ec', { namedCurve: 'secp256k1' }).publicKey),
      'has an ECDSA key on `secp256k1`, neither P-256 nor P-384',
    ],
    [
      'Ed448',
      spki(generateKeyPairSync('ed448').publicKey),
      'is for `ed448`, not for RSA, ECDSA (P-256, P-384) or Ed25519',
    ],
    [
      'a key for exchanging keys',
      spki(generateKeyPairSync('x25519').publicKey),
      'is for `x25519`, not for RSA, ECDSA (P-256, P-384) or Ed25519',
    ],
  ])('is not %s', (_, text, problem) => {
    expect(parsePublicKey(text)).toBe(problem);
  });
});
