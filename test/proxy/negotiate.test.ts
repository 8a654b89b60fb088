import { expect, test } from 'vitest';

import { negotiatePage } from '../../src/proxy/negotiate.ts';

const JSON_1 = 'application/vnd.pypi.simple.v1+json';
const HTML_1 = 'application/vnd.pypi.simple.v1+html';

test.for([
  [undefined, 'text/html'],
  ['', 'text/html'],
  ['*/*', 'text/html'],
  ['text/*', 'text/html'],
  ['text/html', 'text/html'],
  [JSON_1, JSON_1],
  [JSON_1.toUpperCase(), JSON_1],
  [HTML_1, HTML_1],
  ['application/vnd.pypi.simple.latest+json', JSON_1],
  ['application/vnd.pypi.simple.latest+html', HTML_1],
  // pip, uv
  [`${JSON_1}, ${HTML_1}; q=0.1, text/html; q=0.01`, JSON_1],
  [`${JSON_1}, ${HTML_1};q=0.2, text/html;q=0.01`, JSON_1],
  [`text/html;q=0.9,${JSON_1};q=0.1`, 'text/html'],
  [`${JSON_1};q=0, text/html`, 'text/html'],
  [`${JSON_1};q=x, text/html`, 'text/html'],
  ['application/vnd.pypi.simple.v2+json', undefined],
  ['image/png', undefined],
  [`${JSON_1};q=0`, undefined],
  [',;,', undefined],
] as const)('%s', ([accept, type]) => {
  expect(negotiatePage(accept)).toBe(type);
});
