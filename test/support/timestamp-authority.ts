/** RFC 3161 time stamps for tests. */
import { createHash, randomBytes, sign } from 'node:crypto';

import {
  createEndEntity,
  createRootAuthority,
  ECDSA_WITH_SHA256,
  TIME_STAMPING,
  type Authority,
} from './certificates.ts';
import * as der from './der.ts';

const OID = {
  signedData: '1.2.840.113549.1.7.2',
  tstInfo: '1.2.840.113549.1.9.16.1.4',
  contentType: '1.2.840.113549.1.9.3',
  messageDigest: '1.2.840.113549.1.9.4',
  policy: '1.3.6.1.4.1.57264.2',
} as const;

const SHA256 = der.sequence(der.oid('2.16.840.1.101.3.4.2.1'));

export interface TimestampAuthority {
  readonly root: Authority;
  readonly signer: Authority;
}

export function createTimestampAuthority(): TimestampAuthority {
  const root = createRootAuthority('timestamp root');
  return { root, signer: createEndEntity('timestamp', root, TIME_STAMPING) };
}

/**
 * A TimeStampResp (RFC 3161 section 2.4.2), DER, for the given bytes at the given time; the authority's certificate is
 * not in it.
 */
export function timestamp({ root, signer }: TimestampAuthority, data: Uint8Array, at: Date): Buffer {
  const info = tstInfo(data, at);
  const content = der.sequence(der.oid(OID.tstInfo), der.tagged(0, der.octetString(info)));
  const attributes = [
    attribute(OID.contentType, der.oid(OID.tstInfo)),
    attribute(OID.messageDigest, der.octetString(sha256(info))),
  ];
  const signedAttributes = der.setOf(...attributes);
  const signerInfo = der.sequence(
    der.integer(1),
    der.sequence(root.subject, der.integer(signer.serial)),
    SHA256,
    Buffer.concat([Buffer.from([0xa0]), signedAttributes.subarray(1)]),
    ECDSA_WITH_SHA256,
    der.octetString(sign('sha256', signedAttributes, signer.key.privateKey)),
  );
  const signedData = der.sequence(der.integer(3), der.setOf(SHA256), content, der.setOf(signerInfo));
  const token = der.sequence(der.oid(OID.signedData), der.tagged(0, signedData));
  return der.sequence(der.sequence(der.integer(0)), token);
}

function tstInfo(data: Uint8Array, at: Date): Buffer {
  return der.sequence(
    der.integer(1),
    der.oid(OID.policy),
    der.sequence(SHA256, der.octetString(sha256(data))),
    der.integer(randomBytes(8)),
    der.generalizedTime(at),
  );
}

function attribute(type: string, value: Buffer): Buffer {
  return der.sequence(der.oid(type), der.setOf(value));
}

function sha256(data: Uint8Array): Buffer {
  return createHash('sha256').update(data).digest();
}
