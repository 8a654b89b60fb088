/**
 * The start tags that a simple API page is made of (PEP 503): anchors, meta and base, with their attributes. Tolerant as
 * the HTML standard's tokenizer is (13.2.5), and linear in the length of the page. What does not look like a tag is text.
 */

export interface HtmlTag {
  readonly name: 'a' | 'meta' | 'base';
  /** Names in lower case, values with their character references resolved; of several of one name the first counts. */
  readonly attributes: ReadonlyMap<string, string>;
}

const WANTED = ['a', 'meta', 'base'] as const;
const TAG_NAME = /[a-z][^\t\n\f\r />]*/iuy;
const BETWEEN_ATTRIBUTES = /[\t\n\f\r /]*/uy;
const ATTRIBUTE_NAME = /=?[^\t\n\f\r />=]*/uy;
const EQUALS = /[\t\n\f\r ]*=[\t\n\f\r ]*/uy;
const BARE_VALUE = /[^\t\n\f\r >]*/uy;
/** Elements whose content is no markup, up to their end tag. */
const RAW_TEXT = /^(?:script|style|textarea|title)$/u;

/** Every wanted start tag of a page, in its order. */
export function readTags(html: string): HtmlTag[] {
  const tags: HtmlTag[] = [];
  for (let at = html.indexOf('<'); at !== -1;) {
    if (html.startsWith('<!--', at)) {
      at = html.indexOf('<', endOf(html, '-->', at + 2));
      continue;
    }
    const name = matchAt(TAG_NAME, html, at + 1)?.toLowerCase();
    if (name === undefined) {
      at = html.indexOf('<', at + 1);
      continue;
    }
    const { attributes, end } = readAttributes(html, at + 1 + name.length);
    const wanted = WANTED.find((candidate) => candidate === name);
    if (wanted !== undefined) {
      tags.push({ name: wanted, attributes });
    }
    at = RAW_TEXT.test(name) ? endTagOf(name, html, end) : html.indexOf('<', end);
  }
  return tags;
}

function readAttributes(html: string, start: number): { attributes: Map<string, string>; end: number } {
  const attributes = new Map<string, string>();
  let at = skip(BETWEEN_ATTRIBUTES, html, start);
  while (at < html.length && html[at] !== '>') {
    const name = matchAt(ATTRIBUTE_NAME, html, at) ?? '';
    const { value, end } = readValue(html, at + name.length);
    if (!attributes.has(name.toLowerCase())) {
      attributes.set(name.toLowerCase(), resolveReferences(value));
    }
    at = skip(BETWEEN_ATTRIBUTES, html, end);
  }
  return { attributes, end: at };
}

function readValue(html: string, start: number): { value: string; end: number } {
  const at = skip(EQUALS, html, start);
  if (at === start) {
    return { value: '', end: start };
  }
  const quote = html.charAt(at);
  if (quote === '"' || quote === "'") {
    const end = endOf(html, quote, at + 1);
    return { value: html.slice(at + 1, end - 1), end };
  }
  const value = matchAt(BARE_VALUE, html, at) ?? '';
  return { value, end: at + value.length };
}

/** The position after the next `mark`; the end of the page when there is none, as for everything left open in HTML. */
function endOf(html: string, mark: string, from: number): number {
  const found = html.indexOf(mark, from);
  return found === -1 ? html.length : found + mark.length;
}

function endTagOf(name: string, html: string, from: number): number {
  const endTag = new RegExp(`</${name}`, 'giu');
  endTag.lastIndex = from;
  return endTag.exec(html)?.index ?? -1;
}

function matchAt(sticky: RegExp, text: string, at: number): string | undefined {
  sticky.lastIndex = at;
  return sticky.exec(text)?.[0];
}

function skip(sticky: RegExp, text: string, at: number): number {
  return at + (matchAt(sticky, text, at)?.length ?? 0);
}

const NAMED_REFERENCES: ReadonlyMap<string, string> = new Map([
  ['amp', '&'],
  ['lt', '<'],
  ['gt', '>'],
  ['quot', '"'],
  ['apos', "'"],
]);

/** Numeric character references, and the five named ones that XML has too: URLs and hashes need no others. */
function resolveReferences(text: string): string {
  return text.replace(
    /&(?:#x([0-9a-f]{1,6})|#([0-9]{1,7})|([a-z]{2,4}));/giu,
    (reference, hex, decimal, name) => {
      if (typeof name === 'string') {
        return NAMED_REFERENCES.get(name) ?? reference;
      }
      const codePoint = typeof hex === 'string' ? Number.parseInt(hex, 16) : Number(decimal);
      return codePoint <= 0x10ffff ? String.fromCodePoint(codePoint) : reference;
    },
  );
}
