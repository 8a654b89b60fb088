import { X509Certificate } from 'node:crypto';

import { ASN1Obj } from '@sigstore/core';

import { messageOf } from '../errors.ts';
import { exact } from '../printable.ts';
import { refuseCostlyDer } from './der-effort.ts';
import { invalid } from './failure.ts';

const KEY_USAGE = '2.5.29.15';
const SUBJECT_ALTERNATIVE_NAME = '2.5.29.17';
const BASIC_CONSTRAINTS = '2.5.29.19';
const EXTENDED_KEY_USAGE = '2.5.29.37';
const CODE_SIGNING = '1.3.6.1.5.5.7.3.3';

/** BasicConstraints of an end entity: an empty sequence, for cA is FALSE by default (RFC 5280 section 4.2.1.9). */
const NO_AUTHORITY = Buffer.from([0x30, 0x00]);

/** What is understood here; any other critical extension must lead to refusal (RFC 5280 section 4.2). */
const UNDERSTOOD = new Set([KEY_USAGE, SUBJECT_ALTERNATIVE_NAME, BASIC_CONSTRAINTS, EXTENDED_KEY_USAGE]);

/** Bits of KeyUsage (RFC 5280 section 4.2.1.3), counted from the most significant. */
const DIGITAL_SIGNATURE = 0;
const KEY_CERT_SIGN = 5;

/** Dotted OID to the octets inside extnValue. */
export type Extensions = ReadonlyMap<string, Buffer>;

/**
 * Reads the extensions of a certificate that signed an attestation, and checks what the chain verification leaves open: that
 * it is an end-entity certificate for code signing, with no extension twice and no critical one that is not understood.
 *
 * @param der the certificate, not verified
 * @throws AttestationFailure, invalid
 */
export function readLeafExtensions(der: Buffer): Extensions {
  const extensions = new Map<string, Buffer>();
  for (const { oid, critical, value } of parseExtensions(der)) {
    if (extensions.has(oid)) throw invalid(`the certificate has the extension \`${oid}\` twice`);
    if (critical && !UNDERSTOOD.has(oid)) {
      throw invalid(`the certificate has the critical extension \`${oid}\`, which is not known`);
    }
    extensions.set(oid, value);
  }
  requireSigningLeaf(der, extensions);
  return extensions;
}

/**
 * Parses DER, all of it.
 *
 * @throws AttestationFailure, invalid
 */
export function parseDer(bytes: Uint8Array, what: string): ASN1Obj {
  refuseCostlyDer(bytes, what);
  try {
    return ASN1Obj.parseBuffer(Buffer.from(bytes));
  } catch (error) {
    throw invalid(`${what} is not DER: ${exact(messageOf(error), 200)}`);
  }
}

interface Extension {
  readonly oid: string;
  readonly critical: boolean;
  readonly value: Buffer;
}

function parseExtensions(der: Buffer): readonly Extension[] {
  // TBSCertificate is the first element; its extensions are the one with the explicit tag 3 (RFC 5280 section 4.1).
  const tbsCertificate = parseDer(der, 'the certificate').subs[0];
  const list = tbsCertificate?.subs.find((part) => part.tag.isContextSpecific(3))?.subs ?? [];
  if (list.length !== 1) throw invalid('the certificate has no list of extensions');
  return (list[0]?.subs ?? []).map(parseExtension);
}

/** `SEQUENCE { OID, BOOLEAN DEFAULT FALSE, OCTET STRING }` */
function parseExtension(extension: ASN1Obj): Extension {
  const [oid, ...rest] = extension.subs;
  const value = rest.at(-1);
  const critical = rest.length === 2 ? rest[0] : undefined;
  if (
    oid?.tag.isOID() !== true ||
    value?.tag.isOctetString() !== true ||
    value.tag.constructed ||
    rest.length > 2 ||
    critical?.tag.isBoolean() === false
  ) {
    throw invalid('the certificate has an extension that is not well-formed');
  }
  // `value.subs` is a guess at what the octets might mean; only the octets themselves are used.
  return { oid: oid.toOID(), critical: critical !== undefined, value: value.value };
}

function requireSigningLeaf(der: Buffer, extensions: Extensions): void {
  // Not OpenSSL's word for it, which calls a certificate an authority's only when its key usage fits as well.
  const basicConstraints = extensions.get(BASIC_CONSTRAINTS);
  if (basicConstraints !== undefined && !basicConstraints.equals(NO_AUTHORITY)) {
    throw invalid('the certificate is of a certificate authority, not of a signer');
  }
  const keyUsage = extensions.get(KEY_USAGE);
  const bits = keyUsage === undefined ? undefined : keyUsageBits(keyUsage);
  if (bits?.[DIGITAL_SIGNATURE] !== 1 || bits[KEY_CERT_SIGN] === 1) {
    throw invalid('the certificate is not for digital signatures alone');
  }
  // Node calls the extended key usage `keyUsage`; undefined when there is none.
  const purposes = (parseWithOpenssl(der).keyUsage as readonly string[] | undefined) ?? [];
  if (!purposes.includes(CODE_SIGNING)) throw invalid('the certificate is not for code signing');
}

/** OpenSSL also refuses encodings of OIDs that are not minimal, which could make two extensions look like one. */
function parseWithOpenssl(der: Buffer): X509Certificate {
  try {
    return new X509Certificate(der);
  } catch {
    throw invalid('the certificate is not an X.509 certificate');
  }
}

function keyUsageBits(value: Buffer): readonly number[] {
  const bits = parseDer(value, 'the key usage of the certificate');
  // The first octet says how many bits of the last one are unused (X.690 section 8.6.2), at most seven.
  const [unused = 8] = bits.value;
  if (!bits.tag.isBitString() || unused > 7) {
    throw invalid('the key usage of the certificate is not a bit string');
  }
  return bits.toBitString();
}
