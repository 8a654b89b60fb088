import { expect, test } from 'vitest';
import { REPORT_FORMATS } from '../../src/report/index.ts';
import { ALL_HELD, EMPTY, EVERYTHING, OPTIONS } from './fixture.ts';

test('ids are unique, and the default is for people', () => {
  const ids = REPORT_FORMATS.map((format) => format.id);
  expect(ids[0]).toBe('text');
  expect(new Set(ids).size).toBe(ids.length);
});

test.each(REPORT_FORMATS)('$id has a summary, ends with one newline, and names every package', (format) => {
  expect(format.summary).toMatch(/^\S.*\S$/);
  for (const report of [EVERYTHING, ALL_HELD, EMPTY]) {
    const text = format.render(report, OPTIONS);
    expect(text).toMatch(/[^\n]\n$/);
    for (const { name } of report.packages) expect(text).toContain(name);
    for (const finding of report.findings) expect(text).toContain(finding.message);
  }
});
