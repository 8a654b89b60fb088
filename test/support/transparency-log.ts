/** Rekor for tests: log entries with the promise, proof and checkpoint that the real log gives. */
import { createHash, generateKeyPairSync, randomBytes, sign, type KeyObject } from 'node:crypto';

import { json } from '@sigstore/core';

import { createKeyPair } from './certificates.ts';

export interface TransparencyLog {
  readonly version: 1 | 2;
  readonly baseUrl: string;
  readonly privateKey: KeyObject;
  /** SubjectPublicKeyInfo, DER. */
  readonly spki: Buffer;
  /** SHA-256 of the key. */
  readonly keyId: Buffer;
  /** The index that the next entry gets. */
  readonly nextIndex: () => number;
}

/** A transparency log entry in the JSON of Sigstore's protobuf-specs, which PEP 740 takes over. */
export interface TransparencyLogEntry {
  readonly logIndex: string;
  readonly logId: { readonly keyId: string };
  readonly kindVersion: { readonly kind: string; readonly version: string };
  /** Seconds since 1970; `0` in an entry of Rekor v2. */
  readonly integratedTime: string;
  readonly inclusionPromise?: { readonly signedEntryTimestamp: string };
  readonly inclusionProof?: {
    readonly logIndex: string;
    readonly rootHash: string;
    readonly treeSize: string;
    readonly hashes: readonly string[];
    readonly checkpoint: { readonly envelope: string };
  };
  readonly canonicalizedBody: string;
}

/** The body of a log entry, before it is canonicalised (RFC 8785). */
export interface EntryBody {
  readonly apiVersion: string;
  readonly kind: string;
  readonly spec: Readonly<Record<string, unknown>>;
}

export interface Envelope {
  /** The in-toto statement. */
  readonly payload: Buffer;
  readonly signature: Buffer;
}

// The log is kept in shards: the index of an entry in all of them is higher than the index in its own tree.
const EARLIER_SHARDS = 121_904_262;
const FIRST_INDEX = 476_557_169;

/** Rekor v1 signs with P-256, v2 (the tiled log) with Ed25519. */
export function createTransparencyLog(version: 1 | 2, baseUrl: string): TransparencyLog {
  const { privateKey, spki } = version === 1 ? createKeyPair() : createEd25519();
  let next = FIRST_INDEX;
  return {
    version,
    baseUrl,
    privateKey,
    spki,
    keyId: createHash('sha256').update(spki).digest(),
    nextIndex: () => {
      next += 3;
      return next;
    },
  };
}

/** What the log stores of a signature: kind dsse, 0.0.1 (v1) or 0.0.2 (v2). */
export function dsseBody(version: 1 | 2, envelope: Envelope, leafPem: string, leaf: Buffer): EntryBody {
  const payloadDigest = createHash('sha256').update(envelope.payload).digest();
  const signature = envelope.signature.toString('base64');
  if (version === 2) {
    const verifier = {
      keyDetails: 'PKIX_ECDSA_P256_SHA_256',
      x509Certificate: { rawBytes: leaf.toString('base64') },
    };
    const payloadHash = { algorithm: 'SHA2_256', digest: payloadDigest.toString('base64') };
    const dsseV002 = { payloadHash, signatures: [{ content: signature, verifier }] };
    return { apiVersion: '0.0.2', kind: 'dsse', spec: { dsseV002 } };
  }
  return {
    apiVersion: '0.0.1',
    kind: 'dsse',
    spec: {
      envelopeHash: { algorithm: 'sha256', value: envelopeDigest(envelope) },
      payloadHash: { algorithm: 'sha256', value: payloadDigest.toString('hex') },
      signatures: [{ signature, verifier: Buffer.from(leafPem).toString('base64') }],
    },
  };
}

/** Enters a body, whatever it says, at the given time. */
export function enter(log: TransparencyLog, body: EntryBody, at: Date): TransparencyLogEntry {
  const index = log.nextIndex();
  const canonicalizedBody = Buffer.from(canonicalize(body), 'utf8');
  const logIndex = String(log.version === 1 ? index + EARLIER_SHARDS : index);
  const integratedTime = log.version === 1 ? Math.floor(at.getTime() / 1000) : 0;
  return {
    logIndex,
    logId: { keyId: log.keyId.toString('base64') },
    kindVersion: { kind: body.kind, version: body.apiVersion },
    integratedTime: String(integratedTime),
    ...(log.version === 1
      ? { inclusionPromise: promise(log, canonicalizedBody, integratedTime, Number(logIndex)) }
      : {}),
    inclusionProof: inclusionProof(log, canonicalizedBody, index),
    canonicalizedBody: canonicalizedBody.toString('base64'),
  };
}

function createEd25519(): { readonly privateKey: KeyObject; readonly spki: Buffer } {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  return { privateKey, spki: publicKey.export({ format: 'der', type: 'spki' }) };
}

/** The signed entry timestamp. */
function promise(log: TransparencyLog, body: Buffer, integratedTime: number, logIndex: number) {
  const payload = {
    body: body.toString('base64'),
    integratedTime,
    logID: log.keyId.toString('hex'),
    logIndex,
  };
  const signature = sign('sha256', Buffer.from(canonicalize(payload), 'utf8'), log.privateKey);
  return { signedEntryTimestamp: signature.toString('base64') };
}

/** A proof (RFC 6962 section 2.1.1) in a tree whose other entries are known by hashes alone. */
function inclusionProof(log: TransparencyLog, body: Buffer, index: number) {
  const treeSize = index + 2;
  const inner = bitLength(index ^ (treeSize - 1));
  const border = (index >> inner).toString(2).replaceAll('0', '').length;
  const hashes = Array.from({ length: inner + border }, () => randomBytes(32));
  const leaf = createHash('sha256')
    .update(Buffer.from([0]))
    .update(body)
    .digest();
  const root = hashes.reduce<Buffer>((node, sibling, level) => {
    const siblingIsLeft = level >= inner || ((index >> level) & 1) === 1;
    return siblingIsLeft ? hashChildren(sibling, node) : hashChildren(node, sibling);
  }, leaf);
  return {
    logIndex: String(index),
    rootHash: root.toString('base64'),
    treeSize: String(treeSize),
    hashes: hashes.map((hash) => hash.toString('base64')),
    checkpoint: { envelope: checkpoint(log, treeSize, root) },
  };
}

/** A signed note (https://github.com/transparency-dev/formats/blob/main/log/README.md). */
function checkpoint(log: TransparencyLog, treeSize: number, root: Buffer): string {
  const { host } = new URL(log.baseUrl);
  const origin = log.version === 1 ? `${host} - 1193050959916656506` : host;
  const note = `${origin}\n${treeSize}\n${root.toString('base64')}\n`;
  const signature = sign(log.version === 1 ? 'sha256' : null, Buffer.from(note, 'utf8'), log.privateKey);
  const hinted = Buffer.concat([log.keyId.subarray(0, 4), signature]);
  return `${note}\n\u2014 ${host} ${hinted.toString('base64')}\n`;
}

function hashChildren(left: Buffer, right: Buffer): Buffer {
  return createHash('sha256')
    .update(Buffer.from([1]))
    .update(left)
    .update(right)
    .digest();
}

function bitLength(n: number): number {
  return n === 0 ? 0 : n.toString(2).length;
}

/** The envelope as the Python client serialises it, spaces and all. */
function envelopeDigest({ payload, signature }: Envelope): string {
  const text =
    `{"payload": "${payload.toString('base64')}", "payloadType": "application/vnd.in-toto+json", ` +
    `"signatures": [{"sig": "${signature.toString('base64')}"}]}`;
  return createHash('sha256').update(text).digest('hex');
}

/** RFC 8785. */
function canonicalize(value: object): string {
  return json.canonicalize(value);
}
