import { createHash } from 'node:crypto';

import type { TrustMaterial } from '@sigstore/verify';

import { decodeBase64 } from './base64.ts';
import { invalid, unsupported } from './failure.ts';
import { checkInclusionProof } from './inclusion-proof.ts';
import { type JsonObject, listOf, memberOf, objectOf, stringOf } from './members.ts';
import type { Attestation, LogEntry } from './parse.ts';
import { parseStrictJson } from './strict-json.ts';

const MAX_FIELD = 1_000_000;
const SHA256_HEX = /^[0-9a-f]{64}$/;
const PEM_CERTIFICATE =
  /^-----BEGIN CERTIFICATE-----\n(?<base64>[A-Za-z0-9+/=\n]+)\n-----END CERTIFICATE-----\n?$/;

/** What the body of a log entry says was logged. */
interface LoggedEnvelope {
  readonly signature: Buffer;
  /** DER. */
  readonly certificate: Buffer;
  /** SHA-256 of the DSSE payload, lower-case hex. */
  readonly payloadSha256: string;
}

/**
 * Checks that the log entry was made for this signature, this statement *and* this certificate, and that its inclusion proof
 * is consistent. The Sigstore library compares signature and payload hash only, so that an entry which somebody else made for
 * a signature would do; without the certificate the log could not be searched for what an identity signed.
 *
 * That the entry is in the log, and the log one that is trusted, is for the Sigstore library to verify.
 *
 * @param attestation as parsed
 * @param signedAt the time of signing
 * @param logs of the trusted root
 * @throws AttestationFailure: unsupported for kinds of entries other than `dsse` 0.0.1 (Rekor v1) and 0.0.2 (Rekor v2),
 *   otherwise invalid
 */
export function checkLogEntry(attestation: Attestation, signedAt: Date, logs: TrustMaterial['tlogs']): void {
  const { entry } = attestation;
  const logged = loggedEnvelope(entry);
  if (!logged.signature.equals(attestation.signature)) {
    throw invalid('the log entry is for another signature');
  }
  if (logged.payloadSha256 !== createHash('sha256').update(attestation.statement).digest('hex')) {
    throw invalid('the log entry is for another statement');
  }
  if (!logged.certificate.equals(attestation.certificate)) {
    throw invalid('the log entry is for another certificate');
  }
  checkInclusionProof(entry.inclusionProof);
  checkLogIndex(entry);
  checkLogWasActive(entry, signedAt, logs);
}

function loggedEnvelope(entry: LogEntry): LoggedEnvelope {
  const body = objectOf(parseStrictJson(entry.canonicalizedBody, 'the log entry'), 'the log entry');
  if (memberOf(body, 'kind') !== entry.kind || memberOf(body, 'apiVersion') !== entry.version) {
    throw invalid('the log entry is of another kind or version than the attestation says');
  }
  const spec = objectOf(memberOf(body, 'spec'), '`spec` of the log entry');
  if (entry.kind === 'dsse' && entry.version === '0.0.1') return dsseV001(spec);
  if (entry.kind === 'dsse' && entry.version === '0.0.2') return dsseV002(spec);
  throw unsupported('the log entry is of a kind other than dsse 0.0.1 and dsse 0.0.2');
}

/** https://github.com/sigstore/rekor/blob/main/pkg/types/dsse/v0.0.1/dsse_v0_0_1_schema.json */
function dsseV001(spec: JsonObject): LoggedEnvelope {
  sha256Hex(memberOf(spec, 'envelopeHash'), '`envelopeHash` of the log entry');
  const signature = onlySignature(spec);
  const verifier = bytesOf(signature, 'verifier').toString('latin1');
  const pem = PEM_CERTIFICATE.exec(verifier)?.groups?.['base64'];
  if (pem === undefined) throw invalid('the verifier of the log entry is not one PEM certificate');
  return {
    signature: bytesOf(signature, 'signature'),
    certificate: decodeBase64(pem, 'the verifier of the log entry', MAX_FIELD),
    payloadSha256: sha256Hex(memberOf(spec, 'payloadHash'), '`payloadHash` of the log entry'),
  };
}

/** https://github.com/sigstore/protobuf-specs/blob/main/protos/rekor/v2/dsse.proto */
function dsseV002(spec: JsonObject): LoggedEnvelope {
  const dsse = objectOf(memberOf(spec, 'dsseV002'), '`dsseV002` of the log entry');
  const payloadHash = objectOf(memberOf(dsse, 'payloadHash'), '`payloadHash` of the log entry');
  if (memberOf(payloadHash, 'algorithm') !== 'SHA2_256') {
    throw invalid('`payloadHash` of the log entry is not a SHA-256 digest');
  }
  const signature = onlySignature(dsse);
  const verifier = objectOf(memberOf(signature, 'verifier'), 'the verifier of the log entry');
  const certificate = objectOf(
    memberOf(verifier, 'x509Certificate'),
    'the certificate in the verifier of the log entry',
  );
  return {
    signature: bytesOf(signature, 'content'),
    certificate: bytesOf(certificate, 'rawBytes'),
    payloadSha256: bytesOf(payloadHash, 'digest').toString('hex'),
  };
}

function onlySignature(spec: JsonObject): JsonObject {
  const [signature] = listOf(memberOf(spec, 'signatures'), '`signatures` of the log entry', 1);
  return objectOf(signature, 'the signature of the log entry');
}

function bytesOf(object: JsonObject, name: string): Buffer {
  const what = `\`${name}\` of the log entry`;
  return decodeBase64(stringOf(memberOf(object, name), what), what, MAX_FIELD);
}

function sha256Hex(value: unknown, what: string): string {
  const hash = objectOf(value, what);
  const digest = stringOf(memberOf(hash, 'value'), what);
  if (memberOf(hash, 'algorithm') !== 'sha256' || !SHA256_HEX.test(digest)) {
    throw invalid(`${what} is not a SHA-256 digest`);
  }
  return digest;
}

/** A SET signs the index. Without one only the proof vouches for it, and then both must be the same (Rekor v2 has no shards). */
function checkLogIndex(entry: LogEntry): void {
  if (entry.signedEntryTimestamp === undefined && entry.logIndex !== entry.inclusionProof.logIndex) {
    throw invalid('the log entry and its inclusion proof have different indexes');
  }
}

/** The library checks a log's period of validity for a SET, but not for a checkpoint alone. */
function checkLogWasActive(entry: LogEntry, signedAt: Date, logs: TrustMaterial['tlogs']): void {
  const own = logs.filter(({ logID }) => logID.equals(entry.keyId));
  if (own.length === 0) throw invalid('the log entry is of a log that is not in the trusted root');
  if (!own.some(({ validFor: { start, end } }) => start <= signedAt && signedAt <= end)) {
    throw invalid("the log's key was not valid at the time of signing");
  }
}
