import type { Report } from '../model.ts';

/** What a report comes to. That nothing was wrong with nothing is true, and no pass: whoever reads it must not take it for one. */
export type Verdict = 'passed' | 'nothing to check' | 'failed' | 'incomplete';

const VERDICTS: Readonly<Record<Report['outcome'], Verdict>> = {
  ok: 'passed',
  findings: 'failed',
  incomplete: 'incomplete',
};

export function verdictOf({ outcome, packages }: Report): Verdict {
  return outcome === 'ok' && packages.length === 0 ? 'nothing to check' : VERDICTS[outcome];
}
