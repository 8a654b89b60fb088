import type { Finding, Report, ReportedPackage } from '../model.ts';
import { printable } from '../printable.ts';
import type { RenderOptions, ReportFormat } from './contract.ts';
import { sortedBy } from './sorted.ts';
import { createPaint, type Paint } from './style.ts';
import { closingLine, totalsLine } from './text-closing.ts';
import { evidenceLines } from './text-evidence.ts';
import { findingLines } from './text-findings.ts';
import { layOut, packageLine, type Layout } from './text-package.ts';

/**
 * Text for people: a line a package, its findings under it, then notes, totals, and what was and was not checked. Packages with
 * an error come last, next to the totals, so that nobody has to look for them in a long lock.
 *
 * Every line begins with words or marks of ours, and outside text is escaped: it can neither start a line nor forge one.
 */
export const textFormat: ReportFormat = {
  id: 'text',
  summary: 'for people',
  render: (report, options) => {
    const paint = createPaint(options.color);
    const sections = [
      packageLines(report, options, paint),
      findingsOfNoPackage(report).flatMap((finding) => findingLines(finding, '', options, paint)),
      report.notes.map((note) => `${paint('cyan', 'note')}: ${printable(note)}`),
      [paint('bold', totalsLine(report)), closingLine(report, options)],
    ];
    return sections
      .filter((lines) => lines.length > 0)
      .map((lines) => lines.map((line) => `${line}\n`).join(''))
      .join('\n');
  },
};

function packageLines(report: Report, options: RenderOptions, paint: Paint): string[] {
  const layout = layOut(report.packages);
  const blocks = findingsByPackage(report).map(({ reported, findings }) => ({
    name: reported.name,
    version: reported.version ?? '',
    rank: findings.some((finding) => finding.level === 'error') ? '1' : '0',
    lines: block(reported, findings, layout, options, paint),
  }));
  return sortedBy(blocks, ({ rank, name, version }) => [rank, name, version]).flatMap(({ lines }) => lines);
}

function block(
  reported: ReportedPackage,
  findings: readonly Finding[],
  layout: Layout,
  options: RenderOptions,
  paint: Paint,
): string[] {
  // Findings give the reason themselves, and the one of an unsigned package is nearly always the same.
  const withReason = options.verbose || (findings.length === 0 && reported.status !== 'unsigned');
  return [
    packageLine(reported, layout, withReason, paint),
    ...sortedBy(findings, (finding) => [finding.level, finding.rule, finding.file ?? '']).flatMap((finding) =>
      findingLines(finding, '    ', options, paint),
    ),
    ...(options.verbose ? evidenceLines(reported, '    ', paint) : []),
  ];
}

/** Each finding once: under the first package that it can be about. */
function findingsByPackage(
  report: Report,
): { readonly reported: ReportedPackage; readonly findings: readonly Finding[] }[] {
  const owners = report.findings.map((finding) => ownerOf(finding, report.packages));
  return report.packages.map((reported) => ({
    reported,
    findings: report.findings.filter((_, i) => owners[i] === reported),
  }));
}

/** What is about no package of the lock (an entry that nothing uses) is never left out. */
function findingsOfNoPackage(report: Report): readonly Finding[] {
  const loose = report.findings.filter((finding) => ownerOf(finding, report.packages) === undefined);
  return sortedBy(loose, (finding) => [finding.level, finding.package, finding.version ?? '', finding.rule]);
}

function ownerOf(finding: Finding, packages: readonly ReportedPackage[]): ReportedPackage | undefined {
  const named = packages.filter((reported) => reported.name === finding.package);
  return named.find((reported) => reported.version === finding.version) ?? named[0];
}
