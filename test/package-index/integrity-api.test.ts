import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { hasIntegrityApi, isPathSegment, provenanceUrl } from '../../src/package-index/integrity-api.ts';

describe('hasIntegrityApi', () => {
  test.each([
    ['https://pypi.org/simple', true],
    ['https://pypi.org/simple/', true],
    ['https://pypi.org/', false],
    ['https://test.pypi.org/simple', true],
    ['http://pypi.org/simple', false],
    ['https://pypi.org:8443/simple', false],
    ['https://pypi.org/other', false],
    ['https://pypi.org.example/simple', false],
    ['https://mirror.example/pypi.org/simple', false],
    ['https://files.pythonhosted.org/simple', false],
  ])('%s', (url, expected) => {
    expect(hasIntegrityApi(new URL(url))).toBe(expected);
  });
});

describe('provenanceUrl', () => {
  const index = new URL('https://pypi.org/simple');

  test('of a file', () => {
    const file = { name: 'a-b', version: '1!1.0+local', filename: 'a_b-1!1.0+local-py3-none-any.whl' };
    expect(provenanceUrl(index, file)?.href).toBe(
      'https://pypi.org/integrity/a-b/1!1.0%2Blocal/a_b-1!1.0%2Blocal-py3-none-any.whl/provenance',
    );
  });

  test.each(['..', '.', '', '\ud800'])('a part %j', (part) => {
    expect(provenanceUrl(index, { name: 'a', version: part, filename: 'f' })).toBeUndefined();
  });

  test('nothing leaves its segment', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (version, filename) => {
        fc.pre(isPathSegment(version) && isPathSegment(filename));
        const url = provenanceUrl(index, { name: 'name', version, filename });
        expect(url?.origin).toBe('https://pypi.org');
        expect(url?.search).toBe('');
        expect(url?.hash).toBe('');
        expect(url?.pathname.split('/').map(decodeURIComponent)).toEqual([
          '',
          'integrity',
          'name',
          version,
          filename,
          'provenance',
        ]);
      }),
    );
  });
});
