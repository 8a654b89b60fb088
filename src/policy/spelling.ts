import type { AttributeName, Attributes, Entry, Identity, ObservedFile, ObservedPackage } from '../model.ts';
import { ATTRIBUTE_NAMES } from '../model.ts';
import { exact, printable, quoted } from '../printable.ts';
import { formatAttributes } from '../provenance-file/format.ts';

export { quoted } from '../printable.ts';

/** Spelled whether an entry pins them or not: the ids are what tells two repositories of one name apart. */
const IDS: ReadonlySet<AttributeName> = new Set(['repository-id', 'owner-id']);

/** An entry as the provenance file spells it, without its name column. */
export function spellEntry(entry: Entry): string {
  return printable([entry.identity, ...formatAttributes(entry)].join(' '));
}

/** The same with the version that it is for: where lines are compared, one for a version is not one for every version. */
export function spellWithVersion(entry: Entry): string {
  return `${entry.version === undefined ? '' : `==${entry.version} `}${spellEntry(entry)}`;
}

/** Entries that are alternatives. */
export function spellEntries(entries: readonly Entry[]): string {
  return entries.map((entry) => spellEntry(entry)).join(' or ');
}

/**
 * An observed identity as the provenance file would spell it, with its ids and with every attribute of the entry that it is
 * compared with; `(none)` stands for one that the certificate does not have.
 */
export function spellIdentity({ uri, attributes }: Identity, compared?: Entry): string {
  const pairs = ATTRIBUTE_NAMES.flatMap((name): (readonly [AttributeName, string])[] => {
    const observed = attributes[name];
    if (compared?.attributes[name] !== undefined) return [[name, observed ?? '(none)']];
    return observed === undefined || !IDS.has(name) ? [] : [[name, observed]];
  });
  const spelled: Attributes = Object.fromEntries(pairs);
  return printable([uri, ...formatAttributes({ attributes: spelled })].join(' '));
}

/** A package in a message: `` `demo` 2.0 ``. */
export function spellPackage({ name, version }: Pick<ObservedPackage, 'name' | 'version'>): string {
  return version === undefined ? quoted(name) : `${quoted(name)} ${exact(version)}`;
}

/** Some files of a package: the first by name, and how many there are. */
export function spellFiles(affected: readonly ObservedFile[], total: number): string {
  const [first, ...others] = affected;
  if (first === undefined) return 'no file';
  const name = quoted(first.filename);
  if (total === 1) return name;
  const more = others.length === 0 ? '' : ` and ${others.length} more`;
  return `${name}${more} (${affected.length === total ? 'all' : `${affected.length} of`} ${total} files)`;
}

/** The order of two texts by code unit, which is the same on every machine. */
export function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
