import { join } from 'node:path';
import { expect, test } from 'vitest';
import { cachedBody } from '../../src/package-index/pip-cache.ts';

test('where pip keeps the body of an answer, by the URL without its fragment', () => {
  // hashlib.sha224(b"https://files.example/packages/demo-1.0-py3-none-any.whl").hexdigest()
  const name = 'd81493fdb3df3881b9902d50efcdaed8dd6fae26a019569d3b5626ad';
  for (const fragment of ['', '#sha256=00']) {
    const url = new URL(`https://files.example/packages/demo-1.0-py3-none-any.whl${fragment}`);
    expect(cachedBody('/cache', url)).toBe(
      join('/cache', 'http-v2', ...name.slice(0, 5).split(''), `${name}.body`),
    );
  }
});
