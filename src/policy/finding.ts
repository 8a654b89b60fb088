import {
  PIP_LOCK,
  type Entry,
  type Finding,
  type ObservedFile,
  type ObservedPackage,
  type RuleId,
} from '../model.ts';
import { printable } from '../printable.ts';
import { identityEntries } from './allowance.ts';
import { spellEntries, spellFiles, spellPackage } from './spelling.ts';

/** What a rule says of a package. */
export interface Verdict {
  readonly rule: RuleId;
  readonly level: Finding['level'];
  /** What is wrong, as a clause after the package's name. */
  readonly what: string;
  /** The files that it is wrong with; left out when it is the package as such. */
  readonly files?: readonly ObservedFile[];
  /** Why the first of the files, or the package, is as it is. */
  readonly reason?: string;
  readonly help: string;
  readonly recorded?: string;
  readonly observed?: string;
  /** The entry that it is about. */
  readonly entry?: Entry | undefined;
}

/** What is recorded of a package, to stand beside what was observed. Nothing when no identity is. */
export function recordedSide(entries: readonly Entry[]): Pick<Verdict, 'recorded' | 'entry'> {
  const recorded = identityEntries(entries);
  return recorded.length === 0 ? {} : { recorded: spellEntries(recorded), entry: recorded[0] };
}

/** A finding about a package of the lock. It names a file unless all the files of a package are affected alike. */
export function packageFinding(subject: ObservedPackage, verdict: Verdict): Finding {
  const { rule, level, help, files = [] } = verdict;
  const total = subject.files.length;
  const affected = files.length === 0 ? undefined : spellFiles(files, total);
  const file = files.length === total && total > 1 ? undefined : files[0]?.filename;
  const reason = verdict.reason === undefined ? undefined : printable(verdict.reason);
  const entryLine = verdict.entry?.line;
  return {
    rule,
    level,
    package: subject.name,
    message: [`${spellPackage(subject)} ${verdict.what}`, affected, reason]
      .filter((part) => part !== undefined)
      .join(': '),
    help,
    ...(subject.version === undefined ? {} : { version: subject.version }),
    ...(file === undefined ? {} : { file }),
    ...(verdict.recorded === undefined ? {} : { recorded: verdict.recorded }),
    ...(verdict.observed === undefined ? {} : { observed: verdict.observed }),
    ...(entryLine === undefined ? {} : { entryLine }),
    ...lockPlace(subject, file === undefined ? undefined : files[0]),
  };
}

/** The line of the file that is named, or else of the package. */
function lockPlace(
  { lock, line }: ObservedPackage,
  file: ObservedFile | undefined,
): Pick<Finding, 'lock' | 'lockLine'> {
  const lockLine = file?.line ?? line;
  if (lockLine === undefined || lock === PIP_LOCK) return {};
  return { lockLine, ...(lock === undefined ? {} : { lock }) };
}
