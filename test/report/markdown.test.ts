import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { markdownFormat } from '../../src/report/markdown.ts';
import { ALL_HELD, EMPTY, EVERYTHING, longReport, OPTIONS } from './fixture.ts';
import { hostileReport } from './hostile.ts';
import { renderMarkdown } from './markdown-reader.ts';

const VERBOSE = { ...OPTIONS, verbose: true };

test('every rule and status', async () => {
  await expect(markdownFormat.render(EVERYTHING, OPTIONS)).toMatchFileSnapshot('__snapshots__/everything.md');
});

test('a run in which all held', () => {
  expect(markdownFormat.render(ALL_HELD, OPTIONS)).toMatchInlineSnapshot(`
    "## provpin: passed

    **3 packages: 1 verified, 1 recorded, 1 unsigned**

    The check passed. Checked: the signers of 3 files (1 for the first time), against \`.provenance.txt\`. Not checked: 1 unsigned file and what any of the code does.

    ### Packages

    | package | version | status | files | signed by |
    | --- | --- | --- | --- | --- |
    | ✓ \`certifi\` | \`2025.11.12\` | verified | 2/2 files | \`https://github.com/certifi/python-certifi\` |
    | + \`idna\` | \`3.11\` | **recorded** | 1/1 file | \`mailto:publisher@project.iam.gserviceaccount.com\` |
    | - \`requests\` | \`2.32.5\` | unsigned | 0/1 file | no provenance at \`https://pypi.org\` |
    "
  `);
});

test('a long lock is folded, and what failed is before it', () => {
  const rendered = renderMarkdown(markdownFormat.render(longReport(300), OPTIONS));
  expect(rendered.textsOf('summary')).toEqual(['300 packages']);
  const [, first] = rendered.textsOf('tr').filter((row) => row.includes('package-'));
  expect(rendered.textsOf('h3')[0]).toMatch(/error: publisher-changed/);
  expect(rendered.textsOf('tr').find((row) => row.includes('package-'))).toContain('failed');
  expect(first).toContain('verified');
});

function hintsIn(text: string): number {
  return renderMarkdown(text)
    .textsOf('td')
    .filter((cell) => cell === 'do').length;
}

test('the same advice is given once, and to each only when all is asked for', () => {
  const [finding] = EVERYTHING.findings;
  const findings = finding === undefined ? [] : [finding, { ...finding, message: 'another' }];
  expect(hintsIn(markdownFormat.render({ ...EMPTY, findings }, OPTIONS))).toBe(1);
  expect(hintsIn(markdownFormat.render({ ...EMPTY, findings }, VERBOSE))).toBe(2);
});

test('it never claims more than was checked', () => {
  for (const report of [ALL_HELD, EMPTY, EVERYTHING])
    expect(markdownFormat.render(report, VERBOSE)).not.toMatch(/\b(safe|secure|trusted|trustworthy)\b/i);
});

const ELEMENTS = new Set(
  'h2 h3 p strong code table thead tbody tr th td details summary blockquote'.split(' '),
);

test.each([
  ['plain', OPTIONS],
  ['verbose', VERBOSE],
])(
  'hostile text forges no heading or row, and is neither a link, an image nor a mention (%s)',
  (_, options) => {
    fc.assert(
      fc.property(hostileReport, (report) => {
        const text = markdownFormat.render(report, options);
        expect(text.replaceAll('\n', '')).not.toMatch(/(?!\u{FE0F})[\p{C}\p{Zl}\p{Zp}]/u);
        const rendered = renderMarkdown(text);
        for (const name of rendered.elements) expect(ELEMENTS).toContain(name);
        expect(rendered.textsOf('h2')).toHaveLength(1);
        const headings = rendered.textsOf('h3').filter((heading) => heading !== 'Packages');
        expect(headings).toHaveLength(report.findings.length);
        for (const heading of headings) expect(heading).toMatch(/^(?:❌ error|⚠️ warning): [a-z-]+$/u);
        expect(rendered.textsOf('blockquote')).toHaveLength(report.notes.length);
        const rows = rendered.textsOf('tr').filter((row) => /^\s*[✓+✗?·-]/.test(row));
        expect(rows).toHaveLength(report.packages.length);
        expect(rendered.words).not.toMatch(/[@#!&~%$<>[\]*_^\\]|:\w+:|www\.|:\/\//);
      }),
      { numRuns: 200 },
    );
  },
);
