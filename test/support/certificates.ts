/** X.509 certificates (RFC 5280) for a test's own authorities. All keys are ECDSA, P-256 unless something else is asked for. */
import { createHash, generateKeyPairSync, randomBytes, sign, type KeyObject } from 'node:crypto';

import * as der from './der.ts';

export interface KeyPair {
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
  /** SubjectPublicKeyInfo, DER. */
  readonly spki: Buffer;
}

/** A certificate with the key that it is for. */
export interface Authority {
  readonly key: KeyPair;
  /** DER. */
  readonly certificate: Buffer;
  /** Name, DER. */
  readonly subject: Buffer;
  readonly serial: Buffer;
}

export interface Extension {
  readonly oid: string;
  readonly critical?: boolean;
  /** The octets inside extnValue. */
  readonly value: Uint8Array;
}

export interface Validity {
  readonly notBefore: Date;
  readonly notAfter: Date;
}

export const CODE_SIGNING = '1.3.6.1.5.5.7.3.3';
export const SERVER_AUTH = '1.3.6.1.5.5.7.3.1';
export const TIME_STAMPING = '1.3.6.1.5.5.7.3.8';
export const ECDSA_WITH_SHA256 = der.sequence(der.oid('1.2.840.10045.4.3.2'));

/** What every authority of the tests is valid for; a UTCTime cannot say more than 2049. */
export const ALWAYS: Validity = {
  notBefore: new Date('2020-01-01T00:00:00Z'),
  notAfter: new Date('2049-12-31T23:59:59Z'),
};

export function createKeyPair(namedCurve: 'P-256' | 'P-384' = 'P-256'): KeyPair {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve });
  return { privateKey, publicKey, spki: publicKey.export({ format: 'der', type: 'spki' }) };
}

/** A Name of O and CN, as Sigstore's authorities have it. */
export function distinguishedName(organization: string, commonName: string): Buffer {
  return der.sequence(
    der.setOf(der.sequence(der.oid('2.5.4.10'), der.utf8String(organization))),
    der.setOf(der.sequence(der.oid('2.5.4.3'), der.utf8String(commonName))),
  );
}

/** TBSCertificate, version 3. */
export function tbsCertificate(parts: {
  readonly serial: Uint8Array;
  readonly issuer: Buffer;
  readonly subject: Buffer;
  readonly validity: Validity;
  readonly spki: Buffer;
  readonly extensions: readonly Extension[];
}): Buffer {
  return der.sequence(
    der.tagged(0, der.integer(2)),
    der.integer(parts.serial),
    ECDSA_WITH_SHA256,
    parts.issuer,
    der.sequence(der.utcTime(parts.validity.notBefore), der.utcTime(parts.validity.notAfter)),
    parts.subject,
    parts.spki,
    der.tagged(3, der.sequence(...parts.extensions.map(encodeExtension))),
  );
}

export function signCertificate(tbs: Buffer, key: KeyObject): Buffer {
  return der.sequence(tbs, ECDSA_WITH_SHA256, der.bitString(sign('sha256', tbs, key)));
}

export function certificateExtensions(
  key: KeyPair,
  issuerKey: KeyPair,
  purpose: string,
): readonly Extension[] {
  return [
    { oid: '2.5.29.15', critical: true, value: der.bitString(Buffer.from([0x80]), 7) },
    { oid: '2.5.29.37', value: der.sequence(der.oid(purpose)) },
    subjectKeyIdentifier(key),
    authorityKeyIdentifier(issuerKey),
  ];
}

/** GeneralNames, each already encoded. */
export function subjectAlternativeName(names: readonly Uint8Array[]): Extension {
  return { oid: '2.5.29.17', critical: true, value: der.sequence(...names) };
}

export const generalName = {
  email: (address: string): Buffer => der.taggedBytes(1, Buffer.from(address, 'utf8')),
  dns: (host: string): Buffer => der.taggedBytes(2, Buffer.from(host, 'ascii')),
  uri: (uri: string): Buffer => der.taggedBytes(6, Buffer.from(uri, 'utf8')),
  ip: (address: Uint8Array): Buffer => der.taggedBytes(7, address),
  /** otherName with a UTF8String value. */
  other: (type: string, value: string): Buffer =>
    der.tagged(0, der.oid(type), der.tagged(0, der.utf8String(value))),
};

/** A self-signed CA. */
export function createRootAuthority(commonName: string, key: KeyPair = createKeyPair()): Authority {
  const subject = distinguishedName('provpin tests', commonName);
  return certify({ subject, issuer: { subject, key }, key, extensions: caExtensions(key, key) });
}

/** A CA below another. */
export function createIntermediateAuthority(
  commonName: string,
  issuer: Authority,
  key: KeyPair = createKeyPair(),
): Authority {
  const subject = distinguishedName('provpin tests', commonName);
  return certify({ subject, issuer, key, extensions: caExtensions(key, issuer.key) });
}

/** An end entity below a CA: a time stamping authority, or a server. */
export function createEndEntity(
  commonName: string,
  issuer: Authority,
  purpose: string,
  more: readonly Extension[] = [],
): Authority {
  const key = createKeyPair();
  const extensions = [...certificateExtensions(key, issuer.key, purpose), ...more];
  return certify({ subject: distinguishedName('provpin tests', commonName), issuer, key, extensions });
}

/** A serial number: positive, and without a leading zero octet. */
export function randomSerial(): Buffer {
  const serial = randomBytes(20);
  serial[0] = ((serial[0] ?? 0) & 0x7f) | 0x40;
  return serial;
}

/** RFC 7468. */
export function toPem(certificate: Uint8Array): string {
  const lines =
    Buffer.from(certificate)
      .toString('base64')
      .match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}

function certify(parts: {
  readonly subject: Buffer;
  readonly issuer: Pick<Authority, 'subject' | 'key'>;
  readonly key: KeyPair;
  readonly extensions: readonly Extension[];
}): Authority {
  const { subject, issuer, key, extensions } = parts;
  const serial = randomSerial();
  const tbs = tbsCertificate({
    serial,
    issuer: issuer.subject,
    subject,
    validity: ALWAYS,
    spki: key.spki,
    extensions,
  });
  return { key, certificate: signCertificate(tbs, issuer.key.privateKey), subject, serial };
}

function caExtensions(key: KeyPair, issuerKey: KeyPair): readonly Extension[] {
  return [
    { oid: '2.5.29.15', critical: true, value: der.bitString(Buffer.from([0x06]), 1) },
    { oid: '2.5.29.19', critical: true, value: der.sequence(der.boolean(true)) },
    subjectKeyIdentifier(key),
    authorityKeyIdentifier(issuerKey),
  ];
}

function subjectKeyIdentifier(key: KeyPair): Extension {
  return { oid: '2.5.29.14', value: der.octetString(keyIdentifier(key)) };
}

function authorityKeyIdentifier(key: KeyPair): Extension {
  return { oid: '2.5.29.35', value: der.sequence(der.taggedBytes(0, keyIdentifier(key))) };
}

function keyIdentifier(key: KeyPair): Buffer {
  return createHash('sha1').update(key.spki).digest();
}

function encodeExtension({ oid, critical = false, value }: Extension): Buffer {
  return der.sequence(der.oid(oid), ...(critical ? [der.boolean(true)] : []), der.octetString(value));
}
