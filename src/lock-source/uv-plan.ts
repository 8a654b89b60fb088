/**
 * What an environment gets of a `uv.lock`: what its projects need, along dependencies whose markers hold.
 */
import { normalizeName } from '../distribution-filename.ts';
import type { LockedPackage } from '../model.ts';
import { printable } from '../printable.ts';
import { uvDefaultGroups } from './default-groups.ts';
import { DEFAULT_GROUP } from './groups.ts';
import {
  installRefusal,
  placesIn,
  type InstallPlan,
  type Need,
  type PlanNode,
  type PlanOptions,
} from './install-plan.ts';
import { optional, required, STRING, STRINGS, TABLE, type Table } from './table.ts';
import {
  chosenDependencies,
  groupsOf,
  isRoot,
  nodeFinder,
  ownDependencies,
  projectsOf,
  readNode,
  sourceOf,
  type Dependency,
  type Node,
} from './uv-groups.ts';

/**
 * @param tables the packages, each as the lock has it and as it was read; undefined for a project that cannot be installed
 * @throws ProvpinError, exit code 2
 */
export function uvPlan(
  root: Table,
  tables: readonly (readonly [Table, LockedPackage | undefined])[],
  options: PlanOptions,
): InstallPlan {
  const { source } = root.document;
  if (Object.hasOwn(root.values, 'conflicts'))
    throw installRefusal(source, 'it has groups or extras in conflict (`conflicts`)', [
      'have uv make one for what you want: `uv export --format pylock.toml`',
    ]);
  const nodes = tables.map(([table]) => readNode(table));
  const projects = projectsOf(root, nodes).filter(({ table }) => isLocal(table));
  const projectSet = new Set(projects);
  const needOf = needReader(nodes, source);
  const placeOf = placesIn(options.packages);
  const wanted = wantedOf(root, projects, options);
  const pythons = optional(root, 'requires-python', STRING);
  return {
    source,
    pythons: pythons === undefined ? [] : [pythons],
    environments: optional(root, 'supported-markers', STRINGS) ?? [],
    nodes: nodes.map((node, at): PlanNode => {
      const locked = tables[at]?.[1];
      return {
        name: node.name,
        place: locked && placeOf(locked),
        project: isVirtual(node) ? 'virtual' : projectSet.has(node) ? 'installed' : undefined,
        needs: node.dependencies.map(needOf),
        extras: extrasOf(node, needOf),
      };
    }),
    needs: wanted.dependencies.map(needOf),
    projects: wanted.projects.filter((node) => !isVirtual(node)).map(({ name }) => name),
  };
}

interface Wants {
  readonly dependencies: readonly Dependency[];
  /** Those that are installed along with their dependencies. */
  readonly projects: readonly Node[];
}

/** Without groups that are asked for, as `uv sync` does it: of the project at the root, or else of all that there are. */
function wantedOf(root: Table, projects: readonly Node[], { only, pyproject }: PlanOptions): Wants {
  if (only.length > 0) {
    const { dependencies, chosen } = chosenDependencies(root, groupsOf(root, projects), only);
    return { dependencies, projects: chosen.has(DEFAULT_GROUP) ? projects : [] };
  }
  const own = projects.filter(({ table }) => isRoot(table));
  const meant = own.length > 0 ? own : projects;
  const { own: itself, groups } = ownDependencies(root, meant);
  const defaults = uvDefaultGroups(pyproject);
  const isDefault = (name: string) =>
    defaults === 'all' || defaults.some((one) => normalizeName(one) === normalizeName(name));
  return {
    dependencies: [...itself, ...groups.flatMap(([name, list]) => (isDefault(name) ? list : []))],
    projects: meant,
  };
}

/** uv installs what such a one needs, and not it. */
function isVirtual({ table }: Node): boolean {
  return Object.hasOwn(required(table, 'source', TABLE).values, 'virtual');
}

/** A package of an index is none, even where the lock calls it a member. */
function isLocal(table: Table): boolean {
  const source = required(table, 'source', TABLE);
  return ['virtual', 'editable', 'directory'].some((kind) => Object.hasOwn(source.values, kind));
}

function extrasOf(
  { extras }: Node,
  needOf: (dependency: Dependency) => Need,
): ReadonlyMap<string, readonly Need[]> {
  const byName = Map.groupBy(extras, ([name]) => normalizeName(name));
  return new Map([...byName].map(([name, lists]) => [name, lists.flatMap(([, list]) => list.map(needOf))]));
}

/** A dependency means one package; with several of its name, it says which by version and source. */
function needReader(nodes: readonly Node[], source: string): (dependency: Dependency) => Need {
  const find = nodeFinder(nodes);
  return ({ table, name, version, extras }) => {
    const origin = optional(table, 'source', TABLE);
    const [node, ...others] = find(name, version, origin && sourceOf(origin));
    if (node === undefined || others.length > 0) {
      const which = `\`${printable(name)}\`${version === undefined ? '' : ` ${printable(version, 100)}`}`;
      const problem = node === undefined ? 'no such package' : 'several such packages';
      throw installRefusal(source, `something in it needs ${which}, and it has ${problem}`);
    }
    return { node, marker: optional(table, 'marker', STRING), extras };
  };
}
