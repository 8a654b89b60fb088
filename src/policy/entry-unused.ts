import type { Entry, Finding, ObservedPackage } from '../model.ts';
import { applicableEntries } from '../provenance-file/applicable.ts';
import { covers } from './compare.ts';
import type { Rule } from './contract.ts';
import { quoted, spellEntry } from './spelling.ts';

/** Lines of one name that each other one is compared with: no file takes quadratic time, and nobody writes so many. */
const MOST_ALTERNATIVES = 1000;

export const entryUnused: Rule = {
  id: 'entry-unused',
  summary: 'an entry that is for no package of the lock, or that decides nothing',
  scope: 'run',
  judge: ({ packages, entries }) => {
    const packagesByName = Map.groupBy(packages, ({ name }) => name);
    const entriesByName = Map.groupBy(entries, ({ name }) => name);
    return entries.flatMap((entry) => {
      const locked = packagesByName.get(entry.name);
      if (locked === undefined) return [notLockedFinding(entry, 'is not in the lock')];
      if (!isUsed(entry, locked))
        return [notLockedFinding(entry, 'is in the lock, but not in the version that the entry is for')];
      const looser = looserThan(entry, (entriesByName.get(entry.name) ?? []).slice(0, MOST_ALTERNATIVES));
      return looser === undefined ? [] : [idleFinding(entry, looser)];
    });
  },
};

function isUsed(entry: Entry, packages: readonly ObservedPackage[]): boolean {
  return packages.some(({ name, version }) => applicableEntries([entry], name, version).length > 0);
}

/** Another line that allows whatever this one does. Of two that allow the same, the second one is too much. */
function looserThan(entry: Entry, alternatives: readonly Entry[]): Entry | undefined {
  const isBefore = (other: Entry) => (other.line ?? Infinity) < (entry.line ?? Infinity);
  return alternatives.find((other) => covers(other, entry) && (isBefore(other) || !covers(entry, other)));
}

function notLockedFinding(entry: Entry, what: string): Finding {
  return {
    ...findingAbout(entry),
    message: `${spellName(entry)} ${what}`,
    help: 'delete the line, unless another lock of the project needs it',
  };
}

function idleFinding(entry: Entry, looser: Entry): Finding {
  return {
    ...findingAbout(entry),
    message: `a line of ${spellName(entry)} decides nothing, since another one allows whatever it does: ${quoted(spellEntry(looser))}`,
    help: 'delete the one that is not meant: of several lines the loosest decides',
  };
}

function findingAbout(entry: Entry): Omit<Finding, 'message' | 'help'> {
  return {
    rule: 'entry-unused',
    level: 'warning',
    package: entry.name,
    recorded: spellEntry(entry),
    ...(entry.version === undefined ? {} : { version: entry.version }),
    ...(entry.line === undefined ? {} : { entryLine: entry.line }),
  };
}

function spellName({ name, version }: Entry): string {
  return quoted(version === undefined ? name : `${name}==${version}`);
}
