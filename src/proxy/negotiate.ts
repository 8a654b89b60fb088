import { PAGE_TYPES, type PageType } from './simple-page.ts';

/** What clients call the types by, with the least specific last (PEP 691). */
const NAMES: readonly (readonly [name: string, type: PageType])[] = [
  ...PAGE_TYPES.map((type) => [type, type] as const),
  ['application/vnd.pypi.simple.latest+json', 'application/vnd.pypi.simple.v1+json'],
  ['application/vnd.pypi.simple.latest+html', 'application/vnd.pypi.simple.v1+html'],
  ['text/*', 'text/html'],
  ['*/*', 'text/html'],
];

/**
 * The type of page that a client likes best (RFC 9110, 12.5.1; PEP 691). One that says nothing gets HTML, which all can read.
 *
 * @param accept the header field
 * @returns undefined when none will do
 */
export function negotiatePage(accept: string | undefined): PageType | undefined {
  if (accept === undefined || accept.trim() === '') return 'text/html';
  const wanted = accept.split(',').map((range) => {
    const [name = '', ...parameters] = range.split(';').map((part) => part.trim().toLowerCase());
    const quality = parameters.find((parameter) => parameter.startsWith('q='))?.slice('q='.length) ?? '1';
    return { name, quality: Number(quality) };
  });
  const [best] = NAMES.flatMap(([name, type]) =>
    wanted.filter((one) => one.name === name && one.quality > 0).map(({ quality }) => ({ type, quality })),
  ).toSorted((a, b) => b.quality - a.quality);
  return best?.type;
}
