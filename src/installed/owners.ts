/** Whose the files and directories of an environment are, by the wheels that they were compared with. */
import { basename, dirname, join, relative, sep } from 'node:path';

/** What is known of the files of an environment, by their paths. */
export interface Ownership {
  /** Of every file that a wheel has there: the sha256 that it was found to have, unless it deviates; and whose it is. */
  readonly owned: ReadonlyMap<string, { readonly owner: string; readonly sha256?: string }>;
  /** Files that a package has by its own account alone, which was not or could not be compared. */
  readonly claimed: ReadonlySet<string>;
  /** Whether every package of the environment was to be compared. */
  readonly isWhole: boolean;
}

type Owners = ReadonlySet<string>;

export interface OwnersOf {
  /** Of a directory that a wheel has something in. */
  readonly directory: (path: string) => Owners | undefined;
  /** Of the nearest directory above, below a place, that a wheel has something in. */
  readonly nearest: (path: string, place: string) => Owners | undefined;
  /** Of the module or package in whose place Python could take this one, since it is beside it and has its name. */
  readonly namesake: (path: string, place: string) => Owners | undefined;
  /** Whether it is somewhere in a package with an `__init__` that a wheel has: no other one has files there. */
  readonly isInPackage: (path: string, place: string) => boolean;
}

export function ownersOf({ owned }: Pick<Ownership, 'owned'>): OwnersOf {
  const directories = ownersByDirectory(owned);
  const modules = ownersByModule(owned, directories);
  return {
    directory: (path) => directories.get(path),
    nearest: (path, place) => {
      const at = directoriesAbove(path, place).find((one) => directories.has(one));
      return at === undefined ? undefined : directories.get(at);
    },
    namesake: (path, place) => {
      const unknown = [...directoriesAbove(path, place).toReversed(), path].find(
        (at) => !directories.has(at),
      );
      if (unknown === undefined || (unknown === path && !isModule(path))) return undefined;
      return modules.get(moduleAt(unknown));
    },
    isInPackage: (path, place) =>
      directoriesAbove(path, place).some((at) => modules.has(join(at, '__init__'))),
  };
}

/** From the one that it is in to the one below the place. */
function directoriesAbove(path: string, place: string): readonly string[] {
  const segments = relative(place, dirname(path)).split(sep);
  return segments[0] === ''
    ? []
    : segments.map((_, i) => join(place, ...segments.slice(0, segments.length - i)));
}

/** Every directory that a wheel has something in, with whose wheels these are. */
function ownersByDirectory(owned: Ownership['owned']): ReadonlyMap<string, Owners> {
  const owners = new Map<string, Set<string>>();
  for (const [path, { owner }] of owned) {
    for (let at = dirname(path); at !== dirname(at); at = dirname(at)) {
      const known = owners.get(at);
      if (known?.has(owner)) break;
      owners.set(at, (known ?? new Set()).add(owner));
    }
  }
  return owners;
}

/** By the path that an import leads to: `acme/core` for `acme/core.cpython-311-x86_64-linux-gnu.so`, and for `acme/core/`. */
function ownersByModule(
  owned: Ownership['owned'],
  directories: ReadonlyMap<string, Owners>,
): ReadonlyMap<string, Owners> {
  const files = [...owned].flatMap(([path, { owner }]) =>
    isModule(path) ? [[moduleAt(path), new Set([owner])] as const] : [],
  );
  return new Map([...directories, ...files]);
}

function isModule(path: string): boolean {
  return /\.(?:pyw?|pyc|pyd|so)$/i.test(path);
}

function moduleAt(path: string): string {
  const [name = ''] = basename(path).split('.');
  return join(dirname(path), name);
}
