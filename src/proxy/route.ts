import { isProjectName, normalizeName, parseDistributionFilename } from '../distribution-filename.ts';
import type { AskedFile } from './contract.ts';

/** What a request is for. */
export type Route =
  | { readonly kind: 'page'; readonly project: string }
  | { readonly kind: 'redirect'; readonly to: string }
  | { readonly kind: 'file' | 'metadata'; readonly file: AskedFile }
  /** A file that no page gives a sha256 of. */
  | { readonly kind: 'unhashed'; readonly project: string; readonly filename: string }
  | { readonly kind: 'nothing' };

const NOTHING: Route = { kind: 'nothing' };

/** Stands for the sha256 in the URL of a file that has none. */
const UNHASHED = 'unhashed';
const METADATA = '.metadata';

/** The path of a project's page (PEP 503). */
export function pagePath(project: string): string {
  return `/simple/${project}/`;
}

/** The path of a file; that of its metadata ends with `.metadata` (PEP 658). */
export function filePath(project: string, filename: string, sha256 = UNHASHED): string {
  return `/files/${project}/${sha256}/${encodeURIComponent(filename)}`;
}

/**
 * Reads the target of a request (RFC 9112, 3.2.1). Every part is checked for what it has to be, and nothing of it is resolved
 * as a path: `..`, empty segments, encoded slashes and absolute URLs lead nowhere.
 *
 * @param target as it was sent
 */
export function parseRoute(target: string): Route {
  const [, area = '', ...segments] = (target.split('?')[0] ?? '').split('/');
  if (!target.startsWith('/')) return NOTHING;
  const parts = segments.map(decoded);
  if (area === 'simple') return pageRoute(parts);
  if (area === 'files') return fileRoute(parts);
  return NOTHING;
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return '';
  }
}

function pageRoute([project = '', end, ...more]: readonly string[]): Route {
  if (!isProjectName(project) || more.length > 0 || (end !== undefined && end !== '')) return NOTHING;
  const name = normalizeName(project);
  if (name !== project || end === undefined) return { kind: 'redirect', to: pagePath(name) };
  return { kind: 'page', project };
}

function fileRoute([project = '', sha256 = '', name = '', ...more]: readonly string[]): Route {
  if (!isProjectName(project) || normalizeName(project) !== project || more.length > 0) return NOTHING;
  const isMetadata = name.endsWith(METADATA);
  const filename = isMetadata ? name.slice(0, -METADATA.length) : name;
  if (parseDistributionFilename(filename, project) === undefined) return NOTHING;
  if (sha256 === UNHASHED) return { kind: 'unhashed', project, filename };
  if (!/^[0-9a-f]{64}$/.test(sha256)) return NOTHING;
  return { kind: isMetadata ? 'metadata' : 'file', file: { project, filename, sha256 } };
}
