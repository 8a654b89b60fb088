import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Finding, Report } from '../../src/model.ts';
import { gitlabFormat } from '../../src/report/gitlab.ts';
import { ALL_HELD, EVERYTHING, OPTIONS } from './fixture.ts';
import { hostileReport } from './hostile.ts';
import { violations } from './json-schema.ts';

/** What GitLab documents of its report format, and nothing beside it. */
const SCHEMA = {
  type: 'array',
  items: {
    type: 'object',
    properties: {
      description: { type: 'string', minLength: 1 },
      check_name: { type: 'string', minLength: 1 },
      fingerprint: { type: 'string', pattern: '^[0-9a-f]{64}$' },
      severity: { enum: ['info', 'minor', 'major', 'critical', 'blocker'] },
      location: {
        type: 'object',
        properties: {
          path: { type: 'string' },
          lines: {
            type: 'object',
            properties: { begin: { type: 'integer', minimum: 1 } },
            required: ['begin'],
            additionalProperties: false,
          },
        },
        required: ['path', 'lines'],
        additionalProperties: false,
      },
    },
    required: ['description', 'check_name', 'fingerprint', 'severity', 'location'],
    additionalProperties: false,
  },
};

interface Issue {
  readonly fingerprint: string;
  readonly location: { readonly path: string; readonly lines: { readonly begin: number } };
}

// Both ends are ours, and the schema is checked as well.
const parse: (text: string) => readonly Issue[] = JSON.parse;

function issuesOf(findings: readonly Finding[]): readonly Issue[] {
  return parse(gitlabFormat.render({ ...EVERYTHING, findings }, OPTIONS));
}

test('every rule and status', async () => {
  const text = gitlabFormat.render(EVERYTHING, OPTIONS);
  expect(violations(parse(text), SCHEMA)).toEqual([]);
  await expect(text).toMatchFileSnapshot('__snapshots__/everything.gitlab.json');
});

test('without findings it is an empty list', () => {
  expect(gitlabFormat.render(ALL_HELD, OPTIONS)).toBe('[]\n');
});

const finding: Finding = {
  rule: 'publisher-changed',
  level: 'error',
  package: 'a',
  version: '1.0',
  file: 'a-1.0.tar.gz',
  lock: 'pylock.toml',
  lockLine: 3,
  recorded: 'https://github.com/acme/a',
  observed: 'https://github.com/mallory/a',
  message: 'm',
  help: 'h',
};

test('a fingerprint does not depend on lines, words or the order of findings', () => {
  const moved: Finding = {
    ...finding,
    lockLine: 9,
    entryLine: 2,
    message: 'other words',
    help: 'other help',
  };
  const other: Finding = { ...finding, package: 'b' };
  const [before, alsoBefore] = issuesOf([finding, other]);
  const [after, alsoAfter] = issuesOf([other, moved]);
  expect(after?.fingerprint).toBe(before?.fingerprint);
  expect(alsoAfter?.fingerprint).toBe(alsoBefore?.fingerprint);
});

test('findings that say the same are told apart', () => {
  const names = issuesOf([finding, finding, finding]).map(({ fingerprint }) => fingerprint);
  expect(new Set(names).size).toBe(3);
});

test.each<[string, Partial<Finding>]>([
  ['rule', { rule: 'attestation-lost' }],
  ['package', { package: 'b' }],
  ['version', { version: '1.1' }],
  ['file', { file: 'a-1.0-py3-none-any.whl' }],
  ['lock', { lock: 'uv.lock' }],
  ['recorded identity', { recorded: 'https://github.com/acme/b' }],
  ['observed identity: what was dismissed once hides nobody else', { observed: 'https://github.com/eve/a' }],
])('another %s is another fingerprint', (_, change) => {
  const [one, other] = [issuesOf([finding]), issuesOf([{ ...finding, ...change }])];
  expect(other[0]?.fingerprint).not.toBe(one[0]?.fingerprint);
});

test('a finding without a line is shown where its entry would stand', () => {
  const { lock: _lock, lockLine: _line, ...loose } = finding;
  expect(issuesOf([loose])[0]?.location).toEqual({ path: '.provenance.txt', lines: { begin: 1 } });
});

test('hostile text is text, and no finding hides another', () => {
  fc.assert(
    fc.property(hostileReport, (report: Report) => {
      const text = gitlabFormat.render(report, OPTIONS);
      const issues = parse(text);
      expect(text).toMatch(/^[ -~\n]*$/);
      expect(violations(issues, SCHEMA)).toEqual([]);
      expect(new Set(issues.map(({ fingerprint }) => fingerprint)).size).toBe(report.findings.length);
      // What GitLab shows has passed through JSON once, so that it has to be fit to be seen.
      expect(JSON.stringify(issues)).not.toMatch(/[\p{C}\p{Zl}\p{Zp}]/u);
    }),
    { numRuns: 200 },
  );
});
