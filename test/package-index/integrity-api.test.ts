import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  hasIntegrityApi,
  isPathSegment,
  otherProvenanceUrls,
  provenanceUrl,
} from '../../src/package-index/integrity-api.ts';

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

describe('otherProvenanceUrls', () => {
  const file = { name: 'amqp', version: '5.3.1', filename: 'amqp-5.3.1-0-py3-none-any.whl' };
  const path = 'integrity/amqp/5.3.1/amqp-5.3.1-0-py3-none-any.whl/provenance';
  const at = 'https://h/api/pypi/trusted/main';

  test.each([
    ['beside the simple API', `https://h/gone/${path}/`, `${at}/simple/amqp/`, [`${at}/${path}/`]],
    ['without a slash at the end', `https://h/gone/${path}`, `${at}/simple/amqp/`, [`${at}/${path}`]],
    [
      'below the API root',
      `https://h/pypi/trusted/main/${path}/`,
      'https://h/trusted/python/amqp/',
      [`${at}/${path}/`],
    ],
    ['both, which are one', `https://h/pypi/trusted/main/${path}/`, `${at}/simple/amqp/`, [`${at}/${path}/`]],
    ['the promised one itself', `${at}/${path}/`, `${at}/simple/amqp/`, []],
    [
      'of another file',
      `https://h/pypi/trusted/main/${path.replace('5.3.1', '5.3.2')}/`,
      'https://h/x/amqp/',
      [],
    ],
    [
      'promised at another origin',
      `https://other/pypi/trusted/main/${path}/`,
      'https://h/trusted/python/amqp/',
      [],
    ],
    [
      'beside it, on its own origin',
      `https://other/${path}`,
      'https://h/simple/amqp/',
      [`https://h/${path}`],
    ],
    ['of an index without either', `https://h/gone/${path}`, 'https://h/x/amqp/', []],
  ])('%s', (_, promised, page, expected) => {
    const urls = otherProvenanceUrls(new URL(promised), new URL(page), file);
    expect(urls.map(({ href }) => href)).toEqual(expected);
  });

  test('nothing for a file that could not be part of a path', () => {
    const urls = otherProvenanceUrls(new URL(`${at}/x`), new URL(`${at}/simple/amqp/`), {
      ...file,
      version: '..',
    });
    expect(urls).toEqual([]);
  });
});
