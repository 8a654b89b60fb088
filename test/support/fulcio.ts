/** Fulcio for tests: leaf certificates with the claims of a signer and the timestamps of certificate transparency logs. */
import { createHash, sign } from 'node:crypto';

import {
  certificateExtensions,
  CODE_SIGNING,
  generalName,
  randomSerial,
  signCertificate,
  subjectAlternativeName,
  tbsCertificate,
  type Authority,
  type Extension,
  type KeyPair,
  type Validity,
} from './certificates.ts';
import * as der from './der.ts';
import { CLAIM_NUMBERS, type Signer } from './signers.ts';

export const FULCIO_OID = '1.3.6.1.4.1.57264.1';
const SCT_LIST_OID = '1.3.6.1.4.1.11129.2.4.2';

export interface LeafRequest {
  readonly authority: Authority;
  /** Each gives a signed certificate timestamp. */
  readonly ctLogs: readonly KeyPair[];
  readonly key: KeyPair;
  readonly signer: Signer;
  readonly validity: Validity;
  /** GeneralNames instead of the signer's one. */
  readonly alternativeNames?: readonly Uint8Array[] | undefined;
  /** Changes the extensions before the certificate is logged and signed. */
  readonly extensions?: ((extensions: readonly Extension[]) => readonly Extension[]) | undefined;
  /** Whether the logs are shown another certificate than the one that is issued. */
  readonly logsAnother?: boolean;
}

/** A leaf certificate, DER. */
export function issueLeaf(request: LeafRequest): Buffer {
  const { authority, key, signer, validity } = request;
  const fulcio: readonly Extension[] = [
    ...certificateExtensions(key, authority.key, CODE_SIGNING),
    subjectAlternativeName(request.alternativeNames ?? alternativeNamesOf(signer)),
    ...claimExtensions(signer),
  ];
  const extensions = request.extensions?.(fulcio) ?? fulcio;
  const parts = { serial: randomSerial(), issuer: authority.subject, subject: der.sequence(), validity };
  const tbs = (listed: readonly Extension[]): Buffer =>
    tbsCertificate({ ...parts, spki: key.spki, extensions: listed });

  const logged = tbs(request.logsAnother === true ? extensions.slice(0, -1) : extensions);
  const scts = request.ctLogs.map((log) =>
    certificateTimestamp(log, authority.key, logged, validity.notBefore),
  );
  const final = scts.length === 0 ? extensions : [...extensions, sctExtension(scts)];
  return signCertificate(tbs(final), authority.key.privateKey);
}

/** One of Fulcio's extensions as it makes them since .8: a DER UTF8String. */
export function claimExtension(number: number, text: string): Extension {
  return { oid: `${FULCIO_OID}.${number}`, value: der.utf8String(text) };
}

function alternativeNamesOf({ claims }: Signer): readonly Uint8Array[] {
  const name = claims.subjectAlternativeName;
  if (name === undefined) return [];
  return [name.type === 'uri' ? generalName.uri(name.value) : generalName.email(name.value)];
}

function claimExtensions({ claims, legacyClaims }: Signer): readonly Extension[] {
  const legacy = Object.entries(legacyClaims).map(([number, text]) => ({
    oid: `${FULCIO_OID}.${number}`,
    value: Buffer.from(text, 'utf8'),
  }));
  const current = CLAIM_NUMBERS.flatMap(([name, number]) => {
    const text = claims[name];
    return text === undefined ? [] : [claimExtension(number, text)];
  });
  return [...legacy, ...current];
}

/** A SignedCertificateTimestamp (RFC 6962 section 3.2) for a precertificate. */
function certificateTimestamp(log: KeyPair, issuerKey: KeyPair, tbs: Buffer, at: Date): Buffer {
  const time = Buffer.alloc(8);
  time.writeBigUInt64BE(BigInt(at.getTime()));
  const signed = Buffer.concat([
    Buffer.from([0, 0]), // version 1, certificate_timestamp
    time,
    Buffer.from([0, 1]), // precert_entry
    createHash('sha256').update(issuerKey.spki).digest(),
    bigEndian(tbs.length, 3),
    tbs,
    bigEndian(0, 2), // no extensions
  ]);
  const signature = sign('sha256', signed, log.privateKey);
  return Buffer.concat([
    Buffer.from([0]),
    createHash('sha256').update(log.spki).digest(),
    time,
    bigEndian(0, 2),
    Buffer.from([4, 3]), // sha256, ecdsa
    bigEndian(signature.length, 2),
    signature,
  ]);
}

function sctExtension(scts: readonly Buffer[]): Extension {
  const list = Buffer.concat(scts.flatMap((sct) => [bigEndian(sct.length, 2), sct]));
  return {
    oid: SCT_LIST_OID,
    value: der.octetString(Buffer.concat([bigEndian(list.length, 2), list])),
  };
}

function bigEndian(value: number, octets: number): Buffer {
  const bytes = Buffer.alloc(octets);
  bytes.writeUIntBE(value, 0, octets);
  return bytes;
}
