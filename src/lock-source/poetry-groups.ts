/**
 * Which packages of a `poetry.lock` groups and extras need.
 */
import { normalizeName } from '../distribution-filename.ts';
import { chooseGroups, DEFAULT_GROUP, noGroups } from './groups.ts';
import { canHold } from './marker-groups.ts';
import { BOOLEAN, optional, required, STRING, STRINGS, TABLE, type Table } from './table.ts';

/** Poetry's name for what the project itself needs. */
export const MAIN = 'main';

/**
 * The packages that these groups and extras need, whatever the platform. An optional package is installed with an extra; one
 * that no extra of the lock is known to need stays, and so does one that the markers let in: Poetry goes by these.
 *
 * @throws ProvpinError, exit code 2, also for a lock that Poetry does not install by its groups (before lock-version 2.1)
 */
export function neededPackages(
  root: Table,
  tables: readonly Table[],
  only: readonly string[],
): ReadonlySet<Table> {
  const { chosen, groupsOf, extras, ofExtras } = choosePackages(root, tables, only);
  const ofAnyExtra = closure(tables, [...extras.values()].flat());
  const choice = { extras: new Set([...chosen].map(normalizeName)), groups: new Set<string>() };
  const isNeeded = (table: Table): boolean => {
    const isOptional = optional(table, 'optional', BOOLEAN) ?? false;
    const inGroups = groupsOf(table).filter((group) => chosen.has(group));
    if (ofExtras.has(table) || (isOptional && !ofAnyExtra.has(table))) return true;
    return inGroups.some((group) => canHold(inPep751(markerOf(table, group) ?? ''), choice));
  };
  return new Set(tables.filter(isNeeded));
}

/** What these names mean in a lock. */
export interface PoetryChoice {
  /** Groups and extras, as the lock spells them. */
  readonly chosen: ReadonlySet<string>;
  readonly groupsOf: (table: Table) => readonly string[];
  /** Names of packages by extra. */
  readonly extras: ReadonlyMap<string, readonly string[]>;
  /** What the chosen extras may need, and what that needs in turn. */
  readonly ofExtras: ReadonlySet<Table>;
}

/** @throws ProvpinError, exit code 2, also for a lock that Poetry does not install by its groups (before lock-version 2.1) */
export function choosePackages(root: Table, tables: readonly Table[], only: readonly string[]): PoetryChoice {
  if (!hasGroups(root)) throw noGroups(root.document.source);
  const groupsOf = new Map(tables.map((table) => [table, required(table, 'groups', STRINGS)]));
  const extras = readExtras(root);
  const groups = new Set([MAIN, ...[...groupsOf.values()].flat()]);
  const asked = only.map((name) =>
    normalizeName(name) === DEFAULT_GROUP && !groups.has(name) ? MAIN : name,
  );
  const chosen = chooseGroups(asked, [...groups, ...extras.keys()], root.document.source);
  const ofExtras = closure(
    tables,
    [...extras].flatMap(([extra, names]) => (chosen.has(extra) ? names : [])),
  );
  return { chosen, groupsOf: (table) => groupsOf.get(table) ?? [], extras, ofExtras };
}

/** Before 2.1, Poetry resolves anew among the packages of the lock, whatever that says of groups (or, before Poetry 1.5, of categories). */
export function hasGroups(root: Table): boolean {
  const version = required(required(root, 'metadata', TABLE), 'lock-version', STRING);
  return /^2\.[1-9]/.test(version);
}

/** One for all groups, or one for each. */
export function markerOf(table: Table, group: string): string | undefined {
  return typeof table.values['markers'] === 'object'
    ? optional(required(table, 'markers', TABLE), group, STRING)
    : optional(table, 'markers', STRING);
}

/** Extras by the name that PEP 751 has for all of them. */
function inPep751(marker: string): string {
  return marker
    .replaceAll(/\bextra\s*==\s*("[^"]*"|'[^']*')/g, '$1 in extras')
    .replaceAll(/\bextra\s*!=\s*("[^"]*"|'[^']*')/g, '$1 not in extras');
}

/** Names of packages by extra. */
function readExtras(root: Table): ReadonlyMap<string, readonly string[]> {
  const extras = optional(root, 'extras', TABLE);
  if (extras === undefined) return new Map();
  return new Map(Object.keys(extras.values).map((extra) => [extra, required(extras, extra, STRINGS)]));
}

/** Packages by name, and everything that they may depend on. Before Poetry 2, a name may have a constraint behind it. */
function closure(tables: readonly Table[], names: readonly string[]): ReadonlySet<Table> {
  const byName = Map.groupBy(tables, (table) => normalizeName(required(table, 'name', STRING)));
  const seen = new Set<string>();
  // An array that grows while it is walked: nothing is taken from it.
  const queue = names.map((name) => normalizeName(name.replace(/[^\w.-].*$/s, '')));
  for (const name of queue) {
    if (seen.has(name)) continue;
    seen.add(name);
    for (const table of byName.get(name) ?? []) {
      const dependencies = optional(table, 'dependencies', TABLE);
      for (const other of Object.keys(dependencies?.values ?? {})) queue.push(normalizeName(other));
    }
  }
  return new Set([...seen].flatMap((name) => byName.get(name) ?? []));
}
