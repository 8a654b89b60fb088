import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { htmlFormat } from '../../src/report/html.ts';
import { html } from '../../src/report/html-text.ts';
import { ALL_HELD, EMPTY, EVERYTHING, OPTIONS } from './fixture.ts';

test('every rule and status', async () => {
  await expect(htmlFormat.render(EVERYTHING, OPTIONS)).toMatchFileSnapshot('__snapshots__/everything.html');
});

test('what is put into a template is text, unless it is a template', () => {
  const text = `<b title="a" lang='b'>&amp;</b>`;
  const escaped = '&#60;b title=&#34;a&#34; lang=&#39;b&#39;&#62;&#38;amp;&#60;/b&#62;';
  expect(html`<i>${text}</i>`.markup).toBe(`<i>${escaped}</i>`);
  expect(html`<p>${html`<i>${text}</i>`} ${[html`<b></b>`, html`<u></u>`]} ${3}</p>`.markup).toBe(
    `<p><i>${escaped}</i> <b></b><u></u> 3</p>`,
  );
});

test.each([
  ['everything', EVERYTHING],
  ['all held', ALL_HELD],
  ['empty', EMPTY],
])('the policy allows the style sheet and the script that are there, and nothing else: %s', (_, report) => {
  const page = htmlFormat.render(report, OPTIONS);
  const hashOf = (element: string): string => {
    const found = [...page.matchAll(new RegExp(`<${element}>(.*?)</${element}>`, 'gs'))];
    expect(found).toHaveLength(1);
    return createHash('sha256')
      .update(found[0]?.[1] ?? '')
      .digest('base64');
  };
  const [, policy] = /<meta http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(page) ?? [];
  expect(policy?.replaceAll('&#39;', "'")).toBe(
    `default-src 'none'; style-src 'sha256-${hashOf('style')}'; script-src 'sha256-${hashOf('script')}'; base-uri 'none'; form-action 'none'`,
  );
});

test('it never claims more than was checked', () => {
  for (const report of [ALL_HELD, EMPTY, EVERYTHING])
    expect(htmlFormat.render(report, OPTIONS)).not.toMatch(/\b(safe|secure|trusted|trustworthy)\b/i);
});
