/**
 * A package index on the loopback interface, as PyPI is one: simple pages in JSON and HTML (PEP 503, 691, 700, 740), the
 * Integrity API, core metadata (PEP 658) and the files. Everything about it can be changed while it runs.
 */
import { createHash } from 'node:crypto';
import { createServer, type IncomingHttpHeaders, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';

import {
  createEndEntity,
  createRootAuthority,
  generalName,
  SERVER_AUTH,
  subjectAlternativeName,
  toPem,
} from './certificates.ts';
import { normalizeName, type Distribution } from './distributions.ts';
import { send, sendFault, text, type Answer, type IndexFault } from './index-faults.ts';
import type { Provenance } from './signing.ts';

export type { IndexFault } from './index-faults.ts';

const SIMPLE_JSON = 'application/vnd.pypi.simple.v1+json';
const SIMPLE_HTML = 'application/vnd.pypi.simple.v1+html';
const INTEGRITY_JSON = 'application/vnd.pypi.integrity.v1+json';

/** What the index serves besides its files. */
export interface IndexModes {
  /** Simple pages in JSON; without it, HTML whatever is asked for. */
  readonly json: boolean;
  readonly integrity: boolean;
  /** The `provenance` member and the `data-provenance` attribute; without it, as a mirror that drops them. */
  readonly provenance: boolean;
  readonly coreMetadata: boolean;
  /** Links on simple pages: with or without the origin. */
  readonly links: 'absolute' | 'relative';
}

export interface IndexOptions {
  readonly modes?: Partial<IndexModes>;
  /** Basic authentication, asked for everything. */
  readonly auth?: { readonly username: string; readonly password: string };
  /** https with a certificate by a CA of its own (`ca`). */
  readonly tls?: boolean;
  /**
   * Where things are: as at PyPI, or as at an index of Pulp behind a proxy (https://packages.redhat.com, in 2026), where the pages
   * promise provenance at a path that lacks the `/api` under which the API is served.
   */
  readonly layout?: 'pypi' | 'pulp';
}

export interface PublishOptions {
  /** An object as PyPI has it, or any text that stands in its place. */
  readonly provenance?: Provenance | string;
  /** RFC 3339. */
  readonly uploadTime?: string;
}

export interface LoggedRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
}

export interface TestIndex {
  /** Without a slash at the end. */
  readonly origin: string;
  /** Base URL of the simple API, with a slash at the end. */
  readonly simpleUrl: string;
  /** PEM of the CA, of an index with TLS. */
  readonly ca?: string;
  /** Every request so far. */
  readonly requests: readonly LoggedRequest[];
  readonly clearRequests: () => void;
  readonly publish: (distribution: Distribution, options?: PublishOptions) => void;
  /** Other bytes under the published name; pages say the new hash, unless `keepHash`. */
  readonly replace: (filename: string, bytes: Uint8Array, options?: { readonly keepHash?: boolean }) => void;
  /** Another provenance for a published file, or none. */
  readonly attest: (filename: string, provenance: Provenance | string | undefined) => void;
  readonly remove: (filename: string) => void;
  readonly setModes: (modes: Partial<IndexModes>) => void;
  /**
   * Lets requests whose path matches fail: those to come, or the next `times`. Of several that match, the latest counts.
   *
   * @returns what takes the fault back
   */
  readonly fail: (path: string | RegExp, fault: IndexFault, times?: number) => () => void;
  /** Does something, once, when a request whose path matches comes in, before it is answered. */
  readonly whenAsked: (path: string | RegExp, action: () => void) => void;
  readonly close: () => Promise<void>;
}

/** A published file. */
interface Listing extends Distribution {
  /** What pages say; the file's own unless it was replaced by stealth. */
  readonly listedSha256: string;
  readonly uploadTime: string;
  readonly provenance?: string | undefined;
}

interface ArmedFault {
  readonly path: string | RegExp;
  readonly fault: IndexFault;
  left: number;
}

interface Watch {
  readonly path: string | RegExp;
  readonly action: () => void;
}

/** What the index is at a moment; one object for each index, changed by its methods alone. */
interface State {
  readonly layout: 'pypi' | 'pulp';
  readonly listings: Map<string, Listing>;
  readonly faults: ArmedFault[];
  readonly watches: Set<Watch>;
  readonly requests: LoggedRequest[];
  modes: IndexModes;
}

const PULP_SIMPLE = '/trusted-libraries/python/';
const PULP_API = '/pypi/trusted-libraries/main/';

const UPLOADED_AT = '2026-06-01T12:05:00.000000Z';

/** Starts an index on a free port. */
export async function startIndex(options: IndexOptions = {}): Promise<TestIndex> {
  const { layout = 'pypi' } = options;
  const state: State = {
    layout,
    listings: new Map(),
    faults: [],
    watches: new Set(),
    requests: [],
    modes: {
      json: true,
      integrity: true,
      provenance: true,
      coreMetadata: true,
      links: 'absolute',
      ...options.modes,
    },
  };
  const tls = options.tls === true ? createTls() : undefined;
  const handle = listener(state, options, () => origin);
  const server = tls === undefined ? createServer(handle) : createTlsServer(tls.server, handle);
  const port = await listen(server);
  const origin = `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${port}`;
  return {
    origin,
    simpleUrl: `${origin}${layout === 'pulp' ? PULP_SIMPLE : '/simple/'}`,
    ...(tls === undefined ? {} : { ca: tls.ca }),
    ...methodsOf(state),
    close: async () => close(server),
  };
}

function methodsOf(state: State): Omit<TestIndex, 'origin' | 'simpleUrl' | 'ca' | 'close'> {
  const { listings, faults, watches, requests } = state;
  const change = (filename: string, changes: Partial<Listing>): void => {
    const listing = listings.get(filename);
    if (listing === undefined) throw new Error(`\`${filename}\` is not published`);
    listings.set(filename, { ...listing, ...changes });
  };
  return {
    requests,
    clearRequests: () => {
      requests.length = 0;
    },
    publish: (distribution, { provenance, uploadTime = UPLOADED_AT } = {}) => {
      const listed = { listedSha256: distribution.sha256, uploadTime, provenance: textOf(provenance) };
      listings.set(distribution.filename, { ...distribution, ...listed });
    },
    replace: (filename, bytes, { keepHash = false } = {}) => {
      const sha256 = createHash('sha256').update(bytes).digest('hex');
      const listed = keepHash ? {} : { listedSha256: sha256 };
      change(filename, { bytes: Buffer.from(bytes), sha256, ...listed });
    },
    attest: (filename, provenance) => change(filename, { provenance: textOf(provenance) }),
    remove: (filename) => {
      listings.delete(filename);
    },
    setModes: (modes) => {
      state.modes = { ...state.modes, ...modes };
    },
    fail: (path, fault, times = Number.POSITIVE_INFINITY) => {
      const armed = { path, fault, left: times };
      faults.unshift(armed);
      return () => {
        armed.left = 0;
      };
    },
    whenAsked: (path, action) => {
      watches.add({ path, action });
    },
  };
}

function textOf(provenance: Provenance | string | undefined): string | undefined {
  return typeof provenance === 'object' ? JSON.stringify(provenance) : provenance;
}

function listener(state: State, { auth }: IndexOptions, originOf: () => string): RequestListener {
  return (request, response) => {
    const { method = 'GET', url: path = '/', headers } = request;
    state.requests.push({ method, path, headers });
    for (const watch of [...state.watches].filter((one) => matches(one.path, path))) {
      state.watches.delete(watch);
      watch.action();
    }
    const right = (): Answer => {
      if (auth !== undefined && headers.authorization !== basic(auth)) return UNAUTHORIZED;
      return answer(state, originOf(), new URL(path, 'http://index').pathname, headers.accept ?? '*/*');
    };
    const armed = state.faults.find((fault) => fault.left > 0 && matches(fault.path, path));
    if (armed === undefined) {
      send(response, right());
      return;
    }
    armed.left -= 1;
    void sendFault(armed.fault, request, response, right);
  };
}

const UNAUTHORIZED = text(401, 'credentials, please\n', { 'www-authenticate': 'Basic realm="index"' });
// Also refuses escapes that are not ASCII: no path of this index has any.
const MALFORMED_ESCAPE = /%(?![0-7][0-9a-f])/i;
const NOT_FOUND = text(404, 'not found\n');

function matches(pattern: string | RegExp, path: string): boolean {
  return typeof pattern === 'string' ? path.includes(pattern) : pattern.test(path);
}

function basic({ username, password }: { readonly username: string; readonly password: string }): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
}

function answer(state: State, origin: string, path: string, accept: string): Answer {
  if (MALFORMED_ESCAPE.test(path)) return text(400, 'bad request\n');
  const [area = '', ...rest] = placeOf(state, path).slice(1).split('/').map(decodeURIComponent);
  if (area === 'simple') return simpleAnswer(state, origin, rest, accept);
  if (area === 'files') return fileAnswer(state, rest);
  if (area === 'integrity') return integrityAnswer(state, rest, accept);
  return NOT_FOUND;
}

/** Where PyPI has what is at a path of this index. */
function placeOf({ layout }: State, path: string): string {
  if (layout === 'pypi' || path.startsWith('/files/')) return path;
  const [simple, integrity] = [PULP_SIMPLE, `/api${PULP_API}integrity/`];
  if (path.startsWith(simple)) return `/simple/${path.slice(simple.length)}`;
  return path.startsWith(integrity) ? `/integrity/${path.slice(integrity.length).replace(/\/$/, '')}` : '/';
}

/** `/simple/`, and `/simple/<project>/`. */
function simpleAnswer(state: State, origin: string, rest: readonly string[], accept: string): Answer {
  const [project = '', slash, ...more] = rest;
  if (project === '') return projectList(state, accept);
  const name = normalizeName(project);
  if (slash === undefined || name !== project) return text(301, '', { location: `/simple/${name}/` });
  const listings = [...state.listings.values()].filter((listing) => listing.name === name);
  if (more.length > 0 || listings.length === 0) return NOT_FOUND;
  const base = state.modes.links === 'absolute' ? origin : '';
  return negotiate(state, accept, {
    json: () => projectJson(name, listings, base, state),
    html: () => projectHtml(name, listings, base, state),
  });
}

function projectList(state: State, accept: string): Answer {
  const names = [...new Set([...state.listings.values()].map(({ name }) => name))].toSorted();
  return negotiate(state, accept, {
    json: () => ({ meta: { 'api-version': '1.4' }, projects: names.map((name) => ({ name })) }),
    html: () =>
      page(
        'Simple index',
        names.map((name) => `<a href="/simple/${name}/">${name}</a><br>`),
      ),
  });
}

/** PEP 691: the best type that is both accepted and there. */
function negotiate(
  { modes }: State,
  accept: string,
  make: { readonly json: () => object; readonly html: () => string },
): Answer {
  const offered = [...(modes.json ? [SIMPLE_JSON] : []), SIMPLE_HTML, 'text/html'];
  const type = bestOf(offered, accept);
  if (type === undefined) return text(406, 'not acceptable\n');
  const body = type === SIMPLE_JSON ? JSON.stringify(make.json()) : make.html();
  return { status: 200, headers: { 'content-type': type, vary: 'Accept' }, body };
}

/** RFC 9110 section 12.5.1, without precedence by specificity; `*` is taken for the last that is offered. */
function bestOf(offered: readonly string[], accept: string): string | undefined {
  const ranges = accept.split(',').map((range) => {
    const [type = '', ...parameters] = range.split(';').map((part) => part.trim().toLowerCase());
    const quality = parameters.find((parameter) => parameter.startsWith('q='))?.slice(2) ?? '1';
    return { type: type === '*/*' ? (offered.at(-1) ?? '') : type, quality: Number(quality) };
  });
  const wanted = ranges.toSorted((a, b) => b.quality - a.quality).filter(({ quality }) => quality > 0);
  return wanted.find(({ type }) => offered.includes(type))?.type;
}

function projectJson(
  name: string,
  listings: readonly Listing[],
  base: string,
  { modes, layout }: State,
): object {
  return {
    meta: { 'api-version': '1.4' },
    'project-status': { status: 'active' },
    name,
    versions: [...new Set(listings.map(({ version }) => version))],
    files: listings.map((listing) => ({
      filename: listing.filename,
      url: fileUrl(base, listing),
      hashes: { sha256: listing.listedSha256 },
      size: listing.bytes.length,
      'upload-time': listing.uploadTime,
      'requires-python': listing.requiresPython ?? null,
      yanked: false,
      ...(modes.coreMetadata ? { 'core-metadata': { sha256: metadataSha256(listing) } } : {}),
      ...(modes.provenance ? { provenance: provenanceUrl(base, listing, layout) ?? null } : {}),
    })),
  };
}

function projectHtml(
  name: string,
  listings: readonly Listing[],
  base: string,
  { modes, layout }: State,
): string {
  const links = listings.map((listing) => {
    const provenance = modes.provenance ? provenanceUrl(base, listing, layout) : undefined;
    const attributes = Object.entries({
      href: `${fileUrl(base, listing)}#sha256=${listing.listedSha256}`,
      'data-requires-python': listing.requiresPython,
      'data-core-metadata': modes.coreMetadata ? `sha256=${metadataSha256(listing)}` : undefined,
      'data-provenance': provenance,
    }).flatMap(([key, value]) => (value === undefined ? [] : [`${key}="${escapeHtml(value)}"`]));
    return `<a ${attributes.join(' ')}>${escapeHtml(listing.filename)}</a><br>`;
  });
  return page(`Links for ${name}`, links);
}

function page(title: string, lines: readonly string[]): string {
  const head = `<meta name="pypi:repository-version" content="1.4"><title>${title}</title>`;
  return `<!DOCTYPE html>\n<html><head>${head}</head><body>\n${lines.join('\n')}\n</body></html>\n`;
}

function escapeHtml(value: string): string {
  return value.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');
}

function fileUrl(base: string, { filename }: Listing): string {
  return `${base}/files/${encodeURIComponent(filename)}`;
}

function provenanceUrl(
  base: string,
  { name, version, filename, provenance }: Listing,
  layout: State['layout'],
): string | undefined {
  if (provenance === undefined) return undefined;
  const path = `integrity/${[name, version, filename].map(encodeURIComponent).join('/')}/provenance`;
  return layout === 'pulp' ? `${base}${PULP_API}${path}/` : `${base}/${path}`;
}

function metadataSha256({ metadata }: Listing): string {
  return createHash('sha256').update(metadata).digest('hex');
}

/** `/files/<filename>`, and its `.metadata`. */
function fileAnswer({ listings, modes }: State, [filename = '', ...more]: readonly string[]): Answer {
  if (more.length > 0) return NOT_FOUND;
  const headers = { 'content-type': 'application/octet-stream' };
  const file = listings.get(filename);
  if (file !== undefined) return { status: 200, headers, body: file.bytes };
  const described = listings.get(filename.replace(/\.metadata$/, ''));
  if (described === undefined || !modes.coreMetadata) return NOT_FOUND;
  return { status: 200, headers, body: described.metadata };
}

/** `/integrity/<project>/<version>/<filename>/provenance`, as https://docs.pypi.org/api/integrity/ says. */
function integrityAnswer({ listings, modes }: State, rest: readonly string[], accept: string): Answer {
  const [project = '', version = '', filename = '', last, ...more] = rest;
  const listing = listings.get(filename);
  const isFound =
    modes.integrity &&
    last === 'provenance' &&
    more.length === 0 &&
    listing?.name === normalizeName(project) &&
    listing.version === version;
  if (!isFound || listing?.provenance === undefined) {
    const body = JSON.stringify({ message: `No provenance available for ${filename}` });
    return { status: 404, headers: { 'content-type': 'application/json' }, body };
  }
  const type = bestOf([INTEGRITY_JSON, 'application/json'], accept);
  if (type === undefined) return text(406, 'not acceptable\n');
  return { status: 200, headers: { 'content-type': type }, body: listing.provenance };
}

function createTls() {
  const root = createRootAuthority('index');
  const names = subjectAlternativeName([
    generalName.dns('localhost'),
    generalName.ip(Buffer.from([127, 0, 0, 1])),
  ]);
  const { certificate, key } = createEndEntity('localhost', root, SERVER_AUTH, [names]);
  return {
    ca: toPem(root.certificate),
    server: { cert: toPem(certificate), key: key.privateKey.export({ format: 'pem', type: 'pkcs8' }) },
  };
}

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const address: AddressInfo | string | null = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  return address.port;
}

async function close(server: Server): Promise<void> {
  await new Promise((resolve) => {
    server.close(resolve);
    server.closeAllConnections();
  });
}
