import { createHash } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { encodedUnasked } from '../package-index/body-head.ts';
import { collect } from '../package-index/http-client.ts';
import type { AskedFile } from './contract.ts';
import type { HandlerDependencies } from './dependencies.ts';
import { COMMON_HEADERS, missedAnswer, sendPlain } from './plain-answer.ts';
import { referenceTo } from './seen-file.ts';

/**
 * Sends the core metadata of a file (PEP 658), if it has the sha256 that the page says. It is not signed: all that it can do is
 * to have a client ask for other files, each of which is checked.
 */
export async function sendMetadata(
  file: AskedFile,
  sha256: string,
  response: ServerResponse,
  { index, session }: HandlerDependencies,
): Promise<void> {
  const what = `the metadata of \`${file.filename}\``;
  const answer = await index.readArtifact(referenceTo(file), 'metadata', async (body, { encoding }) => {
    const bytes = await collect(body);
    if (createHash('sha256').update(bytes).digest('hex') === sha256) return { bytes };
    const reason = `${what} has another sha256 than its page says`;
    return { reason: encoding === undefined ? reason : encodedUnasked(encoding) };
  });
  const sent = answer.kind === 'read' ? answer.value : answer;
  if ('reason' in sent) {
    session.missed(what, sent.reason);
    sendPlain(response, missedAnswer(sent.reason));
    return;
  }
  session.had(what);
  response.writeHead(200, {
    ...COMMON_HEADERS,
    'content-type': 'application/octet-stream',
    'content-length': String(sent.bytes.length),
  });
  response.end(response.req.method === 'HEAD' ? undefined : sent.bytes);
}
