import type { Entry, Finding } from '../model.ts';
import { exact } from '../printable.ts';
import type { Rule } from './contract.ts';
import { changesByName, type EntryChange } from './entry-changes.ts';
import { quoted, spellEntry } from './spelling.ts';

/**
 * What the change lets pass although nothing of the lock needs it: otherwise a first change could bring the entry and a second one
 * the package. Of a package that is not in the lock, entries that go are tidied up and no more.
 */
export const entryWeakened: Rule = {
  id: 'entry-weakened',
  summary: 'the change lets more pass than the entries of the base do (`--base`)',
  scope: 'run',
  judge: ({ packages, entries, base }) => {
    if (base === undefined) return [];
    const locked = new Set(packages.map(({ name }) => name));
    return [...changesByName(base.entries, entries)]
      .filter(([name]) => !base.allowed.has(name) && !base.selfVouched.has(name))
      .flatMap(([name, changes]) => {
        const change = changes.find((one) => isWidening(one, locked.has(name)));
        return change === undefined ? [] : [weakened(name, change, base.label)];
      });
  },
};

function isWidening({ effect, after }: EntryChange, isLocked: boolean): boolean {
  if (effect === 'new') return !isLocked;
  return (effect === 'weaker' || effect === 'changed') && (isLocked || after !== undefined);
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
  return entry === undefined ? {} : { [member]: spellEntry(entry) };
}
