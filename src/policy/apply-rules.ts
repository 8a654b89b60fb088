import type { Entry, Finding, ObservedPackage } from '../model.ts';
import { applicableEntries } from '../provenance-file/applicable.ts';
import type { PackageInput, ReceiptFacts } from './contract.ts';
import { RULES } from './index.ts';

/** What holds for the whole run. */
export interface Terms {
  readonly strict: boolean;
  /** YYYY-MM-DD, UTC. */
  readonly today: string;
  /** What earlier runs saw. */
  readonly receipts?: readonly ReceiptFacts[];
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

/** The findings of every rule of the whole run. */
export function judgeRun(
  packages: readonly ObservedPackage[],
  entries: readonly Entry[],
  { strict, today }: Terms,
): readonly Finding[] {
  return RULES.flatMap((rule) =>
    rule.scope === 'run' ? rule.judge({ packages, entries, strict, today }) : [],
  );
}
