import type { Hashes } from '../model.ts';

/** A file whose provenance is wanted. Name and version are the lock's, the name normalised (PEP 503). */
export interface ArtifactRef {
  readonly name: string;
  readonly version: string;
  readonly filename: string;
  /** Lower-case hex. */
  readonly sha256: string;
  /** Simple API base URL that the lock names for the package; otherwise the configured indexes are asked. */
  readonly index?: string;
  readonly url?: string;
  /** How many the lock has of the package; with many, an index is asked in another way. One when absent. */
  readonly filesOfPackage?: number;
}

/**
 * What an index answered (decision 4): absent, refused and unreachable are three things, and only `absent` may ever be
 * taken for "unsigned".
 */
export type ProvenanceLookup =
  | {
      readonly kind: 'found';
      /** The bytes as received, to be parsed by `attestation`; within the body limit. */
      readonly document: Uint8Array;
      readonly url: string;
      /** URL of the index that has it, without credentials; absent when it cannot be told (a template, a cache). */
      readonly index?: string;
      readonly fromCache: boolean;
      readonly uploadTime?: string;
    }
  | {
      readonly kind: 'absent';
      /** Every index that was asked, credentials removed. */
      readonly indexes: readonly string[];
      readonly reason: string;
      readonly uploadTime?: string;
    }
  | {
      readonly kind: 'unavailable';
      /** `unlisted`: the indexes answered, and none lists these bytes. */
      readonly cause: 'refused' | 'unreachable' | 'unlisted';
      readonly reason: string;
    }
  /** It comes from somewhere that is no index (`--no-index`, `--find-links`), and so has nobody who could serve provenance. */
  | { readonly kind: 'not-covered'; readonly reason: string };

export interface FindProvenanceOptions {
  /** Set when the cached document did not verify: the index decides, and a poisoned cache changes no verdict. */
  readonly bypassCache?: boolean;
}

/** Never throws for what an index or a network does; that is what the lookup says. */
export type FindProvenance = (
  file: ArtifactRef,
  options?: FindProvenanceOptions,
) => Promise<ProvenanceLookup>;

/**
 * A file that the lock pins by other hashes than a sha256 alone: it has to be downloaded, to learn its sha256 and because
 * every one of the hashes must be its. Installers take a file that has *any* of them.
 */
export interface UnhashedArtifactRef extends Omit<ArtifactRef, 'sha256'> {
  readonly hashes: Hashes;
  /** Bytes. */
  readonly size?: number;
}

export type HashLookup =
  | { readonly kind: 'hashed'; readonly sha256: string }
  /** The index serves other bytes than the lock pins. */
  | { readonly kind: 'mismatch'; readonly reason: string }
  | {
      readonly kind: 'unavailable';
      /** `unlisted`: nobody was asked, since the lock does not say which file it is. */
      readonly cause: 'refused' | 'unreachable' | 'unlisted';
      readonly reason: string;
    };

/** What a page says about a file, beside its name and where it is. All of it is the index's word. */
export interface FileDetails {
  /** Bytes (PEP 700). */
  readonly size?: number;
  /** A version specifier, which nobody has looked at. */
  readonly requiresPython?: string;
  /** Set for a file that was withdrawn (PEP 592); the reason, where one is given. */
  readonly yanked?: true | string;
  /** Of the file's core metadata, lower-case hex: it is served beside the file (PEP 658). */
  readonly metadataSha256?: string;
}

/** A file that a page lists. */
export interface ProjectFile extends FileDetails {
  readonly filename: string;
  /** Lower-case hex. */
  readonly sha256?: string;
  /** Where the index says that the file's provenance is (PEP 740): a URL, absolute and without userinfo. */
  readonly provenance?: string;
  /** RFC 3339 (PEP 700). */
  readonly uploadTime?: string;
}

/** As `HashLookup`, of a file that was written to a disk. */
export type SavedArtifact =
  | (Extract<HashLookup, { kind: 'hashed' }> & { readonly from: 'the index' | "pip's cache" })
  | Exclude<HashLookup, { kind: 'hashed' }>;

/** What the pages of a project list, at every index that was asked. */
export interface ProjectListing {
  readonly files: readonly ProjectFile[];
  /** Why an index did not say what it lists, one each; that it has no such project is none. */
  readonly failures: readonly { readonly cause: 'refused' | 'unreachable'; readonly reason: string }[];
}

/** What became of a download: what `read` made of it, or why there is nothing. */
export type ReadArtifact<T> =
  | { readonly kind: 'read'; readonly value: T }
  | { readonly kind: 'unavailable'; readonly cause: 'refused' | 'unreachable'; readonly reason: string };

/** The configured indexes, as the rest of provpin sees them. */
export interface PackageIndex {
  /** The files of a project, at the index that the lock names or else at every configured one. Never throws. */
  readonly listFiles: (project: Pick<ArtifactRef, 'name' | 'index'>) => Promise<ProjectListing>;
  readonly findProvenance: FindProvenance;
  /** The URL, without userinfo, at which an index lists a file of that name and sha256, or why there is none. Never throws. */
  readonly locateFile: (file: ArtifactRef) => Promise<{ readonly url: string } | { readonly reason: string }>;
  /** Keeps a document for the next run. To be called only with a document that verified for this sha256. */
  readonly remember: (sha256: string, document: Uint8Array) => Promise<void>;
  /** Downloads a file and hashes it; all the lock's hashes and its size must hold. Never throws for what an index does. */
  readonly hashArtifact: (file: UnhashedArtifactRef) => Promise<HashLookup>;
  /**
   * The same, written to a path: out of pip's cache, where that has the bytes, or else downloaded. Without hashes, whatever is
   * served is taken, and its sha256 says what it is.
   */
  readonly saveArtifact: (file: UnhashedArtifactRef, path: string) => Promise<SavedArtifact>;
  /**
   * Gives a file, found by name and sha256, or its core metadata (PEP 658) to `read` as it comes. What comes is the index's
   * word: to hash it is for `read`, which is called again, from the beginning, for another attempt. Never throws for what an
   * index does; what `read` throws counts as a failure of the network.
   */
  readonly readArtifact: <T>(
    file: ArtifactRef,
    part: 'file' | 'metadata',
    read: (body: AsyncIterable<Uint8Array>, head: BodyHead) => Promise<T>,
  ) => Promise<ReadArtifact<T>>;
  /** Downloads a file by name and sha256. @throws ProvpinError, exit code 3 */
  readonly fetchArtifact: (file: ArtifactRef) => Promise<Uint8Array>;
  /** Ends every connection. */
  readonly close: () => Promise<void>;
}

/** What an index says of a body that it sends as it is, or should. */
export interface BodyHead {
  /** In bytes, as they come. */
  readonly length?: number;
  /** Its Content-Encoding, fit to be printed; absent where there is none. */
  readonly encoding?: string;
}

export interface Credentials {
  readonly username: string;
  readonly password: string;
}

/** The userinfo of a URL. A name without a password may be a token, or wait for its password from netrc or a keyring. */
export interface Userinfo {
  readonly username: string;
  readonly password?: string;
}

/** An index: the base URL of its simple API, without userinfo and without a trailing slash. */
export interface IndexAddress {
  readonly url: string;
  /** Sent to this URL's origin (scheme, host, port) and to no other. */
  readonly credentials?: Userinfo;
}

/** A host whose TLS certificate is not checked and that may be asked over plain http, as pip's `--trusted-host`. */
export interface TrustedHost {
  /** As `URL.hostname` spells it. */
  readonly hostname: string;
  /** Every port when absent. */
  readonly port?: number;
}

/** A `machine` of the user's netrc file. */
export interface NetrcMachine extends Credentials {
  readonly host: string;
}

/** How long to wait, and how often to try again; our own limits where pip is given none. */
export interface TimeLimits {
  /** pip's `--timeout`: milliseconds without a sign of life (a connection, an answer, the next piece of a body). */
  readonly timeout?: number;
  /** pip's `--retries`: attempts after the first. */
  readonly retries?: number;
}

/** How files are reached: what pip would use, read from where pip reads it. Holds secrets: never printed. */
export interface IndexConfiguration extends TimeLimits {
  /** In the order in which pip asks them; empty with `--no-index`. */
  readonly indexes: readonly IndexAddress[];
  /** `--find-links` locations, credentials removed: pip may take files from there that no index has. */
  readonly findLinks: readonly string[];
  readonly trustedHosts: readonly TrustedHost[];
  /** PEM texts, trusted in addition to the certificates that Node.js and the operating system trust. */
  readonly certificateAuthorities: readonly string[];
  /** PEM text with certificate and private key. */
  readonly clientCertificate?: string;
  readonly proxy: ProxyConfiguration;
  readonly netrc: readonly NetrcMachine[];
  /** Whether the `keyring` command is asked where an index wants credentials that are in none of the above. */
  readonly keyring: boolean;
}

/** Proxy URLs by the scheme of the URL that is asked for. */
export interface ProxyConfiguration {
  readonly http?: string;
  readonly https?: string;
  /** Hosts that are asked directly, as `NO_PROXY` spells them. */
  readonly bypass?: string;
}
