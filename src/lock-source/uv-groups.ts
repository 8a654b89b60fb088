/**
 * Which packages of a `uv.lock` the groups and extras of its projects need.
 */
import { normalizeName, normalizeVersion } from '../distribution-filename.ts';
import { chooseGroups, DEFAULT_GROUP } from './groups.ts';
import { optional, required, STRING, STRINGS, TABLE, TABLES, type Table } from './table.ts';

/** A reference of a package to another one; without a version, every version of that name is meant. */
export interface Dependency {
  readonly table: Table;
  readonly name: string;
  readonly version: string | undefined;
  /** Normalised. */
  readonly extras: readonly string[];
}

export interface Node extends Omit<Dependency, 'extras'> {
  readonly dependencies: readonly Dependency[];
  readonly extras: Lists;
}

/** Lists of dependencies, and the names that they have in the lock; two of them may mean the same one. */
export type Lists = readonly (readonly [name: string, dependencies: readonly Dependency[]])[];

/**
 * The packages that these groups and extras need, whatever the platform, and those that nothing in the lock is known to need.
 *
 * @throws ProvpinError, exit code 2
 */
export function neededPackages(
  root: Table,
  tables: readonly Table[],
  only: readonly string[],
): ReadonlySet<Table> {
  const nodes = tables.map(readNode);
  const groups = groupsOf(root, projectsOf(root, nodes));
  const needed = reachable(nodes, chosenDependencies(root, groups, only).dependencies);
  const known = reachable(nodes, [...groups.values()].flat());
  return new Set(nodes.filter((node) => needed.has(node) || !known.has(node)).map(({ table }) => table));
}

export function readNode(table: Table): Node {
  return {
    table,
    name: normalizeName(required(table, 'name', STRING)),
    version: optional(table, 'version', STRING),
    dependencies: readDependencies(table, 'dependencies'),
    extras: readLists(table, 'optional-dependencies'),
  };
}

/** uv takes the root for a project whether or not it is among the members. */
export function projectsOf(root: Table, nodes: readonly Node[]): readonly Node[] {
  const manifest = optional(root, 'manifest', TABLE);
  const members = manifest === undefined ? undefined : optional(manifest, 'members', STRINGS);
  const names = new Set(members?.map(normalizeName));
  return nodes.filter(({ table, name }) => isRoot(table) || names.has(name));
}

/** What projects themselves depend on. */
export interface OwnDependencies {
  /** With no group or extra. */
  readonly own: readonly Dependency[];
  readonly groups: Lists;
  readonly extras: Lists;
}

/** A script has no project, but requirements in the manifest. */
export function ownDependencies(root: Table, projects: readonly Node[]): OwnDependencies {
  const manifest = optional(root, 'manifest', TABLE);
  return {
    own: [
      ...projects.flatMap(({ dependencies }) => dependencies),
      ...(manifest === undefined ? [] : readDependencies(manifest, 'requirements')),
    ],
    groups: [
      ...projects.flatMap(({ table }) => [
        ...readLists(table, 'dev-dependencies'),
        ...readLists(table, 'dependency-groups'), // uv takes it for the same
      ]),
      ...(manifest === undefined ? [] : readLists(manifest, 'dependency-groups')),
    ],
    extras: projects.flatMap(({ extras }) => extras),
  };
}

/** The same by the names that may be asked for: one may be that of a group and of an extra, and both are meant. */
export function groupsOf(root: Table, projects: readonly Node[]): ReadonlyMap<string, readonly Dependency[]> {
  const { own, groups, extras } = ownDependencies(root, projects);
  const all: Lists = [[DEFAULT_GROUP, own], ...extras, ...groups];
  const byName = Map.groupBy(all, ([name]) => name);
  return new Map([...byName].map(([name, lists]) => [name, lists.flatMap(([, list]) => list)]));
}

interface Chosen {
  /** As the lock spells them. */
  readonly chosen: ReadonlySet<string>;
  readonly dependencies: readonly Dependency[];
}

/** @throws ProvpinError, exit code 2, for a group or extra that the lock does not have */
export function chosenDependencies(
  root: Table,
  groups: ReadonlyMap<string, readonly Dependency[]>,
  only: readonly string[],
): Chosen {
  const chosen = chooseGroups(only, [...groups.keys()], root.document.source);
  const dependencies = [...groups].flatMap(([name, list]) => (chosen.has(name) ? list : []));
  return { chosen, dependencies };
}

export function isRoot(table: Table): boolean {
  const source = required(table, 'source', TABLE);
  return ['virtual', 'editable', 'directory'].some((kind) => source.values[kind] === '.');
}

/** A table of lists of dependencies, each list with a name. */
function readLists(table: Table, key: string): Lists {
  const lists = optional(table, key, TABLE);
  if (lists === undefined) return [];
  return Object.keys(lists.values).map((name) => [name, readDependencies(lists, name)]);
}

function readDependencies(table: Table, key: string): readonly Dependency[] {
  return (optional(table, key, TABLES) ?? []).map((dependency) => ({
    table: dependency,
    name: normalizeName(required(dependency, 'name', STRING)),
    version: optional(dependency, 'version', STRING),
    extras: [
      ...(optional(dependency, 'extra', STRINGS) ?? []),
      ...(optional(dependency, 'extras', STRINGS) ?? []),
    ].map(normalizeName),
  }));
}

/** Everything that follows from these dependencies, markers aside. */
function reachable(nodes: readonly Node[], from: readonly Dependency[]): ReadonlySet<Node> {
  const find = nodeFinder(nodes);
  const followed = new Set<string>();
  const seen = new Set<Node>();
  const seenExtras = new Set<string>();
  // An array that grows while it is walked: nothing is taken from it.
  const queue = [...from];
  for (const { name, version, extras } of queue) {
    const reference = JSON.stringify([name, version, extras]);
    if (followed.has(reference)) continue;
    followed.add(reference);
    for (const place of find(name, version)) {
      const node = nodes[place];
      if (node === undefined) continue;
      if (!seen.has(node)) for (const dependency of node.dependencies) queue.push(dependency);
      seen.add(node);
      for (const extra of extras) {
        const key = JSON.stringify([place, extra]);
        const isNew = !seenExtras.has(key);
        seenExtras.add(key);
        for (const dependency of isNew ? ofExtra(node, extra) : []) queue.push(dependency);
      }
    }
  }
  return seen;
}

function ofExtra({ extras }: Node, extra: string): readonly Dependency[] {
  return extras.flatMap(([name, dependencies]) => (normalizeName(name) === extra ? dependencies : []));
}

/** Finds places by what may be said of a package. Going through all of one name for every dependency takes quadratic time. */
export function nodeFinder(
  nodes: readonly Node[],
): (name: string, version: string | undefined, origin?: string) => readonly number[] {
  const places = new Map<string, number[]>();
  const add = (key: string, place: number) => {
    const list = places.get(key);
    if (list === undefined) places.set(key, [place]);
    else list.push(place);
  };
  for (const [place, { name, version, table }] of nodes.entries()) {
    const origin = sourceOf(required(table, 'source', TABLE));
    const keys = [ANY, version === undefined ? UNKNOWN : normalizeVersion(version)];
    for (const key of keys)
      if (key !== undefined) for (const from of [ANY, origin]) add(keyOf(name, key, from), place);
  }
  const at = (name: string, version: string | undefined, origin: string) =>
    version === undefined ? [] : (places.get(keyOf(name, version, origin)) ?? []);
  return (name, version, origin = ANY) =>
    version === undefined
      ? at(name, ANY, origin)
      : [...at(name, normalizeVersion(version), origin), ...at(name, UNKNOWN, origin)];
}

/** No version and no source has these names. */
const ANY = '';
const UNKNOWN = '?';

function keyOf(...parts: readonly string[]): string {
  return JSON.stringify(parts);
}

/** Of two tables that say where a package comes from, the same where they say the same. */
export function sourceOf({ values }: Table): string {
  return JSON.stringify(Object.entries(values).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
