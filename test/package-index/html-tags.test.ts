import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readTags } from '../../src/package-index/html-tags.ts';

const tags = (html: string) =>
  readTags(html).map(({ name, attributes }) => [name, Object.fromEntries(attributes)]);

describe('readTags', () => {
  test.each([
    ['<a href="x">', [['a', { href: 'x' }]]],
    ["<A HREF='x'>", [['a', { href: 'x' }]]],
    ['<a href=x>', [['a', { href: 'x' }]]],
    ['<a href=x/y>', [['a', { href: 'x/y' }]]],
    ['<a\n\thref\n=\n"x"\n>', [['a', { href: 'x' }]]],
    ['<a href="x"data-b="y">', [['a', { href: 'x', 'data-b': 'y' }]]],
    ['<a href="x" href="y">', [['a', { href: 'x' }]]],
    ['<a data-yanked href="x"/>', [['a', { 'data-yanked': '', href: 'x' }]]],
    [
      '<a href="a&amp;b&#38;c&#x26;d&quot;&lt;&gt;&apos;&unknown;&#xFFFFFF;">',
      [['a', { href: 'a&b&c&d"<>\'&unknown;&#xFFFFFF;' }]],
    ],
    ['<a data-requires-python="&gt;=3.8" href="x">', [['a', { 'data-requires-python': '>=3.8', href: 'x' }]]],
    [
      '<meta name="pypi:repository-version" content="1.0"><base href="/b/">',
      [
        ['meta', { name: 'pypi:repository-version', content: '1.0' }],
        ['base', { href: '/b/' }],
      ],
    ],
    ['<abbr href=x><b><area href=y>', []],
    ['</a href="x">', []],
    ['a < b <a href="x">', [['a', { href: 'x' }]]],
    ['<!-- <a href="x"> --><a href="y">', [['a', { href: 'y' }]]],
    ['<!--><a href="y">-->', [['a', { href: 'y' }]]],
    ['<!-- <a href="x">', []],
    ['<script>"<a href=x>"</script><a href="y">', [['a', { href: 'y' }]]],
    ['<TITLE><a href=x></title><a href=y>', [['a', { href: 'y' }]]],
    ['<script><a href=x>', []],
    ['<!DOCTYPE html><html><body><a href="y">', [['a', { href: 'y' }]]],
    ['<div title="<a href=x>"><a href="y">', [['a', { href: 'y' }]]],
    ['<a href="x', [['a', { href: '' }]]],
    ['<a', [['a', {}]]],
    ['<a =href="x">', [['a', { '=href': 'x' }]]],
    ['', []],
  ])('%s', (html, expected) => {
    expect(tags(html)).toEqual(expected);
  });

  test('any text has tags or none', () => {
    const piece = fc.constantFrom(
      '<a',
      '<',
      '>',
      '"',
      "'",
      '=',
      ' href',
      '/',
      '<!--',
      '-->',
      '<script>',
      '</script>',
      '&#',
      ';',
      'x',
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(piece, { maxLength: 60 }).map((pieces) => pieces.join('')),
        ),
        (html) => {
          for (const { name } of readTags(html)) {
            expect(['a', 'meta', 'base']).toContain(name);
          }
        },
      ),
    );
  });

  test('what was written is read', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary' })), (values) => {
        const escaped = values.map((value) => value.replaceAll('&', '&amp;').replaceAll('"', '&quot;'));
        const html = escaped.map((value) => `<a href="${value}">`).join('text');
        expect(readTags(html).map(({ attributes }) => attributes.get('href'))).toEqual(values);
      }),
    );
  });

  test.each(['<a ', '<', '<a x="', "<a x='", '<!--', '<script>', '</script', '<a =', '&#', '<a/', '<a x= '])(
    'a megabyte of %s',
    (piece) => {
      // Quadratic work would not end within the test's time limit.
      expect(readTags(piece.repeat(1_000_000 / piece.length)).length).toBeLessThan(1_000_000);
    },
  );
});
