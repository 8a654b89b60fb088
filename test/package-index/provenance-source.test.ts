import { describe, expect, test } from 'vitest';
import {
  fillTemplate,
  parseAttestationsFrom,
  sourcesFor,
} from '../../src/package-index/provenance-source.ts';
import { configuration } from './loopback.ts';

const credentials = { username: 'u', password: 'p' };
const netrc = [{ host: 'locked.example', username: 'n', password: 'q' }];
const several = configuration({
  indexes: [{ url: 'https://internal.example/simple', credentials }, { url: 'https://pypi.org/simple' }],
  netrc,
});
const onlyPypi = configuration({ indexes: [{ url: 'https://pypi.org/simple' }] });
const shown = (...args: Parameters<typeof sourcesFor>) =>
  sourcesFor(...args).map((source) => [
    source.kind,
    source.index.href,
    source.authority.credentials?.username,
    source.authority.clientCertificate,
  ]);

describe('sourcesFor', () => {
  test('every configured index, in order; PyPI by its pages when it is not alone', () => {
    expect(shown(undefined, several)).toEqual([
      ['simple', 'https://internal.example/simple', 'u', true],
      ['simple', 'https://pypi.org/simple', undefined, true],
    ]);
  });

  test('PyPI alone by its Integrity API', () => {
    expect(shown(undefined, onlyPypi)).toEqual([
      ['integrity-api', 'https://pypi.org/simple', undefined, true],
    ]);
  });

  test.each([
    ['https://pypi.org/simple/', ['integrity-api', 'https://pypi.org/simple', undefined, true]],
    ['https://internal.example/simple/', ['simple', 'https://internal.example/simple', 'u', true]],
    // Another path of a configured host is another index: no credentials.
    ['https://internal.example/other', ['simple', 'https://internal.example/other', undefined, false]],
    [
      'https://internal.example:8443/simple',
      ['simple', 'https://internal.example:8443/simple', undefined, false],
    ],
    ['https://v:w@locked.example/simple', ['simple', 'https://locked.example/simple', 'v', false]],
    ['https://locked.example/simple', ['simple', 'https://locked.example/simple', 'n', false]],
    ['https://test.pypi.org/simple', ['integrity-api', 'https://test.pypi.org/simple', undefined, false]],
  ])('the index that a lock names: %s', (index, expected) => {
    expect(shown(index, several)).toEqual([expected]);
  });

  test('an index that is no URL is no source', () => {
    expect(shown('../simple', several)).toEqual([]);
  });
});

const parse = (text: string) => {
  const source = parseAttestationsFrom(text, several);
  return [source.kind, source.kind === 'template' ? source.template : source.index.href];
};

describe('parseAttestationsFrom', () => {
  test.each([
    ['https://pypi.org', ['integrity-api', 'https://pypi.org/simple']],
    ['https://pypi.org/simple/', ['integrity-api', 'https://pypi.org/simple']],
    ['https://mirror.example', ['simple', 'https://mirror.example/simple']],
    ['https://mirror.example/pypi/simple/', ['simple', 'https://mirror.example/pypi/simple']],
    [
      'https://h/p/{project}/{version}/{filename}.json',
      ['template', 'https://h/p/{project}/{version}/{filename}.json'],
    ],
    ['https://h/p?file={filename}', ['template', 'https://h/p?file={filename}']],
  ])('%s', (text, expected) => {
    expect(parse(text)).toEqual(expected);
  });

  test('credentials, and the client certificate for a configured origin', () => {
    expect(parseAttestationsFrom('https://v:w@h/{filename}', several)).toEqual({
      kind: 'template',
      template: 'https://h/{filename}',
      authority: {
        origin: 'https://h',
        clientCertificate: false,
        credentials: { username: 'v', password: 'w' },
      },
    });
    expect(parseAttestationsFrom('https://internal.example/other', several).authority).toEqual({
      origin: 'https://internal.example',
      clientCertificate: true,
      credentials: { username: 'u', password: 'p' },
    });
    const teams = ['a', 'b'].map((name) => ({
      url: `https://h/${name}/simple`,
      credentials: { username: name, password: 'p' },
    }));
    expect(
      parseAttestationsFrom('https://h/b/{filename}', { ...several, indexes: teams }).authority.credentials,
    ).toEqual({ username: 'b', password: 'p' });
    const own = parseAttestationsFrom('https://v:w@internal.example/other', several).authority;
    expect(own.credentials).toEqual({ username: 'v', password: 'w' });
  });

  test.each(['', 'pypi.org', './x', 'file:///x', 'https://'])('%j is none', (text) => {
    expect(() => parseAttestationsFrom(text, several)).toThrow('is not the URL of an index');
  });
});

describe('fillTemplate', () => {
  const file = { name: 'demo', version: '1!1.0+x', filename: 'demo-1.0.tar.gz' };

  test('every placeholder, as often as it is there', () => {
    const url = fillTemplate('https://h/{project}/{version}/{filename}?v={version}', file);
    expect(url?.href).toBe('https://h/demo/1!1.0%2Bx/demo-1.0.tar.gz?v=1!1.0%2Bx');
  });

  test.each(['..', '.', ''])('a part %j', (version) => {
    expect(fillTemplate('https://h/{version}/x', { ...file, version })).toBeUndefined();
  });

  test('a part that looks like a placeholder stays one part', () => {
    expect(fillTemplate('https://h/{version}/x', { ...file, version: '{filename}/..' })?.pathname).toBe(
      '/%7Bfilename%7D%2F../x',
    );
  });
});
