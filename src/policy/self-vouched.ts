import type { Finding } from '../model.ts';
import { exact } from '../printable.ts';
import type { PackageInput, Rule } from './contract.ts';
import { filesWith } from './files.ts';
import { packageFinding } from './finding.ts';
import { quoted, spellEntries } from './spelling.ts';

/** What the lock has now and the entries that allow it come in one change: nobody but that change vouches for it. */
export const selfVouched: Rule = {
  id: 'self-vouched',
  summary: 'passes only by entries that the change itself brings (`--base`)',
  scope: 'package',
  judge: (input) => {
    const { package: subject, base } = input;
    const [first] = base?.errors ?? [];
    if (base === undefined || base.isAllowed || first === undefined) return [];
    return [
      packageFinding(subject, {
        rule: 'self-vouched',
        level: 'error',
        ...whatOf(input, first, base.label),
        recorded: base.named.length === 0 ? 'nothing' : spellEntries(base.named),
        ...(first.observed === undefined ? {} : { observed: observedIn(base.errors) }),
        entry: input.entries[0],
      }),
    ];
  },
};

function whatOf({ package: subject, base }: PackageInput, first: Finding, label: string) {
  const allow = quoted(`--allow ${subject.name}`);
  if (base?.named.length === 0 && filesWith(subject.files, 'signed').length > 0) {
    return {
      what: `is new: nothing is recorded of it at ${exact(label)}, and one change brings the package and the entry that allows it`,
      help: `look whether the signer is the project's own, as for any first use; then ${allow}`,
    };
  }
  return {
    what: `passes only by entries that this change brings; by those of ${exact(label)}: ${first.rule}`,
    help: `look at the change of its entries (${quoted('provpin diff')} says what it comes to) as you would without the other; then ${allow}`,
  };
}

/** Everything that the entries of the base do not allow, once. */
function observedIn(errors: readonly Finding[]): string {
  return [...new Set(errors.flatMap(({ observed }) => observed ?? []))].join(' and ');
}
