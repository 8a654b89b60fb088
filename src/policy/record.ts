import { normalizeName } from '../distribution-filename.ts';
import type { AttributeName, Attributes, Entry, Identity, ObservedPackage } from '../model.ts';
import { ATTRIBUTE_NAMES } from '../model.ts';
import { applicableEntries } from '../provenance-file/applicable.ts';
import { compareEntries, contentOf } from '../provenance-file/entry-order.ts';
import { isAllowance, liveAllowances } from './allowance.ts';
import type { Terms } from './apply-rules.ts';
import { judgePackage, packageInput } from './apply-rules.ts';
import { attributeHolds, comparableUri, covers } from './compare.ts';
import { filesWith, observedIdentities } from './files.ts';
import { refClass } from './ref-pattern.ts';
import { compareText } from './spelling.ts';

/** What may be written, and how. */
export interface RecordingTerms extends Terms {
  /** The attributes that a recorded identity gets, where its certificate has them. */
  readonly pins: readonly AttributeName[];
  /** Whether packages that are unsigned, wholly or in part, are recorded as `unsigned`. */
  readonly acceptUnsigned: boolean;
}

/**
 * What TOFU adds: entries for the packages of which the file says nothing yet. It changes and drops no line, and adds one
 * only if every package of its name then holds: what is written in a run is what the next run passes.
 *
 * @returns new entries, by name and identity
 */
export function firstUse(
  packages: readonly ObservedPackage[],
  entries: readonly Entry[],
  terms: RecordingTerms,
): readonly Entry[] {
  const entriesByName = Map.groupBy(entries, ({ name }) => name);
  return [...Map.groupBy(packages, ({ name }) => name)].flatMap(([name, versions]) => {
    const named = entriesByName.get(name) ?? [];
    const unknown = versions.filter((version) => isFirstUse(version, named, terms));
    const added = verifiedNow(unknown, [], { ...terms, isAccepting: false });
    return added.length > 0 && holds(versions, [...named, ...added], terms) ? added : [];
  });
}

/** What `--accept NAME` comes to. */
export interface Acceptance {
  /** The lines of each name become these; a name whose lines stay as they are is not in it. */
  readonly replacements: ReadonlyMap<string, readonly Entry[]>;
  /** Names of which nothing is written, since they would not hold even then. */
  readonly refused: readonly string[];
  /** Names, as given, of no package of the locks. */
  readonly unknown: readonly string[];
}

/**
 * What `--accept` replaces: the lines of each name by what is verified now. Attributes that a replaced line pins stay pinned
 * where what is verified has them, and an allowance stays only where a file still needs it. Nothing is written for a name that would not hold then: a file
 * that is invalid, unsupported or unavailable can be accepted by no line.
 *
 * @param accept names as the user gave them
 */
export function accepted(
  accept: readonly string[],
  packages: readonly ObservedPackage[],
  entries: readonly Entry[],
  terms: RecordingTerms,
): Acceptance {
  const byName = Map.groupBy(packages, ({ name }) => name);
  const isKnown = (name: string) => byName.has(normalizeName(name));
  const names = [...new Set(accept.filter((name) => isKnown(name)).map((name) => normalizeName(name)))];
  const replacements = new Map<string, readonly Entry[]>();
  const refused: string[] = [];
  for (const name of names) {
    const versions = byName.get(name) ?? [];
    const named = entries.filter((entry) => entry.name === name);
    const verified = verifiedNow(versions, named, { ...terms, isAccepting: true });
    const now = verified.length === 0 ? [] : [...verified, ...linesOfOtherVersions(named, versions)];
    if (now.length === 0 || !holds(versions, now, terms)) refused.push(name);
    else if (!areAlike(named, now)) replacements.set(name, now);
  }
  return { replacements, refused, unknown: accept.filter((name) => !isKnown(name)) };
}

/** Lines for versions that are not in the lock are not what is accepted: they stay. */
function linesOfOtherVersions(
  named: readonly Entry[],
  versions: readonly ObservedPackage[],
): readonly Entry[] {
  const applied = new Set(versions.flatMap(({ name, version }) => applicableEntries(named, name, version)));
  return named.filter((entry) => !applied.has(entry));
}

/** Whether the file says nothing yet of a package, a line for another version that it is unsigned apart. */
function isFirstUse(subject: ObservedPackage, named: readonly Entry[], terms: RecordingTerms): boolean {
  if (filesWith(subject.files, 'unsigned').length > 0) return terms.acceptUnsigned && named.length === 0;
  return (
    named.every((entry) => isAllowance(entry)) &&
    applicableEntries(named, subject.name, subject.version).length === 0
  );
}

/** What is written for the packages of one name. */
interface WritingTerms extends RecordingTerms {
  /** Lines are replaced: nothing that is written may allow more than they did, but for what the user was shown. */
  readonly isAccepting: boolean;
}

/** The entries under which packages of one name hold as they are now, by identity. */
function verifiedNow(
  versions: readonly ObservedPackage[],
  replaced: readonly Entry[],
  terms: WritingTerms,
): readonly Entry[] {
  const identities = withoutImplied(
    versions.flatMap(({ name, version, files }) => {
      const isForOneVersion = areForOneVersion(applicableEntries(replaced, name, version));
      return observedIdentities(files).map((identity) => ({
        name,
        ...(isForOneVersion && version !== undefined ? { version } : {}),
        identity: identity.uri,
        attributes: pinnedAttributes(identity, replaced, terms.pins),
      }));
    }),
  );
  const allowances = versions.flatMap((version) =>
    allowancesNow(version, replaced, identities.length > 0, terms),
  );
  return distinct([...identities, ...allowances]).toSorted(byIdentity);
}

function areForOneVersion(entries: readonly Entry[]): boolean {
  return entries.length > 0 && entries.every(({ version }) => version !== undefined);
}

/** Of identities of which one allows whatever another does, that one: the other would be void, and look as if it were enforced. */
function withoutImplied(entries: readonly Entry[]): readonly Entry[] {
  const all = distinct(entries);
  return all.filter(
    (entry, at) => !all.some((other, place) => covers(other, entry) && (place < at || !covers(entry, other))),
  );
}

/**
 * The narrowest acknowledgement that a package is unsigned. Beside an identity, and where lines are replaced, it is for this
 * one version: for every version it would let an unsigned release of a signed project pass for ever.
 */
function allowancesNow(
  subject: ObservedPackage,
  replaced: readonly Entry[],
  isBesideIdentity: boolean,
  { today, acceptUnsigned, isAccepting }: WritingTerms,
): readonly Entry[] {
  const { name, version, files } = subject;
  if (filesWith(files, 'unsigned').length === 0) return [];
  const live = liveAllowances(applicableEntries(replaced, name, version), today);
  if (live.length > 0) return live;
  const allowance = { name, identity: 'unsigned', attributes: {} };
  if (!isBesideIdentity && (!isAccepting || version === undefined)) return [allowance];
  const isPartial = filesWith(files, 'signed').length > 0;
  if (version === undefined || (isPartial && !acceptUnsigned)) return [];
  return [{ ...allowance, version }];
}

/** The attributes to write: those of `pins`, and those that a replaced line pins, in its words where these still hold. */
function pinnedAttributes(
  { attributes }: Identity,
  replaced: readonly Entry[],
  pins: readonly AttributeName[],
): Attributes {
  const pairs = ATTRIBUTE_NAMES.flatMap((name): (readonly [AttributeName, string])[] => {
    const observed = attributes[name];
    if (observed === undefined) return [];
    const recorded = replaced.map((entry) => entry.attributes[name]).filter((value) => value !== undefined);
    const stillHeld = recorded.find((value) => attributeHolds(name, value, observed));
    if (stillHeld !== undefined) return [[name, stillHeld]];
    if (recorded.length > 0) return [[name, observed]];
    return pins.includes(name) ? [[name, name === 'ref' ? refPin(observed) : observed]] : [];
  });
  return Object.fromEntries(pairs);
}

/** A tag is another one with every release, so that its class is what can be pinned; a branch stays. */
function refPin(ref: string): string {
  return refClass(ref) === 'tags' ? 'tags' : ref;
}

function holds(versions: readonly ObservedPackage[], named: readonly Entry[], terms: Terms): boolean {
  return versions.every((version) =>
    judgePackage(packageInput(version, named, terms)).every(({ level }) => level !== 'error'),
  );
}

function distinct(entries: readonly Entry[]): readonly Entry[] {
  return [...new Map(entries.map((entry) => [keyOf(entry), entry])).values()];
}

/** One repository in two spellings of its name is one entry. */
function keyOf(entry: Entry): string {
  return contentOf({ ...entry, identity: comparableUri(entry.identity) });
}

function areAlike(some: readonly Entry[], others: readonly Entry[]): boolean {
  const keys = new Set(some.map((entry) => keyOf(entry)));
  return some.length === others.length && others.every((entry) => keys.has(keyOf(entry)));
}

function byIdentity(a: Entry, b: Entry): number {
  return compareEntries(a, b) || compareText(contentOf(a), contentOf(b));
}
