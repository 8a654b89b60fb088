import { sameDistribution, normalizeName } from '../distribution-filename.ts';
import { quoted } from '../printable.ts';
import type { FileDetails, ProjectFile } from './contract.ts';
import { htmlDetails, jsonDetails, sha256Of } from './file-details.ts';
import { mediaTypeOf } from './media-type.ts';
import { readTags, type HtmlTag } from './html-tags.ts';

/**
 * A file as an index lists it. All of it is the index's word. Pages have the files of all releases, and are kept as long as a run
 * may ask for them: with URLs as text a file takes half the room.
 */
export interface ListedFile extends ProjectFile {
  /** Absolute and without userinfo. */
  readonly url: string;
}

/** A project's page of a simple API, or why there is none to read. */
export type SimplePage =
  | { readonly kind: 'page'; readonly files: readonly ListedFile[] }
  | { readonly kind: 'malformed'; readonly reason: string };

/** JSON before HTML (PEP 691); HTML for indexes that have nothing else. */
export const SIMPLE_PAGE_ACCEPT = [
  'application/vnd.pypi.simple.v1+json',
  'application/vnd.pypi.simple.v1+html;q=0.2',
  'text/html;q=0.1',
].join(', ');

/**
 * Reads a project's page as its Content-Type says. Entries that are not well-formed are left out: a file that an index
 * does not list properly is a file that it does not list.
 *
 * @param project normalised name; a page that says it is another project's is malformed
 * @param url of the page, after redirects: what its relative URLs are relative to
 */
export function parseSimplePage(
  body: Uint8Array,
  contentType: string,
  url: URL,
  project: string,
): SimplePage {
  const mediaType = mediaTypeOf(contentType);
  switch (mediaType) {
    case 'application/vnd.pypi.simple.v1+json':
      return parseJsonPage(body, url, project);
    case 'application/vnd.pypi.simple.v1+html':
    case 'text/html':
      return parseHtmlPage(body, url);
    default:
      return malformed(`it is ${quoted(mediaType, 100)}, neither of the two forms of a simple page`);
  }
}

/** What a page has to say about one file; another file under the same name is told apart by the hash. */
export type Listing =
  | { readonly kind: 'listed'; readonly file: ListedFile }
  | { readonly kind: 'other-hash' }
  | { readonly kind: 'not-listed' };

/** Finds a file by its name (compared as parsed filenames) and its sha256. */
export function findListed(
  files: readonly ListedFile[],
  wanted: { readonly name: string; readonly filename: string; readonly sha256: string },
): Listing {
  const sameName = (file: ListedFile): boolean =>
    sameDistribution(file.filename, wanted.filename, wanted.name);
  const matches = files.filter((file) => file.sha256 === wanted.sha256 && sameName(file));
  const file = matches.find((match) => match.provenance !== undefined) ?? matches[0];
  if (file !== undefined) {
    return { kind: 'listed', file };
  }
  return { kind: files.some(sameName) ? 'other-hash' : 'not-listed' };
}

function malformed(reason: string): SimplePage {
  return { kind: 'malformed', reason };
}

type JsonObject = Readonly<Record<string, unknown>>;

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** PEP 691, with `upload-time` of PEP 700 and `provenance` of PEP 740. */
function parseJsonPage(body: Uint8Array, url: URL, project: string): SimplePage {
  let page: unknown;
  try {
    page = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch {
    return malformed('it is not JSON');
  }
  if (!isObject(page) || !isObject(page['meta']) || !Array.isArray(page['files'])) {
    return malformed('it lacks `meta` or `files`');
  }
  const version = page['meta']['api-version'];
  if (typeof version !== 'string' || !isKnownVersion(version)) {
    return malformed('its `api-version` is not 1.x');
  }
  const name = page['name'];
  if (name !== undefined && (typeof name !== 'string' || normalizeName(name) !== project)) {
    return malformed('it is the page of another project');
  }
  return { kind: 'page', files: page['files'].flatMap((file: unknown) => readJsonFile(file, url)) };
}

function readJsonFile(file: unknown, base: URL): ListedFile[] {
  if (!isObject(file) || typeof file['filename'] !== 'string' || typeof file['url'] !== 'string') {
    return [];
  }
  const hashes = isObject(file['hashes']) ? file['hashes'] : {};
  return listedFile(base, {
    filename: file['filename'],
    url: file['url'],
    sha256: hashes['sha256'],
    provenance: file['provenance'],
    uploadTime: file['upload-time'],
    details: jsonDetails(file),
  });
}

/** PEP 503, with `data-provenance` of PEP 740 and the version of PEP 629. */
function parseHtmlPage(body: Uint8Array, url: URL): SimplePage {
  const tags = readTags(new TextDecoder('utf-8').decode(body));
  const version = tags
    .find(({ name, attributes }) => name === 'meta' && attributes.get('name') === 'pypi:repository-version')
    ?.attributes.get('content');
  if (version !== undefined && !isKnownVersion(version)) {
    return malformed('its `pypi:repository-version` is not 1.x');
  }
  const baseHref = tags.find(({ name, attributes }) => name === 'base' && attributes.has('href'));
  const base = URL.parse(baseHref?.attributes.get('href') ?? '', url.href) ?? url;
  return {
    kind: 'page',
    files: tags.filter(({ name }) => name === 'a').flatMap((tag) => readAnchor(tag, base)),
  };
}

function readAnchor({ attributes }: HtmlTag, base: URL): ListedFile[] {
  const target = URL.parse(attributes.get('href') ?? '', base.href);
  const filename = decodedBasename(target);
  if (target === null || filename === undefined) {
    return [];
  }
  const sha256 = new URLSearchParams(target.hash.slice(1)).get('sha256');
  target.hash = '';
  return listedFile(base, {
    filename,
    url: target.href,
    sha256,
    provenance: attributes.get('data-provenance'),
    uploadTime: undefined,
    details: htmlDetails(attributes),
  });
}

function decodedBasename(url: URL | null): string | undefined {
  try {
    return decodeURIComponent(url?.pathname.split('/').at(-1) ?? '') || undefined;
  } catch {
    return undefined;
  }
}

function isKnownVersion(version: string): boolean {
  return /^1\.\d+$/u.test(version);
}

/** A file's entry, from members of any type; a `provenance` that is no URL makes the whole entry unusable. */
function listedFile(
  base: URL,
  entry: {
    filename: string;
    url: string;
    sha256: unknown;
    provenance: unknown;
    uploadTime: unknown;
    details: FileDetails;
  },
): ListedFile[] {
  const url = URL.parse(entry.url, base.href);
  const isPromised = entry.provenance !== undefined && entry.provenance !== null;
  const provenance =
    typeof entry.provenance === 'string' && entry.provenance !== ''
      ? URL.parse(entry.provenance, base.href)
      : null;
  if (url === null || (isPromised && provenance === null)) {
    return [];
  }
  const sha256 = sha256Of(entry.sha256);
  return [
    {
      filename: entry.filename,
      url: withoutUserinfo(url),
      ...(sha256 === undefined ? {} : { sha256 }),
      ...(provenance === null ? {} : { provenance: withoutUserinfo(provenance) }),
      ...(typeof entry.uploadTime === 'string' ? { uploadTime: entry.uploadTime } : {}),
      ...entry.details,
    },
  ];
}

/** An index cannot have credentials of its own choosing sent. */
function withoutUserinfo(url: URL): string {
  url.username = '';
  url.password = '';
  return url.href;
}
