/** PyPI's Integrity API (https://docs.pypi.org/api/integrity/): where the provenance of a file is, without its index page. */

/** What the Integrity API answers with; 406 for anybody who asks for something else. */
export const PROVENANCE_MEDIA_TYPE = 'application/vnd.pypi.integrity.v1+json';

const HOSTS: ReadonlySet<string> = new Set(['pypi.org', 'test.pypi.org']);

/** Whether a simple API is that of PyPI or TestPyPI itself; a mirror's is not. */
export function hasIntegrityApi(index: URL): boolean {
  return index.protocol === 'https:' && HOSTS.has(index.host) && /^\/simple\/?$/u.test(index.pathname);
}

/**
 * The URL of a file's provenance.
 *
 * @returns undefined when a part could not be one segment of a path
 */
export function provenanceUrl(
  index: URL,
  file: { readonly name: string; readonly version: string; readonly filename: string },
): URL | undefined {
  const segments = [file.name, file.version, file.filename];
  if (!segments.every(isPathSegment)) {
    return undefined;
  }
  return new URL(`/integrity/${segments.map(encodeURIComponent).join('/')}/provenance`, index);
}

/** Whether text stays one segment once it is percent-encoded: `.` and `..` would not (WHATWG URL). */
export function isPathSegment(text: string): boolean {
  return text !== '' && text !== '.' && text !== '..' && text.isWellFormed();
}
