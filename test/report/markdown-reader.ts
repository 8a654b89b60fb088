/** What a renderer of GitHub Flavored Markdown makes of a text, as a document whose elements and words tests can look at. */
import { DOMParser, type Element } from '@xmldom/xmldom';
import { micromark } from 'micromark';
import { gfm, gfmHtml } from 'micromark-extension-gfm';

/** What stands for a code span among the words. */
export const CODE = '\u0000';

export interface Rendered {
  /** Names of the elements, each once. */
  readonly elements: ReadonlySet<string>;
  /** The text of each element of that name, in order. */
  readonly textsOf: (name: string) => readonly string[];
  /** All text that is not in a code span: what services look for mentions and references in. */
  readonly words: string;
}

/** Raw HTML of the text is an element as well, as it is where reports are shown. */
export function renderMarkdown(text: string): Rendered {
  const html = micromark(text, {
    allowDangerousHtml: true,
    allowDangerousProtocol: true,
    extensions: [gfm()],
    htmlExtensions: [gfmHtml()],
  });
  const document = new DOMParser({ onError: refuse }).parseFromString(
    `<body>${html.replaceAll('<br>', '<br/>')}</body>`,
    'application/xml',
  );
  const all = [...document.getElementsByTagName('*')].filter((one) => one.tagName !== 'body');
  return {
    elements: new Set(all.map(({ tagName }) => tagName)),
    textsOf: (name) =>
      all.filter(({ tagName }) => tagName === name).map(({ textContent }) => textContent ?? ''),
    words: wordsOf(document.documentElement),
  };
}

function wordsOf(element: Element | null): string {
  return [...(element?.childNodes ?? [])]
    .map((node) => {
      if (node.nodeType === node.TEXT_NODE) return node.nodeValue ?? '';
      return node.nodeName === 'code' ? CODE : wordsOf(isElement(node) ? node : null);
    })
    .join('');
}

function isElement(node: object): node is Element {
  return 'tagName' in node;
}

function refuse(level: string, message: string): never {
  throw new Error(`${level}: ${message}`);
}
