import { EFFECTS } from '../policy/change-kinds.ts';
import type { EntryChange } from '../policy/entry-changes.ts';
import { spellWithVersion } from '../policy/spelling.ts';
import type { Entry } from '../model.ts';
import { unallowed } from './compare.ts';
import type { PackageDiff, ProvenanceDiff } from './contract.ts';

/** What differs in one line, or between one line and the one that it became. */
export interface ChangedLine {
  readonly before?: string;
  readonly after?: string;
  readonly changes: readonly EntryChange[];
}

/** The changes of a package by the lines that they are about. */
export function changedLines({ changes }: PackageDiff): readonly ChangedLine[] {
  const groups = new Map<Entry | undefined, EntryChange[]>();
  for (const change of changes) {
    const entry = change.after ?? change.before;
    groups.set(entry, [...(groups.get(entry) ?? []), change]);
  }
  return [...groups.values()].map((group) => ({
    ...spelled('before', group[0]?.before),
    ...spelled('after', group[0]?.after),
    changes: group,
  }));
}

function spelled(side: 'before' | 'after', entry: Entry | undefined) {
  return entry === undefined ? {} : { [side]: spellWithVersion(entry) };
}

/** `3 packages: 1 weaker, 2 new`. */
export function totals({ packages }: ProvenanceDiff): string {
  const counts = EFFECTS.map((effect) => ({
    effect,
    count: packages.filter((one) => one.effect === effect).length,
  })).filter(({ count }) => count > 0);
  const total = `${packages.length} ${packages.length === 1 ? 'package' : 'packages'}`;
  return counts.length === 0
    ? total
    : `${total}: ${counts.map(({ effect, count }) => `${count} ${effect}`).join(', ')}`;
}

/** What it comes to. */
export function verdict(diff: ProvenanceDiff): string {
  const names = unallowed(diff).map(({ name }) => `\`${name}\``);
  if (names.length > 0) {
    return `Not allowed: ${new Intl.ListFormat('en').format(names)}, of which something else was recorded before. Have somebody look, then \`--allow NAME\`.`;
  }
  const isNew = diff.packages.some(({ effect }) => effect === 'new');
  const isAllowed = diff.packages.some((one) => one.isAllowed);
  return [
    isAllowed ? 'No other recorded entry changed than those that are allowed.' : 'No recorded entry changed.',
    ...(isNew ? ['What is new is trusted from now on: look whether it is whom it should be.'] : []),
  ].join(' ');
}

/** What a reader should know of the two sides, in sentences. */
export function remarks({ before, after, packages, isSameText, notes }: ProvenanceDiff): readonly string[] {
  return [
    ...notes,
    ...(before.isThere ? [] : [`${before.label} has no such file: every entry is new to it`]),
    ...(after.isThere ? [] : [`${after.label} is missing: no entry is left`]),
    ...(packages.length === 0 && !isSameText
      ? ['comments, spacing or order differ, which decide nothing']
      : []),
  ];
}
