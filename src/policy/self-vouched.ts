import type { Finding } from '../model.ts';
import { exact } from '../printable.ts';
import { sameEntry } from '../provenance-file/entry-order.ts';
import type { PackageInput, Rule } from './contract.ts';
import { filesWith } from './files.ts';
import { packageFinding } from './finding.ts';
import { quoted, spellWithVersion } from './spelling.ts';

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
        recorded: base.named.length === 0 ? 'nothing' : base.named.map(spellWithVersion).join(' or '),
        ...(first.observed === undefined ? {} : { observed: observedIn(base.errors) }),
        entry: input.entries[0],
      }),
    ];
  },
};

function whatOf(input: PackageInput, first: Finding, label: string) {
  const { package: subject, base } = input;
  const allow = quoted(`--allow ${subject.name}`);
  if (base?.named.length === 0 && filesWith(subject.files, 'signed').length > 0) {
    return {
      what: `is new: nothing is recorded of it at ${exact(label)}, and one change brings the package and the entry that allows it${broughtIn(input)}`,
      help: `look whether the signer is the project's own, as for any first use; then ${allow}`,
    };
  }
  return {
    what: `passes only by entries that this change brings${broughtIn(input)}; by those of ${exact(label)}: ${first.rule}`,
    help: `look at the change of its entries (${quoted('provpin diff')} says what it comes to) as you would without the other; then ${allow}`,
  };
}

/** The lines that the change brings, unless they ask for just what was observed: one without ids lets more pass than it seems. */
function broughtIn({ entries, base }: PackageInput): string {
  const lines = entries
    .filter((entry) => base?.named.every((other) => !sameEntry(entry, other)))
    .map((entry) => spellWithVersion(entry));
  if (base === undefined || lines.length === 0 || lines.join() === observedIn(base.errors)) return '';
  return ` (${lines.map((line) => quoted(line)).join(' or ')})`;
}

/** Everything that the entries of the base do not allow, once. */
function observedIn(errors: readonly Finding[]): string {
  return [...new Set(errors.flatMap(({ observed }) => observed ?? []))].join(' and ');
}
