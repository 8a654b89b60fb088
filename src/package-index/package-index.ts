import { pathToFileURL } from 'node:url';
import type {
  ArtifactRef,
  IndexConfiguration,
  PackageIndex,
  ProjectListing,
  ProvenanceLookup,
} from './contract.ts';
import { fetchArtifact, fetchError, hashArtifact, readArtifact, saveArtifact } from './download-file.ts';
import { createHttpClient, type HttpClientOptions } from './http-client.ts';
import { locateListed, type PageContext } from './locate-file.ts';
import { createPageReader } from './project-pages.ts';
import { createProvenanceCache, type ProvenanceCache } from './provenance-cache.ts';
import { withoutIndex } from './no-index.ts';
import { lookUpProvenance, unavailable } from './provenance-lookup.ts';
import { indexOf, parseAttestationsFrom, sourcesFor, type ProvenanceSource } from './provenance-source.ts';

export interface PackageIndexOptions extends HttpClientOptions {
  /** Of provpin's cache; nothing is kept without it. */
  readonly cacheDir?: string;
  /** No network at all: what is not in the cache is unavailable. */
  readonly offline: boolean;
  /** Of pip's cache, for files that pip has downloaded already; nothing of it is trusted but bytes that have a known hash. */
  readonly pipCacheDir?: string;
  /** `--attestations-from`: takes the place of every other index for provenance. */
  readonly attestationsFrom?: string;
  /** Told, in one line, what a user should know and nothing hinges on. */
  readonly warn: (message: string) => void;
}

/** Documents are some ten kilobytes; an SLSA provenance may be larger. */
const MAX_PROVENANCE_BYTES = 8 * 1024 * 1024;

/**
 * The indexes that pip is configured for, asked within limits, with answers as data. PyPI's Integrity API is asked only
 * when PyPI is the index (of the lock, the configuration, or `--attestations-from`): that a file's URL is at
 * files.pythonhosted.org is not enough, for a mirror's page names that host too.
 *
 * @throws ProvpinError, exit code 2, when `attestationsFrom` is not a URL
 */
export function createPackageIndex(
  configuration: IndexConfiguration,
  options: PackageIndexOptions,
): PackageIndex {
  const http = createHttpClient(configuration, options);
  // Files have connections of their own: whoever takes one slowly keeps no document waiting.
  const files = createHttpClient(configuration, options);
  const readPage = createPageReader(http, options.isLongLived);
  const context = { http, readPage, maxBytes: MAX_PROVENANCE_BYTES };
  const cache =
    options.cacheDir === undefined
      ? undefined
      : createProvenanceCache(options.cacheDir, MAX_PROVENANCE_BYTES, options.warn);
  const replacement =
    options.attestationsFrom === undefined
      ? undefined
      : parseAttestationsFrom(options.attestationsFrom, configuration);

  return {
    findProvenance: async (file, { bypassCache = false } = {}) => {
      const sources = replacement === undefined ? sourcesFor(file.index, configuration) : [replacement];
      const cached = bypassCache ? undefined : await recall(cache, file.sha256, sources);
      if (cached !== undefined) {
        return cached;
      }
      if (options.offline) {
        return unavailable('unreachable', offlineReason(options.cacheDir, bypassCache));
      }
      const lookup = await lookUpProvenance(file, sources, context);
      return replacement === undefined ? (withoutIndex(file, lookup, configuration) ?? lookup) : lookup;
    },
    listFiles: async (project) =>
      options.offline ? OFFLINE_LISTING : listFiles(project, { configuration, readPage }),
    locateFile: async (file) => {
      if (options.offline) return { reason: 'an index would have to say where it is, and `--offline`' };
      const located = await locateListed(file, { configuration, readPage });
      return 'reason' in located ? located : { url: located.url.href };
    },
    remember: async (sha256, document) => cache?.remember(sha256, document),
    hashArtifact: async (file) =>
      options.offline
        ? unavailable('unreachable', 'it would have to be downloaded to be hashed, and `--offline`')
        : hashArtifact(file, { configuration, http: files, readPage }),
    readArtifact: async (file, part, read) =>
      options.offline
        ? unavailable('unreachable', 'it would have to be downloaded, and `--offline`')
        : readArtifact(file, { part, read }, { configuration, http: files, readPage }),
    saveArtifact: async (file, path) =>
      await saveArtifact(file, path, { configuration, http: files, readPage }, options),
    fetchArtifact: async (file) => {
      if (options.offline) {
        throw fetchError(file, 'it would have to be downloaded, and `--offline`');
      }
      return fetchArtifact(file, { configuration, http: files, readPage });
    },
    close: async () => {
      await Promise.all([http.close(), files.close()]);
    },
  };
}

const OFFLINE_LISTING: ProjectListing = {
  files: [],
  failures: [
    {
      cause: 'unreachable',
      reason: 'an index would have to say what file has that hash, and `--offline`',
    },
  ],
};

function offlineReason(cacheDir: string | undefined, bypassCache: boolean): string {
  if (cacheDir === undefined) {
    return 'there is no cache, and `--offline`';
  }
  return bypassCache
    ? 'what the cache has does not serve, and `--offline`'
    : 'not in the cache, and `--offline`';
}

/** Which index a cached document came from is not kept; where only one could have it, it is that one. */
async function recall(
  cache: ProvenanceCache | undefined,
  sha256: string,
  sources: readonly ProvenanceSource[],
): Promise<ProvenanceLookup | undefined> {
  const cached = await cache?.recall(sha256);
  if (cached === undefined) {
    return undefined;
  }
  const [source, ...others] = sources;
  const index = source === undefined || others.length > 0 ? undefined : indexOf(source);
  return {
    kind: 'found',
    document: cached.document,
    url: pathToFileURL(cached.file).href,
    fromCache: true,
    ...(index === undefined ? {} : { index }),
  };
}

async function listFiles(
  { name, index }: Pick<ArtifactRef, 'name' | 'index'>,
  { configuration, readPage }: PageContext,
): Promise<ProjectListing> {
  const pages = await Promise.all(
    sourcesFor(index, configuration).map(async (source) => readPage(source, name)),
  );
  if (pages.length === 0) {
    return { files: [], failures: [{ cause: 'refused', reason: 'no index is configured' }] };
  }
  return {
    files: pages.flatMap((page) => (page.kind === 'page' ? page.files : [])),
    failures: pages.flatMap((page) => (page.kind === 'unavailable' ? [page] : [])),
  };
}
