import type { PublisherClaim } from '../model.ts';
import { decodeBase64 } from './base64.ts';
import { invalid } from './failure.ts';
import { type JsonObject, listOf, memberOf, objectOf, stringOf } from './members.ts';
import { parseStrictJson } from './strict-json.ts';

/** Bytes of a provenance object; real ones have about 20 000. */
const MAX_DOCUMENT = 4_000_000;
const MAX_BUNDLES = 16;
const MAX_ATTESTATIONS = 16;
const MAX_TIMESTAMPS = 8;
/** An inclusion proof has at most two hashes a level, and a tree index has 63 bits. */
const MAX_PROOF_HASHES = 128;
/** Bytes of anything that is base64 in an attestation. */
const MAX_FIELD = 1_000_000;
const SHA256_BYTES = 32;

/** A bundle of a provenance object; its attestations are still to be parsed, each by itself. */
export interface ProvenanceBundle {
  readonly publisher?: PublisherClaim;
  readonly attestations: readonly [unknown, ...unknown[]];
}

/** Rekor's proof that an entry is in its log. Numbers are decimal strings. */
export interface InclusionProof {
  readonly logIndex: string;
  readonly treeSize: string;
  readonly rootHash: Buffer;
  readonly hashes: readonly Buffer[];
  /** The signed note. */
  readonly checkpoint: string;
}

/** An entry of the transparency log, its bytes decoded and nothing verified. */
export interface LogEntry {
  readonly logIndex: string;
  readonly keyId: Buffer;
  readonly kind: string;
  readonly version: string;
  /** Seconds since the epoch, decimal; absent when it is 0 (Rekor v2). */
  readonly integratedTime?: string;
  /** Rekor's SET. */
  readonly signedEntryTimestamp?: Buffer;
  readonly inclusionProof: InclusionProof;
  readonly canonicalizedBody: Buffer;
}

/** What is signed, and the signature. */
export interface SignedStatement {
  /** The in-toto statement, as signed. */
  readonly statement: Buffer;
  readonly signature: Buffer;
}

/** A PEP 740 attestation object, its bytes decoded and nothing verified. */
export interface Attestation extends SignedStatement {
  /** DER. */
  readonly certificate: Buffer;
  readonly entry: LogEntry;
  /** RFC 3161 timestamp responses, DER; usually none. */
  readonly timestamps: readonly Buffer[];
}

/**
 * Parses a PEP 740 provenance object. Unknown members are ignored; everything else that is not as the PEP has it is refused.
 *
 * @throws AttestationFailure, invalid
 */
export function parseProvenance(document: Uint8Array): readonly [ProvenanceBundle, ...ProvenanceBundle[]] {
  if (document.length > MAX_DOCUMENT) {
    throw invalid(`the provenance object has ${document.length} bytes, more than ${MAX_DOCUMENT}`);
  }
  const provenance = objectOf(parseStrictJson(document, 'the provenance object'), 'the provenance object');
  requireVersion1(provenance, 'the provenance object');
  const list = memberOf(provenance, 'attestation_bundles');
  const [first, ...rest] = listOf(list, '`attestation_bundles`', MAX_BUNDLES);
  return [parseBundle(first), ...rest.map(parseBundle)];
}

function parseBundle(value: unknown): ProvenanceBundle {
  const bundle = objectOf(value, 'an attestation bundle');
  const attestations = listOf(memberOf(bundle, 'attestations'), '`attestations`', MAX_ATTESTATIONS);
  const publisher = memberOf(bundle, 'publisher');
  return publisher === undefined ? { attestations } : { attestations, publisher: parsePublisher(publisher) };
}

function parsePublisher(value: unknown): PublisherClaim {
  const publisher = objectOf(value, 'a `publisher`');
  return { ...publisher, kind: stringOf(memberOf(publisher, 'kind'), 'the `kind` of a publisher') };
}

/** Whether an attestation object says that it is signed by a key, and not by a certificate: as Pulp serves it. */
export function isKeySigned(value: unknown): boolean {
  const attestation = objectOf(value, 'the attestation');
  return Object.hasOwn(attestation, 'verification_material') && attestation['verification_material'] === null;
}

/**
 * Parses an attestation object whose `verification_material` is null.
 *
 * @throws AttestationFailure, invalid
 */
export function parseKeySignedAttestation(value: unknown): SignedStatement {
  return parseEnvelope(objectOf(value, 'the attestation'));
}

/**
 * Parses one PEP 740 attestation object.
 *
 * @throws AttestationFailure, invalid
 */
export function parseAttestation(value: unknown): Attestation {
  const attestation = objectOf(value, 'the attestation');
  const envelope = parseEnvelope(attestation);
  const material = objectOf(memberOf(attestation, 'verification_material'), '`verification_material`');
  const certificate = bytesMember(material, 'certificate');
  const entries = listOf(memberOf(material, 'transparency_entries'), '`transparency_entries`', 1);
  return {
    certificate,
    entry: parseLogEntry(entries[0]),
    timestamps: parseTimestamps(memberOf(material, 'timestamps')),
    ...envelope,
  };
}

function parseEnvelope(attestation: JsonObject): SignedStatement {
  requireVersion1(attestation, 'the attestation');
  const envelope = objectOf(memberOf(attestation, 'envelope'), '`envelope`');
  return { statement: bytesMember(envelope, 'statement'), signature: bytesMember(envelope, 'signature') };
}

function parseTimestamps(value: unknown): readonly Buffer[] {
  if (value === undefined) return [];
  if (!Array.isArray(value)) throw invalid('`timestamps` is not a list');
  if (value.length === 0) return [];
  return listOf(value, '`timestamps`', MAX_TIMESTAMPS).map((timestamp) =>
    decodeBase64(stringOf(timestamp, 'a timestamp'), 'a timestamp', MAX_FIELD),
  );
}

/** A log entry in the JSON form of the Sigstore bundle's TransparencyLogEntry. */
function parseLogEntry(value: unknown): LogEntry {
  const entry = objectOf(value, 'the log entry');
  const kindVersion = objectOf(memberOf(entry, 'kindVersion'), '`kindVersion`');
  const integratedTime = memberOf(entry, 'integratedTime');
  const promise = memberOf(entry, 'inclusionPromise');
  return {
    logIndex: naturalNumber(memberOf(entry, 'logIndex'), '`logIndex`'),
    keyId: bytesMember(objectOf(memberOf(entry, 'logId'), '`logId`'), 'keyId'),
    kind: stringOf(memberOf(kindVersion, 'kind'), '`kind`'),
    version: stringOf(memberOf(kindVersion, 'version'), '`version`'),
    ...timeMember(integratedTime),
    ...(promise !== undefined && {
      signedEntryTimestamp: bytesMember(objectOf(promise, '`inclusionPromise`'), 'signedEntryTimestamp'),
    }),
    inclusionProof: parseInclusionProof(memberOf(entry, 'inclusionProof')),
    canonicalizedBody: bytesMember(entry, 'canonicalizedBody'),
  };
}

function timeMember(value: unknown): { readonly integratedTime?: string } {
  if (value === undefined) return {};
  const integratedTime = naturalNumber(value, '`integratedTime`');
  return integratedTime === '0' ? {} : { integratedTime };
}

function parseInclusionProof(value: unknown): InclusionProof {
  if (value === undefined) throw invalid('the log entry has no inclusion proof');
  const proof = objectOf(value, '`inclusionProof`');
  const checkpoint = objectOf(memberOf(proof, 'checkpoint'), '`checkpoint`');
  const hashes = memberOf(proof, 'hashes') ?? [];
  if (!Array.isArray(hashes) || hashes.length > MAX_PROOF_HASHES) {
    throw invalid(`\`hashes\` is not a list of at most ${MAX_PROOF_HASHES} hashes`);
  }
  return {
    logIndex: naturalNumber(memberOf(proof, 'logIndex'), '`logIndex` of the inclusion proof'),
    treeSize: naturalNumber(memberOf(proof, 'treeSize'), '`treeSize`'),
    rootHash: sha256Digest(memberOf(proof, 'rootHash'), '`rootHash`'),
    hashes: hashes.map((hash) => sha256Digest(hash, 'a hash of the inclusion proof')),
    checkpoint: stringOf(memberOf(checkpoint, 'envelope'), '`envelope` of the checkpoint'),
  };
}

function requireVersion1(object: JsonObject, what: string): void {
  if (memberOf(object, 'version') !== 1) throw invalid(`${what} is not of version 1`);
}

function bytesMember(object: JsonObject, name: string): Buffer {
  return decodeBase64(stringOf(memberOf(object, name), `\`${name}\``), `\`${name}\``, MAX_FIELD);
}

function sha256Digest(value: unknown, what: string): Buffer {
  const digest = decodeBase64(stringOf(value, what), what, SHA256_BYTES);
  if (digest.length !== SHA256_BYTES) throw invalid(`${what} is not a SHA-256 digest`);
  return digest;
}

/**
 * Protobuf's JSON form writes 64-bit integers as strings; some writers use numbers. Numbers that JavaScript cannot hold
 * exactly are refused, for the library computes the SET's payload with them.
 */
function naturalNumber(value: unknown, what: string): string {
  const text = typeof value === 'number' ? String(value) : stringOf(value, what);
  if (!/^(?:0|[1-9][0-9]*)$/.test(text) || !Number.isSafeInteger(Number(text))) {
    throw invalid(`${what} is not a whole number from 0 to 2^53 - 1`);
  }
  return text;
}
