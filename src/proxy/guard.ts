import type { IncomingMessage } from 'node:http';
import { plainAnswer, type PlainAnswer } from './plain-answer.ts';

/**
 * Why a request is not looked at. A name that an attacker has resolve to this machine is not a name of the proxy (DNS rebinding),
 * and no web page has any business here: it could not read an answer, but have packages recorded.
 */
export function objectionTo({
  method = '',
  headers,
  headersDistinct,
  socket,
}: IncomingMessage): PlainAnswer | undefined {
  if (method !== 'GET' && method !== 'HEAD')
    return plainAnswer(405, 'only GET and HEAD', { allow: 'GET, HEAD' });
  const hosts = headersDistinct['host'] ?? [];
  const names = [`127.0.0.1:${socket.localPort}`, `localhost:${socket.localPort}`];
  if (hosts.length !== 1 || !names.includes(hosts[0]?.toLowerCase() ?? '')) {
    return plainAnswer(421, `this is \`${names[0]}\`, and no other host`);
  }
  const site = headers['sec-fetch-site'];
  if (headers.origin !== undefined || (site !== undefined && site !== 'none')) {
    return plainAnswer(403, 'not for web pages');
  }
  return undefined;
}
