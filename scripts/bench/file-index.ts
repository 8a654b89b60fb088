/**
 * An index in a process of its own that has files of as many megabytes as their project's name says, and no provenance. Started by
 * `proxy.ts`.
 */
import { createHash } from 'node:crypto';
import { serve } from './serving.ts';

const files = new Map<string, { readonly bytes: Buffer; readonly page: string }>();

function fileOf(megabytes: string) {
  const bytes = Buffer.alloc(Number(megabytes) * 1_000_000, 'a wheel ');
  const [name, filename] = [`large-${megabytes}`, `large_${megabytes}-1.0.0-py3-none-any.whl`];
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const listed = { filename, url: `/files/${filename}`, hashes: { sha256 }, size: bytes.length };
  const page = JSON.stringify({ meta: { 'api-version': '1.1' }, name, versions: ['1.0.0'], files: [listed] });
  return { bytes, page };
}

await serve(({ url = '' }, response) => {
  const [, megabytes] = /^\/(?:simple|files)\/large[-_](\d+)/.exec(url) ?? [];
  if (megabytes === undefined) {
    response.writeHead(404).end();
    return;
  }
  const file = files.get(megabytes) ?? fileOf(megabytes);
  files.set(megabytes, file);
  const [type, body] = url.startsWith('/simple/')
    ? ['application/vnd.pypi.simple.v1+json', Buffer.from(file.page)]
    : ['application/octet-stream', file.bytes];
  response.writeHead(200, { 'content-type': type, 'content-length': String(body.length) }).end(body);
});
