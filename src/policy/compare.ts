import { sameVersion } from '../distribution-filename.ts';
import type { AttributeName, Attributes, Entry, Identity } from '../model.ts';
import { ATTRIBUTE_NAMES } from '../model.ts';
import { refCovers, refMatches } from './ref-pattern.ts';

/** A recorded attribute that does not hold; `observed` is absent when the certificate does not have it. */
export interface AttributeChange {
  readonly attribute: AttributeName;
  readonly recorded: string;
  readonly observed?: string;
}

/** What an observed identity is to a recorded one. */
export type Relation =
  | { readonly kind: 'same' | 'renamed' | 'transferred' | 'recreated' | 'different' }
  | { readonly kind: 'attribute-changed'; readonly changes: readonly AttributeChange[] };

/** The entry that says most about an identity, and how the two are related. */
export interface Nearest {
  readonly entry: Entry;
  readonly relation: Relation;
}

/**
 * Compares an observed identity with one entry. Every attribute of the entry is enforced; `same` means that all of them
 * hold. Only the immutable ids of one host are comparable with each other.
 *
 * @param entry an entry with an identity; `unsigned` is related to no identity (`different`)
 */
export function compare(entry: Entry, identity: Identity): Relation {
  const kind = compareOrigin(entry, identity);
  if (kind !== 'same') return { kind };
  const changes = changedAttributes(entry.attributes, identity.attributes);
  return changes.length === 0 ? { kind } : { kind: 'attribute-changed', changes };
}

/**
 * Where several entries are alternatives, the relation that decides. One that holds settles it, so that the loosest decides: a
 * line without ids lets a re-created repository pass, whatever the line beside it pins. When none holds, a relation that says
 * that somebody else may be in control comes first, so that no milder one can hide it; then the nearest, then the file's order.
 */
const PRECEDENCE: readonly Relation['kind'][] = [
  'same',
  'recreated',
  'transferred',
  'attribute-changed',
  'renamed',
  'different',
];

/** The entry to judge an identity by, among alternatives; undefined when there is none. */
export function nearestEntry(entries: readonly Entry[], identity: Identity): Nearest | undefined {
  const related = entries.map((entry) => ({ entry, relation: compare(entry, identity) }));
  for (const kind of PRECEDENCE) {
    const nearest = related.find(({ relation }) => relation.kind === kind);
    if (nearest !== undefined) return nearest;
  }
  return undefined;
}

/** Whether an attribute has the recorded value: exactly, or for `ref` by class or glob. An absent one never has. */
export function attributeHolds(name: AttributeName, recorded: string, observed: string | undefined): boolean {
  if (observed === undefined) return false;
  return name === 'ref' ? refMatches(recorded, observed) : recorded === observed;
}

/**
 * Whether one entry alone allows whatever another allows: any signer, or to be unsigned, in the same versions and until the same
 * day. Never true where that is not so (see `compare`, whose `same` it mirrors).
 */
export function covers(wider: Entry, narrower: Entry): boolean {
  return (
    coversVersions(wider, narrower) &&
    comparableUri(wider.identity) === comparableUri(narrower.identity) &&
    ATTRIBUTE_NAMES.every((name) =>
      attributeCovers(name, wider.attributes[name], narrower.attributes[name]),
    ) &&
    (wider.until === undefined || (narrower.until !== undefined && narrower.until <= wider.until))
  );
}

/** Whether an entry applies to every version that another applies to. */
export function coversVersions(wider: Pick<Entry, 'version'>, narrower: Pick<Entry, 'version'>): boolean {
  if (wider.version === undefined) return true;
  return narrower.version !== undefined && sameVersion(wider.version, narrower.version);
}

/** Whether whatever one recorded value of an attribute holds for, another holds for, too. Without a value, anything does. */
export function attributeCovers(
  name: AttributeName,
  wider: string | undefined,
  narrower: string | undefined,
): boolean {
  if (wider === undefined) return true;
  if (narrower === undefined) return false;
  return name === 'ref' ? refCovers(wider, narrower) : wider === narrower;
}

/**
 * A repository URL in the form in which two are compared: GitHub and GitLab do not tell upper from lower case. Only ASCII is
 * folded, since Unicode's folding makes one name of two (U+212A KELVIN SIGN, k). Other identities are compared exactly.
 */
export function comparableUri(uri: string): string {
  return hostOf(uri) === undefined ? uri : foldAscii(uri);
}

function compareOrigin(
  { identity: recordedUri, attributes: recorded }: Entry,
  { uri, attributes: observed }: Identity,
): 'same' | 'renamed' | 'transferred' | 'recreated' | 'different' {
  const sameUri = comparableUri(recordedUri) === comparableUri(uri);
  const host = hostOf(uri);
  if (host === undefined || hostOf(recordedUri) !== host) return sameUri ? 'same' : 'different';
  const repository = compareIds(recorded['repository-id'], observed['repository-id']);
  const owner = compareIds(recorded['owner-id'], observed['owner-id']);
  if (repository === 'equal') {
    if (owner === 'differs') return 'transferred';
    return sameUri ? 'same' : 'renamed';
  }
  if (!sameUri) return 'different';
  return repository === 'differs' || owner === 'differs' ? 'recreated' : 'same';
}

function compareIds(
  recorded: string | undefined,
  observed: string | undefined,
): 'equal' | 'differs' | 'unknown' {
  if (recorded === undefined || observed === undefined) return 'unknown';
  return recorded === observed ? 'equal' : 'differs';
}

function changedAttributes(recorded: Attributes, observed: Attributes): readonly AttributeChange[] {
  return ATTRIBUTE_NAMES.flatMap((attribute) => {
    const wanted = recorded[attribute];
    const found = observed[attribute];
    if (wanted === undefined || attributeHolds(attribute, wanted, found)) return [];
    return [{ attribute, recorded: wanted, ...(found === undefined ? {} : { observed: found }) }];
  });
}

/** The hosts that have immutable ids, and names that ignore case. */
function hostOf(uri: string): string | undefined {
  const host = /^https:\/\/(?<host>github\.com|gitlab\.com)\//i.exec(uri)?.groups?.['host'];
  return host === undefined ? undefined : foldAscii(host);
}

function foldAscii(text: string): string {
  return text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}
