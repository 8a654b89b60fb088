/**
 * What is in an environment and in no wheel. Python runs more than the files that a RECORD lists: whatever module, `.pth` file
 * or bytecode somebody puts beside them.
 */
import { createHash } from 'node:crypto';
import { basename, dirname, join, relative, sep } from 'node:path';
import type { Deviation } from '../model.ts';
import { parseBytecodeName, type Bytecode } from './bytecode.ts';
import { isListed } from './distributions.ts';
import { shownPath } from './expected.ts';
import type { Layout } from './layout.ts';
import { ownersOf, type Ownership, type OwnersOf } from './owners.ts';
import { readRegularFile } from './regular-file.ts';
import type { Found } from './walk.ts';

/** A deviation, and whose it is; nobody's without an owner. */
export interface Attributed {
  readonly owner?: string;
  readonly deviation: Deviation;
}

export interface Extras {
  readonly found: readonly Attributed[];
  /** Bytecode that is still to be compared. */
  readonly bytecode: readonly (Bytecode & { readonly owner?: string })[];
}

interface Place {
  readonly directory: string;
  /** What paths are shown from. */
  readonly library: string;
  readonly isScripts: boolean;
}

/** Sorts out what was found in the directory of modules, or of programs, of an environment. */
export async function findExtras(
  found: readonly Found[],
  place: Place,
  ownership: Ownership,
  layout: Layout,
): Promise<Extras> {
  const context: Context = {
    place,
    ownership,
    layout,
    known: await knownFiles(found, place),
    owners: ownersOf(ownership),
  };
  const verdicts = found
    .filter(({ path }) => !ownership.owned.has(path) && !context.known.has(path))
    .map((one) => judgeFound(one, context));
  return {
    found: [
      ...verdicts.flatMap((verdict) => (verdict.kind === 'deviates' ? [verdict.attributed] : [])),
      ...straysOf(verdicts),
    ],
    bytecode: verdicts.flatMap((verdict) => (verdict.kind === 'compare' ? [verdict.bytecode] : [])),
  };
}

interface Context {
  readonly place: Place;
  readonly ownership: Ownership;
  readonly layout: Layout;
  /** Of files that are known without a wheel. */
  readonly known: ReadonlyMap<string, string>;
  readonly owners: OwnersOf;
}

type Verdict =
  | { readonly kind: 'compare'; readonly bytecode: Extras['bytecode'][number] }
  | { readonly kind: 'deviates'; readonly attributed: Attributed }
  /** In no directory of a package; what it is told of as. */
  | { readonly kind: 'stray'; readonly shown: string }
  | { readonly kind: 'fine' };

const FINE: Verdict = { kind: 'fine' };

function judgeFound(one: Found, context: Context): Verdict {
  if (one.kind === 'linked-directory') return judgeLink(one, context);
  const { place, ownership, owners } = context;
  const { path } = one;
  const verdict = basename(dirname(path)) === '__pycache__' ? judgeBytecode(path, context) : undefined;
  if (verdict !== undefined) return verdict;
  const namesake = namesakeOf(path, context);
  if (namesake !== undefined) return extraIn(namesake, one, place);
  if (ownership.claimed.has(path) && !owners.isInPackage(path, place.directory)) return FINE;
  const nearest = owners.nearest(path, place.directory);
  if (nearest !== undefined) return extraIn(nearest, one, place);
  return ownership.isWhole ? judgeStray(one, place) : FINE;
}

/** A program imports from its own directory before it does from that of the modules. */
function namesakeOf(path: string, { place, owners }: Context): ReadonlySet<string> | undefined {
  const { directory, library, isScripts } = place;
  return isScripts
    ? owners.namesake(join(library, relative(directory, path)), library)
    : owners.namesake(path, directory);
}

/** What is behind a link is not looked at, so that one must not stand for a directory in which modules or bytecode are. */
function judgeLink(one: Found, context: Context): Verdict {
  const { place, ownership, owners } = context;
  const { path } = one;
  // Of what is behind it, since a directory is a package by that.
  const namesake = namesakeOf(join(path, '__init__.py'), context);
  const found = owners.directory(path) ?? namesake ?? owners.nearest(path, place.directory);
  if (found !== undefined) return extraIn(found, one, place);
  return ownership.isWhole || basename(path) === '__pycache__' ? judgeStray(one, place) : FINE;
}

/** Told of once for each directory at the top, and of single files only where Python would run them. */
function judgeStray({ path, kind }: Found, place: Place): Verdict {
  const [top = '', ...rest] = relative(place.directory, path).split(sep);
  if (top === '__pycache__') return { kind: 'stray', shown: shownPath(path, place.library) };
  const isDirectory = rest.length > 0 || kind === 'linked-directory';
  if (isDirectory ? isMetadata(top) : !isRunnable(top, place)) return FINE;
  const shown = shownPath(join(place.directory, top), place.library);
  return { kind: 'stray', shown: isDirectory ? `${shown}/` : shown };
}

function straysOf(verdicts: readonly Verdict[]): readonly Attributed[] {
  const strays = verdicts.flatMap((verdict) => (verdict.kind === 'stray' ? [verdict.shown] : []));
  return [...Map.groupBy(strays, (path) => path)].map(([path, { length }]) => {
    const reason = length === 1 ? {} : { reason: `${length} files` };
    return { deviation: { kind: 'extra', path, ...reason } };
  });
}

function extraIn(owners: ReadonlySet<string>, { path, kind }: Found, { library }: Place): Verdict {
  const [owner, ...others] = owners;
  const reason = kind === 'linked-directory' ? { reason: 'it is a link to a directory' } : {};
  const deviation = { kind: 'extra', path: shownPath(path, library), ...reason } as const;
  const isTheirs = owner !== undefined && others.length === 0;
  return { kind: 'deviates', attributed: isTheirs ? { owner, deviation } : { deviation } };
}

/** Undefined for bytecode of a source that nobody has. */
function judgeBytecode(path: string, { ownership, known, layout, place }: Context): Verdict | undefined {
  const name = basename(path);
  const parsed = parseBytecodeName(name);
  const isOurs = parsed?.tag === layout.cacheTag;
  const module = isOurs ? parsed.module : name.slice(0, Math.max(0, name.indexOf('.')));
  const source = join(dirname(dirname(path)), `${module}.py`);
  const owned = ownership.owned.get(source);
  const sha256 = owned?.sha256 ?? known.get(source);
  const owner = owned === undefined ? {} : { owner: owned.owner };
  if (owned === undefined && sha256 === undefined) return ownership.claimed.has(source) ? FINE : undefined;
  if (isOurs && sha256 !== undefined)
    return {
      kind: 'compare',
      bytecode: { path, source, sha256, optimization: parsed.optimization, ...owner },
    };
  const verdict = isOurs
    ? ({ kind: 'changed', reason: 'its source is changed' } as const)
    : ({ kind: 'unchecked', reason: 'it is bytecode of another Python, or of another program' } as const);
  const deviation = { ...verdict, path: shownPath(path, place.library) };
  return { kind: 'deviates', attributed: { ...owner, deviation } };
}

/** The metadata of what is listed as a package of its own. */
function isMetadata(directory: string): boolean {
  return /\.(?:dist-info|egg-info)$/.test(directory) && isListed(directory);
}

/** What Python would import, or run at its start. The programs' directory is the first that a program imports from. */
function isRunnable(name: string, { isScripts }: Place): boolean {
  return isScripts
    ? /\.(?:py|pyc|pyd|so)$/i.test(name) && name !== 'activate_this.py'
    : /\.(?:py|pyw|pyc|pyd|so|pth|egg|egg-link|zip)$/i.test(name);
}

/** sha256 of `_virtualenv.py`, which virtualenv and uv put into each environment that they make, and of its `.pth`. */
const KNOWN: ReadonlySet<string> = new Set([
  '69ac3d8f27e679c81b94ab30b3b56e9cd138219b1ba94a1fa3606d5a76a1433d', // `import _virtualenv`
  '684b8c07932ba4a84ac2e5ae9afe49ef04e92bac3d8d4191d455cf09d093e5fc', // virtualenv 20.13
  'c9199315871b11b12df226f890a38e66e63191e1adbfb11a66e6861151b33fca', // virtualenv 20.16 to 20.21
  '0aeb86546345c1d0fada097536e35525714d5cdbcc2d8eb3f9912a955044fcff', // virtualenv 20.24
  '0f20351ea7e90039c46d3fabdef991f28b1e3ff33eb13ee6f0d5cd21ea0e8b14', // virtualenv 20.26 to 20.31
  'cfe56cafbd68fd31a0e87100f111d7d2f6b7157241096500013c07e88d80a22f', // virtualenv 21.15
  'ee52b2e2e720a40885a6b4b90c40e28e5c70e550af74d5efd169eaa5db2a6f6f', // uv 0.1 and 0.2
  'e3e10c8a19a62a49928c139b8e6824eac92dcdda7639953bcd10921011cbbdff', // uv 0.3
  '6cf30c56faf2a55228914dbbd17f8088ed371ebb08f5e7fa6fd931f913fcaf1d', // uv 0.4 to 0.9
]);

/** Bytes. */
const MAX_KNOWN = 1024 ** 2;

async function knownFiles(
  found: readonly Found[],
  { directory, isScripts }: Place,
): Promise<ReadonlyMap<string, string>> {
  if (isScripts) return new Map();
  const paths = new Set(['_virtualenv.py', '_virtualenv.pth'].map((name) => join(directory, name)));
  const read = found
    .filter(({ path }) => paths.has(path))
    .map(async ({ path }) => [path, await sha256Of(path)] as const);
  return new Map((await Promise.all(read)).filter(([, sha256]) => KNOWN.has(sha256)));
}

async function sha256Of(path: string): Promise<string> {
  const bytes = await readRegularFile(path, MAX_KNOWN);
  return bytes === undefined ? '' : createHash('sha256').update(bytes).digest('hex');
}
