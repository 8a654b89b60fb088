import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { redactUrl } from '../../src/package-index/redact.ts';

describe('redactUrl', () => {
  test.each([
    ['https://pypi.org/simple', 'https://pypi.org/simple'],
    ['https://user:secret@host:8443/simple/', 'https://****@host:8443/simple/'],
    ['https://token@host/simple', 'https://****@host/simple'],
    ['https://host/file?X-Amz-Signature=secret#sha256=1', 'https://host/file?…'],
    ['https://us%40er:se%2Fcret@host/', 'https://****@host/'],
    ['not a url //user:secret@host/path?token=secret', '****@host/path?…'],
    ['user:secret@host', '****@host'],
    ['https://user:secret', 'https://****'],
    ['https://user:secret pw@host/simple', 'https://****@host/simple'],
    ['https://user:sec#ret@host/', '****@host/'],
    ['https://host/\u001b[31m', 'https://host/%1B[31m'],
    ['file:///home/u/index?x', 'file:///home/u/index?…'],
    ['::error:: \u001b[31m', '::error:: \\u{1b}[31m'],
  ])('%s', (url, shown) => {
    expect(redactUrl(url)).toBe(shown);
  });

  test('no password is left, whatever it is made of', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), (noise) => {
        const secret = `s3cr3t${encodeURIComponent(noise.toWellFormed())}s3cr3t`;
        expect(redactUrl(`https://user:${secret}@host/path`)).toBe('https://****@host/path');
        expect(redactUrl(`https://host/path?key=${secret}`)).not.toContain(secret);
      }),
    );
  });
});
