import { isProjectName, normalizeName } from '../distribution-filename.ts';
import { globMatches } from '../glob.ts';

/** What a key may vouch for. */
export type KeyScope =
  | { readonly kind: 'everything' }
  /** Packages whose normalised name (PEP 503) matches; `*` stands for any characters. */
  | { readonly kind: 'packages'; readonly pattern: string }
  /** Files whose provenance comes from this index, or from one below it: a URL without a trailing slash. */
  | { readonly kind: 'index'; readonly url: URL };

/** A file, as far as it decides whether a key is for it. */
export interface ScopedFile {
  /** Normalised (PEP 503). */
  readonly name: string;
  /** URL of the index that serves the provenance; absent when it is not known. */
  readonly servedBy?: string;
}

/**
 * Reads the NAME of `--key NAME=FILE`.
 *
 * @returns undefined for what is neither a package's name, with `*` for a part of it, nor the URL of an index
 */
export function parseKeyScope(name: string): KeyScope | undefined {
  if (/^https?:\/\//i.test(name)) return parseIndexScope(name);
  const isPattern = name.includes('*') && /^[a-z0-9._*-]+$/i.test(name);
  if (!isPattern && !isProjectName(name)) return undefined;
  return { kind: 'packages', pattern: normalizeName(name) };
}

function parseIndexScope(text: string): KeyScope | undefined {
  const url = URL.parse(text);
  if (url === null || url.username !== '' || url.password !== '') return undefined;
  if (url.search !== '' || url.hash !== '' || hidesSegments(url)) return undefined;
  return { kind: 'index', url };
}

/** Whether a key may vouch for a file. What is not known about the file is no. */
export function isInScope(scope: KeyScope, { name, servedBy }: ScopedFile): boolean {
  switch (scope.kind) {
    case 'everything':
      return true;
    case 'packages':
      return globMatches(scope.pattern, name);
    case 'index':
      return servedBy !== undefined && isWithin(scope.url, servedBy);
  }
}

/** Same origin, and the same path or one below it, by whole segments. */
function isWithin(scope: URL, servedBy: string): boolean {
  const url = URL.parse(servedBy);
  if (url === null || url.origin !== scope.origin || hidesSegments(url)) return false;
  return withSlash(url.pathname).startsWith(withSlash(scope.pathname));
}

/** Escapes that a server may undo into another path; `URL` has resolved all other dot segments. */
function hidesSegments({ pathname }: URL): boolean {
  return /%(?:2e|2f|5c)/i.test(pathname);
}

function withSlash(pathname: string): string {
  return `${pathname.replace(/\/+$/, '')}/`;
}
