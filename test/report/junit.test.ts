import { DOMParser, type Element } from '@xmldom/xmldom';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Report } from '../../src/model.ts';
import { junitFormat } from '../../src/report/junit.ts';
import { ALL_HELD, EMPTY, EVERYTHING, OPTIONS } from './fixture.ts';
import { hostileReport } from './hostile.ts';

/**
 * The elements and attributes that readers agree on: Jenkins' junit-10.xsd, and what GitLab reads beside it (`file`). None here is ours.
 */
const ATTRIBUTES: Readonly<Record<string, readonly string[]>> = {
  testsuites: ['name', 'tests', 'failures', 'errors', 'skipped'],
  testsuite: ['name', 'tests', 'failures', 'errors', 'skipped'],
  testcase: ['classname', 'name', 'file', 'line'],
  failure: ['type', 'message'],
  error: ['type', 'message'],
  skipped: ['message'],
  'system-out': [],
};
const CHILDREN: Readonly<Record<string, readonly string[]>> = {
  testsuites: ['testsuite'],
  testsuite: ['testcase', 'system-out'],
  testcase: ['failure', 'error', 'skipped', 'system-out'],
};

function refuse(level: string, message: string): never {
  throw new Error(`${level}: ${message}`);
}

function parse(text: string): Element {
  const root = new DOMParser({ onError: refuse }).parseFromString(text, 'application/xml').documentElement;
  if (root === null) throw new Error('there is no element');
  return root;
}

function elements(root: Element, name = '*'): readonly Element[] {
  return [...root.getElementsByTagName(name)];
}

/** What is not as readers expect it. */
function violations(root: Element): readonly string[] {
  return [root, ...elements(root)].flatMap((element) => [
    ...[...element.attributes]
      .filter(({ name }) => !(ATTRIBUTES[element.tagName] ?? []).includes(name))
      .map(({ name }) => `${element.tagName} ${name}`),
    ...[...element.childNodes]
      .filter((node) => node.nodeType === node.ELEMENT_NODE)
      .filter(({ nodeName }) => !(CHILDREN[element.tagName] ?? []).includes(nodeName))
      .map(({ nodeName }) => `${nodeName} in ${element.tagName}`),
  ]);
}

function verdicts(report: Report): Readonly<Record<string, string>> {
  const cases = elements(parse(junitFormat.render(report, OPTIONS)), 'testcase');
  return Object.fromEntries(
    cases.map((element) => [
      element.getAttribute('name') ?? '',
      ['failure', 'error', 'skipped'].find((name) => elements(element, name).length > 0) ?? 'passed',
    ]),
  );
}

test('every rule and status', async () => {
  await expect(junitFormat.render(EVERYTHING, OPTIONS)).toMatchFileSnapshot(
    '__snapshots__/everything.junit.xml',
  );
});

test('only what was checked and held passes', () => {
  expect(verdicts(EVERYTHING)).toMatchObject({
    'certifi 2025.11.12': 'passed',
    'idna 3.11': 'passed',
    'requests 2.32.5': 'skipped',
    'six 1.17.0': 'error',
    'local-tool': 'skipped',
    'x-publisher-changed 1.0': 'failure',
    'x-signature-drift 1.0': 'passed',
  });
});

test('a status fails even when no finding says why', () => {
  const packages = (['failed', 'unavailable'] as const).map((status) => ({
    name: status,
    status,
    identities: [],
    files: [],
  }));
  expect(verdicts({ ...EMPTY, packages })).toEqual({ failed: 'failure', unavailable: 'error' });
});

test('an error that is about no package is a case of its own', () => {
  const findings = EVERYTHING.findings.filter(({ rule }) => rule === 'publisher-changed');
  expect(verdicts({ ...EMPTY, findings })).toEqual({ 'x-publisher-changed (publisher-changed)': 'failure' });
});

test('a lock without packages is a suite without cases', () => {
  expect(elements(parse(junitFormat.render(EMPTY, OPTIONS)), 'testcase')).toEqual([]);
});

// XML 1.0, production 2.
const ILLEGAL = /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/u;

test('hostile text is text: the elements are ours, and the counts add up', () => {
  fc.assert(
    fc.property(hostileReport, (report) => {
      const text = junitFormat.render(report, OPTIONS);
      expect(text).not.toMatch(ILLEGAL);
      expect(text.replaceAll('\n', '')).not.toMatch(/[\p{C}\p{Zl}\p{Zp}]/u);
      const root = parse(text);
      expect(violations(root)).toEqual([]);
      for (const [attribute, name] of [
        ['tests', 'testcase'],
        ['failures', 'failure'],
        ['errors', 'error'],
        ['skipped', 'skipped'],
      ] as const)
        expect(elements(root, name)).toHaveLength(Number(root.getAttribute(attribute)));
      expect(elements(root, 'testcase').length).toBeGreaterThanOrEqual(report.packages.length);
    }),
    { numRuns: 200 },
  );
});

test('what passes, passes for a reader of XML', () => {
  expect(verdicts(ALL_HELD)).toEqual({
    'certifi 2025.11.12': 'passed',
    'idna 3.11': 'passed',
    'requests 2.32.5': 'skipped',
  });
});
