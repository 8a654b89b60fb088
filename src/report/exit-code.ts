import type { Report } from '../model.ts';

/**
 * The outcome of what was judged: `findings` when anything failed, else `incomplete` when anything could not be checked.
 * Packages and findings are both asked, so that neither can hide what the other says.
 */
export function outcomeOf({ packages, findings }: Pick<Report, 'packages' | 'findings'>): Report['outcome'] {
  const errors = findings.filter((finding) => finding.level === 'error');
  const statuses = new Set(packages.map((reported) => reported.status));
  if (statuses.has('failed') || errors.some((error) => error.rule !== 'provenance-unavailable'))
    return 'findings';
  if (statuses.has('unavailable') || errors.length > 0) return 'incomplete';
  return 'ok';
}

const EXIT_CODES = { ok: 0, findings: 1, incomplete: 3 } as const;

/** The exit code of a run that ended with a report (docs/exit-codes.md). 1 wins over 3. */
export function exitCodeOf(report: Report): 0 | 1 | 3 {
  return EXIT_CODES[report.outcome];
}
