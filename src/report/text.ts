import type { Finding, ReportedPackage } from '../model.ts';
import { printable } from '../printable.ts';
import { findingsOfNoPackage, packageBlocks } from './blocks.ts';
import type { RenderOptions, ReportFormat } from './contract.ts';
import { historyLines } from './history-words.ts';
import { createPaint } from './style.ts';
import { closingLine, totalsLine } from './text-closing.ts';
import { evidenceLines } from './text-evidence.ts';
import { findingLines, firstsByAdvice } from './text-findings.ts';
import { layOut, packageLine } from './text-package.ts';

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
    const blocks = packageBlocks(report);
    const loose = findingsOfNoPackage(report);
    const shown = [...blocks.flatMap(({ findings }) => findings), ...loose];
    const advised = options.verbose ? new Set(shown) : firstsByAdvice(shown);
    const layout = layOut(report.packages);
    const show = (finding: Finding, indent: string): string[] =>
      findingLines(finding, indent, options, paint, advised.has(finding));
    const sections = [
      blocks.flatMap(({ reported, findings }) => [
        packageLine(reported, layout, givesReason(reported, findings, options), paint),
        ...historyLines(reported, '    ', paint),
        ...findings.flatMap((finding) => show(finding, '    ')),
        ...(options.verbose ? evidenceLines(reported, '    ', paint) : []),
      ]),
      loose.flatMap((finding) => show(finding, '')),
      report.notes.map((note) => `${paint('cyan', 'note')}: ${printable(note)}`),
      [paint('bold', totalsLine(report)), closingLine(report, options)],
    ];
    return sections
      .filter((lines) => lines.length > 0)
      .map((lines) => lines.map((line) => `${line}\n`).join(''))
      .join('\n');
  },
};

/** Findings give the reason themselves, and the one of an unsigned package is nearly always the same. */
function givesReason(
  { status }: ReportedPackage,
  findings: readonly Finding[],
  { verbose }: RenderOptions,
): boolean {
  return verbose || (findings.length === 0 && status !== 'unsigned');
}
