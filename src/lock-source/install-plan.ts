/**
 * Which packages of a lock an environment gets, by what the lock says of who needs them and where.
 */
import { incompleteError, inputError } from '../errors.ts';
import type { LockedPackage } from '../model.ts';
import { listInWords, printable } from '../printable.ts';
import type { Answers, Questions } from './ask-environment.ts';
import { contentKey } from './repeats.ts';

/** What has to be known beside the lock. */
export interface PlanOptions {
  /** What `read` has made of the same text, with the same groups and extras. */
  readonly packages: readonly LockedPackage[];
  /** Groups and extras that are asked for, as for `read`; without any, what the format's own tool installs by itself. */
  readonly only: readonly string[];
  /** The text of the `pyproject.toml` beside the lock, where there is one. */
  readonly pyproject: string | undefined;
}

export interface InstallPlan {
  /** What errors call the lock. */
  readonly source: string;
  /** Version specifiers, one of which has to be for the Python; without any, every Python will do. */
  readonly pythons: readonly string[];
  /** Markers, one of which has to hold; without any, every environment will do. */
  readonly environments: readonly string[];
  readonly nodes: readonly PlanNode[];
  /** What is asked for. */
  readonly needs: readonly Need[];
  /** Projects that the format's own tool would install along with that. */
  readonly projects: readonly string[];
}

export interface PlanNode {
  /** Normalised. */
  readonly name: string;
  /** Among the packages of the lock, as it was read; undefined for one that is not there. */
  readonly place: number | undefined;
  /** Set for a project that the lock is of, and that is not installed from it: `virtual` where its tool does not install it either. */
  readonly project: 'installed' | 'virtual' | undefined;
  readonly needs: readonly Need[];
  /** What it needs with an extra, by the normalised name of that. */
  readonly extras: ReadonlyMap<string, readonly Need[]>;
}

export interface Need {
  /** Place of what is needed among the nodes. */
  readonly node: number;
  /** Where it is needed; undefined: everywhere. */
  readonly marker: string | undefined;
  /** Normalised. */
  readonly extras: readonly string[];
}

/** What an environment gets. */
export interface Selection {
  /** Among the packages of the lock, in its order. */
  readonly places: readonly number[];
  /** Projects that the lock is of, which are left out. */
  readonly projects: readonly string[];
}

/** A package with where it is needed, for formats that say that of each package by itself. */
export interface Wanted {
  readonly locked: LockedPackage;
  readonly marker: string | undefined;
}

/** The plan of a lock that names no dependencies: what is wanted, wherever its marker holds. */
export function flatPlan(
  source: string,
  packages: readonly LockedPackage[],
  wanted: readonly Wanted[],
  pythons: readonly string[] = [],
): InstallPlan {
  const placeOf = placesIn(packages);
  return {
    source,
    pythons,
    environments: [],
    nodes: wanted.map(({ locked }) => ({
      name: locked.name,
      place: placeOf(locked),
      project: undefined,
      needs: [],
      extras: new Map(),
    })),
    needs: wanted.map(({ marker }, node) => ({ node, marker, extras: [] })),
    projects: [],
  };
}

/** Finds a package that was read anew among those of its lock, by all that it says. */
export function placesIn(packages: readonly LockedPackage[]): (locked: LockedPackage) => number | undefined {
  const places = new Map(packages.map((locked, place) => [contentKey(locked), place]));
  return (locked) => places.get(contentKey(locked));
}

/** What has to be asked of the environment. */
export function questionsOf({ pythons, environments, nodes, needs }: InstallPlan): Questions {
  const all = [needs, ...nodes.flatMap((node) => [node.needs, ...node.extras.values()])].flat();
  return { pythons, markers: [...environments, ...all.flatMap(({ marker }) => marker ?? [])] };
}

/**
 * @throws ProvpinError: exit code 3 when the lock is not for this environment; 2 when what it says cannot be understood, when
 *   it has two of one name for it, and when it needs what was left out of the check
 */
export function selectPackages(plan: InstallPlan, answers: Answers): Selection {
  refuseEnvironment(plan, answers);
  const chosen = reached(plan, answers);
  const installed = chosen.filter(({ project }) => project === undefined);
  const projects = chosen.filter(({ project }) => project === 'installed');
  const places = installed.map((node) => node.place ?? unchecked(plan, node));
  refuseRivals(plan, installed);
  return {
    places: [...new Set(places)].toSorted((a, b) => a - b),
    projects: [...new Set([...plan.projects, ...projects.map(({ name }) => name)])],
  };
}

/** For what a lock says, and cannot be done without guessing. */
export function installRefusal(source: string, reason: string, hints: readonly string[] = []): Error {
  return inputError('install-lock', `\`${printable(source)}\` cannot be installed from: ${reason}`, hints);
}

/** For a lock that does not say which of its groups are installed unless somebody asks for others. */
export function unknownDefaults(source: string, groups: readonly string[]): Error {
  const names = groups.map((group) => `\`${printable(group, 100)}\``);
  return installRefusal(
    source,
    `there is no \`pyproject.toml\` beside it to say which of its groups (${listInWords(names)}) are installed`,
    ['name them: `--only default --only GROUP`'],
  );
}

function refuseEnvironment({ source, pythons, environments }: InstallPlan, answers: Answers): void {
  const unread =
    pythons.find((one) => answers.python(one) === undefined) ??
    environments.find((one) => answers.marker(one) === undefined);
  if (unread !== undefined) throw unreadable(source, unread);
  const lock = `\`${printable(source)}\``;
  if (!isFor(pythons, answers.python)) {
    const list = listInWords(
      pythons.map((one) => `\`${printable(one, 100)}\``),
      'or',
    );
    throw incompleteError('install-lock', `${lock} is not for this Python, but for ${list}`, OTHER_PYTHON);
  }
  if (!isFor(environments, answers.marker))
    throw incompleteError('install-lock', `${lock} is not for this platform`, OTHER_PYTHON);
}

/** Whether there is none, or one that holds. */
export function isFor(list: readonly string[], holds: (one: string) => boolean | undefined): boolean {
  return list.length === 0 || list.some((one) => holds(one) === true);
}

const OTHER_PYTHON = ['`--python PATH` installs for another interpreter'];

function unreadable(source: string, text: string): Error {
  return installRefusal(source, `it has \`${printable(text, 200)}\`, which cannot be read`);
}

/** Everything that follows from what is asked for, in this environment. */
function reached({ source, nodes, needs }: InstallPlan, answers: Answers): readonly PlanNode[] {
  const seen = new Set<PlanNode>();
  const seenExtras = new Set<string>();
  // An array that grows while it is walked: nothing is taken from it.
  const queue = [...needs];
  for (const { node: place, marker, extras } of queue) {
    const holds = marker === undefined || answers.marker(marker);
    if (holds === undefined) throw unreadable(source, marker ?? '');
    const node = nodes[place];
    if (!holds || node === undefined) continue;
    if (!seen.has(node)) for (const need of node.needs) queue.push(need);
    seen.add(node);
    for (const extra of extras) {
      const key = `${place} ${extra}`;
      if (!seenExtras.has(key)) for (const need of node.extras.get(extra) ?? []) queue.push(need);
      seenExtras.add(key);
    }
  }
  return [...seen];
}

function unchecked({ source }: InstallPlan, { name }: PlanNode): never {
  throw installRefusal(source, `it needs \`${name}\`, which \`--only\` left out of the check`);
}

/** An environment has one version of a package. */
function refuseRivals({ source }: InstallPlan, nodes: readonly PlanNode[]): void {
  const places = new Map<string, number | undefined>();
  for (const { name, place } of nodes) {
    if (places.has(name) && places.get(name) !== place)
      throw installRefusal(source, `it has two of \`${name}\` for this environment`);
    places.set(name, place);
  }
}
