import type { Report } from '../model.ts';

const EXIT_CODES = { ok: 0, findings: 1, incomplete: 3 } as const satisfies Record<Report['outcome'], number>;

/** The exit code of a run that ended with a report (docs/exit-codes.md). */
export function exitCodeOf({ outcome }: Pick<Report, 'outcome'>): 0 | 1 | 3 {
  return EXIT_CODES[outcome];
}
