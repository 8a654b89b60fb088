import { createRequire } from 'node:module';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { sarifFormat } from '../../src/report/sarif.ts';
import { ALL_HELD, EMPTY, EVERYTHING, OPTIONS } from './fixture.ts';
import { hostileReport } from './hostile.ts';
import { createDraft4Check } from './json-schema.ts';

const schema: unknown = createRequire(import.meta.url)(
  '@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json',
);
const violations = createDraft4Check(schema);

interface Location {
  readonly physicalLocation: {
    readonly artifactLocation: { readonly uri: string; readonly uriBaseId?: string };
    readonly region: { readonly startLine: number };
  };
}

interface Sarif {
  readonly runs: readonly [
    {
      readonly tool: { readonly driver: { readonly rules: readonly { readonly id: string }[] } };
      readonly invocations: readonly [
        {
          readonly executionSuccessful: boolean;
          readonly exitCode: number;
          readonly toolExecutionNotifications: readonly { readonly message: { readonly text: string } }[];
        },
      ];
      readonly results: readonly {
        readonly ruleId: string;
        readonly ruleIndex: number;
        readonly level: string;
        readonly message: { readonly text: string };
        readonly locations: readonly Location[];
        readonly relatedLocations: readonly Location[];
        readonly partialFingerprints: Readonly<Record<string, string>>;
      }[];
    },
  ];
}

// Both ends are ours, and the schema is checked as well.
const parse: (text: string) => Sarif = JSON.parse;

test.each([
  ['everything', EVERYTHING],
  ['all held', ALL_HELD],
  ['empty', EMPTY],
  ['incomplete', { ...EMPTY, outcome: 'incomplete' as const }],
])('it is as the schema of SARIF has it: %s', (_, report) => {
  expect(violations(parse(sarifFormat.render(report, OPTIONS)))).toEqual([]);
});

test('the schema refuses what is not SARIF', () => {
  const log = parse(sarifFormat.render(EVERYTHING, OPTIONS));
  expect(violations({ ...log, version: '2.0.0' })).not.toEqual([]);
  expect(violations({ ...log, runs: log.runs.map((run) => ({ ...run, extra: 1 })) })).not.toEqual([]);
});

test('every rule and status', async () => {
  await expect(sarifFormat.render(EVERYTHING, OPTIONS)).toMatchFileSnapshot(
    '__snapshots__/everything.sarif.json',
  );
});

test('each result is of the rule that its index says, errors first', () => {
  const [{ tool, results }] = parse(sarifFormat.render(EVERYTHING, OPTIONS)).runs;
  expect(results).toHaveLength(EVERYTHING.findings.length);
  for (const { ruleId, ruleIndex } of results) expect(tool.driver.rules[ruleIndex]?.id).toBe(ruleId);
  expect(tool.driver.rules.map(({ id }) => id)).toEqual(OPTIONS.rules.map(({ id }) => id));
  const levels = results.map(({ level }) => level);
  expect(levels).toEqual(levels.toSorted());
});

const fromRoot = (path: string): string => `a b/c:d/${path}`;

test('a result is at the line of the lock, and related to that of the provenance file', () => {
  const [{ results }] = parse(sarifFormat.render(EVERYTHING, { ...OPTIONS, fromRoot })).runs;
  const result = results.find(({ ruleId }) => ruleId === 'publisher-changed');
  expect(result?.locations).toEqual([
    {
      physicalLocation: {
        artifactLocation: { uri: 'a%20b/c%3Ad/pylock.toml', uriBaseId: '%SRCROOT%' },
        region: { startLine: 34 },
      },
    },
  ]);
  expect(result?.relatedLocations[0]?.physicalLocation).toMatchObject({
    artifactLocation: { uri: 'a%20b/c%3Ad/.provenance.txt' },
    region: { startLine: 12 },
  });
});

test('a file outside of the repository has an address of its own', () => {
  const [{ results }] = parse(
    sarifFormat.render(EVERYTHING, { ...OPTIONS, fromRoot: (path) => `/tmp/${path}` }),
  ).runs;
  expect(results[0]?.locations[0]?.physicalLocation.artifactLocation).toEqual({
    uri: 'file:///tmp/.provenance.txt',
  });
});

test('what could not be checked is no success, and what was not checked is said', () => {
  const [{ invocations }] = parse(sarifFormat.render({ ...ALL_HELD, outcome: 'incomplete' }, OPTIONS)).runs;
  expect(invocations[0]).toMatchObject({ executionSuccessful: false, exitCode: 3 });
  const notes = invocations[0].toolExecutionNotifications.map(({ message }) => message.text).join('\n');
  expect(notes).toMatch(/Not checked: 1 unsigned file and what any of the code does/);
});

test('a message makes no link and no placeholder', () => {
  const [finding] = EVERYTHING.findings;
  const message = String.raw`[click](https://evil.example) {0} \[`;
  const findings = finding === undefined ? [] : [{ ...finding, message }];
  const [{ results }] = parse(sarifFormat.render({ ...EVERYTHING, findings }, OPTIONS)).runs;
  expect(results[0]?.message.text.split('\n')[0]).toBe(
    String.raw`\[click\](https://evil.example) {{0}} \\\[`,
  );
});

test('hostile text is text, in SARIF all the same', () => {
  fc.assert(
    fc.property(hostileReport, (report) => {
      const text = sarifFormat.render(report, OPTIONS);
      expect(text).toMatch(/^[ -~\n]*$/);
      const log = parse(text);
      expect(violations(log)).toEqual([]);
      expect(JSON.stringify(log)).not.toMatch(/[\p{C}\p{Zl}\p{Zp}]/u);
      const [{ results }] = log.runs;
      const prints = results.map(({ partialFingerprints }) => Object.values(partialFingerprints).join());
      expect(new Set(prints).size).toBe(report.findings.length);
    }),
    { numRuns: 100 },
  );
});
