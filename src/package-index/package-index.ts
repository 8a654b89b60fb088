import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import { sameDistribution } from '../distribution-filename.ts';
import { incompleteError } from '../errors.ts';
import { printable } from '../printable.ts';
import {
  bindOneFile,
  differenceFrom,
  measure,
  measureInto,
  unknownHashes,
  type MeasuredArtifact,
} from './artifact.ts';
import type {
  ArtifactRef,
  HashLookup,
  IndexConfiguration,
  PackageIndex,
  ProjectListing,
  ProvenanceLookup,
  ReadArtifact,
  SavedArtifact,
  UnhashedArtifactRef,
} from './contract.ts';
import { authorityOf, splitUserinfo, type Authority } from './credentials.ts';
import type { ReadBody } from './http-attempt.ts';
import { collect, createHttpClient, type HttpClient, type HttpClientOptions } from './http-client.ts';
import { cachedBody } from './pip-cache.ts';
import { createPageReader, type ReadPage } from './project-pages.ts';
import { createProvenanceCache, type ProvenanceCache } from './provenance-cache.ts';
import { withoutIndex } from './no-index.ts';
import { lookUpProvenance, unavailable } from './provenance-lookup.ts';
import { indexOf, parseAttestationsFrom, sourcesFor, type ProvenanceSource } from './provenance-source.ts';
import { redactUrl } from './redact.ts';
import { findListed, type ListedFile } from './simple-page.ts';

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
/** The largest wheels that PyPI has; its own limit for a file can be raised on request. */
const MAX_ARTIFACT_BYTES = 8 * 1024 ** 3;
const MAX_METADATA_BYTES = 8 * 1024 * 1024;
/** For files that are kept in memory. */
const MAX_FETCHED_BYTES = 64 * 1024 * 1024;

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

interface PageContext {
  readonly configuration: IndexConfiguration;
  readonly readPage: ReadPage;
}

interface DownloadContext extends PageContext {
  /** The one for files. */
  readonly http: HttpClient;
}

/** A URL to download from, and what may be sent along. */
interface DownloadLocation {
  readonly url: URL;
  readonly authority: Authority;
  readonly via?: URL;
}

async function hashArtifact(file: UnhashedArtifactRef, context: DownloadContext): Promise<HashLookup> {
  const objection = objectionTo(file);
  if (objection !== undefined) {
    return objection;
  }
  const location = await locateUnhashed(file, context);
  return 'url' in location ? download(file, location, context, measure) : location;
}

/** A file that the lock pins by hashes must be pinned by some that count. */
function objectionTo({
  filename,
  hashes,
}: UnhashedArtifactRef): Extract<HashLookup, { kind: 'unavailable' }> | undefined {
  const name = `\`${printable(filename, 255)}\``;
  const [unknown] = unknownHashes(hashes);
  if (unknown !== undefined) {
    return unavailable('refused', `the lock has a hash of ${name} that is not known here: \`${unknown}\``);
  }
  return bindOneFile(hashes)
    ? undefined
    : unavailable('refused', `the lock has no hash that binds ${name} (sha256 or better)`);
}

async function download(
  file: UnhashedArtifactRef,
  location: DownloadLocation,
  { http }: DownloadContext,
  take: (body: AsyncIterable<Uint8Array>, algorithms: readonly string[]) => Promise<MeasuredArtifact>,
): Promise<HashLookup> {
  const answer = await http.download(
    location.url,
    { ...location, accept: '*/*', maxBytes: MAX_ARTIFACT_BYTES },
    (body) => take(body, Object.keys(file.hashes)),
  );
  if (answer.kind !== 'ok') {
    return unavailable(answer.kind === 'unreachable' ? 'unreachable' : 'refused', answer.reason);
  }
  const difference = differenceFrom(answer.body, file);
  return difference === undefined
    ? { kind: 'hashed', sha256: answer.body.sha256 }
    : {
        kind: 'mismatch',
        reason: `\`${printable(file.filename, 255)}\` is not the file of the lock: ${difference}`,
      };
}

async function saveArtifact(
  file: UnhashedArtifactRef,
  path: string,
  context: DownloadContext,
  { pipCacheDir, offline }: Pick<PackageIndexOptions, 'pipCacheDir' | 'offline'>,
): Promise<SavedArtifact> {
  const isPinned = Object.keys(file.hashes).length > 0;
  const objection = isPinned ? objectionTo(file) : undefined;
  if (objection !== undefined) {
    return objection;
  }
  if (offline && file.url === undefined) {
    return unavailable('unreachable', 'an index would have to say where it is, and `--offline`');
  }
  const location = await locateUnhashed(file, context);
  if (!('url' in location)) {
    return location;
  }
  const cached = isPinned && pipCacheDir !== undefined ? cachedBody(pipCacheDir, location.url) : undefined;
  const measured =
    cached === undefined ? undefined : await copyCached(cached, path, Object.keys(file.hashes));
  if (measured !== undefined && differenceFrom(measured, file) === undefined) {
    return { kind: 'hashed', sha256: measured.sha256, from: "pip's cache" };
  }
  if (offline) {
    return unavailable('unreachable', "pip's cache does not have it, and `--offline`");
  }
  const downloaded = await download(file, location, context, (body, algorithms) =>
    measureInto(path, body, algorithms),
  );
  return downloaded.kind === 'hashed' ? { ...downloaded, from: 'the index' } : downloaded;
}

/** Undefined when the cache does not have it, or what it has cannot be read. */
async function copyCached(
  cached: string,
  path: string,
  algorithms: readonly string[],
): Promise<MeasuredArtifact | undefined> {
  try {
    const file = await open(cached);
    try {
      return await measureInto(path, file.createReadStream({ autoClose: false }), algorithms);
    } finally {
      await file.close();
    }
  } catch {
    return undefined;
  }
}

/** The URL of the lock, or else of the first index that lists a file of that name. */
async function locateUnhashed(
  file: UnhashedArtifactRef,
  context: DownloadContext,
): Promise<DownloadLocation | Extract<HashLookup, { kind: 'unavailable' }>> {
  if (file.url !== undefined) {
    return (
      lockedLocation(file.url, context.configuration) ??
      unavailable('refused', `\`${redactUrl(file.url)}\` is not a URL`)
    );
  }
  const located = await locate(file, context, (files) =>
    files.find((listed) => sameDistribution(listed.filename, file.filename, file.name)),
  );
  return 'reason' in located ? unavailable('refused', located.reason) : located;
}

/** A URL of the lock may be sent the credentials of a configured index at its origin, as pip does it. */
function lockedLocation(text: string, { indexes, netrc }: IndexConfiguration): DownloadLocation | undefined {
  try {
    const { url, credentials } = splitUserinfo(text);
    const index = indexes.find((candidate) => URL.parse(candidate.url)?.origin === url.origin);
    const own = { url: url.href, ...(credentials === undefined ? {} : { credentials }) };
    const asked = credentials === undefined ? (index ?? own) : own;
    return { url, authority: authorityOf(asked, netrc, index !== undefined) };
  } catch {
    return undefined;
  }
}

/** The first file that `choose` takes from the pages of a package's indexes, or why there is none. */
async function locate(
  file: Pick<ArtifactRef, 'name' | 'index' | 'filename'>,
  { configuration, readPage }: PageContext,
  choose: (files: readonly ListedFile[]) => ListedFile | undefined,
): Promise<DownloadLocation | { readonly reason: string }> {
  const reasons: string[] = [];
  for (const source of sourcesFor(file.index, configuration)) {
    const page = await readPage(source, file.name);
    const listed = page.kind === 'page' ? choose(page.files) : undefined;
    if (page.kind === 'page' && listed !== undefined) {
      return { url: listed.url, authority: source.authority, via: page.url };
    }
    reasons.push(page.kind === 'page' ? `\`${redactUrl(source.index.href)}\` does not list it` : page.reason);
  }
  return { reason: reasons.length === 0 ? 'no index is configured' : reasons.join('; ') };
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

/** The URL of the first index that lists a file of that name and sha256. */
async function locateListed(file: ArtifactRef, context: PageContext) {
  return await locate(file, context, (files) => {
    const listing = findListed(files, file);
    return listing.kind === 'listed' ? listing.file : undefined;
  });
}

async function readArtifact<T>(
  file: ArtifactRef,
  { part, read }: { readonly part: 'file' | 'metadata'; readonly read: ReadBody<T> },
  context: DownloadContext,
): Promise<ReadArtifact<T>> {
  const location = await locateListed(file, context);
  if ('reason' in location) return unavailable('refused', location.reason);
  const [url, maxBytes] =
    part === 'file'
      ? [location.url, MAX_ARTIFACT_BYTES]
      : [new URL(`${location.url.href}.metadata`), MAX_METADATA_BYTES];
  const answer = await context.http.download(url, { ...location, accept: '*/*', maxBytes }, read);
  if (answer.kind === 'ok') return { kind: 'read', value: answer.body };
  return unavailable(answer.kind === 'unreachable' ? 'unreachable' : 'refused', answer.reason);
}

async function fetchArtifact(file: ArtifactRef, context: DownloadContext): Promise<Uint8Array> {
  const location = await locateListed(file, context);
  if ('reason' in location) {
    throw fetchError(file, location.reason);
  }
  const answer = await context.http.download(
    location.url,
    { ...location, accept: '*/*', maxBytes: MAX_FETCHED_BYTES },
    collect,
  );
  if (answer.kind !== 'ok') {
    throw fetchError(file, answer.reason);
  }
  if (createHash('sha256').update(answer.body).digest('hex') !== file.sha256) {
    throw fetchError(file, `what \`${printable(answer.url.host)}\` sent has another sha256`);
  }
  return answer.body;
}

function fetchError(file: ArtifactRef, reason: string) {
  return incompleteError(
    'fetch-artifact',
    `\`${printable(file.filename, 255)}\` cannot be fetched: ${reason}`,
  );
}
