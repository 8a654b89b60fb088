import type { Finding, Report, ReportedPackage } from '../model.ts';
import { sortedBy } from './sorted.ts';

/** A package with the findings that are about it. */
export interface Block {
  readonly reported: ReportedPackage;
  readonly findings: readonly Finding[];
}

/** The packages with their findings, both in the order in which they are shown. */
export function packageBlocks(report: Report): readonly Block[] {
  const blocks = findingsByPackage(report).map(({ reported, findings }) => ({
    reported,
    findings: sortedBy(findings, (finding) => [finding.level, finding.rule, finding.file ?? '']),
  }));
  return sortedBy(blocks, (block) => [
    isFailing(block) ? '1' : '0',
    block.reported.name,
    block.reported.version ?? '',
  ]);
}

/** Turned around for media that are read from the top: failing ones first, otherwise in their order. */
export function worstFirst(blocks: readonly Block[]): readonly Block[] {
  return [...blocks.filter(isFailing), ...blocks.filter((block) => !isFailing(block))];
}

export function isFailing({ findings }: Block): boolean {
  return findings.some(({ level }) => level === 'error');
}

/** Each finding once: under the first package that it can be about. */
function findingsByPackage(report: Report): readonly Block[] {
  const owners = report.findings.map((finding) => ownerOf(finding, report.packages));
  return report.packages.map((reported) => ({
    reported,
    findings: report.findings.filter((_, i) => owners[i] === reported),
  }));
}

/** What is about no package of the lock (an entry that nothing uses) is never left out. */
export function findingsOfNoPackage(report: Report): readonly Finding[] {
  const loose = report.findings.filter((finding) => ownerOf(finding, report.packages) === undefined);
  return sortedBy(loose, (finding) => [finding.level, finding.package, finding.version ?? '', finding.rule]);
}

function ownerOf(finding: Finding, packages: readonly ReportedPackage[]): ReportedPackage | undefined {
  const named = packages.filter((reported) => reported.name === finding.package);
  return named.find((reported) => reported.version === finding.version) ?? named[0];
}
