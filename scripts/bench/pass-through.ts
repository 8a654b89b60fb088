/**
 * The least that can stand between a client and an index in Node.js: it passes on what comes, and looks at nothing. Started by
 * `proxy.ts` with the URL of the index.
 */
import { Agent, get } from 'node:http';
import { pipeline } from 'node:stream';
import { serve } from './serving.ts';

const index = process.argv[2] ?? '';
const agent = new Agent({ keepAlive: true });
await serve(({ url = '' }, response) => {
  get(new URL(url, index), { agent }, (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    pipeline(answer, response, () => {});
  });
});
