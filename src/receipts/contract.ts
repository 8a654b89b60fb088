/**
 * What was seen of one verified attestation of a file that held: a line of the receipts file (docs/receipts.md). Evidence, never
 * trust: nothing in a receipt can change a verdict. Its members are those that the rule `signature-drift` compares, and more.
 */
export interface Receipt {
  /** Normalised (PEP 503). */
  readonly package: string;
  readonly version: string;
  readonly file: string;
  /** in-toto predicate type URI. */
  readonly predicateType: string;
  /** Of the file; lower-case hex. */
  readonly sha256: string;
  /** The identity's uri, as the provenance file writes it. */
  readonly identity: string;
  /** The verified time of signing; RFC 3339, UTC. A signature by a key has none. */
  readonly signedAt?: string;
  /** The entry of the transparency log: base64 key id of the log, and the index in it (decimal). */
  readonly log?: { readonly keyId: string; readonly index: string };
  readonly workflow?: string;
  readonly environment?: string;
  readonly ref?: string;
  readonly trigger?: string;
  readonly runner?: string;
  readonly commit?: string;
  readonly runUri?: string;
  readonly buildSigner?: string;
  /** Of SLSA provenance that a key signed: id of the builder, type of the build, and its end (RFC 3339, UTC). */
  readonly builder?: string;
  readonly buildType?: string;
  readonly builtAt?: string;
}

/** The members that are always there, and those that may lack, in the order in which they are written; `signedAt` and `log` are between. */
export const REQUIRED_MEMBERS = [
  'package',
  'version',
  'file',
  'predicateType',
  'sha256',
  'identity',
] as const satisfies readonly (keyof Receipt)[];
export const OPTIONAL_MEMBERS = [
  'workflow',
  'environment',
  'ref',
  'trigger',
  'runner',
  'commit',
  'runUri',
  'buildSigner',
  'builder',
  'buildType',
  'builtAt',
] as const satisfies readonly (keyof Receipt)[];
