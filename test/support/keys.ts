/** Public keys as people have them in files. */
import { createHash, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';

import * as der from './der.ts';

export interface SigningKey {
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
  /** PEM of the public key. */
  readonly pem: string;
  /** As the provenance file writes it. */
  readonly identity: string;
}

export type KeyKind = 'rsa' | 'rsa-4096' | 'rsa-pss' | 'p256' | 'p384' | 'ed25519';

/** A fresh key. RSA of 2048 bits where nothing else is said: longer ones take long to make. */
export function createSigningKey(kind: KeyKind): SigningKey {
  const { privateKey, publicKey } = generate(kind);
  const pem = publicKey.export({ type: 'spki', format: 'pem' }).toString();
  return { privateKey, publicKey, pem, identity: identityOf(pem) };
}

/** An RSA key of these numbers, for any padding or for RSA-PSS alone (RFC 4055 section 1.2), in PEM. */
export function rsaPem(modulus: Uint8Array, exponent: Uint8Array, kind: 'rsa' | 'rsa-pss'): string {
  const algorithm =
    kind === 'rsa'
      ? der.sequence(der.oid('1.2.840.113549.1.1.1'), der.tlv(0x05))
      : der.sequence(der.oid('1.2.840.113549.1.1.10'));
  const key = der.sequence(der.integer(modulus), der.integer(exponent));
  return toPem(der.sequence(algorithm, der.bitString(key)));
}

/** The same RSA key, said to be for RSA-PSS alone. */
export function forPssAlone({ publicKey }: SigningKey): string {
  const { n = '', e = '' } = publicKey.export({ format: 'jwk' });
  return rsaPem(Buffer.from(n, 'base64url'), Buffer.from(e, 'base64url'), 'rsa-pss');
}

/** As the provenance file writes a key. */
export function identityOf(pem: string): string {
  const spki = createPublicKey(pem).export({ type: 'spki', format: 'der' });
  return `key:sha256:${createHash('sha256').update(spki).digest('hex')}`;
}

function toPem(spki: Buffer): string {
  return `-----BEGIN PUBLIC KEY-----\n${spki.toString('base64')}\n-----END PUBLIC KEY-----\n`;
}

function generate(kind: KeyKind): { readonly privateKey: KeyObject; readonly publicKey: KeyObject } {
  switch (kind) {
    case 'rsa':
      return generateKeyPairSync('rsa', { modulusLength: 2048 });
    case 'rsa-4096':
      return generateKeyPairSync('rsa', { modulusLength: 4096 });
    case 'rsa-pss':
      return generateKeyPairSync('rsa-pss', {
        modulusLength: 2048,
        hashAlgorithm: 'sha256',
        mgf1HashAlgorithm: 'sha256',
      });
    case 'p256':
      return generateKeyPairSync('ec', { namedCurve: 'P-256' });
    case 'p384':
      return generateKeyPairSync('ec', { namedCurve: 'P-384' });
    case 'ed25519':
      return generateKeyPairSync('ed25519');
  }
}
