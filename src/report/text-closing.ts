import { STATUSES, type Report, type Status } from '../model.ts';
import { listInWords, printable } from '../printable.ts';
import type { RenderOptions } from './contract.ts';
import { countByStatus } from './summary.ts';
import { LOOKS } from './text-package.ts';
import { verdictOf, type Verdict } from './verdict.ts';

/** `5 packages: 3 verified, 1 unsigned, 1 failed; 2 errors, 1 warning`: every package is counted, once. */
export function totalsLine({ packages, findings }: Report): string {
  const counts = countByStatus(packages);
  const statuses = STATUSES.filter((status) => counts[status] > 0).map(
    (status) => `${counts[status]} ${LOOKS[status].word}`,
  );
  const levels = (['error', 'warning'] as const)
    .map((level) => ({ level, count: findings.filter((finding) => finding.level === level).length }))
    .filter(({ count }) => count > 0)
    .map(({ level, count }) => countOf(count, level));
  const total = countOf(packages.length, 'package');
  const parts = statuses.length === 0 ? total : `${total}: ${statuses.join(', ')}`;
  return levels.length === 0 ? parts : `${parts}; ${levels.join(', ')}`;
}

/** What was checked and what was not, in numbers that add up to the files of the lock. */
export function closingLine(report: Report, { provenanceFile }: RenderOptions): string {
  const { packages } = report;
  const files = packages.flatMap((reported) => reported.files);
  const counts = countByStatus(files);
  const checked = files.filter(
    ({ status, signatures }) => CHECKED.has(status) && signatures !== undefined,
  ).length;
  const unsignedFailures = counts.verified + counts.recorded + counts.failed - checked;
  const unchecked = [
    ...(unsignedFailures === 0 ? [] : [`${countOf(unsignedFailures, 'file')} without a verified signature`]),
    ...(['unsigned', 'unavailable', 'not-covered'] as const)
      .filter((status) => counts[status] > 0)
      .map((status) => countOf(counts[status], `${LOOKS[status].word} file`)),
    ...countOfFileless(packages),
    'what any of the code does',
  ];
  const firsts = counts.recorded === 0 ? '' : ` (${counts.recorded} for the first time)`;
  return (
    `${SENTENCES[verdictOf(report)]} Checked: the signers of ${countOf(checked, 'file')}${firsts}, against ` +
    `\`${printable(provenanceFile)}\`${installedPart(packages)}. Not checked: ${listInWords(unchecked)}.`
  );
}

/** What was held to the RECORD of a wheel. */
function installedPart(packages: Report['packages']): string {
  const installations = packages.flatMap(({ installation }) => installation ?? []);
  const files = installations.reduce((sum, one) => sum + (one.kind === 'compared' ? one.files : 0), 0);
  return installations.length === 0 ? '' : `; ${countOf(files, 'installed file')} against their wheels`;
}

const CHECKED: ReadonlySet<Status> = new Set(['verified', 'recorded', 'failed']);

const SENTENCES: Readonly<Record<Verdict, string>> = {
  passed: 'The check passed.',
  'nothing to check': 'The check had nothing to check.',
  failed: 'The check failed.',
  incomplete: 'The check is incomplete: run it again.',
};

function countOfFileless(packages: Report['packages']): string[] {
  const count = packages.filter(({ files }) => files.length === 0).length;
  return count === 0 ? [] : [`${countOf(count, 'package')} without a file of an index`];
}

export function countOf(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
