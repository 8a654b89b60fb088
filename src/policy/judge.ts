import type { Entry, Finding, ObservedPackage, Report, ReportedPackage } from '../model.ts';
import { judgePackage, judgeRun, packageInput, withBase } from './apply-rules.ts';
import type { RecordingTerms } from './record.ts';
import { accepted, firstUse } from './record.ts';
import { compareText } from './spelling.ts';
import { reportPackage } from './status.ts';

export interface JudgeInput extends RecordingTerms {
  /** Every package of every lock, with what was observed of it. */
  readonly packages: readonly ObservedPackage[];
  /** The provenance file's entries, in its order. */
  readonly entries: readonly Entry[];
  /** Whether this run records what it sees for the first time. */
  readonly tofu: boolean;
  /** Names of which the user accepts what is verified now (`--accept`), as given. */
  readonly accept: readonly string[];
  /** Those of the entries that this run has added already, and that are to be written. */
  readonly added?: readonly Entry[];
}

export interface Judgement {
  readonly outcome: Report['outcome'];
  readonly packages: readonly ReportedPackage[];
  readonly findings: readonly Finding[];
  /** Entries to add to the provenance file: what was seen for the first time. */
  readonly additions: readonly Entry[];
  /** For each accepted name, the entries that its lines become; without a name whose lines stay. */
  readonly replacements: ReadonlyMap<string, readonly Entry[]>;
  /** Accepted names of which nothing is written: a finding that no entry can settle stands against them. */
  readonly refusedAccepts: readonly string[];
  /** Accepted names, as given, that are in no lock. */
  readonly unknownAccepts: readonly string[];
}

/**
 * Judges what was observed by what is recorded. The verdict is the one that holds under the entries as they will be
 * written: what is recorded or accepted in this run has no finding, and whatever is not, has the one that it had.
 */
export function judge(input: JudgeInput): Judgement {
  const { replacements, refused, unknown } = accepted(input.accept, input.packages, input.entries, input);
  const kept = [
    ...input.entries.filter(({ name }) => !replacements.has(name)),
    ...[...replacements.values()].flat(),
  ];
  const additions = input.tofu ? firstUse(input.packages, kept, input) : [];
  const { packages, findings } = judgeUnder([...kept, ...additions], input, [
    ...(input.added ?? []),
    ...additions,
    ...[...replacements.values()].flat(),
  ]);
  return {
    outcome: outcomeOf(packages, findings),
    packages,
    findings,
    additions,
    replacements,
    refusedAccepts: refused,
    unknownAccepts: unknown,
  };
}

/**
 * What a run comes to: `incomplete` when nothing is wrong but that something could not be checked. Packages and findings are
 * both asked, so that a finding that was not made cannot let a run pass. Warnings make nothing of it.
 */
export function outcomeOf(
  packages: readonly Pick<ReportedPackage, 'status'>[],
  findings: readonly Finding[],
): Report['outcome'] {
  const statuses = new Set(packages.map(({ status }) => status));
  const errors = findings.filter(({ level }) => level === 'error');
  if (statuses.has('failed') || errors.some(({ rule }) => rule !== 'provenance-unavailable'))
    return 'findings';
  return statuses.has('unavailable') || errors.length > 0 ? 'incomplete' : 'ok';
}

function judgeUnder(entries: readonly Entry[], input: JudgeInput, written: readonly Entry[]) {
  const byName = Map.groupBy(entries, ({ name }) => name);
  const baseByName = Map.groupBy(input.base?.entries ?? [], ({ name }) => name);
  const isWritten = new Set(written);
  const judged = input.packages.map((subject) => {
    const packageIs = withBase(
      packageInput(subject, byName.get(subject.name) ?? [], input),
      baseByName.get(subject.name) ?? [],
      input,
    );
    const findings = judgePackage(packageIs);
    return { findings, reported: reportPackage(packageIs, findings, isWritten) };
  });
  const found = judged.flatMap((one) => one.findings);
  const findings = [...found, ...judgeRun(input.packages, entries, input, found)];
  return {
    packages: judged.map(({ reported }) => reported).toSorted(byPackage),
    findings: findings.toSorted(byPlace),
  };
}

function byPackage(a: ReportedPackage, b: ReportedPackage): number {
  return compareText(a.name, b.name) || compareText(a.version ?? '', b.version ?? '');
}

function byPlace(a: Finding, b: Finding): number {
  return (
    compareText(a.package, b.package) ||
    compareText(a.version ?? '', b.version ?? '') ||
    compareText(a.rule, b.rule) ||
    compareText(a.file ?? '', b.file ?? '') ||
    compareText(a.message, b.message)
  );
}
