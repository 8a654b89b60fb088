/**
 * A Sigstore instance of a test's own: certificate authority, certificate transparency log, Rekor v1 and v2, and a
 * timestamp authority. It signs what PyPI would serve, and what an attacker would like it to serve.
 */
import { createHash, sign as signBytes, type KeyObject } from 'node:crypto';

import type { PublisherClaim } from '../../src/model.ts';
import {
  ALWAYS,
  createIntermediateAuthority,
  createKeyPair,
  createRootAuthority,
  toPem,
  type Authority,
  type Extension,
  type KeyPair,
  type Validity,
} from './certificates.ts';
import { issueLeaf } from './fulcio.ts';
import { github, type Signer } from './signers.ts';
import { createTimestampAuthority, timestamp, type TimestampAuthority } from './timestamp-authority.ts';
import {
  createTransparencyLog,
  dsseBody,
  enter,
  type EntryBody,
  type Envelope,
  type TransparencyLog,
  type TransparencyLogEntry,
} from './transparency-log.ts';

export const PUBLISH_V1 = 'https://docs.pypi.org/attestations/publish/v1';
export const SLSA_V1 = 'https://slsa.dev/provenance/v1';
export const SLSA_V02 = 'https://slsa.dev/provenance/v0.2';
export const KONFLUX_BUILDER = 'https://konflux-ci.dev/calunga';

/** When everything is signed that says nothing else. */
export const SIGNED_AT = new Date('2026-06-01T12:00:00Z');

/** PEP 740's attestation object, with the `timestamps` that some publishers add. */
export interface Attestation {
  readonly version: 1;
  readonly verification_material: {
    /** DER, base64. */
    readonly certificate: string;
    readonly transparency_entries: readonly TransparencyLogEntry[];
    readonly timestamps?: readonly string[];
  } | null;
  readonly envelope: { readonly statement: string; readonly signature: string };
}

/** PEP 740's provenance object. */
export interface Provenance {
  readonly version: 1;
  readonly attestation_bundles: readonly AttestationBundle[];
}

export interface AttestationBundle {
  readonly publisher: PublisherClaim;
  readonly attestations: readonly Attestation[];
}

/** What is wrong with an attestation, where its maker controls everything but the trusted keys. */
export const FAULTS = [
  'certificate-of-another-instance',
  'certificate-signature-changed',
  'certificate-expired',
  'certificate-not-yet-valid',
  'no-sct',
  'sct-of-another-log',
  'sct-of-another-certificate',
  'sct-twice',
  'signature-by-another-key',
  'signature-of-another-statement',
  'no-entry',
  'entry-twice',
  'entry-of-another-instance',
  'entry-of-another-signature',
  'entry-of-another-payload',
  'entry-of-another-certificate',
  'entry-without-inclusion',
  'promise-of-another-entry',
  'proof-of-another-entry',
  'checkpoint-of-another-tree',
  'checkpoint-of-another-instance',
  'integrated-time-changed',
] as const;
export type Fault = (typeof FAULTS)[number];

/** What the envelope says. */
export interface StatementOptions {
  /** The name in the statement's subject. */
  readonly filename: string;
  /** Lower-case hex. */
  readonly sha256: string;
  readonly predicateType?: string;
  readonly predicate?: unknown;
  /** The statement instead of the one that the above makes: text as it stands, anything else as JSON. */
  readonly statement?: unknown;
}

/** RFC 3161: a good one; one for another signature; one by an authority that is not trusted. */
export type TimestampKind = 'good' | 'of-another-signature' | 'of-another-instance';

export interface SignOptions extends StatementOptions {
  readonly signer?: Signer;
  /** The time of signing; the certificate is valid from here for ten minutes. */
  readonly at?: Date;
  readonly fault?: Fault | undefined;
  /** Changes the extensions before the certificate is logged and issued: the raw hook for hostile ones. */
  readonly extensions?: (extensions: readonly Extension[]) => readonly Extension[];
  /** GeneralNames instead of the signer's one. */
  readonly alternativeNames?: readonly Uint8Array[];
  /** Changes what Rekor is given, before it promises and proves it. */
  readonly entryBody?: (body: EntryBody) => EntryBody;
  readonly log?: 'rekor-v1' | 'rekor-v2';
  readonly timestamps?: readonly TimestampKind[];
}

export interface TestSigstore {
  /** Sigstore's `trusted_root.json`. */
  readonly trustedRoot: object;
  readonly sign: (options: SignOptions) => Attestation;
  /** A provenance object of one bundle with one attestation, the publisher as the signer's. */
  readonly provenanceOf: (options: SignOptions) => Provenance;
}

/** The keys of one instance; another one has the same names and other keys. */
interface Instance {
  readonly root: Authority;
  readonly authority: Authority;
  readonly ctLog: KeyPair;
  readonly rekorV1: TransparencyLog;
  readonly rekorV2: TransparencyLog;
  readonly timestampAuthority: TimestampAuthority;
}

/** The instance that is trusted, and one that is not. */
interface Instances {
  readonly trusted: Instance;
  readonly another: Instance;
}

const REKOR_URL = 'https://rekor.sigstore.test';
const REKOR_V2_URL = 'https://log2026-1.rekor.sigstore.test';
const MINUTE = 60_000;

export interface SigstoreOptions {
  /** Of the certificate authorities; Fulcio's own is P-384, which takes ten times as long to verify. */
  readonly curve?: 'P-256' | 'P-384';
}

/** Makes all keys; cheap enough for every test to have its own instance. */
export function createTestSigstore({ curve }: SigstoreOptions = {}): TestSigstore {
  const instances = { trusted: createInstance(curve), another: createInstance(curve) };
  const sign = (options: SignOptions): Attestation => attest(instances, options);
  return {
    trustedRoot: trustedRootOf(instances.trusted),
    sign,
    provenanceOf: (options) => {
      const { publisher } = options.signer ?? github();
      return provenance([{ publisher, attestations: [sign(options)] }]);
    },
  };
}

export function provenance(bundles: readonly AttestationBundle[]): Provenance {
  return { version: 1, attestation_bundles: bundles };
}

export interface KeySignOptions extends StatementOptions {
  readonly privateKey: KeyObject;
  /** How the key signs; by default SHA-256 (Ed25519 has its own), and for RSA PKCS#1 v1.5. */
  readonly hash?: string | null;
  readonly padding?: number;
  readonly saltLength?: number;
  readonly dsaEncoding?: 'der' | 'ieee-p1363';
  /** What the signature is over, instead of in-toto's. */
  readonly payloadType?: string;
}

/** An attestation by a bare key: no certificate, no log (`verification_material` is null). */
export function signWithKey(options: KeySignOptions): Attestation {
  const { privateKey, padding, saltLength, dsaEncoding, payloadType } = options;
  const { hash = privateKey.asymmetricKeyType === 'ed25519' ? null : 'sha256' } = options;
  const payload = statementOf(options);
  const key = {
    key: privateKey,
    ...(padding === undefined ? {} : { padding }),
    ...(saltLength === undefined ? {} : { saltLength }),
    ...(dsaEncoding === undefined ? {} : { dsaEncoding }),
  };
  const signature = signBytes(hash, preAuthEncoding(payload, payloadType), key);
  return { version: 1, verification_material: null, envelope: encodeEnvelope({ payload, signature }) };
}

export interface KonfluxStatement {
  readonly _type: string;
  readonly predicateType: string;
  readonly subject: readonly object[];
  readonly predicate: object;
}

/** What Konflux signs: SLSA provenance v0.2 with a whole statement where the predicate belongs. */
export function konfluxStatement(
  { filename, sha256 }: StatementOptions,
  builder = KONFLUX_BUILDER,
): KonfluxStatement {
  const statement = {
    _type: 'https://in-toto.io/Statement/v0.1',
    predicateType: SLSA_V02,
    subject: [{ name: filename, digest: { sha256 } }],
  };
  const predicate = {
    buildType: 'https://konflux-ci.dev/PythonWheelBuild@v1',
    builder: { id: builder },
    metadata: {
      buildFinishedOn: '2026-02-19T16:59:23Z',
      completeness: { environment: true, materials: true, parameters: true },
      reproducible: true,
    },
  };
  return { ...statement, predicate: { ...statement, predicate } };
}

function createInstance(curve: SigstoreOptions['curve']): Instance {
  const root = createRootAuthority('sigstore', createKeyPair(curve));
  return {
    root,
    authority: createIntermediateAuthority('sigstore-intermediate', root, createKeyPair(curve)),
    ctLog: createKeyPair(),
    rekorV1: createTransparencyLog(1, REKOR_URL),
    rekorV2: createTransparencyLog(2, REKOR_V2_URL),
    timestampAuthority: createTimestampAuthority(),
  };
}

function attest(instances: Instances, options: SignOptions): Attestation {
  const { at = SIGNED_AT } = options;
  const key = createKeyPair();
  const leaf = certify(instances, key, options);
  const envelope = faultyEnvelope(statementOf(options), key, options.fault);
  const timestamps = options.timestamps?.map((kind) => stamp(instances, envelope, kind, at));
  return {
    version: 1,
    verification_material: {
      certificate: leaf.toString('base64'),
      transparency_entries: log(instances, envelope, leaf, options),
      ...(timestamps === undefined ? {} : { timestamps }),
    },
    envelope: encodeEnvelope(envelope),
  };
}

function certify({ trusted, another }: Instances, key: KeyPair, options: SignOptions): Buffer {
  const { fault, signer = github(), at = SIGNED_AT } = options;
  const leaf = issueLeaf({
    authority: (fault === 'certificate-of-another-instance' ? another : trusted).authority,
    ctLogs: ctLogsOf({ trusted, another }, fault),
    logsAnother: fault === 'sct-of-another-certificate',
    key,
    signer,
    validity: validityOf(at, fault),
    alternativeNames: options.alternativeNames,
    extensions: options.extensions,
  });
  return fault === 'certificate-signature-changed' ? withLastBitChanged(leaf) : leaf;
}

/** Of the authority's signature, which neither an SCT nor a name nor a key id covers. */
function withLastBitChanged(certificate: Buffer): Buffer {
  const last = certificate.length - 1;
  return Buffer.concat([certificate.subarray(0, last), Buffer.from([certificate.readUInt8(last) ^ 1])]);
}

function ctLogsOf({ trusted, another }: Instances, fault: Fault | undefined): readonly KeyPair[] {
  if (fault === 'no-sct') return [];
  if (fault === 'sct-of-another-log') return [another.ctLog];
  return fault === 'sct-twice' ? [trusted.ctLog, trusted.ctLog] : [trusted.ctLog];
}

/** Fulcio's ten minutes, which start at the time of signing or are before or after it. */
function validityOf(at: Date, fault: Fault | undefined): Validity {
  const start = at.getTime() + startOffset(fault);
  return { notBefore: new Date(start), notAfter: new Date(start + 10 * MINUTE) };
}

function startOffset(fault: Fault | undefined): number {
  if (fault === 'certificate-expired') return -11 * MINUTE;
  return fault === 'certificate-not-yet-valid' ? MINUTE : 0;
}

function faultyEnvelope(payload: Buffer, key: KeyPair, fault: Fault | undefined): Envelope {
  const signed = fault === 'signature-of-another-statement' ? Buffer.from('{}') : payload;
  const signingKey = fault === 'signature-by-another-key' ? createKeyPair() : key;
  return { payload, signature: signEnvelope(signed, signingKey.privateKey).signature };
}

function stamp({ trusted, another }: Instances, envelope: Envelope, kind: TimestampKind, at: Date): string {
  const authority = (kind === 'of-another-instance' ? another : trusted).timestampAuthority;
  const data = kind === 'of-another-signature' ? Buffer.from('another') : envelope.signature;
  return timestamp(authority, data, at).toString('base64');
}

function log(
  instances: Instances,
  envelope: Envelope,
  leaf: Buffer,
  options: SignOptions,
): readonly TransparencyLogEntry[] {
  const { fault, at = SIGNED_AT } = options;
  const instance = fault === 'entry-of-another-instance' ? instances.another : instances.trusted;
  const rekor = rekorOf(instance, options);
  const loggedLeaf =
    fault === 'entry-of-another-certificate'
      ? certify(instances, createKeyPair(), { ...options, signer: github({ repository: 'mallory/widget' }) })
      : leaf;
  const body = dsseBody(rekor.version, faultyLogged(envelope, fault), toPem(loggedLeaf), loggedLeaf);
  const entry = enter(rekor, options.entryBody?.(body) ?? body, at);
  const enterAgain = (other: TransparencyLog): TransparencyLogEntry =>
    enter(other, { ...body, spec: { ...body.spec, another: true } }, at);
  const faulty = fault === undefined ? undefined : ENTRY_FAULTS[fault];
  if (faulty === undefined) return [entry];
  return faulty(
    entry,
    () => enterAgain(rekor),
    () => enterAgain(rekorOf(instances.another, options)),
  );
}

function rekorOf(instance: Instance, options: SignOptions): TransparencyLog {
  return options.log === 'rekor-v2' ? instance.rekorV2 : instance.rekorV1;
}

/** What the log is shown; it enters in good faith what somebody signed. */
function faultyLogged(envelope: Envelope, fault: Fault | undefined): Envelope {
  if (fault === 'entry-of-another-signature') {
    return signEnvelope(envelope.payload, createKeyPair().privateKey);
  }
  return fault === 'entry-of-another-payload' ? { ...envelope, payload: Buffer.from('{}') } : envelope;
}

type EntryFault = (
  entry: TransparencyLogEntry,
  enterOther: () => TransparencyLogEntry,
  enterElsewhere: () => TransparencyLogEntry,
) => readonly TransparencyLogEntry[];

/** What is done to an entry after the log has made it. */
const ENTRY_FAULTS: Readonly<Partial<Record<Fault, EntryFault>>> = {
  'no-entry': () => [],
  'entry-twice': (entry) => [entry, entry],
  'entry-without-inclusion': ({ inclusionPromise: _promise, inclusionProof: _proof, ...bare }) => [bare],
  'promise-of-another-entry': (entry, enterOther) => [withMember(entry, 'inclusionPromise', enterOther())],
  'proof-of-another-entry': (entry, enterOther) => [withMember(entry, 'inclusionProof', enterOther())],
  'checkpoint-of-another-tree': (entry, enterOther) => [withCheckpointOf(entry, enterOther())],
  'checkpoint-of-another-instance': (entry, _, enterElsewhere) => [withCheckpointOf(entry, enterElsewhere())],
  'integrated-time-changed': (entry) => [
    { ...entry, integratedTime: String(Number(entry.integratedTime) + 1) },
  ],
};

function withMember(
  entry: TransparencyLogEntry,
  member: keyof TransparencyLogEntry,
  other: TransparencyLogEntry,
): TransparencyLogEntry {
  return { ...entry, [member]: other[member] };
}

function withCheckpointOf(entry: TransparencyLogEntry, other: TransparencyLogEntry): TransparencyLogEntry {
  if (entry.inclusionProof === undefined || other.inclusionProof === undefined) return entry;
  const { checkpoint } = other.inclusionProof;
  return { ...entry, inclusionProof: { ...entry.inclusionProof, checkpoint } };
}

function statementOf(options: StatementOptions): Buffer {
  const { statement = publishStatement(options) } = options;
  return Buffer.from(typeof statement === 'string' ? statement : JSON.stringify(statement), 'utf8');
}

/** in-toto Statement v1 with the one file as its subject. */
function publishStatement({
  filename,
  sha256,
  predicateType = PUBLISH_V1,
  predicate = null,
}: StatementOptions) {
  return {
    _type: 'https://in-toto.io/Statement/v1',
    subject: [{ name: filename, digest: { sha256 } }],
    predicateType,
    predicate,
  };
}

/** DSSE v1 (https://github.com/secure-systems-lab/dsse): the signature is over the pre-authentication encoding. */
function signEnvelope(payload: Buffer, privateKey: KeyObject): Envelope {
  return { payload, signature: signBytes('sha256', preAuthEncoding(payload), privateKey) };
}

function preAuthEncoding(payload: Buffer, type = 'application/vnd.in-toto+json'): Buffer {
  return Buffer.concat([Buffer.from(`DSSEv1 ${type.length} ${type} ${payload.length} `, 'ascii'), payload]);
}

function encodeEnvelope({ payload, signature }: Envelope): Attestation['envelope'] {
  return { statement: payload.toString('base64'), signature: signature.toString('base64') };
}

function chain(...authorities: readonly Authority[]): object {
  return {
    certificates: authorities.map(({ certificate }) => ({ rawBytes: certificate.toString('base64') })),
  };
}

function trustedRootOf(instance: Instance): object {
  const validFor = { start: ALWAYS.notBefore.toISOString() };
  const authorityOf = (commonName: string, uri: string, certChain: object) => ({
    subject: { organization: 'provpin tests', commonName },
    uri,
    certChain,
    validFor,
  });
  const logOf = (baseUrl: string, spki: Buffer, keyDetails = 'PKIX_ECDSA_P256_SHA_256') => ({
    baseUrl,
    hashAlgorithm: 'SHA2_256',
    publicKey: { rawBytes: spki.toString('base64'), keyDetails, validFor },
    logId: { keyId: createHash('sha256').update(spki).digest('base64') },
  });
  const { rekorV1, rekorV2, timestampAuthority } = instance;
  return {
    mediaType: 'application/vnd.dev.sigstore.trustedroot+json;version=0.1',
    tlogs: [logOf(rekorV1.baseUrl, rekorV1.spki), logOf(rekorV2.baseUrl, rekorV2.spki, 'PKIX_ED25519')],
    certificateAuthorities: [
      authorityOf('sigstore', 'https://fulcio.sigstore.test', chain(instance.authority, instance.root)),
    ],
    ctlogs: [logOf('https://ctfe.sigstore.test', instance.ctLog.spki)],
    timestampAuthorities: [
      authorityOf(
        'timestamp',
        'https://timestamp.sigstore.test/api/v1/timestamp',
        chain(timestampAuthority.signer, timestampAuthority.root),
      ),
    ],
  };
}
