import { describe, expect, test } from 'vitest';

import { isInScope, parseKeyScope, type ScopedFile } from '../../src/attestation/key-scope.ts';

function applies(name: string, file: ScopedFile): boolean {
  const scope = parseKeyScope(name);
  if (scope === undefined) throw new Error(`no scope: ${name}`);
  return isInScope(scope, file);
}

test('without a name a key is for everything', () => {
  expect(isInScope({ kind: 'everything' }, { name: 'requests' })).toBe(true);
});

describe('a key of packages', () => {
  test.each([
    ['acme-widget', 'acme-widget', true],
    ['Acme_Widget', 'acme-widget', true],
    ['acme.*', 'acme-widget', true],
    ['acme-*', 'acme-widget', true],
    ['*', 'requests', true],
    ['acme-*', 'acme', false],
    ['acme-*', 'acmewidget', false],
    ['acme-widget', 'acme-widget-plus', false],
    ['acme-widget', 'acme', false],
    ['acme-*', 'not-acme-widget', false],
  ])('%s and %s: %s', (name, file, expected) => {
    expect(applies(name, { name: file, servedBy: 'https://pypi.org/simple' })).toBe(expected);
  });
});

describe('a key of an index', () => {
  const INDEX = 'https://index.example/team-a/simple';

  test.each([
    [INDEX],
    [`${INDEX}/`],
    [`${INDEX}//`],
    ['https://index.example/team-a/simple/sub'],
    ['https://INDEX.example:443/team-a/simple'],
    ['https://index.example/x/../team-a/simple'],
  ])('is for what comes from %s', (servedBy) => {
    expect(applies(INDEX, { name: 'acme-widget', servedBy })).toBe(true);
    expect(applies(`${INDEX}/`, { name: 'acme-widget', servedBy })).toBe(true);
    expect(applies(`${INDEX}//`, { name: 'acme-widget', servedBy })).toBe(true);
    expect(applies('https://index.example', { name: 'acme-widget', servedBy })).toBe(true);
  });

  test.each([
    ['http://index.example/team-a/simple'],
    ['https://index.example:444/team-a/simple'],
    ['https://index.example.evil.example/team-a/simple'],
    ['https://evil.example/team-a/simple'],
    ['https://evil.example/https://index.example/team-a/simple'],
    ['https://index.example/team-a/simple2'],
    ['https://index.example/team-a'],
    ['https://index.example/Team-A/simple'],
    ['https://index.example/team-a/simple/../../team-b'],
    ['https://index.example/team-a/simple/%2e%2e/%2e%2e/team-b'],
    ['https://index.example/team-a/simple/..%2f..%2fteam-b'],
    ['https://index.example/team-a/simple/..%5cteam-b'],
    ['https://pypi.org/simple'],
    ['no URL'],
    [''],
  ])('is not for what comes from %s', (servedBy) => {
    expect(applies(INDEX, { name: 'acme-widget', servedBy })).toBe(false);
  });

  test('is for one without TLS, where that is what it names', () => {
    const servedBy = 'http://index.example/simple';
    expect(applies('http://index.example', { name: 'acme-widget', servedBy })).toBe(true);
  });

  test('is not for what comes from nobody knows where', () => {
    expect(applies(INDEX, { name: 'acme-widget' })).toBe(false);
  });
});

test.each([
  [''],
  ['acme widget'],
  ['-acme'],
  ['acme/widget'],
  ['../key.pem'],
  ['acme,other'],
  ['[acme]*'],
  ['acme* widget'],
  ['xhttps://index.example/simple'],
  ['https://user@index.example/simple'],
  ['https://:secret@index.example/simple'],
  ['ftp://index.example/simple'],
  ['file:///simple'],
  ['https://'],
  ['https://user:secret@index.example/simple'],
  ['https://index.example/simple?token=secret'],
  ['https://index.example/simple#x'],
  ['https://index.example/a%2fb'],
])('%j is no name of a key', (name) => {
  expect(parseKeyScope(name)).toBeUndefined();
});
