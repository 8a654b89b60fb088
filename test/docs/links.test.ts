import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const root = new URL('../../', import.meta.url);

interface Link {
  readonly page: string;
  readonly target: string;
}

const pages = ['', 'docs/'].flatMap((folder) =>
  readdirSync(new URL(`./${folder}`, root))
    .filter((name) => name.endsWith('.md'))
    .map((name) => folder + name),
);
const links = pages.flatMap((page): readonly Link[] =>
  [...prose(page).matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target = '']) => ({ page, target }))
    .filter(({ target }) => !/^[a-z]+:/.test(target)),
);

/** A page without what is code. */
function prose(page: string): string {
  const text = readFileSync(new URL(page, root), 'utf8');
  return text.replaceAll(/^( *)```[^]*?^\1```$/gm, '').replaceAll(/`[^`\n]*`/g, (code) => code.slice(1, -1));
}

/** The anchors of a page's headings, as GitHub and GitLab make them. */
function anchors(page: string): readonly string[] {
  return [...prose(page).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

test('there are pages and links to check', () => {
  expect(pages).toEqual(expect.arrayContaining(['README.md', 'docs/rules.md']));
  expect(links.length).toBeGreaterThan(20);
});

test.for(links)('$page: $target', ({ page, target }) => {
  const url = new URL(target, new URL(page, root));
  const anchor = url.hash.slice(1);
  url.hash = '';
  expect(existsSync(url)).toBe(true);
  if (anchor === '') return;
  expect(anchors(url.pathname.slice(root.pathname.length))).toContain(anchor);
});

test.for(pages.filter((page) => page.startsWith('docs/')))('the README leads to %s', (page) => {
  expect(links).toContainEqual({ page: 'README.md', target: page });
});
