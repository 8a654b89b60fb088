/** Downloading files, each held to what is known of it: a size, and hashes. */
import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
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
import { encodedUnasked } from './body-head.ts';
import type {
  ArtifactRef,
  HashLookup,
  ReadArtifact,
  SavedArtifact,
  UnhashedArtifactRef,
} from './contract.ts';
import type { ReadBody } from './http-attempt.ts';
import { collect, type HttpClient } from './http-client.ts';
import { locateListed, locateUnhashed, type DownloadLocation, type PageContext } from './locate-file.ts';
import { cachedBody } from './pip-cache.ts';
import { unavailable } from './provenance-lookup.ts';

/** The largest wheels that PyPI has; its own limit for a file can be raised on request. */
const MAX_ARTIFACT_BYTES = 8 * 1024 ** 3;
const MAX_METADATA_BYTES = 8 * 1024 * 1024;
/** For files that are kept in memory. */
const MAX_FETCHED_BYTES = 64 * 1024 * 1024;

export interface DownloadContext extends PageContext {
  /** The one for files. */
  readonly http: HttpClient;
}

export async function hashArtifact(file: UnhashedArtifactRef, context: DownloadContext): Promise<HashLookup> {
  const objection = objectionTo(file);
  if (objection !== undefined) {
    return objection;
  }
  const location = await locateUnhashed(file, context);
  return 'url' in location ? download(file, location, context, measure) : location;
}

export async function saveArtifact(
  file: UnhashedArtifactRef,
  path: string,
  context: DownloadContext,
  { pipCacheDir, offline }: { readonly pipCacheDir?: string; readonly offline: boolean },
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

export async function readArtifact<T>(
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

export async function fetchArtifact(file: ArtifactRef, context: DownloadContext): Promise<Uint8Array> {
  const location = await locateListed(file, context);
  if ('reason' in location) {
    throw fetchError(file, location.reason);
  }
  const answer = await context.http.download(
    location.url,
    { ...location, accept: '*/*', maxBytes: MAX_FETCHED_BYTES },
    async (body, { encoding }) => ({ bytes: await collect(body), encoding }),
  );
  if (answer.kind !== 'ok') {
    throw fetchError(file, answer.reason);
  }
  const { bytes, encoding } = answer.body;
  if (createHash('sha256').update(bytes).digest('hex') !== file.sha256) {
    const sent = `what \`${printable(answer.url.host)}\` sent has another sha256`;
    throw fetchError(file, encoding === undefined ? sent : encodedUnasked(encoding));
  }
  return bytes;
}

/** A file that the lock pins by hashes must be pinned by some that count. */
function objectionTo({
  filename,
  hashes,
}: UnhashedArtifactRef): Extract<HashLookup, { kind: 'unavailable' }> | undefined {
  const name = `\`${printable(filename, 255)}\``;
  const [unknown] = unknownHashes(hashes);
  if (unknown !== undefined) {
    return unavailable('unlisted', `the lock has a hash of ${name} that is not known here: \`${unknown}\``);
  }
  return bindOneFile(hashes)
    ? undefined
    : unavailable('unlisted', `the lock has no hash that binds ${name} (sha256 or better)`);
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
    async (body, { encoding }) => ({ measured: await take(body, Object.keys(file.hashes)), encoding }),
  );
  if (answer.kind !== 'ok') {
    return unavailable(answer.kind === 'unreachable' ? 'unreachable' : 'refused', answer.reason);
  }
  const { measured, encoding } = answer.body;
  const difference = differenceFrom(measured, file);
  // Without a hash nothing says whether the file is what came or what would come of decoding it: pip and uv disagree.
  if (encoding !== undefined && (difference !== undefined || Object.keys(file.hashes).length === 0)) {
    return unavailable('refused', encodedUnasked(encoding));
  }
  return difference === undefined
    ? { kind: 'hashed', sha256: measured.sha256 }
    : {
        kind: 'mismatch',
        reason: `\`${printable(file.filename, 255)}\` is not the file of the lock: ${difference}`,
      };
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

export function fetchError(file: ArtifactRef, reason: string) {
  return incompleteError(
    'fetch-artifact',
    `\`${printable(file.filename, 255)}\` cannot be fetched: ${reason}`,
  );
}
