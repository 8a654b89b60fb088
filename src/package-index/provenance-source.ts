import { inputError } from '../errors.ts';
import type { IndexAddress, IndexConfiguration, NetrcMachine } from './contract.ts';
import { authorityOf, nearestIndex, splitUserinfo, type Authority } from './credentials.ts';
import { hasIntegrityApi, isPathSegment } from './integrity-api.ts';
import { redactUrl } from './redact.ts';

/** A place to ask for provenance. Every URL is without userinfo. */
export type ProvenanceSource =
  /** The project's page, and the provenance URL in it; or PyPI's own API, which needs no page. */
  | {
      readonly kind: 'simple' | 'integrity-api';
      readonly index: URL;
      readonly authority: Authority;
      /**
       * Whether the file itself comes from here. Then a file that is not listed here is not the index's, which is another
       * thing than a file without provenance.
       */
      readonly servesFiles: boolean;
    }
  /** A URL with `{project}`, `{version}` and `{filename}` in it. */
  | { readonly kind: 'template'; readonly template: string; readonly authority: Authority };

export type IndexSource = Exclude<ProvenanceSource, { kind: 'template' }>;

/**
 * Where to ask for a package's files: the index that its lock names, or else every configured one in pip's order. PyPI's
 * Integrity API knows files by name only, so it is used when PyPI is the only one to ask; among several indexes, files of
 * one name may differ, and the pages tell them apart by hash.
 */
export function sourcesFor(
  lockedIndex: string | undefined,
  configuration: IndexConfiguration,
): IndexSource[] {
  const addresses =
    lockedIndex === undefined ? configuration.indexes : [addressOf(lockedIndex, configuration)];
  const only = addresses.length === 1;
  return addresses.flatMap((address): IndexSource[] => {
    const index = URL.parse(address.url);
    if (index === null) {
      return [];
    }
    const configured = configuration.indexes.some(({ url }) => url === address.url);
    const authority = authorityOf(address, configuration.netrc, configured);
    const kind = only && hasIntegrityApi(index) ? 'integrity-api' : 'simple';
    return [{ kind, index, authority, servesFiles: true }];
  });
}

/** The URL of the index that answers for a source: of a template, what stands before its first variable part. */
export function indexOf(source: ProvenanceSource): string | undefined {
  if (source.kind !== 'template') return source.index.href;
  const literal = source.template.slice(0, source.template.indexOf('{'));
  return URL.parse(literal.slice(0, literal.lastIndexOf('/') + 1))?.href;
}

/** The configured index of that URL, with its credentials, or the URL that the lock names, with none but its own. */
function addressOf(lockedIndex: string, configuration: IndexConfiguration): IndexAddress {
  try {
    const { url, credentials } = splitUserinfo(lockedIndex);
    const address = { url: url.href.replace(/\/+$/u, '') };
    const configured = configuration.indexes.find((index) => index.url === address.url);
    return configured ?? (credentials === undefined ? address : { ...address, credentials });
  } catch {
    return { url: lockedIndex };
  }
}

/**
 * The meaning of `--attestations-from`: the root or simple API of an index, or a template of provenance URLs.
 *
 * @throws ProvpinError, exit code 2
 */
export function parseAttestationsFrom(text: string, configuration: IndexConfiguration): ProvenanceSource {
  try {
    const { url, credentials } = splitUserinfo(text);
    const address = {
      url: url.href.replace(/\/+$/u, ''),
      ...(credentials === undefined ? {} : { credentials }),
    };
    const authority = authorityFor(address, configuration.indexes, configuration.netrc);
    if (/\{(?:project|version|filename)\}/u.test(text)) {
      return { kind: 'template', template: decodeBraces(url.href), authority };
    }
    if (!/^https?:$/u.test(url.protocol)) {
      throw new TypeError('not a web address');
    }
    const index = url.pathname === '/' ? new URL('/simple', url) : new URL(address.url);
    const kind = hasIntegrityApi(index) ? 'integrity-api' : 'simple';
    return { kind, index, authority, servesFiles: false };
  } catch {
    throw inputError(
      'attestations-from',
      `\`--attestations-from ${redactUrl(text)}\` is not the URL of an index`,
      [
        'name an index (`https://pypi.org/simple`), or a URL with `{project}`, `{version}` and `{filename}` in it',
      ],
    );
  }
}

/** At the origin of a configured index, what is for that index is for this one, too, unless it has credentials of its own. */
function authorityFor(
  address: IndexAddress,
  configured: readonly IndexAddress[],
  netrc: readonly NetrcMachine[],
): Authority {
  const index = nearestIndex(new URL(address.url), configured);
  const own = address.credentials === undefined ? (index ?? address) : address;
  return authorityOf(own, netrc, index !== undefined);
}

/** `URL` percent-encodes the braces of a path. */
function decodeBraces(href: string): string {
  return href.replace(/%7B(project|version|filename)%7D/giu, '{$1}');
}

/** A template's URL for one file; undefined when a part could not be one segment of a path. */
export function fillTemplate(
  template: string,
  file: { readonly name: string; readonly version: string; readonly filename: string },
): URL | undefined {
  const parts: Readonly<Record<string, string>> = {
    project: file.name,
    version: file.version,
    filename: file.filename,
  };
  if (!Object.values(parts).every(isPathSegment)) {
    return undefined;
  }
  const href = template.replace(/\{(project|version|filename)\}/gu, (_, name: string) =>
    encodeURIComponent(parts[name] ?? ''),
  );
  return URL.parse(href) ?? undefined;
}
