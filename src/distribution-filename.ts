/**
 * The filenames of wheels and sdists, and the names and versions in them, brought into a form in which equal means equal.
 * Follows `packaging` (`canonicalize_name`, `Version`, `parse_wheel_filename`, `parse_sdist_filename`), for ASCII only.
 */

export interface WheelFilename {
  readonly kind: 'wheel';
  /** Normalised (PEP 503). */
  readonly name: string;
  /** Canonical, as `normalizeVersion` returns it. */
  readonly version: string;
  /** Build tag (PEP 427): its leading number without leading zeros, then the rest. */
  readonly build?: string;
  /** Every tag that the compressed tag set stands for (PEP 425), lower case, sorted, without duplicates. */
  readonly tags: readonly string[];
}

export interface SdistFilename {
  readonly kind: 'sdist';
  readonly name: string;
  readonly version: string;
  readonly extension: '.tar.gz' | '.zip';
}

export type DistributionFilename = WheelFilename | SdistFilename;

/** What file systems take; an installer could not save a longer name. */
const MAX_LENGTH = 255;
/** Compressed tag sets multiply; the largest in use stand for fewer than a hundred tags. */
const MAX_TAGS = 1_000;

const SDIST_EXTENSIONS = ['.tar.gz', '.zip'] as const;
const PROJECT_NAME = /^(?:[a-z0-9]|[a-z0-9][a-z0-9._-]*[a-z0-9])$/i;
const BUILD_TAG = /^(?<number>[0-9]+)(?<rest>[\w.]*)$/;
const INTERPRETERS = /^[a-z_]\w*(?:\.[a-z_]\w*)*$/i;
const TAG_COMPONENT = /^\w+(?:\.\w+)*$/;

// PEP 440, appendix B. Every ASCII spelling that `packaging` accepts, except for surrounding white space.
const VERSION = new RegExp(
  [
    /^v?(?:(?<epoch>[0-9]+)!)?(?<release>[0-9]+(?:\.[0-9]+)*)/,
    /(?<pre>[._-]?(?<preLetter>alpha|a|beta|b|preview|pre|c|rc)[._-]?(?<preNumber>[0-9]+)?)?/,
    /(?<post>-(?<implicitPost>[0-9]+)|[._-]?(?:post|rev|r)[._-]?(?<postNumber>[0-9]+)?)?/,
    /(?<dev>[._-]?dev[._-]?(?<devNumber>[0-9]+)?)?/,
    /(?:\+(?<local>[a-z0-9]+(?:[._-][a-z0-9]+)*))?$/,
  ]
    .map((part) => part.source)
    .join(''),
  'i',
);

const PRE_RELEASE_LETTERS: ReadonlyMap<string, string> = new Map([
  ['alpha', 'a'],
  ['beta', 'b'],
  ['c', 'rc'],
  ['pre', 'rc'],
  ['preview', 'rc'],
]);

/** Whether text is a project name as PEP 508 has it: ASCII letters, digits, `.`, `_`, `-`, a letter or digit at both ends. */
export function isProjectName(text: string): boolean {
  return text.length <= MAX_LENGTH && PROJECT_NAME.test(text);
}

/** A project name as PEP 503 compares it: lower case, and one hyphen for each run of `.`, `_`, `-`. Does not validate. */
export function normalizeName(name: string): string {
  return name.replace(/[-_.]+/g, '-').toLowerCase();
}

/**
 * The canonical form of a PEP 440 version, in which two versions are equal exactly when their strings are: known
 * spellings, no leading zeros, no trailing `.0`.
 *
 * @returns undefined for what is not a version
 */
export function normalizeVersion(version: string): string | undefined {
  const groups = version.length <= MAX_LENGTH ? VERSION.exec(version)?.groups : undefined;
  if (groups?.['release'] === undefined) return undefined;
  const epoch = decimal(groups['epoch']);
  const letter = groups['preLetter']?.toLowerCase() ?? '';
  return [
    epoch === '0' ? '' : `${epoch}!`,
    trimmedRelease(groups['release']),
    groups['pre'] === undefined
      ? ''
      : `${PRE_RELEASE_LETTERS.get(letter) ?? letter}${decimal(groups['preNumber'])}`,
    groups['post'] === undefined ? '' : `.post${decimal(groups['implicitPost'] ?? groups['postNumber'])}`,
    groups['dev'] === undefined ? '' : `.dev${decimal(groups['devNumber'])}`,
    groups['local'] === undefined ? '' : `+${normalizedLocal(groups['local'])}`,
  ].join('');
}

/** Whether both are PEP 440 versions, and the same one. */
export function sameVersion(a: string, b: string): boolean {
  const canonical = normalizeVersion(a);
  return canonical !== undefined && canonical === normalizeVersion(b);
}

/**
 * The order of two versions (PEP 440, "Summary of permitted suffixes and relative ordering"), local labels apart; what is no version
 * comes first.
 */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [orderOf(a), orderOf(b)];
  for (let at = 0; at < Math.max(left.length, right.length); at++) {
    const [x, y] = [left[at] ?? [], right[at] ?? []];
    for (let part = 0; part < Math.max(x.length, y.length); part++) {
      const [one, other] = [x[part] ?? 0n, y[part] ?? 0n];
      if (one !== other) return one < other ? -1 : 1;
    }
  }
  return 0;
}

/** Whether a version is one that an installer takes only when asked: a pre-release, or one of development. */
export function isPreRelease(version: string): boolean {
  const groups = VERSION.exec(version)?.groups;
  return groups?.['pre'] !== undefined || groups?.['dev'] !== undefined;
}

const PRE_RELEASE_ORDER: ReadonlyMap<string, bigint> = new Map([
  ['a', 1n],
  ['b', 2n],
  ['rc', 3n],
]);

/** What versions are compared by, first to last: epoch, release, pre-release, post-release, development release. */
function orderOf(version: string): readonly (readonly bigint[])[] {
  const groups = version.length <= MAX_LENGTH ? VERSION.exec(version)?.groups : undefined;
  if (groups?.['release'] === undefined) return [[-1n]];
  const letter = groups['preLetter']?.toLowerCase() ?? '';
  const [isPost, isDev] = [groups['post'] !== undefined, groups['dev'] !== undefined];
  const isFinal = groups['pre'] === undefined && (isPost || !isDev);
  const rank = isFinal ? 4n : (PRE_RELEASE_ORDER.get(PRE_RELEASE_LETTERS.get(letter) ?? letter) ?? 0n);
  return [
    [BigInt(decimal(groups['epoch']))],
    groups['release'].split('.').map(BigInt),
    [rank, BigInt(decimal(groups['preNumber']))],
    [isPost ? BigInt(decimal(groups['implicitPost'] ?? groups['postNumber'])) : -1n],
    isDev ? [0n, BigInt(decimal(groups['devNumber']))] : [1n],
  ];
}

/**
 * Parses the base name of a wheel (`.whl`, PEP 427) or of an sdist (`.tar.gz`, `.zip`).
 *
 * @param filename hostile: anything but a plain ASCII filename of such a file gives undefined
 * @param project the project that the file must be of. In old sdist filenames the hyphen that ends the name cannot be
 *   told from those in it (`foo-1.0-1.tar.gz`); without the project it is the last one, as in `packaging`
 * @returns undefined when it does not parse, or is a file of another project
 */
export function parseDistributionFilename(
  filename: string,
  project?: string,
): DistributionFilename | undefined {
  if (filename.length > MAX_LENGTH) return undefined;
  const parsed = filename.endsWith('.whl')
    ? parseWheel(filename.slice(0, -'.whl'.length))
    : parseSdist(filename, project);
  return project === undefined || parsed?.name === normalizeName(project) ? parsed : undefined;
}

/**
 * Whether two filenames name the same file: both parse, and kind, normalised name, version, and either build tag and set
 * of tags, or extension, are equal. A wheel whose compressed tags are in another order is the same file, nothing looser is.
 */
export function sameDistribution(a: string, b: string, project?: string): boolean {
  const left = parseDistributionFilename(a, project);
  const right = parseDistributionFilename(b, project);
  return left !== undefined && right !== undefined && identityOf(left) === identityOf(right);
}

/**
 * The version in a filename as it is spelled there: what an index calls it by, where that is not the canonical form.
 *
 * @returns undefined for what is not a file of the project
 */
export function spelledVersion(filename: string, project: string): string | undefined {
  const file = parseDistributionFilename(filename, project);
  if (file === undefined) return undefined;
  if (file.kind === 'wheel') return filename.split('-')[1];
  const stem = filename.slice(0, -file.extension.length);
  return stem.slice(hyphenAfter(project, stem) + 1);
}

function identityOf(file: DistributionFilename): string {
  const rest = file.kind === 'wheel' ? [file.build ?? null, file.tags] : [file.extension];
  return JSON.stringify([file.kind, file.name, file.version, ...rest]);
}

function parseWheel(stem: string): WheelFilename | undefined {
  const parts = stem.split('-');
  if (parts.length !== 5 && parts.length !== 6) return undefined;
  const [name = '', versionPart = ''] = parts;
  const build = parts.length === 6 ? parseBuildTag(parts[2] ?? '') : undefined;
  const version = normalizeVersion(versionPart);
  const tags = expandTags(parts.slice(-3));
  if (!isProjectName(name) || name.includes('__') || version === undefined || tags === undefined) {
    return undefined;
  }
  if (parts.length === 6 && build === undefined) return undefined;
  return {
    kind: 'wheel',
    name: normalizeName(name),
    version,
    ...(build === undefined ? {} : { build }),
    tags,
  };
}

function parseBuildTag(text: string): string | undefined {
  const groups = BUILD_TAG.exec(text)?.groups;
  return groups === undefined ? undefined : `${decimal(groups['number'])}${groups['rest'] ?? ''}`;
}

function expandTags(components: readonly string[]): readonly string[] | undefined {
  const [interpreters = '', abis = '', platforms = ''] = components;
  if (!INTERPRETERS.test(interpreters) || !TAG_COMPONENT.test(abis) || !TAG_COMPONENT.test(platforms)) {
    return undefined;
  }
  const [of, by, on] = [membersOf(interpreters), membersOf(abis), membersOf(platforms)];
  if (of.length * by.length * on.length > MAX_TAGS) return undefined;
  return of.flatMap((i) => by.flatMap((a) => on.map((p) => `${i}-${a}-${p}`))).sort();
}

function membersOf(tagSet: string): readonly string[] {
  return [...new Set(tagSet.toLowerCase().split('.'))];
}

function parseSdist(filename: string, project: string | undefined): SdistFilename | undefined {
  const extension = SDIST_EXTENSIONS.find((known) => filename.endsWith(known));
  if (extension === undefined) return undefined;
  const stem = filename.slice(0, -extension.length);
  const hyphen = project === undefined ? stem.lastIndexOf('-') : hyphenAfter(project, stem);
  const name = stem.slice(0, Math.max(hyphen, 0));
  const version = normalizeVersion(stem.slice(hyphen + 1));
  if (!isProjectName(name) || version === undefined) return undefined;
  return { kind: 'sdist', name: normalizeName(name), version, extension };
}

/** The position of the hyphen after the project's name, however that is spelled; -1 when the stem begins with another name. */
function hyphenAfter(project: string, stem: string): number {
  const wanted = normalizeName(project);
  return (
    [...stem.matchAll(/-/g)]
      .map((match) => match.index)
      .findLast((at) => isProjectName(stem.slice(0, at)) && normalizeName(stem.slice(0, at)) === wanted) ?? -1
  );
}

/** Digits without leading zeros; as text, because there is no limit to their number. Absent is zero. */
function decimal(digits: string | undefined): string {
  return digits?.replace(/^0+(?=[0-9])/, '') ?? '0';
}

function trimmedRelease(release: string): string {
  return release
    .split('.')
    .map(decimal)
    .join('.')
    .replace(/(?:\.0)+$/, '');
}

function normalizedLocal(local: string): string {
  return local
    .toLowerCase()
    .split(/[._-]/)
    .map((segment) => (/^[0-9]+$/.test(segment) ? decimal(segment) : segment))
    .join('.');
}
