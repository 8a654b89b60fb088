import type { Entry } from '../model.ts';
import { contentOf } from '../provenance-file/entry-order.ts';
import { identityEntries, isAllowance } from './allowance.ts';
import { byGravity, effectOf, type ChangeKind, type Effect } from './change-kinds.ts';
import { comparableUri, compare, covers, coversVersions } from './compare.ts';
import { facetsOf, type Facet } from './entry-facets.ts';
import { compareText, quoted } from './spelling.ts';

/** One thing that differs between the entries of a name before and after. */
export interface EntryChange {
  readonly kind: ChangeKind;
  readonly effect: Effect;
  /** What it comes to, as a clause. */
  readonly message: string;
  readonly before?: Entry;
  readonly after?: Entry;
}

/** Lines of one name that differ, from which on they are not compared one by one: each is then taken for the worst it can be. */
const TOO_MANY = 400;

/**
 * What a change of the entries of one name comes to. As `judge` accepts: when some package that the entries before did not let
 * pass (a signer, a file without signature, a source without index, a signer that TOFU would record) would pass by those after,
 * and something was recorded before, then one of the changes is `weaker` or `changed`.
 *
 * @param before all entries of the name, in their file's order
 * @returns the gravest first; empty when both say the same
 */
export function entryChanges(before: readonly Entry[], after: readonly Entry[]): readonly EntryChange[] {
  const removed = without(before, after);
  const added = without(after, before);
  const recorded = identityEntries(before);
  const side: Sides = {
    before,
    after,
    recorded,
    recordedUris: new Set(recorded.map(({ identity }) => comparableUri(identity))),
    isStillRecorded: identityEntries(after).length > 0,
    isMany: removed.length + added.length > TOO_MANY,
  };
  const pairs = side.isMany ? [] : pairUp(removed, added, side);
  const pairedBefore = new Set(pairs.map((pair) => pair.before));
  const pairedAfter = new Set(pairs.map((pair) => pair.after));
  const changes = [
    ...pairs.flatMap((pair) => facetsOf(pair.before, pair.after).map((facet) => toChange(facet, pair))),
    ...added
      .filter((entry) => !pairedAfter.has(entry))
      .map((entry) => toChange(additionOf(entry, side), { after: entry })),
    ...removed
      .filter((entry) => !pairedBefore.has(entry))
      .map((entry) => toChange(removalOf(entry, side), { before: entry })),
  ];
  return changes.toSorted((a, b) => byGravity(a.kind, b.kind));
}

/** The changes of every name of which anything changed, in the order of the names. */
export function changesByName(
  before: readonly Entry[],
  after: readonly Entry[],
): ReadonlyMap<string, readonly EntryChange[]> {
  const was = Map.groupBy(before, ({ name }) => name);
  const is = Map.groupBy(after, ({ name }) => name);
  const names = [...new Set([...was.keys(), ...is.keys()])].toSorted(compareText);
  return new Map(
    names
      .map((name) => [name, entryChanges(was.get(name) ?? [], is.get(name) ?? [])] as const)
      .filter(([, changes]) => changes.length > 0),
  );
}

/** The effect of the gravest of some changes, which is the first. */
export function gravestEffect([first]: readonly EntryChange[]): Effect {
  return first?.effect ?? 'same';
}

/** The order of the changes of two names: where something graver happened comes first. */
export function byGravest([a]: readonly EntryChange[], [b]: readonly EntryChange[]): number {
  return a === undefined || b === undefined ? 0 : byGravity(a.kind, b.kind);
}

interface Sides {
  readonly before: readonly Entry[];
  readonly after: readonly Entry[];
  /** Of those before, the entries with an identity, and these: found once, since a hostile file has many lines of one name. */
  readonly recorded: readonly Entry[];
  readonly recordedUris: ReadonlySet<string>;
  /** Whether an entry with an identity is among those after. */
  readonly isStillRecorded: boolean;
  readonly isMany: boolean;
}

interface Pair {
  readonly before: Entry;
  readonly after: Entry;
}

function without(entries: readonly Entry[], others: readonly Entry[]): readonly Entry[] {
  const contents = new Set(others.map((entry) => contentOf(entry)));
  return entries.filter((entry) => !contents.has(contentOf(entry)));
}

function toChange(
  { kind, message }: Facet,
  place: { readonly before?: Entry; readonly after?: Entry },
): EntryChange {
  return { kind, effect: effectOf(kind), message, ...place };
}

/** Which line was made of which, as far as that can be told: the nearest first, each once. */
function pairUp(removed: readonly Entry[], added: readonly Entry[], { before }: Sides): readonly Pair[] {
  const gone = new Set(removed);
  const kept = before.filter((entry) => !gone.has(entry));
  const candidates = added.flatMap((after) => {
    if (kept.some((entry) => covers(entry, after))) return [];
    const isNews = !before.some((entry) => covers(entry, after));
    return removed
      .filter((entry) => isNews || covers(entry, after))
      .map((entry) => ({ before: entry, after, distance: distanceOf(entry, after) }));
  });
  const taken = new Set<Entry>();
  return candidates
    .toSorted((a, b) => a.distance - b.distance)
    .filter((pair) => {
      if (taken.has(pair.before) || taken.has(pair.after)) return false;
      taken.add(pair.before).add(pair.after);
      return true;
    });
}

function distanceOf(before: Entry, after: Entry): number {
  if (covers(before, after) || covers(after, before)) return 0;
  if (isAllowance(before) !== isAllowance(after)) return 5;
  if (comparableUri(before.identity) === comparableUri(after.identity)) return 1;
  const { kind } = compare(before, { kind: 'GitHub', uri: after.identity, attributes: after.attributes });
  if (kind !== 'different') return 2;
  return coversVersions(before, after) ? 3 : 4;
}

/** A line that no earlier one became. */
function additionOf(entry: Entry, { before, after, recorded, recordedUris, isMany }: Sides): Facet {
  if (before.length === 0) {
    if (isAllowance(entry))
      return { kind: 'unsigned-new', message: 'nobody signs it, and that is acknowledged' };
    const others = after.length > 1 ? ', beside other lines of this change' : '';
    return { kind: 'first-use', message: `this signer is trusted from now on${others}` };
  }
  const covering = isMany ? undefined : before.find((other) => covers(other, entry));
  if (covering !== undefined)
    return { kind: 'redundant', message: 'says nothing new: another line allows it already' };
  if (isAllowance(entry)) {
    const what = recorded.length > 0 ? ' beside a recorded signer' : ', too';
    return { kind: 'unsigned-beside', message: `${spellVersion(entry)} may be unsigned${what}` };
  }
  if (recorded.length === 0)
    return { kind: 'signed-now', message: 'a signer is recorded; `unsigned` stays acknowledged' };
  if (!isMany && recorded.some((other) => covers({ ...other, version: entry.version ?? '' }, entry)))
    return {
      kind: 'version-added',
      message: `${spellVersion(entry)} is allowed, too, by a signer of another version`,
    };
  const isSame = recordedUris.has(comparableUri(entry.identity));
  return {
    kind: 'alternative',
    message: isSame
      ? 'another line for the recorded identity; a signer has to agree with one of them only'
      : 'another identity is accepted beside the recorded one',
  };
}

/** A line that became no other. */
function removalOf(entry: Entry, { after, isStillRecorded, isMany }: Sides): Facet {
  if (!isMany && after.some((other) => covers(other, entry)))
    return { kind: 'redundant', message: 'removed; another line still allows it' };
  const isGuarded =
    isStillRecorded || (isAllowance(entry) && !isMany && after.some((other) => coversVersions(other, entry)));
  if (isGuarded) return { kind: 'alternative-removed', message: 'one alternative less' };
  return {
    kind: 'removed',
    message: isAllowance(entry)
      ? 'nothing is recorded any more: the next TOFU run trusts whoever signs it'
      : 'no signer is recorded any more: unsigned files pass, and the next TOFU run trusts whoever signs',
  };
}

function spellVersion({ version }: Entry): string {
  return version === undefined ? 'every version' : quoted(version);
}
