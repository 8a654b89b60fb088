/**
 * Which wheel an installed package came from: the one that a lock pins, that its `direct_url.json` names, or that an index
 * lists with the tags that the installed WHEEL has. Whoever wrote these can only lead to another wheel, with which the
 * installed files are compared all the same.
 */
import { basename } from 'node:path';
import { parseDistributionFilename, sameVersion, type WheelFilename } from '../distribution-filename.ts';
import type { Lock, LockedFile, LockedPackage } from '../model.ts';
import type { PackageIndex, ProjectListing } from '../package-index/contract.ts';
import type { Distribution } from './distributions.ts';

export type FoundWheel =
  | {
      readonly kind: 'wheel';
      readonly file: LockedFile;
      /** That the lock names. */
      readonly index?: string;
      /** What named it, in words. */
      readonly foundBy: string;
    }
  | { readonly kind: 'not-covered'; readonly reason: string }
  | Unavailable;

export interface Unavailable {
  readonly kind: 'unavailable';
  readonly cause: 'refused' | 'unreachable' | 'unlisted';
  readonly reason: string;
}

export interface WheelSources {
  readonly locks: readonly Lock[];
  readonly listFiles: PackageIndex['listFiles'];
}

/** Programs that install by other means than wheels, however their packages look. */
const OTHER_INSTALLERS: ReadonlySet<string> = new Set(['conda', 'debian', 'dpkg', 'rpm']);

export async function findWheel(
  distribution: Distribution,
  { locks, listFiles }: WheelSources,
): Promise<FoundWheel> {
  const unpacked = asUnpacked(distribution);
  if (typeof unpacked === 'string') return { kind: 'not-covered', reason: unpacked };
  const locked = locks.flatMap((lock) => lockedAs(unpacked, lock));
  if (locked.length > 0) return chooseLocked(unpacked, locked);
  const { name, origin } = unpacked;
  const listing = await listFiles({ name });
  return origin.kind === 'archive' ? findNamed(unpacked, origin, listing) : chooseListed(unpacked, listing);
}

/** What may have been unpacked from a wheel, and so has the tags of one. */
type Unpacked = Distribution & Required<Pick<Distribution, 'metadata'>>;

/** By its own account; or else why it was not. */
function asUnpacked(distribution: Distribution): Unpacked | string {
  const { metadata, origin, installer } = distribution;
  if (origin.kind === 'elsewhere') return origin.what;
  if (OTHER_INSTALLERS.has(installer.toLowerCase()))
    return `\`${installer}\` installed it, and not from a wheel of an index`;
  return metadata === undefined
    ? 'it has no WHEEL, and so was not installed from one'
    : { ...distribution, metadata };
}

/**
 * What the locks pin of a package, where that is not what is installed: other versions; or files, where the package is from
 * elsewhere, by its own account, so that none of them could be found to be it. That no wheel has its tags is as it should be
 * where the lock has an sdist that it may have been built from.
 */
export function pinnedInstead(
  distribution: Distribution,
  locks: readonly Lock[],
  found: FoundWheel,
): readonly string[] {
  const versions = otherLockedVersions(distribution, locks);
  if (versions.length > 0 || found.kind !== 'not-covered') return versions;
  const locked = locks.flatMap((lock) => lockedAs(distribution, lock)).map((one) => one.locked);
  const files = locked.flatMap((one) => one.files);
  if ([...locked, ...files].some(({ notCovered }) => notCovered !== undefined)) return [];
  const mayBeBuilt =
    typeof asUnpacked(distribution) !== 'string' && files.some(({ kind }) => kind === 'sdist');
  return mayBeBuilt ? [] : [...new Set(files.map(({ filename }) => filename))];
}

/** The versions that the locks pin of a package, unless one of them is the installed one. */
function otherLockedVersions(
  { name, version }: Pick<Distribution, 'name' | 'version'>,
  locks: readonly Lock[],
): readonly string[] {
  const versions = locks.flatMap(({ packages }) =>
    packages.flatMap((locked) =>
      locked.name === name && locked.version !== undefined ? [locked.version] : [],
    ),
  );
  return versions.some((one) => sameVersion(one, version)) ? [] : [...new Set(versions)];
}

interface LockedAs {
  readonly locked: LockedPackage;
  readonly source: string;
}

function lockedAs({ name, version }: Distribution, { packages, source }: Lock): readonly LockedAs[] {
  return packages
    .filter((locked) => locked.name === name && sameVersion(locked.version ?? '', version))
    .map((locked) => ({ locked, source }));
}

/** What the lock pins, and nothing else: an index may list other bytes under the same name. */
function chooseLocked(distribution: Unpacked, all: readonly LockedAs[]): FoundWheel {
  const unnamed = all.flatMap(({ locked }) => locked.unnamed ?? []).find(({ unavailable }) => unavailable);
  for (const { locked, source } of all) {
    const file = bestOf(locked.files, distribution);
    if (file === undefined) continue;
    if (file.notCovered !== undefined) return { kind: 'not-covered', reason: file.notCovered };
    const index = locked.index === undefined ? {} : { index: locked.index };
    return { kind: 'wheel', file, foundBy: `\`${source}\``, ...index };
  }
  if (unnamed?.unavailable !== undefined) return { kind: 'unavailable', ...unnamed.unavailable };
  const [first] = all;
  return { kind: 'not-covered', reason: first?.locked.notCovered ?? builtHere(distribution, 'the lock') };
}

/** A wheel that was named by its URL: an index has to list it, with the same bytes, for anybody to have attested it. */
function findNamed(
  distribution: Unpacked,
  { url, hashes }: Extract<Distribution['origin'], { kind: 'archive' }>,
  listing: ProjectListing,
): FoundWheel {
  const filename = basename(decoded(URL.parse(url)?.pathname ?? ''));
  if (wheelOf(filename, distribution) === undefined)
    return { kind: 'not-covered', reason: 'it was built from an archive' };
  const listed = listing.files.find(
    (file) => file.filename === filename && file.sha256 !== undefined && file.sha256 === hashes['sha256'],
  );
  if (listed !== undefined)
    return { kind: 'wheel', file: lockedFile(listed), foundBy: 'its `direct_url.json`' };
  return (
    unavailableOf(listing) ?? {
      kind: 'not-covered',
      reason: 'it was installed from a URL or a path, and no index lists that file',
    }
  );
}

function chooseListed(distribution: Unpacked, listing: ProjectListing): FoundWheel {
  const file = bestOf(listing.files, distribution);
  if (file !== undefined) return { kind: 'wheel', file: lockedFile(file), foundBy: 'its tags, at the index' };
  return unavailableOf(listing) ?? { kind: 'not-covered', reason: builtHere(distribution, 'an index') };
}

/** As long as an index did not answer, it may have the wheel. */
function unavailableOf({ failures: [failure] }: ProjectListing): Unavailable | undefined {
  return failure === undefined ? undefined : { kind: 'unavailable', ...failure };
}

function builtHere({ metadata: { tags } }: Unpacked, where: string): string {
  const shown = tags.length === 0 ? 'without tags' : `with the tag \`${tags[0]}\``;
  return `${where} has no wheel of this version ${shown}: it was built from an sdist or elsewhere, and nobody attests that build`;
}

function lockedFile({ filename, sha256 }: ProjectListing['files'][number]): LockedFile {
  return { kind: 'wheel', filename, hashes: sha256 === undefined ? {} : { sha256 } };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return '';
  }
}

function wheelOf(filename: string, { name, version }: Distribution): WheelFilename | undefined {
  const parsed = parseDistributionFilename(filename, name);
  return parsed?.kind === 'wheel' && sameVersion(parsed.version, version) ? parsed : undefined;
}

/**
 * The wheel of this version that has the tags of the installed WHEEL: all of them and no other, or else most of them, since
 * tools that repair wheels rename them.
 */
function bestOf<T extends { readonly filename: string }>(
  files: readonly T[],
  distribution: Unpacked,
): T | undefined {
  const { tags, build } = distribution.metadata;
  const wanted = new Set(tags);
  const candidates = files.flatMap((file) => {
    const wheel = wheelOf(file.filename, distribution);
    if (wheel === undefined || (build !== undefined && wheel.build !== build)) return [];
    const shared = wheel.tags.filter((tag) => wanted.has(tag)).length;
    return shared === 0
      ? []
      : [{ file, isExact: shared === tags.length && shared === wheel.tags.length, shared }];
  });
  return candidates.toSorted((a, b) => Number(b.isExact) - Number(a.isExact) || b.shared - a.shared)[0]?.file;
}
