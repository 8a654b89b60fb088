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
  | { readonly kind: 'unavailable'; readonly cause: 'refused' | 'unreachable'; readonly reason: string };

/** Never throws for what an index or a network does; that is what the lookup says. */
export type FindProvenance = (file: ArtifactRef) => Promise<ProvenanceLookup>;
