import type { Entry, Finding, ObservedPackage } from '../model.ts';
import { applicableEntries } from '../provenance-file/applicable.ts';
import type { Rule } from './contract.ts';
import { quoted, spellEntry } from './spelling.ts';

export const entryUnused: Rule = {
  id: 'entry-unused',
  summary: 'an entry that is for no package of the lock',
  scope: 'run',
  judge: ({ packages, entries }) => {
    const byName = Map.groupBy(packages, ({ name }) => name);
    return entries
      .filter((entry) => !isUsed(entry, byName.get(entry.name) ?? []))
      .map((entry) => unusedFinding(entry, byName.has(entry.name)));
  },
};

function isUsed(entry: Entry, packages: readonly ObservedPackage[]): boolean {
  return packages.some(({ name, version }) => applicableEntries([entry], name, version).length > 0);
}

function unusedFinding(entry: Entry, isLocked: boolean): Finding {
  const what = isLocked
    ? 'is in the lock, but not in the version that the entry is for'
    : 'is not in the lock';
  return {
    rule: 'entry-unused',
    level: 'warning',
    package: entry.name,
    message: `${quoted(entry.version === undefined ? entry.name : `${entry.name}==${entry.version}`)} ${what}`,
    help: 'delete the line, unless another lock of the project needs it',
    recorded: spellEntry(entry),
    ...(entry.version === undefined ? {} : { version: entry.version }),
    ...(entry.line === undefined ? {} : { entryLine: entry.line }),
  };
}
