import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Finding, Report, ReportedPackage } from '../../src/model.ts';
import { htmlFormat } from '../../src/report/html.ts';
import { textFormat } from '../../src/report/text.ts';
import {
  ALL_HELD,
  EMPTY,
  EVERYTHING,
  GITHUB,
  INSTALLED,
  longReport,
  OPTIONS,
  signatureOf,
} from './fixture.ts';
import { hostileReport } from './hostile.ts';

const COLOR = { ...OPTIONS, color: true };
const VERBOSE = { ...OPTIONS, verbose: true };

test('every rule and status, as people read it', async () => {
  await expect(textFormat.render(EVERYTHING, OPTIONS)).toMatchFileSnapshot('__snapshots__/everything.txt');
});

test('every rule and status, with files and evidence', async () => {
  await expect(textFormat.render(EVERYTHING, VERBOSE)).toMatchFileSnapshot(
    '__snapshots__/everything-verbose.txt',
  );
});

test('a run in which all held', () => {
  expect(textFormat.render(ALL_HELD, OPTIONS)).toMatchInlineSnapshot(`
    "✓ certifi   2025.11.12  verified     2/2 files  github.com/certifi/python-certifi
    + idna      3.11        recorded     1/1 file   mailto:publisher@project.iam.gserviceaccount.com
    - requests  2.32.5      unsigned     0/1 file

    3 packages: 1 verified, 1 recorded, 1 unsigned
    The check passed. Checked: the signers of 3 files (1 for the first time), against \`.provenance.txt\`. Not checked: 1 unsigned file and what any of the code does.
    "
  `);
});

test('a lock without packages', () => {
  expect(textFormat.render(EMPTY, OPTIONS)).toMatchInlineSnapshot(`
    "0 packages
    The check had nothing to check. Checked: the signers of 0 files, against \`.provenance.txt\`. Not checked: what any of the code does.
    "
  `);
});

test('installed packages, with what was compared and what was not', () => {
  expect(textFormat.render(INSTALLED, VERBOSE)).toMatchInlineSnapshot(`
    "✗ built       2.0  failed       0/1 file  key:sha256:cdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcd; 1/3 installed
        history: the same signer for 1 earlier release (1 of 2 files); before that: 1.0 signed by another: https://github.com/certifi/python-certifi; 1 older one not looked at
        ✗ built-2.0.whl  failed  sha256:abababababababababababababababababababababababababababababababab
          signed by key:sha256:cdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcd (key)
          predicate: https://slsa.dev/provenance/v1
          build type, by the signer: wheel
          built, by the signer: 2026-01-02T03:04:05Z
          signed by key:sha256:cdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcd (key)
          predicate: https://slsa.dev/provenance/v1
          signed by key:sha256:cdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcd (key)
          predicate: x
        wheel found by \`pylock.toml\`, taken from pip's cache
        installed: 1/3 files are as its RECORD has them
          changed: built/a.pyc: it is not what its source compiles to
          missing: built/b.py
    ✗ garbled     1.0  failed       0/1 file
        history: could not be looked at: 403
        ✗ garbled-1.0.whl  failed  it is no wheel
        installed: not compared: it is no wheel
    · local-tool       not covered            a directory

    3 packages: 2 failed, 1 not covered
    The check failed. Checked: the signers of 1 file, against \`.provenance.txt\`; 3 installed files against their wheels. Not checked: 1 file without a verified signature, 1 package without a file of an index, and what any of the code does.
    "
  `);
});

function advice(name: string, help: string): Finding {
  return {
    rule: 'attestation-missing',
    level: 'error',
    package: name,
    file: `${name}.whl`,
    message: `\`${name}\` is not signed: \`${name}.whl\``,
    help,
  };
}

function hintsOf(text: string): string[] {
  return text.split('\n').filter((line) => line.includes('hint:'));
}

test('the same advice is given once, and to each only when all is asked for', () => {
  const [a, b, c] = ['a-name', 'b-name', 'c-name'].map((name): ReportedPackage => ({
    name,
    status: 'failed',
    identities: [],
    files: [],
  }));
  const findings = [
    advice('a-name', 'accept `a-name`'),
    advice('b-name', 'accept `b-name`'),
    advice('c-name', 'do something else'),
  ];
  const packages = [a, b, c].flatMap((reported) => reported ?? []);
  const report: Report = { outcome: 'findings', packages, findings, notes: [] };
  expect(hintsOf(textFormat.render(report, OPTIONS))).toEqual([
    '      hint:     accept `a-name`',
    '      hint:     do something else',
  ]);
  expect(hintsOf(textFormat.render(report, VERBOSE))).toHaveLength(3);
  expect(textFormat.render(report, OPTIONS)).not.toContain('file:');
});

test('colour adds colour, and nothing else', () => {
  const colored = textFormat.render(EVERYTHING, COLOR);
  expect(colored).not.toBe(withoutColor(colored));
  expect(withoutColor(colored)).toBe(textFormat.render(EVERYTHING, OPTIONS));
});

test('a long lock has one line a package, and its failure next to the totals', () => {
  const lines = textFormat.render(longReport(300), OPTIONS).split('\n');
  const failure = lines.findIndex((line) => line.startsWith('✗'));
  expect(lines.filter((line) => line.startsWith('✓'))).toHaveLength(299);
  expect(failure).toBe(299);
  expect(lines.length - failure).toBeLessThan(12);
});

test.each([
  ['a web address loses its scheme', 'https://github.com/a/b', 'github.com/a/b'],
  ['another scheme stays', 'mailto:a@b.iam.gserviceaccount.com', 'mailto:a@b.iam.gserviceaccount.com'],
  ['a pinned key stays whole', `key:sha256:${'ab'.repeat(32)}`, `key:sha256:${'ab'.repeat(32)}`],
  [
    'a letter of another script is shown as one',
    'https://github.com/раypal/x',
    'github.com/\\u{440}\\u{430}ypal/x',
  ],
])('%s', (_, uri, shown) => {
  const report: Report = {
    ...EMPTY,
    packages: [{ name: 'a', version: '1', status: 'verified', identities: [{ ...GITHUB, uri }], files: [] }],
  };
  expect(textFormat.render(report, OPTIONS).split('\n')[0]).toBe(`✓ a  1  verified       ${shown}`);
});

test('a name that is absurdly long does not push every other line aside', () => {
  const long: ReportedPackage = { name: 'n'.repeat(500), status: 'unsigned', identities: [], files: [] };
  const report = { ...ALL_HELD, packages: [...ALL_HELD.packages, long] };
  const lines = textFormat.render(report, OPTIONS).split('\n');
  expect(lines.filter((line) => line.length > 200)).toEqual([expect.stringContaining(long.name)]);
});

test('two versions of one package each have their own findings', () => {
  const report: Report = {
    outcome: 'findings',
    packages: [failed('1.0'), failed('2.0')],
    findings: [finding('2.0'), finding('1.0')],
    notes: [],
  };
  const words = textFormat.render(report, OPTIONS).match(/(?:a {2}|about )\d\.0/g);
  expect(words).toEqual(['a  1.0', 'about 1.0', 'a  2.0', 'about 2.0']);
});

test('it never claims more than was checked', () => {
  for (const report of [ALL_HELD, EMPTY, EVERYTHING]) {
    expect(textFormat.render(report, VERBOSE)).not.toMatch(/\b(safe|secure|trusted|trustworthy)\b/i);
  }
});

test('a claim can neither pass for another attribute nor fill a line', () => {
  const attributes = { environment: 'prod runner=github-hosted', runner: 'self-hosted', trigger: 'a   b' };
  const signatures = [signatureOf({ ...GITHUB, attributes })] as const;
  const reported: ReportedPackage = {
    name: 'a',
    status: 'verified',
    identities: [],
    files: [{ name: 'a.whl', status: 'verified', signatures }],
  };
  const report: Report = { outcome: 'ok', packages: [reported], findings: [], notes: [] };
  for (const text of [textFormat.render(report, VERBOSE), htmlFormat.render(report, VERBOSE)]) {
    expect(text).toContain(' environment=prod%20runner=github-hosted trigger=a%20%20%20b runner=self-hosted');
    expect(text).not.toContain(' runner=github-hosted');
  }
});

// What a line of the report can begin with; outside text comes after one of these.
const LINE =
  /^(?:[✓+✗?·-] | {2}(?:recorded|observed|file|at|hint): | {4}(?:error|warning)\[[a-z-]+\]: | {6}(?:recorded|observed|file|at|hint): | {4}history: | {4}[✓+✗?·-] | {6}(?:signed|predicate|commit|ref|run|build signer|log entry)\b|(?:error|warning)\[[a-z-]+\]: |note: |\d+ packages?\b|The check |$)/;

test.each([
  ['plain', OPTIONS],
  ['colour', COLOR],
  ['verbose', VERBOSE],
])('hostile text can neither forge a line nor command a terminal or a runner (%s)', (_, options) => {
  fc.assert(
    fc.property(hostileReport, (report) => {
      const text = withoutColor(textFormat.render(report, options));
      const lines = text.split('\n');
      expect(text.replaceAll('\n', '')).not.toMatch(/[\p{C}\p{Zl}\p{Zp}]/u);
      expect(text).not.toMatch(/##[a-z]*\[/i);
      for (const line of lines) expect(line).toMatch(LINE);
      expect(lines.filter((line) => /^[✓+✗?·-] /.test(line))).toHaveLength(report.packages.length);
      expect(lines.filter((line) => /^ *(?:error|warning)\[/.test(line))).toHaveLength(
        report.findings.length,
      );
      expect(lines.filter((line) => line.startsWith('note: '))).toHaveLength(report.notes.length);
      expect(lines.filter((line) => /^\d+ packages?\b/.test(line))).toHaveLength(1);
    }),
    { numRuns: 500 },
  );
});

// The codes that the report uses, and no others.
const SGR = new RegExp(`${String.fromCodePoint(27)}\\[(?:0|1|2|31|32|33|36)m`, 'g');

function withoutColor(text: string): string {
  return text.replaceAll(SGR, '');
}

function failed(version: string): ReportedPackage {
  return { name: 'a', version, status: 'failed', identities: [], files: [] };
}

function finding(version: string): Finding {
  const message = `about ${version}`;
  return { rule: 'publisher-changed', level: 'error', package: 'a', version, message, help: 'h' };
}
