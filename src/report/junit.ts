import type { Finding, Report } from '../model.ts';
import { exact, printable } from '../printable.ts';
import { findingsOfNoPackage, packageBlocks, type Block } from './blocks.ts';
import type { RenderOptions, ReportFormat } from './contract.ts';
import { placesOf } from './places.ts';
import { plainFinding } from './plain-finding.ts';
import { closingLine, totalsLine } from './text-closing.ts';
import { LOOKS } from './text-package.ts';
import { element, xml } from './xml.ts';

/**
 * A JUnit XML report, as Jenkins, GitLab and Azure read it: a test case a package. Only a package whose signers were checked and
 * held passes: one that is unsigned or not covered is skipped, and one that could not be checked is an error.
 */
export const junitFormat: ReportFormat = {
  id: 'junit',
  summary: 'JUnit XML, a test case a package',
  render: (report, options) => {
    const loose = findingsOfNoPackage(report);
    const cases = [
      ...packageBlocks(report).map((block) => caseOfBlock(block, options)),
      ...loose.filter(({ level }) => level === 'error').map((finding) => caseOfFinding(finding, options)),
    ];
    const counts = {
      tests: cases.length,
      failures: count(cases, 'failure'),
      errors: count(cases, 'error'),
      skipped: count(cases, 'skipped'),
    };
    const suite = element('testsuite', { name: 'provpin', ...counts }, [
      ...cases.map(({ markup }) => `\n    ${markup}`),
      `\n    ${element('system-out', {}, [xml(suiteLines(report, loose, options).join('\n'))])}\n  `,
    ]);
    const suites = element('testsuites', { name: 'provpin', ...counts }, [`\n  ${suite}\n`]);
    return `<?xml version="1.0" encoding="UTF-8"?>\n${suites}\n`;
  },
};

type Verdict = 'passed' | 'failure' | 'error' | 'skipped';

interface Case {
  readonly verdict: Verdict;
  readonly markup: string;
}

function count(cases: readonly Case[], verdict: Verdict): number {
  return cases.filter((candidate) => candidate.verdict === verdict).length;
}

function caseOfBlock({ reported, findings }: Block, options: RenderOptions): Case {
  const errors = findings.filter(({ level }) => level === 'error');
  const warnings = findings.filter(({ level }) => level === 'warning');
  const name = exact(reported.version === undefined ? reported.name : `${reported.name} ${reported.version}`);
  const verdict = verdictOn(reported.status, errors);
  const word = LOOKS[reported.status].word;
  const reason = reported.reason === undefined ? word : `${word}: ${printable(reported.reason)}`;
  return testCase(name, verdict, { errors, warnings, reason }, options);
}

/** What nobody vouches for does not pass, whatever else is wrong with the report. */
function verdictOn(status: Block['reported']['status'], errors: readonly Finding[]): Verdict {
  if (errors.length > 0)
    return errors.every(({ rule }) => rule === 'provenance-unavailable') ? 'error' : 'failure';
  if (status === 'verified' || status === 'recorded') return 'passed';
  if (status === 'unavailable') return 'error';
  return status === 'failed' ? 'failure' : 'skipped';
}

function caseOfFinding(finding: Finding, options: RenderOptions): Case {
  const name = `${exact(finding.package || (finding.file ?? ''))} (${finding.rule})`;
  return testCase(name, 'failure', { errors: [finding], warnings: [], reason: '' }, options);
}

interface Detail {
  readonly errors: readonly Finding[];
  readonly warnings: readonly Finding[];
  /** For a verdict that no finding explains. */
  readonly reason: string;
}

/** One element says why, since readers take the first only: it holds every finding, and is named by the first. */
function testCase(name: string, verdict: Verdict, detail: Detail, options: RenderOptions): Case {
  const [first] = detail.errors;
  const [place] = [...detail.errors, ...detail.warnings].flatMap((finding) => placesOf(finding, options));
  const lines = detail.errors.flatMap(findingLines);
  const why =
    verdict === 'passed'
      ? []
      : [
          element(
            verdict,
            {
              ...(verdict === 'skipped' ? {} : { type: first?.rule ?? verdict }),
              message: first === undefined ? detail.reason : printable(first.message),
            },
            [xml(lines.join('\n'))],
          ),
        ];
  const out =
    detail.warnings.length === 0
      ? []
      : [element('system-out', {}, [xml(detail.warnings.flatMap(findingLines).join('\n'))])];
  const attributes = { classname: 'provpin', name, file: place && printable(place.path), line: place?.line };
  return { verdict, markup: element('testcase', attributes, [...why, ...out]) };
}

function findingLines(finding: Finding): readonly string[] {
  const [message = '', ...details] = plainFinding(finding);
  return [`${finding.level}[${finding.rule}]: ${message}`, ...details.map((line) => `  ${line}`)];
}

function suiteLines(report: Report, loose: readonly Finding[], options: RenderOptions): readonly string[] {
  return [
    ...loose.filter(({ level }) => level === 'warning').flatMap(findingLines),
    ...report.notes.map((note) => `note: ${printable(note)}`),
    totalsLine(report),
    closingLine(report, options),
  ];
}
