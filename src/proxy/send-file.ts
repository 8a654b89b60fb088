import { once } from 'node:events';
import type { OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { encodedUnasked } from '../package-index/body-head.ts';
import type { BodyHead, ProjectFile } from '../package-index/contract.ts';
import { parseRange } from './byte-range.ts';
import { passOn, type Expected, type Passed, type Write } from './checked-stream.ts';
import type { AskedFile } from './contract.ts';
import { cutOff } from './cut-off.ts';
import type { HandlerDependencies } from './dependencies.ts';
import type { AwaitClient } from './places.ts';
import {
  COMMON_HEADERS,
  missedAnswer,
  plainAnswer,
  sendPlain,
  verdictAnswer,
  type PlainAnswer,
} from './plain-answer.ts';
import { referenceTo } from './seen-file.ts';
import type { SpooledFile } from './spool.ts';

/** Sends a file, or a part of it, if it is admitted; or else why not. */
export async function sendFile(
  file: AskedFile,
  listed: ProjectFile,
  response: ServerResponse,
  dependencies: HandlerDependencies,
): Promise<void> {
  const { session, spool } = dependencies;
  const verdict = await session.admit(file);
  if (verdict.kind !== 'admitted') {
    sendPlain(response, verdictAnswer(verdict));
    return;
  }
  const { size } = listed;
  if (response.req.method === 'HEAD') {
    response.writeHead(200, headersOf(file, size)).end();
    return;
  }
  if (size !== undefined && (wantsPart(response, file) || spool.has(file.sha256, size))) {
    const isSent = await sendFromSpool({ file, size }, response, dependencies);
    if (isSent) return;
  }
  await dependencies.places(
    () => cutOff(response),
    async (awaitClient) => {
      if (!response.destroyed) await sendAsItComes(file, listed, { response, awaitClient }, dependencies);
    },
  );
}

function headersOf({ sha256 }: AskedFile, size: number | undefined): OutgoingHttpHeaders {
  return {
    ...COMMON_HEADERS,
    'content-type': 'application/octet-stream',
    etag: etagOf(sha256),
    ...(size === undefined ? {} : { 'content-length': String(size), 'accept-ranges': 'bytes' }),
  };
}

function etagOf(sha256: string): string {
  return `"sha256-${sha256}"`;
}

/** Whether a part is asked for, of this very file (RFC 9110, 13.1.5). */
function wantsPart({ req: { headers } }: ServerResponse, { sha256 }: AskedFile): boolean {
  const condition = headers['if-range'];
  return headers.range !== undefined && (condition === undefined || condition === etagOf(sha256));
}

/**
 * Sends the file, or the part that is asked for, from the disk: no part leaves before the whole has been hashed.
 *
 * @returns false, with nothing sent, when there is no room for it; then the whole is sent, as a server may do always
 */
async function sendFromSpool(
  { file, size }: { readonly file: AskedFile; readonly size: number },
  response: ServerResponse,
  dependencies: HandlerDependencies,
): Promise<boolean> {
  const range = parseRange(wantsPart(response, file) ? response.req.headers.range : undefined, size);
  if (range.kind === 'unsatisfiable') {
    sendPlain(response, plainAnswer(416, 'there is no such part', { 'content-range': `bytes */${size}` }));
    return true;
  }
  const taken = await dependencies.spool.take(file.sha256, size, async (restart) =>
    failureOf(file, await download(file, size, restart, dependencies), dependencies),
  );
  if (taken.kind === 'no-room') return false;
  if (taken.kind === 'failed') {
    sendPlain(response, taken.failure);
    return true;
  }
  try {
    const { first, last } = range.kind === 'part' ? range : { first: 0, last: size - 1 };
    const part = range.kind === 'part' ? { 'content-range': `bytes ${first}-${last}/${size}` } : {};
    response.writeHead(range.kind === 'part' ? 206 : 200, { ...headersOf(file, last + 1 - first), ...part });
    const isSent = await sendSpooled(taken.file, { first, last }, response);
    if (isSent) dependencies.session.delivered(file);
  } finally {
    taken.file.release();
  }
  return true;
}

/** Returns false when the client went away. */
async function sendSpooled(
  file: SpooledFile,
  { first, last }: { readonly first: number; readonly last: number },
  response: ServerResponse,
): Promise<boolean> {
  const write = writerTo(response);
  for await (const chunk of file.read(first, last)) if (!(await write(chunk))) return false;
  response.end();
  return true;
}

/** What became of a download; `cut`, too, when it would have to begin anew after a part of it had been passed on. */
type Download = Passed | { readonly reason: string };

async function download(
  file: AskedFile,
  size: number | undefined,
  restart: () => Promise<Write | undefined>,
  { index }: HandlerDependencies,
): Promise<Download> {
  const expected = { sha256: file.sha256, ...(size === undefined ? {} : { size }) };
  const answer = await index.readArtifact(
    referenceTo(file),
    'file',
    async (body, head): Promise<Download> => {
      const write = await restart();
      if (write === undefined) return 'cut';
      const passed = fits(head, expected) ? await passOn(body, write, expected) : 'other bytes';
      return passed === 'other bytes' && head.encoding !== undefined
        ? { reason: encodedUnasked(head.encoding) }
        : passed;
    },
  );
  return answer.kind === 'read' ? answer.value : { reason: answer.reason };
}

/** What will be of another size is told from the file before any of it is passed on, while the client can still be told why. */
function fits({ length }: BodyHead, { size }: Expected): boolean {
  return length === undefined || size === undefined || length === size;
}

/** What is answered, and reported, in the place of a file that did not come as it should; undefined for one that did. */
function failureOf(
  file: AskedFile,
  outcome: Download,
  { session }: HandlerDependencies,
): PlainAnswer | undefined {
  if (outcome === 'whole') {
    session.had(file.filename);
    return undefined;
  }
  if (outcome === 'other bytes') {
    const reason = 'the index sent other bytes than its page says (sha256, size)';
    return verdictAnswer(session.condemn(file, reason));
  }
  const reason = outcome === 'cut' ? 'the index sent a part of it' : outcome.reason;
  session.missed(file.filename, reason);
  return missedAnswer(reason);
}

/** Sends the file while it comes. What turns out not to be the file, or does not come to its end, is cut off before it. */
async function sendAsItComes(
  file: AskedFile,
  { size }: ProjectFile,
  { response, awaitClient }: { readonly response: ServerResponse; readonly awaitClient: AwaitClient },
  dependencies: HandlerDependencies,
): Promise<void> {
  const send = writerTo(response, awaitClient);
  const begin = (): void => {
    if (!response.headersSent) response.writeHead(200, headersOf(file, size));
  };
  const write: Write = async (chunk) => {
    begin();
    return await send(chunk);
  };
  // Another attempt would have to send the same again: the client may try anew.
  const restart = async (): Promise<Write | undefined> =>
    Promise.resolve(response.headersSent ? undefined : write);
  const outcome = await download(file, size, restart, dependencies);
  if (response.destroyed && outcome !== 'other bytes') return; // the client went away, which says nothing about the index
  const failure = failureOf(file, outcome, dependencies);
  if (failure === undefined) {
    begin();
    response.end();
    dependencies.session.delivered(file);
  } else if (response.headersSent) {
    cutOff(response);
  } else {
    sendPlain(response, failure);
  }
}

/** Writes no faster than the client reads. */
function writerTo(
  response: ServerResponse,
  awaitClient: AwaitClient = async (what) => void (await what),
): Write {
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  return async (chunk) => {
    if (response.destroyed) return false;
    if (!response.write(chunk))
      await awaitClient(once(response, 'drain', { signal: gone.signal }).catch(() => undefined));
    return !response.destroyed;
  };
}
