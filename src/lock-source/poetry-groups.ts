/**
 * Which packages of a `poetry.lock` groups and extras need.
 */
import { normalizeName } from '../distribution-filename.ts';
import { chooseGroups, DEFAULT_GROUP, noGroups } from './groups.ts';
import { BOOLEAN, optional, required, STRING, STRINGS, TABLE, type Table } from './table.ts';

/** Poetry's name for what the project itself needs. */
const MAIN = 'main';

/**
 * The packages that these groups and extras need, whatever the platform. An optional package is installed with an extra; one
 * that no extra of the lock is known to need stays.
 *
 * @throws ProvpinError, exit code 2, also for a lock that names no groups (Poetry 1.5 to 1.8)
 */
export function neededPackages(
  root: Table,
  tables: readonly Table[],
  only: readonly string[],
): ReadonlySet<Table> {
  const groupsOf = new Map(tables.map((table) => [table, readGroups(table)]));
  if (tables.some((table) => groupsOf.get(table) === undefined)) throw noGroups(root.document.source);
  const extras = readExtras(root);
  const groups = new Set([MAIN, ...[...groupsOf.values()].flatMap((names) => names ?? [])]);
  const asked = only.map((name) =>
    normalizeName(name) === DEFAULT_GROUP && !groups.has(name) ? MAIN : name,
  );
  const chosen = chooseGroups(asked, [...groups, ...extras.keys()], root.document.source);
  const ofExtras = closure(
    tables,
    [...extras].flatMap(([extra, names]) => (chosen.has(extra) ? names : [])),
  );
  const ofAnyExtra = closure(tables, [...extras.values()].flat());
  const isNeeded = (table: Table): boolean => {
    const isOptional = optional(table, 'optional', BOOLEAN) ?? false;
    const isInGroup = (groupsOf.get(table) ?? []).some((group) => chosen.has(group));
    return ofExtras.has(table) || (isOptional ? !ofAnyExtra.has(table) : isInGroup);
  };
  return new Set(tables.filter(isNeeded));
}

/** `groups` (Poetry 2), or `category` (before 1.5). */
function readGroups(table: Table): readonly string[] | undefined {
  const category = optional(table, 'category', STRING);
  return optional(table, 'groups', STRINGS) ?? (category === undefined ? undefined : [category]);
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
