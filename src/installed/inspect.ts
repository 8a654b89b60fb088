/**
 * The story of `provpin installed`, up to the provenance: list what is installed, find each wheel, get it, hash it, read it, and
 * hold every file of the environment to it.
 */
import { randomUUID } from 'node:crypto';
import { dirname, join } from 'node:path';
import { unlink } from 'node:fs/promises';
import type { Python } from '../lock-source/index.ts';
import type { Deviation, Installation, Lock, LockedPackage } from '../model.ts';
import type { PackageIndex } from '../package-index/contract.ts';
import { limitConcurrency } from '../package-index/index.ts';
import { readWheel } from '../wheel/index.ts';
import { compareBytecode, type BytecodeVerdict } from './bytecode.ts';
import { claimedFiles } from './claims.ts';
import { compareFile } from './compare-files.ts';
import { listDistributions, type Distribution, type OtherDistribution } from './distributions.ts';
import { expectedFiles, shownPath, type ExpectedFile } from './expected.ts';
import { findExtras, type Attributed, type Extras } from './extras.ts';
import { findWheel, pinnedInstead, type FoundWheel } from './find-wheel.ts';
import { readLayout, type Layout, type Surroundings } from './layout.ts';
import type { Ownership } from './owners.ts';
import { walk } from './walk.ts';

export interface InspectOptions {
  readonly python: Python;
  readonly surroundings: Surroundings;
  /** Normalised names of the packages to compare; all when empty. */
  readonly names: readonly string[];
  /** That the environment was installed from; they name wheels, and their hashes. */
  readonly locks: readonly Lock[];
  readonly index: PackageIndex;
  /** An empty directory that nobody else can write to, for wheels. */
  readonly directory: string;
  /** Told after each package. */
  readonly onProgress?: (done: number, total: number, name: string) => void;
}

/** What is known of a package beside its provenance. */
export interface InspectedPackage {
  readonly installation?: Installation;
  readonly lockedInstead?: readonly string[];
}

export interface Inspection {
  /** The environment as a lock of what is installed in it: each package with the wheel that its files were compared with. */
  readonly lock: Lock;
  /** Of the lock's packages, in their order. */
  readonly packages: readonly InspectedPackage[];
  /** Files that no package has. */
  readonly unowned: readonly Deviation[];
  /** Every name that is installed, whether it was to be compared or not. */
  readonly installed: ReadonlySet<string>;
}

/** Packages that are under way at once: each is a file that is unpacked, and perhaps a Python that compiles. */
const AT_ONCE = 4;

/** @throws ProvpinError, exit code 3, when the environment's Python does not say where its packages are */
export async function inspectEnvironment(options: InspectOptions): Promise<Inspection> {
  const layout = await readLayout(options.python, options.surroundings);
  const { distributions, others } = await listDistributions(layout);
  const isWanted = ({ name }: { readonly name: string }): boolean =>
    options.names.length === 0 || options.names.includes(name);
  const wanted = distributions.filter(isWanted);
  const limit = limitConcurrency(AT_ONCE);
  let done = 0;
  const compared = await Promise.all(
    wanted.map(async (distribution) =>
      limit(async () => {
        const result = await comparePackage(distribution, layout, options);
        options.onProgress?.(++done, wanted.length, distribution.name);
        return result;
      }),
    ),
  );
  const attributed = await inspectRest(distributions, compared, layout, options);
  return {
    lock: {
      source: layout.prefix,
      packages: [...compared.map(({ locked }) => locked), ...others.filter(isWanted).map(otherPackage)],
    },
    packages: compared.map((one) => inspectedPackage(one, attributed)),
    unowned: attributed.flatMap(({ owner, deviation }) => (owner === undefined ? [deviation] : [])),
    installed: new Set([...distributions, ...others].map(({ name }) => name)),
  };
}

interface ComparedPackage {
  readonly distribution: Distribution;
  readonly locked: LockedPackage;
  readonly lockedInstead?: readonly string[];
  readonly installation?: Installation;
  /** Of a package whose wheel could be read. */
  readonly files?: readonly ComparedFile[];
}

interface ComparedFile extends ExpectedFile {
  readonly sha256?: string;
}

async function comparePackage(
  distribution: Distribution,
  layout: Layout,
  options: InspectOptions,
): Promise<ComparedPackage> {
  const { locks, index } = options;
  const found = await findWheel(distribution, { locks, listFiles: index.listFiles });
  const instead = pinnedInstead(distribution, locks, found);
  const base = { distribution, ...(instead.length === 0 ? {} : { lockedInstead: instead }) };
  if (found.kind === 'not-covered')
    return { ...base, locked: { ...nameOf(distribution), files: [], notCovered: found.reason } };
  if (found.kind === 'unavailable') return { ...base, locked: unavailablePackage(distribution, found) };
  return { ...base, ...(await compareWithWheel(distribution, found, layout, options)) };
}

async function compareWithWheel(
  distribution: Distribution,
  found: Extract<FoundWheel, { kind: 'wheel' }>,
  layout: Layout,
  { index, directory }: InspectOptions,
): Promise<Omit<ComparedPackage, 'distribution'>> {
  const { file } = found;
  const place = {
    ...nameOf(distribution),
    ...(found.index === undefined ? {} : { index: found.index }),
  };
  // Two directories of modules may have the same package.
  const path = join(directory, `${randomUUID()}.whl`);
  const saved = await index.saveArtifact(
    {
      ...place,
      filename: file.filename,
      hashes: file.hashes,
      ...(file.url === undefined ? {} : { url: file.url }),
      ...(file.size === undefined ? {} : { size: file.size }),
    },
    path,
  );
  if (saved.kind !== 'hashed') {
    const cause = saved.kind === 'mismatch' ? 'unlisted' : saved.cause;
    return {
      locked: unavailablePackage(
        distribution,
        { kind: 'unavailable', cause, reason: saved.reason },
        file.hashes,
      ),
    };
  }
  // The provenance that counts is that of the bytes which the files are compared with.
  const locked = { ...place, files: [{ ...file, hashes: { sha256: saved.sha256 } }] };
  try {
    const reading = await readWheel(path, distribution);
    const expected =
      reading.kind === 'wheel' ? await expectedFiles(distribution, reading.wheel, layout) : reading.reason;
    if (typeof expected === 'string')
      return { locked, installation: { kind: 'unreadable', wheel: file.filename, reason: expected } };
    return {
      locked,
      ...(await compareFiles(distribution, expected, layout, { ...found, from: saved.from })),
    };
  } finally {
    await unlink(path);
  }
}

function nameOf({ name, version }: Distribution): { readonly name: string; readonly version: string } {
  return { name, version };
}

/** A file that is not known by name: nothing is taken for checked. */
function unavailablePackage(
  distribution: Distribution,
  { cause, reason }: Extract<FoundWheel, { kind: 'unavailable' }>,
  hashes: Readonly<Record<string, string>> = {},
): LockedPackage {
  return { ...nameOf(distribution), files: [], unnamed: [{ hashes, unavailable: { cause, reason } }] };
}

function otherPackage({ notCovered, ...rest }: OtherDistribution): LockedPackage {
  return { ...rest, files: [], notCovered };
}

async function compareFiles(
  distribution: Distribution,
  expected: readonly ExpectedFile[],
  layout: Layout,
  { file, foundBy, from }: Extract<FoundWheel, { kind: 'wheel' }> & { readonly from: string },
): Promise<Pick<ComparedPackage, 'installation' | 'files'>> {
  const deviations: Deviation[] = [...otherMetadata(distribution, expected)];
  const files: ComparedFile[] = [];
  let [count, held] = [0, 0];
  for (const one of expected) {
    const compared = await compareFile(one, layout);
    if (compared.kind === 'not-there') continue;
    if (one.content.kind !== 'any') {
      count += 1;
      held += compared.kind === 'held' ? 1 : 0;
    }
    files.push(compared.kind === 'held' ? { ...one, sha256: compared.sha256 } : one);
    if (compared.kind === 'deviates')
      deviations.push({ ...compared.deviation, path: shownPath(one.path, distribution.library) });
  }
  return {
    files,
    installation: {
      kind: 'compared',
      wheel: file.filename,
      foundBy,
      takenFrom: from,
      files: count,
      held,
      deviations,
    },
  };
}

/**
 * Metadata in another directory than the one that the wheel has: a second `Name-1.0.dist-info` leads to the wheel of `name` 1.0.0 as
 * the first does, while Python goes by what is in it (entry points), and the wheel says nothing of that.
 */
function otherMetadata(distribution: Distribution, expected: readonly ExpectedFile[]): readonly Deviation[] {
  const own = ownerOf(distribution);
  return expected.some(({ path }) => dirname(path) === own)
    ? []
    : [{ kind: 'extra', path: `${shownPath(own, distribution.library)}/` }];
}

/** What is beside the files of the wheels: bytecode, and what should not be there. */
async function inspectRest(
  distributions: readonly Distribution[],
  compared: readonly ComparedPackage[],
  layout: Layout,
  options: InspectOptions,
): Promise<readonly Attributed[]> {
  const ownership = await ownershipOf(distributions, compared, options.names.length === 0);
  const attributed: Attributed[] = [];
  for (const site of layout.sites) {
    const places = [
      ...site.libraries.map((library) => ({ directory: library, library, isScripts: false })),
      // Elsewhere, the directory of programs is everybody's.
      ...(layout.isVirtual ? [{ directory: site.scripts, library: site.purelib, isScripts: true }] : []),
    ];
    for (const place of places) {
      const extras = await findExtras(await walk(place.directory), place, ownership, layout);
      attributed.push(...extras.found, ...(await judgeBytecode(extras.bytecode, place.library, options)));
    }
  }
  return attributed;
}

async function ownershipOf(
  distributions: readonly Distribution[],
  compared: readonly ComparedPackage[],
  isWhole: boolean,
): Promise<Ownership> {
  const read = new Set(
    compared.flatMap(({ distribution, files }) => (files === undefined ? [] : [distribution])),
  );
  const claims = await Promise.all(distributions.filter((one) => !read.has(one)).map(claimedFiles));
  return { owned: ownedFiles(compared), claimed: new Set(claims.flat()), isWhole };
}

/** Of a file that several wheels have, the one counts that it agrees with. */
function ownedFiles(compared: readonly ComparedPackage[]): Ownership['owned'] {
  const owned = new Map<string, { readonly owner: string; readonly sha256?: string }>();
  for (const { distribution, files = [] } of compared) {
    for (const { path, sha256 } of files) {
      if (owned.get(path)?.sha256 !== undefined) continue;
      owned.set(path, { owner: ownerOf(distribution), ...(sha256 === undefined ? {} : { sha256 }) });
    }
  }
  return owned;
}

function ownerOf({ library, directory }: Distribution): string {
  return join(library, directory);
}

async function judgeBytecode(
  files: Extras['bytecode'],
  library: string,
  { python, surroundings }: InspectOptions,
): Promise<readonly Attributed[]> {
  // A source that ends the compiler must not keep the bytecode of others from being compared.
  const groups = [...Map.groupBy(files, ({ owner }) => owner).values()];
  const limit = limitConcurrency(AT_ONCE);
  const judged = await Promise.all(
    groups.map(async (group) =>
      limit(async () => {
        const verdicts = await compareBytecode(group, python, surroundings);
        return group.flatMap(({ owner, path }, i): readonly Attributed[] => {
          const reason = REASONS[verdicts[i] ?? 'not-compiled'];
          if (reason === undefined) return [];
          const deviation = { kind: 'changed', path: shownPath(path, library), reason } as const;
          return [owner === undefined ? { deviation } : { owner, deviation }];
        });
      }),
    ),
  );
  return judged.flat();
}

const REASONS: Readonly<Record<BytecodeVerdict, string | undefined>> = {
  same: undefined,
  other: 'it is not what its source compiles to',
  'not-compiled': 'its source does not compile, so that it cannot be compared',
};

function inspectedPackage(
  { distribution, lockedInstead, installation }: ComparedPackage,
  attributed: readonly Attributed[],
): InspectedPackage {
  const own = attributed.flatMap(({ owner, deviation }) =>
    owner === ownerOf(distribution) ? [deviation] : [],
  );
  const whole =
    installation?.kind === 'compared'
      ? { ...installation, deviations: [...installation.deviations, ...own] }
      : installation;
  return {
    ...(lockedInstead === undefined ? {} : { lockedInstead }),
    ...(whole === undefined ? {} : { installation: whole }),
  };
}
