import { createHash } from 'node:crypto';
import type { ServerResponse } from 'node:http';
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
  const answer = await index.readArtifact(referenceTo(file), 'metadata', async (body) => {
    const chunks: Uint8Array[] = [];
    for await (const chunk of body) chunks.push(chunk);
    return Buffer.concat(chunks);
  });
  const isRight =
    answer.kind === 'read' && createHash('sha256').update(answer.value).digest('hex') === sha256;
  if (!isRight) {
    const reason = answer.kind === 'read' ? `${what} has another sha256 than its page says` : answer.reason;
    session.missed(what, reason);
    sendPlain(response, missedAnswer(reason));
    return;
  }
  session.had(what);
  response.writeHead(200, {
    ...COMMON_HEADERS,
    'content-type': 'application/octet-stream',
    'content-length': String(answer.value.length),
  });
  response.end(response.req.method === 'HEAD' ? undefined : answer.value);
}
