import {
  compareVersions,
  normalizeVersion,
  parseDistributionFilename,
  spelledVersion,
} from './distribution-filename.ts';
import { ProvpinError } from './errors.ts';
import type {
  AttributeName,
  Attributes,
  Identity,
  LockedPackage,
  ObservedPackage,
  PastRelease,
  ReleaseHistory,
} from './model.ts';
import type { ProjectFile, ProjectListing } from './package-index/contract.ts';
import { compare } from './policy/compare.ts';
import { observedIdentities } from './policy/files.ts';
import { verifyLock, type VerifyLockDependencies } from './verify-lock.ts';

/** Whose history is wanted: a release, and who signed it. */
export interface HistorySubject {
  readonly name: string;
  readonly version: string;
  /** As the lock names it. */
  readonly index?: string;
  readonly identities: readonly Identity[];
}

/** Of a release with more files, as many are looked at: which ones does not depend on what the index would like. */
const FILES_A_RELEASE = 4;

/**
 * Verifies what the index has of the releases before one. Never throws for what an index does: what cannot be looked at says so.
 *
 * @param count how many releases
 */
export async function releaseHistory(
  subject: HistorySubject,
  count: number,
  dependencies: VerifyLockDependencies,
): Promise<ReleaseHistory> {
  try {
    const { files, failures } = await dependencies.index.listFiles(subject);
    const [failure] = failures;
    if (failure !== undefined) return { kind: 'unavailable', reason: failure.reason };
    const earlier = releasesBefore(subject, files);
    const chosen = earlier.slice(0, count);
    const packages = await verifyLock(
      [{ source: 'the history', packages: chosen.map((release) => lockOf(subject, release)) }],
      dependencies,
    );
    const releases = chosen.map((release) => toPast(release, packages, subject.identities));
    return { kind: 'known', releases, older: earlier.length - chosen.length };
  } catch (error) {
    if (error instanceof ProvpinError) return { kind: 'unavailable', reason: error.message };
    throw error;
  }
}

export interface ListedRelease {
  readonly version: string;
  readonly files: ProjectListing['files'];
  /** Of its first file; empty where the index does not say it for all of them. */
  readonly uploadedAt: string;
}

/** The releases that a listing has, the latest first: by the time of upload where that is known of all, or else by version. */
export function releasesIn(name: string, files: ProjectListing['files']): readonly ListedRelease[] {
  const spelled = files.flatMap((file) => {
    const version = spelledVersion(file.filename, name);
    return version === undefined ? [] : [{ version, file }];
  });
  const byVersion = Map.groupBy(spelled, ({ version }) => normalizeVersion(version));
  const releases = [...byVersion.values()].flatMap(toRelease);
  const areTimesKnown = releases.every(({ uploadedAt }) => uploadedAt !== '');
  return releases.toSorted(
    (a, b) =>
      (areTimesKnown ? Date.parse(b.uploadedAt) - Date.parse(a.uploadedAt) : 0) ||
      compareVersions(b.version, a.version),
  );
}

/** Of the files of one version: the release that they are, which is spelled as the first of them spells it. */
function toRelease(
  listed: readonly { readonly version: string; readonly file: ProjectFile }[],
): readonly ListedRelease[] {
  const files = listed.map(({ file }) => file);
  const uploadedAt = files.map(uploadTimeOf).reduce((first, time) => (time < first ? time : first));
  return listed.slice(0, 1).map(({ version }) => ({ version, files, uploadedAt }));
}

/** Empty where the index gives none. */
function uploadTimeOf({ uploadTime = '' }: ProjectFile): string {
  return Number.isNaN(Date.parse(uploadTime)) ? '' : uploadTime;
}

function releasesBefore(
  { name, version }: HistorySubject,
  files: ProjectListing['files'],
): readonly ListedRelease[] {
  const releases = releasesIn(name, files);
  const at = releases.findIndex((release) => compareVersions(release.version, version) === 0);
  return at === -1
    ? releases.filter((release) => compareVersions(release.version, version) < 0)
    : releases.slice(at + 1);
}

/** A release as a lock would pin it; a file without a hash would have to be downloaded, and is left out. */
export function lockOf(
  { name, index }: Pick<HistorySubject, 'name' | 'index'>,
  { version, files }: ListedRelease,
  most = FILES_A_RELEASE,
): LockedPackage {
  const hashed = files
    .toSorted((a, b) => (a.filename < b.filename ? -1 : 1))
    .flatMap(({ filename, sha256 }) => (sha256 === undefined ? [] : [{ filename, hashes: { sha256 } }]));
  const pinned = (['sdist', 'wheel'] as const).flatMap((kind) =>
    hashed
      .filter(({ filename }) => parseDistributionFilename(filename, name)?.kind === kind)
      .map((file) => ({ kind, ...file })),
  );
  return {
    name,
    version,
    files: pinned.slice(0, most),
    ...(index === undefined ? {} : { index }),
  };
}

function toPast(
  { version, files }: ListedRelease,
  observed: readonly ObservedPackage[],
  now: readonly Identity[],
): PastRelease {
  const seen = observed.filter((one) => one.version === version).flatMap((one) => one.files);
  const identities = observedIdentities(seen);
  const times = seen.flatMap(({ outcome }) =>
    outcome.kind === 'signed'
      ? outcome.signatures.flatMap(({ evidence: { signedAt } }) => signedAt ?? [])
      : [],
  );
  const signedAt = times.toSorted((a, b) => a.getTime() - b.getTime())[0];
  return {
    version,
    standing: standingOf(seen, identities, now),
    signers: [...new Set(identities.map(({ uri }) => uri))].toSorted(),
    ...(signedAt === undefined ? {} : { signedAt }),
    files: files.length,
    checked: seen.length,
  };
}

function standingOf(
  seen: ObservedPackage['files'],
  identities: readonly Identity[],
  now: readonly Identity[],
): PastRelease['standing'] {
  const kinds = new Set(seen.map(({ outcome }) => outcome.kind));
  if (seen.length === 0 || kinds.has('unavailable') || kinds.has('not-covered')) return 'unavailable';
  if (kinds.has('invalid') || kinds.has('unsupported')) return 'invalid';
  if (!kinds.has('signed')) return 'unsigned';
  if (kinds.has('unsigned')) return 'partial';
  return identities.every((past) => now.some((one) => isSame(one, past))) ? 'same' : 'other';
}

const IDS: readonly AttributeName[] = ['repository-id', 'owner-id'];

/** Whether an entry for one identity with its ids would allow the other. */
function isSame({ uri, attributes }: Identity, other: Identity): boolean {
  const ids: Attributes = Object.fromEntries(
    IDS.flatMap((name) => (attributes[name] === undefined ? [] : [[name, attributes[name]]])),
  );
  return compare({ name: '', identity: uri, attributes: ids }, other).kind === 'same';
}
