import type { Deviation, Finding, ObservedPackage } from '../model.ts';
import { printable } from '../printable.ts';
import { packageFinding, type Verdict } from './finding.ts';
import { quoted } from './spelling.ts';

/** How many files a message names; the reports that programs read have them all. */
const MAX_NAMED = 5;

/** Files in a message: the first of them, each with its reason where it has one, and how many more there are. */
export function spellDeviations(deviations: readonly Deviation[]): string {
  const named = deviations
    .slice(0, MAX_NAMED)
    .map(({ path, reason }) =>
      reason === undefined ? quoted(path) : `${quoted(path)} (${printable(reason)})`,
    );
  const more = deviations.length - named.length;
  return [...named, ...(more === 0 ? [] : [`and ${more} more`])].join(', ');
}

/** One finding for all the installed files of a package that are wrong in the same way; none when no file is. */
export function deviationFindings(
  subject: ObservedPackage,
  kind: Deviation['kind'],
  verdict: Pick<Verdict, 'rule' | 'level' | 'what' | 'help'>,
): readonly Finding[] {
  const { installation } = subject;
  if (installation?.kind !== 'compared') return [];
  const deviations = installation.deviations.filter((one) => one.kind === kind);
  const [first] = deviations;
  if (first === undefined) return [];
  const finding = packageFinding(subject, {
    ...verdict,
    what: `${verdict.what}: ${spellDeviations(deviations)}`,
  });
  return [{ ...finding, file: first.path }];
}
