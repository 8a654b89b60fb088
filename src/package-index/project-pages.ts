import { printable } from '../printable.ts';
import { limitConcurrency, shareByKey, shareForAWhile, type Share } from './concurrency.ts';
import type { Authority } from './credentials.ts';
import type { HttpClient } from './http-client.ts';
import { redactUrl } from './redact.ts';
import { parseSimplePage, SIMPLE_PAGE_ACCEPT, type ListedFile } from './simple-page.ts';

/** The page of one project at one index. */
export type ProjectPage =
  | { readonly kind: 'page'; readonly files: readonly ListedFile[]; readonly url: URL }
  | { readonly kind: 'absent'; readonly reason: string }
  | { readonly kind: 'unavailable'; readonly cause: 'refused' | 'unreachable'; readonly reason: string };

export type ReadPage = (
  source: { readonly index: URL; readonly authority: Authority },
  project: string,
) => Promise<ProjectPage>;

/** The page of a project with tens of thousands of files. */
const MAX_PAGE_BYTES = 64 * 1024 * 1024;

/** How long a page counts, in milliseconds: what was published since can be had, and one install sees one state of it. */
const PAGE_AGE = 60_000;
/** Files of all pages that are remembered together. */
const REMEMBERED_FILES = 100_000;
/** Pages that are read at once: each may have to be in memory as text, as values and as files. */
const PAGES_AT_ONCE = 8;

/**
 * Reads each project's page once for each index, however many files are looked up in it.
 *
 * @param isLongLived whether pages change meanwhile, and pile up; one that could not be had is then asked for again
 */
export function createPageReader(http: HttpClient, isLongLived = false): ReadPage {
  const share = isLongLived ? shareCurrentPages() : shareByKey<ProjectPage>();
  return (source, project) => {
    const url = pageUrl(source.index, project);
    return url === undefined
      ? Promise.resolve({
          kind: 'unavailable',
          cause: 'refused',
          reason: `\`${printable(project, 100)}\` is not a normalised project name`,
        })
      : share(JSON.stringify([url.href, source.authority]), () =>
          fetchPage(http, url, project, source.authority),
        );
  };
}

function shareCurrentPages(): Share<ProjectPage> {
  const limit = limitConcurrency(PAGES_AT_ONCE);
  const share = shareForAWhile<ProjectPage>({
    maxAge: PAGE_AGE,
    maxWeight: REMEMBERED_FILES,
    weigh: (page) => (page.kind === 'page' ? page.files.length + 1 : undefined),
    now: () => performance.now(),
  });
  return async (key, task) => await share(key, async () => await limit(task));
}

/** PEP 503: the normalised name, and a slash at the end. */
function pageUrl(index: URL, project: string): URL | undefined {
  if (!/^[a-z0-9]+(?:-[a-z0-9]+)*$/u.test(project)) {
    return undefined;
  }
  const url = new URL(index);
  url.pathname = `${url.pathname.replace(/\/+$/u, '')}/${project}/`;
  return url;
}

async function fetchPage(
  http: HttpClient,
  url: URL,
  project: string,
  authority: Authority,
): Promise<ProjectPage> {
  const answer = await http.get(url, { accept: SIMPLE_PAGE_ACCEPT, maxBytes: MAX_PAGE_BYTES, authority });
  if (answer.kind === 'absent') {
    return answer;
  }
  if (answer.kind !== 'ok') {
    return { kind: 'unavailable', cause: answer.kind, reason: answer.reason };
  }
  const page = parseSimplePage(answer.body, answer.contentType, answer.url, project);
  if (page.kind === 'malformed') {
    const reason = `the page \`${redactUrl(url.href)}\` cannot be used: ${page.reason}`;
    return { kind: 'unavailable', cause: 'refused', reason };
  }
  return { ...page, url: answer.url };
}
