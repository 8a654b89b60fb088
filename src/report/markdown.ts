import type { Finding, Report, ReportedPackage } from '../model.ts';
import { packageBlocks, worstFirst } from './blocks.ts';
import type { RenderOptions, ReportFormat } from './contract.ts';
import { historyWords } from './history-words.ts';
import { code, prose } from './markdown-text.ts';
import { placesOf } from './places.ts';
import { errorsFirst } from './sorted.ts';
import { closingLine, countOf, totalsLine } from './text-closing.ts';
import { firstsByAdvice, isNamed } from './text-findings.ts';
import { filesOf, LOOKS } from './text-package.ts';
import { verdictOf } from './verdict.ts';

/** As many packages as fit on a screen; more are folded. */
const SHOWN_PACKAGES = 20;

/**
 * GitHub Flavored Markdown, for job summaries and comments: what was found, worst first, then every package. No outside text is
 * anything but text (`markdown-text.ts`): it neither links, nor mentions anybody, nor forges a heading or a row.
 */
export const markdownFormat: ReportFormat = {
  id: 'markdown',
  summary: 'Markdown, for job summaries and comments',
  render: (report, options) => {
    const findings = errorsFirst(report.findings);
    const errors = findings.filter(({ level }) => level === 'error');
    const warnings = findings.filter(({ level }) => level === 'warning');
    const advised = options.verbose ? new Set(findings) : firstsByAdvice(findings);
    const show = (finding: Finding): string[] => findingBlocks(finding, advised.has(finding), options);
    const blocks = [
      `## provpin: ${verdictOf(report)}`,
      `**${prose(totalsLine(report))}**`,
      prose(closingLine(report, options)),
      ...errors.flatMap(show),
      ...folded(countOf(warnings.length, 'warning'), warnings.flatMap(show)),
      ...report.notes.map((note) => `> note: ${prose(note)}`),
      ...packagesBlocks(report, options),
    ];
    return `${blocks.join('\n\n')}\n`;
  },
};

function findingBlocks(finding: Finding, withHint: boolean, options: RenderOptions): string[] {
  const { rule, level, recorded, observed, message, help, file } = finding;
  const places = placesOf(finding, options).map(({ path, line }) => `line ${line} of ${code(path)}`);
  const rows: readonly (readonly [string, string | undefined])[] = [
    ['recorded', recorded && code(recorded)],
    ['observed', observed && code(observed)],
    ['file', file === undefined || isNamed(finding) ? undefined : code(file)],
    ['at', places.join(', ')],
    ['do', withHint ? prose(help) : undefined],
  ];
  const shown = rows.flatMap(([label, value]) => (value ? [`| ${label} | ${value} |`] : []));
  return [
    `### ${level === 'error' ? '❌' : '⚠️'} ${level}: ${rule}`,
    prose(message),
    ...(shown.length === 0 ? [] : [['|  |  |', '| --- | --- |', ...shown].join('\n')]),
  ];
}

function packagesBlocks(report: Report, { verbose }: RenderOptions): string[] {
  const blocks = packageBlocks(report);
  if (blocks.length === 0) return [];
  const table = [
    '| package | version | status | files | signed by |',
    '| --- | --- | --- | --- | --- |',
    ...worstFirst(blocks).map(({ reported, findings }) =>
      packageRow(reported, verbose || findings.length === 0),
    ),
  ].join('\n');
  if (blocks.length <= SHOWN_PACKAGES) return ['### Packages', table];
  return folded(countOf(blocks.length, 'package'), [table]);
}

function packageRow(reported: ReportedPackage, withReason: boolean): string {
  const { name, version, status, identities, reason, history } = reported;
  const { mark, word } = LOOKS[status];
  const signers = [...new Set(identities.map(({ uri }) => code(uri)))];
  const why = withReason && reason !== undefined ? [prose(reason)] : [];
  const past = history === undefined ? [] : [`history: ${prose(historyWords(history))}`];
  const cells = [
    `${mark} ${code(name)}`,
    code(version ?? ''),
    status === 'verified' || status === 'unsigned' ? word : `**${word}**`,
    filesOf(reported),
    [...signers, ...why, ...past].join(', '),
  ];
  return `| ${cells.join(' | ')} |`;
}

/** What is there for those who look for it. */
function folded(summary: string, blocks: readonly string[]): string[] {
  if (blocks.length === 0) return [];
  return [`<details>\n<summary>${summary}</summary>`, ...blocks, '</details>'];
}
