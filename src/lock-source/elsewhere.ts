/**
 * Words for what a lock takes from elsewhere than an index.
 */
import { printable } from '../printable.ts';

/**
 * @param kind of version control, e.g. `git`
 * @param url of the repository; what is no URL is not shown
 */
export function vcsReason(kind: string, url: string, commit: string | undefined): string {
  const location = withoutSecrets(url);
  const at = commit === undefined ? '' : `@${commit}`;
  return `a VCS requirement (${printable(location === undefined ? kind : `${kind}+${location}${at}`, 200)})`;
}

export function archiveReason(url: string): string {
  const location = withoutSecrets(url);
  if (location === undefined || location.startsWith('file:')) return 'a local archive';
  return `an archive by URL (${printable(location, 200)})`;
}

/** A directory, or an archive in it, by what its path ends with. */
export function pathReason(path: string, isEditable = false): string {
  if (/\.(?:whl|zip|tar|t[gbx]z|tar\.[a-z0-9]+)$/i.test(path)) return 'a local archive';
  return directoryReason(isEditable);
}

export function directoryReason(isEditable = false): string {
  return isEditable ? 'a local directory (editable)' : 'a local directory';
}

/**
 * A URL fit to be shown: user, password, query and fragment are where credentials are. What is no URL may have them anywhere,
 * and gives undefined.
 */
function withoutSecrets(url: string): string | undefined {
  const parsed = URL.parse(url);
  if (parsed === null) return undefined;
  for (const part of ['username', 'password', 'search', 'hash'] as const) parsed[part] = '';
  return parsed.href;
}
