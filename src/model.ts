/**
 * The words of the project, as types (docs/architecture.md). Plain readonly data: no behaviour, no I/O.
 */

/** Hash algorithm name (lower case, as `hashlib` spells it) to digest in lower-case hex. */
export type Hashes = Readonly<Record<string, string>>;

/** A wheel or sdist that a lock pins. */
export interface LockedFile {
  readonly kind: 'wheel' | 'sdist';
  /** Base name, exactly as the lock has it; hostile until parsed by `distribution-filename.ts`. */
  readonly filename: string;
  readonly url?: string;
  readonly hashes: Hashes;
  /** Bytes. */
  readonly size?: number;
  /** RFC 3339. */
  readonly uploadTime?: string;
  /** Why this one file has no index that could serve provenance (a local path, a file URL). */
  readonly notCovered?: string;
  /** 1-based line of the lock. */
  readonly line?: number;
}

/**
 * A file that a lock pins by a hash and nothing else. An installer takes whichever file of the package has it; its name is
 * found in an index (`completeLock`), and where that fails the file cannot be checked.
 */
export interface UnnamedFile {
  /** One hash; none where the lock pins nothing, so that an installer takes any file. */
  readonly hashes: Hashes;
  /** 1-based line of the lock. */
  readonly line?: number;
  /** Why no index could say its name, once that has been asked. */
  readonly unavailable?: Omit<Extract<FileOutcome, { kind: 'unavailable' }>, 'kind'>;
}

/** One `[[packages]]` of a lock: a name, a version and the files pinned for it. */
export interface LockedPackage {
  /** Normalised (PEP 503). */
  readonly name: string;
  readonly version?: string;
  /** Base URL of the simple API that the lock names for this package. */
  readonly index?: string;
  readonly files: readonly LockedFile[];
  /** Files that are pinned without their names, as long as these are not known. */
  readonly unnamed?: readonly UnnamedFile[];
  /** Why the package has no file of an index (VCS, directory, archive); then `files` is empty. */
  readonly notCovered?: string;
  /** Who the lock says signed it (PEP 751 `attestation-identities`); absent where it says nothing. */
  readonly attestationIdentities?: readonly PublisherClaim[];
  readonly line?: number;
}

/** The source of a lock that pip makes in the same run, and whose lines nobody else sees. */
export const PIP_LOCK = 'pip lock';

export interface Lock {
  /** What people should be told it is: a path, or `pip lock`. */
  readonly source: string;
  readonly packages: readonly LockedPackage[];
  /** The whole text, as it was read and checked, of a lock by PEP 751: what `-o` writes and `install` installs. */
  readonly pylock?: string;
  /** The same of any other lock, with the id of its format, and its packages before they were completed. */
  readonly other?: {
    readonly format: string;
    readonly text: string;
    readonly packages: readonly LockedPackage[];
  };
  /** What the user should know about the lock itself, one line each. */
  readonly warnings?: readonly string[];
  /** The name of each package of the lock that only other groups and extras need than those that were asked for. */
  readonly leftOut?: readonly string[];
}

/** The publisher kinds that are recognised (docs/trust-model.md), and a pinned public key. */
export type IdentityKind = 'GitHub' | 'GitLab' | 'Google Cloud' | 'CircleCI' | 'ActiveState' | 'key';

/** Attributes that an entry can pin, in the order in which they are written. */
export const ATTRIBUTE_NAMES = [
  'repository-id',
  'owner-id',
  'workflow',
  'environment',
  'ref',
  'trigger',
  'runner',
  'builder',
] as const;
export type AttributeName = (typeof ATTRIBUTE_NAMES)[number];
export type Attributes = Readonly<Partial<Record<AttributeName, string>>>;

/** What the verified certificate (or pinned key) proves about who signed. Never taken from the index's publisher claim. */
export interface Identity {
  readonly kind: IdentityKind;
  /** As the provenance file writes it: a repository URL, `mailto:…`, or `key:sha256:…`. */
  readonly uri: string;
  /** Every attribute that the certificate carries; which of them are written is the caller's choice (`--pin`). */
  readonly attributes: Attributes;
}

/** What SLSA provenance says about a build: the word of whoever signed it. */
export interface Build {
  /** The builder's id. */
  readonly builder?: string;
  readonly buildType?: string;
  /** RFC 3339, UTC. */
  readonly finishedOn?: string;
}

/** Where and when one verified attestation was made: evidence for reports and receipts, not identity. */
export interface Evidence {
  /** in-toto predicate type URI. */
  readonly predicateType: string;
  /** The verified time of signing (integrated time of the log, or RFC 3161); a signature by a key has none. */
  readonly signedAt?: Date;
  readonly log?: { readonly keyId: string; readonly index: string };
  readonly commit?: string;
  readonly ref?: string;
  readonly runUri?: string;
  /** Build Signer URI (.9): the workflow file that signed, perhaps a reusable one of another repository. */
  readonly buildSigner?: string;
  /** Build Config URI (.18): the top-level workflow of the run. */
  readonly buildConfig?: string;
  /** What a statement that a key signed says about the build. */
  readonly build?: Build;
  /** Who uploaded the attestation, by the index's word alone: a user of Pulp, by the resource name. */
  readonly uploader?: string;
}

/** One verified attestation with the identity that its certificate proves. */
export interface ObservedSignature {
  readonly identity: Identity;
  readonly evidence: Evidence;
  /** Those of the lock's attestation identities that this certificate bears out. */
  readonly confirms?: readonly PublisherClaim[];
}

/** An unsigned statement about who signed (PEP 740), by an index or in a lock (PEP 751), kept only to be compared. */
export interface PublisherClaim {
  readonly kind: string;
  readonly [member: string]: unknown;
}

/** What is known about one file after fetching and verifying. Each outcome is data, with its reason. */
export type FileOutcome =
  | {
      readonly kind: 'signed';
      /** Every attestation of the file, all verified; never empty. */
      readonly signatures: readonly [ObservedSignature, ...ObservedSignature[]];
      /** Disagreements between the index's publisher claims and the certificates; empty when they agree. */
      readonly claimMismatches: readonly { readonly claimed: string; readonly certified: string }[];
    }
  | { readonly kind: 'unsigned'; readonly reason: string }
  | { readonly kind: 'invalid'; readonly reason: string }
  | { readonly kind: 'unsupported'; readonly reason: string }
  | {
      readonly kind: 'unavailable';
      /** `unlisted`: no index can say which file it is that the lock pins. */
      readonly cause: 'refused' | 'unreachable' | 'unlisted';
      readonly reason: string;
    }
  | { readonly kind: 'not-covered'; readonly reason: string };

export interface ObservedFile {
  readonly filename: string;
  readonly sha256?: string;
  readonly outcome: FileOutcome;
  /** Upload time that the index gives (RFC 3339), where it does. */
  readonly uploadTime?: string;
  /** 1-based line of the lock. */
  readonly line?: number;
}

/** A package of the lock with what was observed of it: the input of the policy, beside the entries. */
export interface ObservedPackage {
  readonly name: string;
  readonly version?: string;
  /** Never empty, unless `notCovered` says why. */
  readonly files: readonly ObservedFile[];
  readonly notCovered?: string;
  /** As the lock has them; see `ObservedSignature.confirms`. */
  readonly attestationIdentities?: readonly PublisherClaim[];
  /** 1-based line of the lock, and the lock it is a line of. */
  readonly line?: number;
  readonly lock?: string;
  /** Of a package that is installed, and was compared with its wheel. */
  readonly installation?: Installation;
  /** What the locks pin and is not installed: other versions, or files where the package is from elsewhere. */
  readonly lockedInstead?: readonly string[];
}

/** An installed file that is not as the wheel has it, or that could not be compared. */
export interface Deviation {
  readonly kind: 'changed' | 'missing' | 'extra' | 'unchecked';
  /** From the directory of modules, with slashes, as a RECORD has it. */
  readonly path: string;
  readonly reason?: string;
}

/** What came of comparing an installed package with the wheel that it came from. */
export type Installation =
  | {
      readonly kind: 'compared';
      readonly wheel: string;
      /** What named the wheel, and where its bytes are from; in words. */
      readonly foundBy: string;
      readonly takenFrom: string;
      /** How many files the wheel has an environment have, and how many of them are as they should be. */
      readonly files: number;
      readonly held: number;
      readonly deviations: readonly Deviation[];
    }
  /** The wheel is none: nothing was compared. */
  | { readonly kind: 'unreadable'; readonly wheel: string; readonly reason: string };

/** A line of the provenance file. */
export interface Entry {
  /** Normalised (PEP 503). */
  readonly name: string;
  /** Set when the line is for one version only (`name==version`). */
  readonly version?: string;
  /** A repository URL, `mailto:…`, `key:sha256:…`, or `unsigned`. */
  readonly identity: string;
  /** Enforced when present. `until` (a date, YYYY-MM-DD) is only for `unsigned`. */
  readonly attributes: Attributes;
  readonly until?: string;
  /** 1-based; absent for an entry that is about to be added. */
  readonly line?: number;
}

/** Stable ids; each is a heading of docs/rules.md. */
export const RULE_IDS = [
  'publisher-changed',
  'publisher-unknown',
  'attestation-lost',
  'attestation-invalid',
  'attestation-missing',
  'attestation-partial',
  'repository-renamed',
  'repository-transferred',
  'repository-recreated',
  'attribute-changed',
  'publisher-claim-mismatch',
  'lock-identity-mismatch',
  'attestation-unsupported',
  'provenance-unavailable',
  'not-covered',
  'allowance-expired',
  'entry-unused',
  'signature-drift',
  'release-inconsistent',
  'self-vouched',
  'entry-weakened',
  'installed-file-changed',
  'installed-file-unowned',
  'installed-file-unchecked',
  'installed-not-locked',
] as const;
export type RuleId = (typeof RULE_IDS)[number];

/** A rule's verdict. */
export interface Finding {
  readonly rule: RuleId;
  readonly level: 'error' | 'warning';
  /** Empty for what belongs to no package. */
  readonly package: string;
  readonly version?: string;
  readonly file?: string;
  /** What the provenance file says, in the file's own spelling. */
  readonly recorded?: string;
  /** What was found now, in the file's own spelling. */
  readonly observed?: string;
  /** One line: what is wrong. */
  readonly message: string;
  /** What to do. */
  readonly help: string;
  /** 1-based line of the provenance file, and of the lock, that it is about. */
  readonly entryLine?: number;
  readonly lockLine?: number;
  /** Which lock that is a line of. */
  readonly lock?: string;
}

export const STATUSES = ['verified', 'recorded', 'unsigned', 'failed', 'unavailable', 'not-covered'] as const;
export type Status = (typeof STATUSES)[number];

export interface ReportedFile {
  readonly name: string;
  readonly sha256?: string;
  readonly status: Status;
  /** Why, for every status but verified and recorded. */
  readonly reason?: string;
  /** What was verified of the file, whatever the verdict on it: the evidence that a verbose report shows. */
  readonly signatures?: readonly ObservedSignature[];
}

/** A release before another one, as far as it was looked at. */
export interface PastRelease {
  readonly version: string;
  /** What its files come to, beside who signs now: all signed by the same, some by others, and so on. */
  readonly standing: 'same' | 'other' | 'unsigned' | 'partial' | 'invalid' | 'unavailable';
  /** The uri of everybody who signed it. */
  readonly signers: readonly string[];
  /** The first verified time at which a file of it was signed. */
  readonly signedAt?: Date;
  /** How many files the index lists, and how many of them were looked at. */
  readonly files: number;
  readonly checked: number;
}

/** What an index has of a package from before. Evidence for whoever decides whether to trust a signer; no verdict rests on it. */
export type ReleaseHistory =
  | {
      readonly kind: 'known';
      /** The latest first. */
      readonly releases: readonly PastRelease[];
      /** How many older ones nobody looked at. */
      readonly older: number;
    }
  | { readonly kind: 'unavailable'; readonly reason: string };

export interface ReportedPackage {
  readonly name: string;
  readonly version?: string;
  readonly status: Status;
  readonly identities: readonly Identity[];
  readonly files: readonly ReportedFile[];
  readonly reason?: string;
  /** Of a package that was recorded in this run. */
  readonly history?: ReleaseHistory;
  readonly installation?: Installation;
}

/** The outcome of a run; `summary` counts packages by status, and adds up to `packages.length`. */
export interface Report {
  readonly outcome: 'ok' | 'findings' | 'incomplete';
  readonly packages: readonly ReportedPackage[];
  readonly findings: readonly Finding[];
  /** What a reader should know about the whole run (an index that serves no attestations, entries that were written). */
  readonly notes: readonly string[];
}
