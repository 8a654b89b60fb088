import type { Finding, Report } from '../model.ts';
import { printable, printableJson } from '../printable.ts';
import { VERSION } from '../version.ts';
import type { RenderOptions, ReportFormat, RuleSummary } from './contract.ts';
import { exitCodeOf } from './exit-code.ts';
import { fingerprints } from './fingerprint.ts';
import { somePlacesOf, type Place } from './places.ts';
import { plainFinding } from './plain-finding.ts';
import { errorsFirst } from './sorted.ts';
import { countByStatus } from './summary.ts';
import { closingLine, totalsLine } from './text-closing.ts';

/**
 * SARIF 2.1.0 (https://docs.oasis-open.org/sarif/sarif/v2.1.0/), for code scanning. A result is shown at the line of the lock, or
 * else of the provenance file. What was not checked is in the notifications and in the run's properties: a log without results says
 * that there were no findings, and no more.
 */
export const sarifFormat: ReportFormat = {
  id: 'sarif',
  summary: 'SARIF 2.1.0, for code scanning',
  render: (report, options) => `${printableJson(toSarif(report, options), 2)}\n`,
};

function toSarif(report: Report, options: RenderOptions): object {
  const findings = errorsFirst(report.findings);
  const names = fingerprints(findings, options);
  return {
    $schema: 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'provpin',
            version: VERSION,
            semanticVersion: VERSION,
            rules: options.rules.map(toRule),
          },
        },
        invocations: [toInvocation(report, options)],
        results: findings.map((finding, i) => toResult(finding, names[i] ?? '', options)),
        columnKind: 'utf16CodeUnits',
        properties: { packages: report.packages.length, statuses: countByStatus(report.packages) },
      },
    ],
  };
}

function toRule({ id, summary }: RuleSummary): object {
  return {
    id,
    shortDescription: { text: summary },
    help: { text: `${summary}. What it means and what to do: the heading ${id} of docs/rules.md.` },
    properties: { tags: ['security', 'supply-chain'] },
  };
}

/** Whether everything could be checked, and what a reader should know beside the results. */
function toInvocation(report: Report, options: RenderOptions): object {
  const notes = [
    ...report.notes.map((note) => printable(note)),
    totalsLine(report),
    closingLine(report, options),
  ];
  return {
    executionSuccessful: report.outcome !== 'incomplete',
    exitCode: exitCodeOf(report),
    toolExecutionNotifications: notes.map((text) => ({
      level: 'note',
      message: { text: messageText(text) },
    })),
  };
}

function toResult(finding: Finding, fingerprint: string, options: RenderOptions): object {
  const [first, ...others] = somePlacesOf(finding, options);
  return {
    ruleId: finding.rule,
    ruleIndex: options.rules.findIndex(({ id }) => id === finding.rule),
    level: finding.level,
    message: { text: messageText(plainFinding(finding).join('\n')) },
    locations: [toLocation(first)],
    relatedLocations: others.map((place, i) => ({
      id: i + 1,
      ...toLocation(place),
      message: { text: 'the entry of the provenance file' },
    })),
    partialFingerprints: { 'provpin/v1': fingerprint },
  };
}

function toLocation({ path, line }: Place): object {
  return { physicalLocation: { artifactLocation: toArtifact(path), region: { startLine: line } } };
}

/** A relative reference can have no `:` in its first segment (RFC 3986 section 4.2): every segment is encoded in full. */
function toArtifact(path: string): object {
  const encoded = path
    .toWellFormed()
    .split('/')
    .map((segment) => encodeURIComponent(segment))
    .join('/');
  return path.startsWith('/') ? { uri: `file://${encoded}` } : { uri: encoded, uriBaseId: '%SRCROOT%' };
}

/** Section 3.11: brackets begin a link, and braces a placeholder, unless they are escaped. */
function messageText(text: string): string {
  return text.replaceAll(/[[\]\\]/g, (character) => `\\${character}`).replaceAll(/[{}]/g, '$&$&');
}
