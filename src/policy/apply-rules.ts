import type { Deviation, Entry, Finding, ObservedPackage } from '../model.ts';
import { applicableEntries } from '../provenance-file/applicable.ts';
import type { BaseFacts, PackageInput, ReceiptFacts } from './contract.ts';
import { RULES } from './index.ts';

/** What holds for the whole run. */
export interface Terms {
  readonly strict: boolean;
  /** YYYY-MM-DD, UTC. */
  readonly today: string;
  /** What earlier runs saw. */
  readonly receipts?: readonly ReceiptFacts[];
  /** What the entries are held against; absent without a base. */
  readonly base?: BaseFacts;
  /** Of an environment: files that no package of it has. */
  readonly unowned?: readonly Deviation[];
}

/** Everything that the rules may look at for one package, out of the entries of its name. */
export function packageInput(
  subject: ObservedPackage,
  named: readonly Entry[],
  { strict, today, receipts }: Terms,
): PackageInput {
  const previous = receipts?.filter((facts) => facts.package === subject.name);
  return {
    package: subject,
    entries: applicableEntries(named, subject.name, subject.version),
    named,
    ...(previous === undefined ? {} : { previous }),
    strict,
    today,
  };
}

/** The findings of every rule of one package. */
export function judgePackage(input: PackageInput): readonly Finding[] {
  return RULES.flatMap((rule) => (rule.scope === 'package' ? rule.judge(input) : []));
}

/** The same, with what the entries of the base would have come to. */
export function withBase(
  input: PackageInput,
  named: readonly Entry[],
  { base, ...terms }: Terms,
): PackageInput {
  if (base === undefined) return input;
  const now = new Set(judgePackage(input).map((finding) => sightingOf(finding)));
  const errors = judgePackage(packageInput(input.package, named, terms)).filter(
    (finding) => finding.level === 'error' && !now.has(sightingOf(finding)),
  );
  const { label, allowed } = base;
  return { ...input, base: { label, named, isAllowed: allowed.has(input.package.name), errors } };
}

/** What a finding is about, whatever is recorded. */
function sightingOf({ rule, level, file, observed }: Finding): string {
  return JSON.stringify([rule, level, file ?? null, observed ?? null]);
}

/**
 * The findings of every rule of the whole run.
 *
 * @param found those of the packages
 */
export function judgeRun(
  packages: readonly ObservedPackage[],
  entries: readonly Entry[],
  { strict, today, base, unowned = [] }: Terms,
  found: readonly Finding[],
): readonly Finding[] {
  const selfVouched = new Set(found.filter(({ rule }) => rule === 'self-vouched').map((one) => one.package));
  const input = {
    packages,
    entries,
    strict,
    today,
    unowned,
    ...(base === undefined ? {} : { base: { ...base, selfVouched } }),
  };
  return RULES.flatMap((rule) => (rule.scope === 'run' ? rule.judge(input) : []));
}
