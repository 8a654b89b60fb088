import { readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ATTRIBUTE_NAMES, RULE_IDS, STATUSES, type Report, type ReportedPackage } from '../../src/model.ts';
import { jsonFormat, toJsonReport } from '../../src/report/json.ts';
import { ALL_HELD, EMPTY, EVERYTHING, INSTALLED, OPTIONS } from './fixture.ts';
import { hostileReport } from './hostile.ts';
import { pointed, violations } from './json-schema.ts';

const schema: unknown = JSON.parse(
  readFileSync(new URL('../../docs/schema/report-1.schema.json', import.meta.url), 'utf8'),
);

function render(report: Report): unknown {
  return JSON.parse(jsonFormat.render(report, OPTIONS));
}

test('every rule and status', async () => {
  await expect(jsonFormat.render(EVERYTHING, OPTIONS)).toMatchFileSnapshot('__snapshots__/everything.json');
});

test('what is installed, what was built how, and null for what is not known', () => {
  const [built, garbled, local] = toJsonReport(INSTALLED).packages;
  expect(built).toMatchObject({
    files: [
      {
        builds: [
          { builder: 'https://builder.example/1', buildType: 'wheel', finishedOn: '2026-01-02T03:04:05Z' },
          { builder: null, buildType: null, finishedOn: null },
        ],
      },
    ],
    history: {
      releases: [
        { version: '1.1', signedAt: null },
        { version: '1.0', signedAt: '2025-01-01T00:00:00.000Z' },
      ],
      older: 1,
      reason: null,
    },
    installed: {
      wheel: 'built-2.0.whl',
      foundBy: '`pylock.toml`',
      takenFrom: "pip's cache",
      files: 3,
      held: 1,
      deviations: [
        { kind: 'changed', path: 'built/a.pyc', reason: 'it is not what its source compiles to' },
        { kind: 'missing', path: 'built/b.py', reason: null },
      ],
      unreadable: null,
    },
  });
  expect(garbled).toMatchObject({
    files: [{ sha256: null, builds: [] }],
    history: { releases: null, older: null, reason: '403' },
    installed: {
      foundBy: null,
      takenFrom: null,
      files: 0,
      held: 0,
      deviations: [],
      unreadable: 'it is no wheel',
    },
  });
  expect(local).toMatchObject({ version: null, history: null, installed: null });
});

describe('the schema', () => {
  test.each([
    ['everything', EVERYTHING],
    ['all held', ALL_HELD],
    ['installed packages', INSTALLED],
    ['empty', EMPTY],
  ])('describes a report: %s', (_, report) => {
    expect(violations(render(report), schema)).toEqual([]);
  });

  test.each<[string, string, readonly string[]]>([
    ['rules', '#/$defs/finding/properties/rule/enum', RULE_IDS],
    ['statuses', '#/$defs/status/enum', STATUSES],
  ])('knows exactly the %s that there are', (_, reference, names) => {
    expect(pointed(schema, reference)).toEqual(names);
  });

  test('knows exactly the attributes that there are', () => {
    const attributes = pointed(schema, '#/$defs/identity/properties/attributes/properties');
    expect(attributes).toEqual(Object.fromEntries(ATTRIBUTE_NAMES.map((name) => [name, { type: 'string' }])));
  });

  test.each<[string, object]>([
    ['another version', { schema: 'provpin.report/2' }],
    ['a missing member', { notes: undefined }],
    ['an unknown member', { extra: 1 }],
    ['a number for a text', { notes: [1] }],
    ['an unknown outcome', { outcome: 'fine' }],
    ['a negative count', { summary: { ...toJsonReport(EVERYTHING).summary, failed: -1 } }],
    [
      'half a digest',
      {
        packages: [
          {
            ...toJsonReport(EVERYTHING).packages[0],
            files: [{ name: 'a', sha256: 'ab', status: 'failed', builds: [] }],
          },
        ],
      },
    ],
  ])('refuses %s', (_, change) => {
    const changed: unknown = JSON.parse(JSON.stringify({ ...toJsonReport(EVERYTHING), ...change }));
    expect(violations(changed, schema)).toHaveLength(1);
  });
});

test('the counts of the summary add up', () => {
  const { packages, ...counts } = toJsonReport(EVERYTHING).summary;
  expect(Object.values(counts).reduce((sum, count) => sum + count, 0)).toBe(packages);
  expect(packages).toBe(EVERYTHING.packages.length);
});

test('the order of the input makes no difference', () => {
  const reversed = {
    ...EVERYTHING,
    packages: EVERYTHING.packages.toReversed().map(withFilesReversed),
    findings: EVERYTHING.findings.toReversed(),
  };
  expect(jsonFormat.render(reversed, OPTIONS)).toBe(jsonFormat.render(EVERYTHING, OPTIONS));
});

test('hostile text comes back exactly, through output that is printable ASCII', () => {
  fc.assert(
    fc.property(hostileReport, (report) => {
      const output = jsonFormat.render(report, OPTIONS);
      expect(output).toMatch(/^[ -~\n]*$/);
      expect(output).not.toMatch(/##[a-z]*\[/i);
      expect(JSON.parse(output)).toEqual(toJsonReport(report));
    }),
    { numRuns: 300 },
  );
});

function withFilesReversed(reported: ReportedPackage): ReportedPackage {
  return { ...reported, files: reported.files.toReversed() };
}
