import { printable, printableJson } from '../printable.ts';
import type { ReportFormat } from './contract.ts';
import { fingerprints } from './fingerprint.ts';
import { somePlacesOf } from './places.ts';
import { plainFinding } from './plain-finding.ts';
import { errorsFirst } from './sorted.ts';

const SEVERITIES = { error: 'critical', warning: 'minor' } as const;

/**
 * A Code Quality report, which GitLab shows in a merge request. It holds findings and nothing else: none is an empty list.
 *
 * https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format
 */
export const gitlabFormat: ReportFormat = {
  id: 'gitlab',
  summary: 'Code Quality report of GitLab',
  render: (report, options) => {
    const findings = errorsFirst(report.findings);
    const names = fingerprints(findings, options);
    const issues = findings.map((finding, i) => {
      const [{ path, line }] = somePlacesOf(finding, options);
      return {
        description: plainFinding(finding).join('; '),
        check_name: finding.rule,
        fingerprint: names[i],
        severity: SEVERITIES[finding.level],
        location: { path: printable(path), lines: { begin: line } },
      };
    });
    return `${printableJson(issues, 2)}\n`;
  },
};
