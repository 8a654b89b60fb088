/** PyPI's Integrity API (https://docs.pypi.org/api/integrity/): where the provenance of a file is, without its index page. */

/** What the Integrity API answers with; 406 for anybody who asks for something else. */
export const PROVENANCE_MEDIA_TYPE = 'application/vnd.pypi.integrity.v1+json';

const HOSTS: ReadonlySet<string> = new Set(['pypi.org', 'test.pypi.org']);

/** Whether a simple API is that of PyPI or TestPyPI itself; a mirror's is not. */
export function hasIntegrityApi(index: URL): boolean {
  return index.protocol === 'https:' && HOSTS.has(index.host) && /^\/simple\/?$/u.test(index.pathname);
}

/** What the path of the API has of a file. */
interface NamedFile {
  readonly name: string;
  readonly version: string;
  readonly filename: string;
}

/**
 * The URL of a file's provenance.
 *
 * @returns undefined when a part could not be one segment of a path
 */
export function provenanceUrl(index: URL, file: NamedFile): URL | undefined {
  const path = integrityPath(file);
  return path === undefined ? undefined : new URL(path, index);
}

function integrityPath(file: NamedFile): string | undefined {
  const segments = [file.name, file.version, file.filename];
  return segments.every(isPathSegment)
    ? `/integrity/${segments.map(encodeURIComponent).join('/')}/provenance`
    : undefined;
}

/**
 * Where else an index may have the provenance that its page promises at a URL which it does not serve: on the page's own
 * origin, and at a path of the Integrity API for this very file.
 *
 * - Beside the simple API that the page is of: `…/simple/NAME/`, `…/integrity/NAME/VERSION/FILENAME/provenance`.
 * - Below the API root: Pulp, where a proxy serves its API below `/api`, writes `/pypi/…` into its pages for `/api/pypi/…`
 *   (https://packages.redhat.com, in 2026).
 *
 * @param promised the URL in the page; whether paths end with a slash is taken from it
 * @param page URL of the page, after redirects
 */
export function otherProvenanceUrls(promised: URL, page: URL, file: NamedFile): readonly URL[] {
  const path = integrityPath(file);
  if (path === undefined) {
    return [];
  }
  const slash = promised.pathname.endsWith('/') ? '/' : '';
  const base = /^(?<base>.*)\/simple\/[^/]+\/?$/u.exec(page.pathname)?.groups?.['base'];
  const isBelowPypi = /^\/pypi\/./u.test(promised.pathname) && promised.pathname.endsWith(path + slash);
  const candidates = [
    ...(base === undefined ? [] : [base + path + slash]),
    ...(isBelowPypi && promised.origin === page.origin ? [`/api${promised.pathname}`] : []),
  ];
  return [...new Set(candidates)]
    .map((pathname) => new URL(pathname, page.origin))
    .filter(({ href }) => href !== promised.href);
}

/** Whether text stays one segment once it is percent-encoded: `.` and `..` would not (WHATWG URL). */
export function isPathSegment(text: string): boolean {
  return text !== '' && text !== '.' && text !== '..' && text.isWellFormed();
}
