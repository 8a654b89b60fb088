/**
 * Where pip keeps what it has downloaded: since pip 23.3 each answer is a file of its own (pip/_internal/network/cache.py,
 * CacheControl's `SeparateBodyFileCache`), named after the URL.
 */
import { createHash } from 'node:crypto';
import { join } from 'node:path';

/** The file that has the body of the answer for a URL, whether it exists or not. */
export function cachedBody(pipCacheDir: string, url: URL): string {
  const key = new URL(url);
  key.hash = '';
  const hashed = createHash('sha224').update(key.href).digest('hex');
  return join(pipCacheDir, 'http-v2', ...hashed.slice(0, 5).split(''), `${hashed}.body`);
}
