/** Where a file is, by the lock or by the pages of the indexes. */
import { sameDistribution } from '../distribution-filename.ts';
import type { ArtifactRef, HashLookup, IndexConfiguration, UnhashedArtifactRef } from './contract.ts';
import { authorityOf, nearestIndex, splitUserinfo, type Authority } from './credentials.ts';
import type { ReadPage } from './project-pages.ts';
import { unavailable } from './provenance-lookup.ts';
import { sourcesFor } from './provenance-source.ts';
import { redactUrl } from './redact.ts';
import { findListed, type ListedFile } from './simple-page.ts';

export interface PageContext {
  readonly configuration: IndexConfiguration;
  readonly readPage: ReadPage;
}

/** A URL to download from, and what may be sent along. */
export interface DownloadLocation {
  readonly url: URL;
  readonly authority: Authority;
  readonly via?: URL;
}

/** The URL of the lock, or else of the first index that lists a file of that name. */
export async function locateUnhashed(
  file: UnhashedArtifactRef,
  context: PageContext,
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

/** A URL of the lock may be sent the credentials of the nearest configured index at its origin, as pip does it. */
function lockedLocation(text: string, { indexes, netrc }: IndexConfiguration): DownloadLocation | undefined {
  try {
    const { url, credentials } = splitUserinfo(text);
    const index = nearestIndex(url, indexes);
    const own = { url: url.href, ...(credentials === undefined ? {} : { credentials }) };
    const asked = credentials === undefined ? (index ?? own) : own;
    return { url, authority: authorityOf(asked, netrc, index !== undefined) };
  } catch {
    return undefined;
  }
}

/** The URL of the first index that lists a file of that name and sha256. */
export async function locateListed(file: ArtifactRef, context: PageContext) {
  return await locate(file, context, (files) => {
    const listing = findListed(files, file);
    return listing.kind === 'listed' ? listing.file : undefined;
  });
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
      return { url: new URL(listed.url), authority: source.authority, via: page.url };
    }
    reasons.push(page.kind === 'page' ? `\`${redactUrl(source.index.href)}\` does not list it` : page.reason);
  }
  return { reason: reasons.length === 0 ? 'no index is configured' : reasons.join('; ') };
}
