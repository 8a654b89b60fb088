import type { IncomingMessage, ServerResponse } from 'node:http';
import { messageOf } from '../errors.ts';
import type { AskedFile } from './contract.ts';
import { cutOff } from './cut-off.ts';
import type { HandlerDependencies } from './dependencies.ts';
import { objectionTo } from './guard.ts';
import { negotiatePage } from './negotiate.ts';
import { COMMON_HEADERS, missedAnswer, plainAnswer, sendPlain, type PlainAnswer } from './plain-answer.ts';
import { parseRoute, type Route } from './route.ts';
import { sendFile } from './send-file.ts';
import { sendMetadata } from './send-metadata.ts';
import { createPageOf, type PageOf, type ServedPage } from './simple-page.ts';

export type Handler = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

interface Dependencies extends HandlerDependencies {
  readonly pageOf: PageOf;
}

/** Answers requests; whatever goes wrong, no file passes by it. */
export function createHandler(given: HandlerDependencies): Handler {
  const dependencies = { ...given, pageOf: createPageOf() };
  return async (request, response) => {
    const { url = '' } = request;
    try {
      const objection = objectionTo(request);
      if (objection === undefined) await answer(parseRoute(url), response, dependencies);
      else sendPlain(response, objection);
    } catch (error) {
      dependencies.session.missed(url, messageOf(error));
      if (response.headersSent) cutOff(response);
      else sendPlain(response, plainAnswer(500, `unexpected: ${messageOf(error)}`));
    }
  };
}

const NOT_FOUND = plainAnswer(404, 'there is no such file or project here');

async function answer(route: Route, response: ServerResponse, dependencies: Dependencies): Promise<void> {
  switch (route.kind) {
    case 'nothing':
      sendPlain(response, NOT_FOUND);
      return;
    case 'redirect':
      sendPlain(response, plainAnswer(301, `see ${route.to}`, { location: route.to }));
      return;
    case 'page':
      await answerPage(route.project, response, dependencies);
      return;
    case 'unhashed':
      await answerUnhashed(route, response, dependencies);
      return;
    case 'file':
    case 'metadata':
      await answerFile(route.kind, route.file, response, dependencies);
  }
}

async function answerPage(
  project: string,
  response: ServerResponse,
  dependencies: Dependencies,
): Promise<void> {
  const listing = await list(project, dependencies);
  const type = negotiatePage(response.req.headers.accept);
  if ('status' in listing) {
    sendPlain(response, listing);
  } else if (type === undefined) {
    sendPlain(response, plainAnswer(406, 'pages are JSON or HTML (PEP 691)'));
  } else {
    const body = listing.bodyAs(type);
    response.writeHead(200, {
      ...COMMON_HEADERS,
      'content-type': type === 'text/html' ? `${type}; charset=utf-8` : type,
      'content-length': String(body.length),
      vary: 'Accept',
    });
    response.end(response.req.method === 'HEAD' ? undefined : body);
  }
}

/**
 * What the indexes list, or why that cannot be said: of several indexes all have to answer, or else one that keeps silent would
 * have another one's files taken.
 */
async function list(
  project: string,
  { index, session, pageOf }: Dependencies,
): Promise<ServedPage | PlainAnswer> {
  const { files, failures } = await index.listFiles({ name: project });
  const what = `the page of \`${project}\``;
  const [failure] = failures;
  if (failure !== undefined) {
    session.missed(what, failure.reason);
    return missedAnswer(failure.reason);
  }
  session.had(what);
  return files.length === 0 ? NOT_FOUND : pageOf(project, files);
}

async function answerUnhashed(
  { project, filename }: Extract<Route, { kind: 'unhashed' }>,
  response: ServerResponse,
  dependencies: Dependencies,
): Promise<void> {
  const listing = await list(project, dependencies);
  if ('status' in listing) {
    sendPlain(response, listing);
  } else if (listing.files.some((file) => file.filename === filename && file.sha256 === undefined)) {
    const reason = `no sha256 is listed of \`${filename}\`, by which provenance could be bound to it`;
    dependencies.session.missed(filename, reason);
    sendPlain(response, missedAnswer(reason));
  } else {
    sendPlain(response, NOT_FOUND);
  }
}

async function answerFile(
  part: 'file' | 'metadata',
  file: AskedFile,
  response: ServerResponse,
  dependencies: Dependencies,
): Promise<void> {
  const listing = await list(file.project, dependencies);
  if ('status' in listing) {
    sendPlain(response, listing);
    return;
  }
  const listed = listing.files.find(
    ({ filename, sha256 }) => filename === file.filename && sha256 === file.sha256,
  );
  if (listed === undefined) {
    sendPlain(response, NOT_FOUND);
  } else if (part === 'file') {
    await sendFile(file, listed, response, dependencies);
  } else if (listed.metadataSha256 === undefined) {
    sendPlain(response, NOT_FOUND);
  } else {
    await sendMetadata(file, listed.metadataSha256, response, dependencies);
  }
}
