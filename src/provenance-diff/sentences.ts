import { EFFECTS } from '../policy/change-kinds.ts';
import type { EntryChange } from '../policy/entry-changes.ts';
import { quoted } from '../printable.ts';
import { spellWithVersion } from '../policy/spelling.ts';
import type { Entry } from '../model.ts';
import { unallowed } from './compare.ts';
import type { PackageDiff, ProvenanceDiff } from './contract.ts';
import { QUESTIONS } from './questions.ts';

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

/** `1 weaker, 2 new`; empty where there is nothing to count. */
export function totals({ packages }: ProvenanceDiff): string {
  return EFFECTS.map((effect) => ({
    effect,
    count: packages.filter((one) => one.effect === effect).length,
  }))
    .filter(({ count }) => count > 0)
    .map(({ effect, count }) => `${count} ${effect}`)
    .join(', ');
}

/** Lines that stay as they are, of which there can be many. */
const MOST_KEPT = 5;

/** What a change is to be seen beside: the lines of the package that stay, each as the medium shows outside text. */
export function keptLines({ kept }: PackageDiff, show: (text: string) => string): readonly string[] {
  const more = kept.length - MOST_KEPT;
  return [
    ...kept.slice(0, MOST_KEPT).map((entry) => show(spellWithVersion(entry))),
    ...(more > 0 ? [`${more} more`] : []),
  ];
}

/** What to ask of a package; of first uses, which can be many, the verdict asks once. */
export function questions({ changes }: PackageDiff): readonly string[] {
  const asked = changes.flatMap(({ kind }) => (kind === 'first-use' ? [] : (QUESTIONS[kind] ?? [])));
  return [...new Set(asked)];
}

/** What it comes to. */
export function verdict(diff: ProvenanceDiff): string {
  const names = unallowed(diff).map(({ name }) => `\`${name}\``);
  if (names.length > 0) {
    return `Not allowed: ${new Intl.ListFormat('en').format(names)}, of which something else was recorded before. Have somebody look (\`provpin explain NAME\` says who signs it), then \`--allow NAME\`.`;
  }
  if (isNowhere(diff)) return 'Nothing was compared.';
  if (diff.packages.length === 0) return 'No entry changed.';
  const isNew = diff.packages.some(({ changes }) => changes.some(({ kind }) => kind === 'first-use'));
  const isAllowed = diff.packages.some((one) => one.isAllowed);
  return [
    isAllowed ? 'No other recorded entry changed than those that are allowed.' : 'No recorded entry changed.',
    ...(isNew ? [`What is new is trusted from now on. ${QUESTIONS['first-use']}`] : []),
  ].join(' ');
}

/** What a reader should know of the two sides, in sentences. */
export function remarks(diff: ProvenanceDiff): readonly string[] {
  const { before, after, packages, isSameText, notes } = diff;
  if (isNowhere(diff))
    return [...notes, `neither ${before.label} nor the work tree has ${quoted(after.label)}`];
  return [
    ...notes,
    ...(before.isThere ? [] : [`${before.label} has no such file: every entry is new to it`]),
    ...(after.isThere ? [] : [`${after.label} is missing: no entry is left`]),
    ...(packages.length === 0 && !isSameText
      ? ['comments, spacing or order differ, which decide nothing']
      : []),
  ];
}

/** A name that is misspelled would be without entries before and after, and so without a change. */
function isNowhere({ before, after }: ProvenanceDiff): boolean {
  return !before.isThere && !after.isThere;
}
