import { readFileSync, existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { REPORT_FORMATS } from '../../src/report/index.ts';
import { ALL_HELD, EMPTY, EVERYTHING, OPTIONS } from './fixture.ts';

const docs = readFileSync(new URL('../../docs/reports.md', import.meta.url), 'utf8');

/** Formats of services that show findings beside lines: a package without one has no place there. */
const FINDINGS_ONLY: ReadonlySet<string> = new Set(['github', 'sarif', 'gitlab']);

/** A medium may mark names as it likes. */
function words(text: string): string {
  return text.replaceAll(/`|<\/?code>/g, '');
}

test('ids are unique, and the default is for people', () => {
  const ids = REPORT_FORMATS.map((format) => format.id);
  expect(ids[0]).toBe('text');
  expect(new Set(ids).size).toBe(ids.length);
});

test.each(REPORT_FORMATS)('$id has a summary, and ends with one newline', (format) => {
  expect(format.summary).toMatch(/^\S.*\S$/);
  for (const report of [EVERYTHING, ALL_HELD, EMPTY])
    expect(format.render(report, OPTIONS)).toMatch(/[^\n]\n$/);
});

test.each(REPORT_FORMATS.filter(({ id }) => id !== 'upstream'))(
  '$id has every finding, and every package unless it is for findings only',
  ({ id, render }) => {
    for (const report of [EVERYTHING, ALL_HELD, EMPTY]) {
      const text = words(render(report, OPTIONS));
      for (const { message } of report.findings) expect(text).toContain(words(message));
      const names = FINDINGS_ONLY.has(id) ? [] : report.packages.map(({ name }) => name);
      for (const name of names) expect(text).toContain(name);
    }
  },
);

test.each(REPORT_FORMATS)(
  '$id has a test file, a heading and a row of docs/reports.md',
  ({ id, summary }) => {
    expect(existsSync(new URL(`./${id}.test.ts`, import.meta.url))).toBe(true);
    expect(docs).toMatch(new RegExp(`^## ${id}$`, 'm'));
    const row = docs.split('\n').find((line) => line.startsWith(`| [${id}](#${id}) `));
    expect(row?.split('|')[2]?.trim()).toBe(summary);
  },
);
