import { redactUrl } from './redact.ts';
import type { ArtifactRef, ProvenanceLookup } from './contract.ts';
import type { Answer, GetOptions } from './http-attempt.ts';
import type { HttpClient } from './http-client.ts';
import { otherProvenanceUrls, PROVENANCE_MEDIA_TYPE, provenanceUrl } from './integrity-api.ts';
import { mediaTypeOf } from './media-type.ts';
import { printable, quoted } from '../printable.ts';
import type { ReadPage } from './project-pages.ts';
import { fillTemplate, indexOf, type IndexSource, type ProvenanceSource } from './provenance-source.ts';
import { findListed } from './simple-page.ts';

/** What one index says about one file. */
type SourceAnswer =
  | Exclude<ProvenanceLookup, { kind: 'absent' | 'not-covered' }>
  /** It has the file (if files come from it at all), and no provenance for it. */
  | { readonly kind: 'absent'; readonly reason: string; readonly uploadTime?: string }
  /** It does not have the file: says nothing about provenance. */
  | { readonly kind: 'not-listed'; readonly reason: string };

type Unfound = Exclude<SourceAnswer, { kind: 'found' }>;

export interface LookupContext {
  readonly http: HttpClient;
  readonly readPage: ReadPage;
  /** Of a provenance document. */
  readonly maxBytes: number;
}

/**
 * Asks the sources in their order until one has provenance for the file. Without: absent only when an index has the very
 * file without provenance and none was unavailable.
 */
export async function lookUpProvenance(
  file: ArtifactRef,
  sources: readonly ProvenanceSource[],
  context: LookupContext,
): Promise<ProvenanceLookup> {
  if (sources.length === 0) {
    return unavailable('refused', `no index is configured to ask for \`${printable(file.filename, 255)}\``);
  }
  const answers: Unfound[] = [];
  for (const source of sources) {
    const answer = await askSource(file, source, context);
    if (answer.kind === 'found') {
      const index = indexOf(source);
      return index === undefined ? answer : { ...answer, index };
    }
    answers.push(answer);
  }
  return conclude(file, answers, sources.map(nameOfSource));
}

function conclude(
  file: ArtifactRef,
  answers: readonly Unfound[],
  indexes: readonly string[],
): ProvenanceLookup {
  const failure = answers.find((answer) => answer.kind === 'unavailable');
  if (failure !== undefined) {
    return failure;
  }
  const absent = answers.find((answer) => answer.kind === 'absent');
  if (absent !== undefined) {
    return { ...absent, indexes };
  }
  const reasons = answers.map(({ reason }) => reason);
  return unavailable(
    'unlisted',
    `no index lists \`${printable(file.filename, 255)}\` with the lock's sha256: ${reasons.join('; ')}`,
  );
}

/** As shown: without credentials. */
function nameOfSource(source: ProvenanceSource): string {
  return source.kind === 'template' ? source.template : redactUrl(source.index.href);
}

/** From here on, the page of the project is less than a question for each file: most files of PyPI have no provenance. */
const MANY_FILES = 4;

async function askSource(
  file: ArtifactRef,
  source: ProvenanceSource,
  context: LookupContext,
): Promise<SourceAnswer> {
  if (source.kind === 'template') {
    return askUrl(file, fillTemplate(source.template, file), ANY_JSON, source, context);
  }
  if (source.kind === 'integrity-api') {
    if ((file.filesOfPackage ?? 1) >= MANY_FILES) {
      const listed = await askSimpleApi(file, source, context);
      if (listed.kind === 'found' || listed.kind === 'absent') return listed;
    }
    const url = provenanceUrl(source.index, file);
    const answer = await askUrl(file, url, PROVENANCE_MEDIA_TYPE, source, context);
    // Its 404 is for files without provenance and for unknown files alike; the page tells them apart, by hash.
    if (answer.kind !== 'absent' || !source.servesFiles) {
      return answer;
    }
  }
  return askSimpleApi(file, source, context);
}

async function askUrl(
  file: ArtifactRef,
  url: URL | undefined,
  accept: string,
  { authority }: ProvenanceSource,
  context: LookupContext,
): Promise<DocumentAnswer> {
  return url === undefined
    ? unavailable('refused', `\`${printable(file.filename, 255)}\` cannot be part of a URL`)
    : fetchDocument(url, { accept, authority }, context);
}

/** Indexes that serve files as they lie there have no media type for provenance. */
const ANY_JSON = `${PROVENANCE_MEDIA_TYPE}, application/json;q=0.9, */*;q=0.1`;

async function askSimpleApi(
  file: ArtifactRef,
  source: IndexSource,
  context: LookupContext,
): Promise<SourceAnswer> {
  const notListed = source.servesFiles ? 'not-listed' : 'absent';
  const page = await context.readPage(source, file.name);
  if (page.kind !== 'page') {
    return page.kind === 'absent' ? { kind: notListed, reason: page.reason } : page;
  }
  const name = `\`${nameOfSource(source)}\``;
  const listing = findListed(page.files, file);
  if (listing.kind === 'other-hash') {
    return { kind: 'not-listed', reason: `${name} lists another file of that name` };
  }
  if (listing.kind === 'not-listed') {
    return { kind: notListed, reason: `${name} does not list it` };
  }
  const { provenance, uploadTime } = listing.file;
  const time = uploadTime === undefined ? {} : { uploadTime };
  if (provenance === undefined) {
    return { kind: 'absent', reason: `${name} lists it without provenance`, ...time };
  }
  const options = { accept: ANY_JSON, authority: source.authority, via: page.url };
  const promised = new URL(provenance);
  const urls = [promised, ...otherProvenanceUrls(promised, page.url, file)] as const;
  const answer = await fetchFirst(urls, options, context);
  if (answer.kind === 'absent') {
    return unavailable('refused', `${name} promises provenance that it does not serve: ${answer.reason}`);
  }
  return answer.kind === 'found' ? { ...answer, ...time } : answer;
}

/** The first answer that is not "absent", or else that of the first URL. */
async function fetchFirst(
  [first, ...others]: readonly [URL, ...URL[]],
  options: Omit<GetOptions, 'maxBytes'>,
  context: LookupContext,
): Promise<DocumentAnswer> {
  const answer = await fetchDocument(first, options, context);
  for (const url of answer.kind === 'absent' ? others : []) {
    const other = await fetchDocument(url, options, context);
    if (other.kind !== 'absent') {
      return other;
    }
  }
  return answer;
}

type DocumentAnswer = Exclude<SourceAnswer, { kind: 'not-listed' }>;

async function fetchDocument(
  url: URL,
  options: Omit<GetOptions, 'maxBytes'>,
  { http, maxBytes }: LookupContext,
): Promise<DocumentAnswer> {
  const answer = await http.get(url, { ...options, maxBytes });
  if (answer.kind !== 'ok') {
    return asLookup(answer);
  }
  const mediaType = mediaTypeOf(answer.contentType);
  if (!isJsonOrUnspecific(mediaType)) {
    return unavailable(
      'refused',
      `\`${printable(answer.url.host)}\` sent ${quoted(mediaType, 100)} instead of JSON for \`${redactUrl(url.href)}\``,
    );
  }
  return { kind: 'found', document: answer.body, url: redactUrl(answer.url.href), fromCache: false };
}

/** What static file servers say of JSON without knowing it; above all not the HTML of a login or error page. */
function isJsonOrUnspecific(mediaType: string): boolean {
  return /^(?:application\/(?:[\w.-]+\+)?json|application\/octet-stream|binary\/octet-stream|text\/plain|)$/u.test(
    mediaType,
  );
}

/** A failed answer as a lookup says it. */
export function asLookup(answer: Exclude<Answer<unknown>, { kind: 'ok' }>) {
  return answer.kind === 'absent'
    ? { kind: 'absent' as const, reason: answer.reason }
    : unavailable(answer.kind, answer.reason);
}

export function unavailable<Cause extends 'refused' | 'unreachable' | 'unlisted'>(
  cause: Cause,
  reason: string,
) {
  return { kind: 'unavailable' as const, cause, reason };
}
