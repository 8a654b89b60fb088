import type { Entry, Finding, ObservedFile, ObservedPackage } from '../model.ts';
import { exact } from '../printable.ts';
import { applicableEntries } from '../provenance-file/applicable.ts';
import { isAllowance } from './allowance.ts';
import { compare } from './compare.ts';
import type { Rule } from './contract.ts';
import { changesByName, type EntryChange } from './entry-changes.ts';
import { observedIdentities } from './files.ts';
import { quoted, spellWithVersion } from './spelling.ts';

/**
 * What the change lets pass although nothing of the lock needs it: otherwise a first change could bring the entry and a second one
 * the package. Every line that does is told of, so that none hides behind another one, nor behind what the lock does need
 * (`self-vouched`). Of a package that is not in the lock, entries that go are tidied up and no more.
 */
export const entryWeakened: Rule = {
  id: 'entry-weakened',
  summary: 'the change lets more pass than the entries of the base do (`--base`)',
  scope: 'run',
  judge: ({ packages, entries, base }) => {
    if (base === undefined) return [];
    const byName = Map.groupBy(packages, ({ name }) => name);
    return [...changesByName(base.entries, entries)]
      .filter(([name]) => !base.allowed.has(name))
      .flatMap(([name, changes]) => {
        const locked = byName.get(name) ?? [];
        const isVouched = base.selfVouched.has(name);
        return onceALine(changes.filter((change) => isWidening(change, locked, isVouched))).map((change) =>
          weakened(name, change, base.label),
        );
      });
  },
};

/** The gravest of what happened to each line. */
function onceALine(changes: readonly EntryChange[]): readonly EntryChange[] {
  const lines = Map.groupBy(changes, ({ before, after }) => after ?? before);
  return [...lines.values()].flatMap((group) => group.slice(0, 1));
}

/** @param isVouched whether a finding says already what the lock needs of the change */
function isWidening(
  { effect, after }: EntryChange,
  locked: readonly ObservedPackage[],
  isVouched: boolean,
): boolean {
  if (effect === 'new' || (isVouched && effect !== 'same' && effect !== 'stricter'))
    return after !== undefined && !locked.some((subject) => needs(subject, after));
  return (effect === 'weaker' || effect === 'changed') && (locked.length > 0 || after !== undefined);
}

/** Whether a package could pass by an entry; so it could where it is not known what its files are, which fails by itself. */
function needs({ name, version, files }: ObservedPackage, entry: Entry): boolean {
  if (applicableEntries([entry], name, version).length === 0) return false;
  const has = (...kinds: readonly ObservedFile['outcome']['kind'][]): boolean =>
    files.some(({ outcome }) => kinds.includes(outcome.kind));
  if (has('unavailable')) return true;
  if (isAllowance(entry)) return files.length === 0 || has('unsigned', 'not-covered');
  return observedIdentities(files).some((identity) => compare(entry, identity).kind === 'same');
}

function weakened(name: string, { message, before, after }: EntryChange, label: string): Finding {
  const line = after?.line;
  const ahead = before === undefined ? ', ahead of anything in the lock that needs it' : '';
  return {
    rule: 'entry-weakened',
    level: 'error',
    package: name,
    message: `the entries of ${quoted(name)} differ from those of ${exact(label)}${ahead}: ${message}`,
    help: `look at the change as you would at that of a dependency; then ${quoted(`--allow ${name}`)}`,
    ...spelled('recorded', before),
    ...spelled('observed', after),
    ...(line === undefined ? {} : { entryLine: line }),
  };
}

function spelled(member: 'recorded' | 'observed', entry: Entry | undefined) {
  return entry === undefined ? {} : { [member]: spellWithVersion(entry) };
}
