/**
 * What is installed, found by looking at directories: nothing of an environment is imported to say what it has. All that a
 * `.dist-info` directory says is the word of whoever can write to it; it leads to the wheel, and the wheel is what counts.
 */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { isProjectName, normalizeName, normalizeVersion } from '../distribution-filename.ts';
import { parseWheelMetadata, type WheelMetadata } from '../wheel/index.ts';
import type { Layout, Site } from './layout.ts';
import { readRegularFile } from './regular-file.ts';

export interface Distribution {
  /** Normalised (PEP 503). */
  readonly name: string;
  /** As the directory's name has it. */
  readonly version: string;
  /** Name of the `.dist-info` directory. */
  readonly directory: string;
  /** The directory that it is in: one of the site's libraries. */
  readonly library: string;
  readonly site: Site;
  /** Undefined without a WHEEL that is one. */
  readonly metadata?: WheelMetadata;
  /** Where it says that it came from (PEP 610). */
  readonly origin: DirectUrl;
  /** The program that installed it, as it says. */
  readonly installer: string;
}

/** What has no wheel that it could be compared with. */
export interface OtherDistribution {
  readonly name: string;
  readonly version?: string;
  readonly notCovered: string;
}

export type DirectUrl =
  | { readonly kind: 'none' }
  | { readonly kind: 'archive'; readonly url: string; readonly hashes: Readonly<Record<string, string>> }
  | { readonly kind: 'elsewhere'; readonly what: string };

export interface Installed {
  readonly distributions: readonly Distribution[];
  readonly others: readonly OtherDistribution[];
}

/** Everything that Python's own metadata readers would list, each directory once. */
export async function listDistributions(layout: Layout): Promise<Installed> {
  const places = layout.sites.flatMap((site) => site.libraries.map((library) => ({ site, library })));
  const found = await Promise.all(
    places.map(async ({ site, library }) =>
      Promise.all((await namesIn(library)).map(async (name) => await readEntry(site, library, name))),
    ),
  );
  const outside = await Promise.all(layout.outside.map(listOutside));
  const entries = found.flat(2);
  return {
    distributions: entries.flatMap((entry) => (entry !== undefined && 'site' in entry ? [entry] : [])),
    others: [
      ...entries.flatMap((entry) => (entry === undefined || 'site' in entry ? [] : [entry])),
      ...outside.flat(),
    ],
  };
}

async function namesIn(directory: string): Promise<readonly string[]> {
  try {
    return (await readdir(directory)).toSorted();
  } catch {
    return [];
  }
}

async function readEntry(
  site: Site,
  library: string,
  directory: string,
): Promise<Distribution | OtherDistribution | undefined> {
  const parsed = parseName(directory);
  if (parsed === undefined) return undefined;
  if (parsed.kind !== 'dist-info')
    return { ...withVersion(parsed), notCovered: 'it was not installed from a wheel (`.egg-info`)' };
  const at = join(library, directory);
  const [wheel, direct, installer] = await Promise.all(
    ['WHEEL', 'direct_url.json', 'INSTALLER'].map(async (name) => await smallText(join(at, name))),
  );
  const metadata = parseWheelMetadata(wheel ?? '');
  return {
    ...parsed,
    directory,
    library,
    site,
    ...(metadata === undefined ? {} : { metadata }),
    origin: parseDirectUrl(direct),
    installer: (installer ?? '').trim(),
  };
}

async function listOutside(directory: string): Promise<readonly OtherDistribution[]> {
  return (await namesIn(directory)).flatMap((name) => {
    const parsed = parseName(name);
    const notCovered = `it is in \`${directory}\`, which is outside of the environment`;
    return parsed === undefined ? [] : [{ ...withVersion(parsed), notCovered }];
  });
}

interface ParsedName {
  readonly kind: 'dist-info' | 'egg';
  readonly name: string;
  readonly version: string;
}

function withVersion({ name, version }: ParsedName): { readonly name: string; readonly version?: string } {
  return version === '' ? { name } : { name, version };
}

/** Whether a directory of that name is taken for a package's metadata. */
export function isListed(directory: string): boolean {
  return parseName(directory) !== undefined;
}

/** `NAME-VERSION.dist-info`, `NAME-VERSION-py3.11.egg-info`, `NAME.egg-link`; undefined for anything else. */
function parseName(directory: string): ParsedName | undefined {
  const { stem = '', suffix = '' } =
    /^(?<stem>.+)\.(?<suffix>dist-info|egg-info|egg-link|egg)$/.exec(directory)?.groups ?? {};
  const [name = '', version = '', ...rest] = stem.split('-');
  if (!isProjectName(name)) return undefined;
  if (suffix !== 'dist-info') return { kind: 'egg', name: normalizeName(name), version };
  return rest.length > 0 || normalizeVersion(version) === undefined
    ? undefined
    : { kind: 'dist-info', name: normalizeName(name), version };
}

const MAX_TEXT = 1024 ** 2;

async function smallText(path: string): Promise<string | undefined> {
  return (await readRegularFile(path, MAX_TEXT))?.toString('utf8');
}

/** A `direct_url.json` (PEP 610): without one, the package came from an index. */
export function parseDirectUrl(text: string | undefined): DirectUrl {
  if (text === undefined) return { kind: 'none' };
  const value = parseObject(text);
  const url = value['url'];
  if (typeof url !== 'string') return { kind: 'elsewhere', what: 'its `direct_url.json` is malformed' };
  const directory = value['dir_info'];
  if (isObject(directory))
    return {
      kind: 'elsewhere',
      what:
        directory['editable'] === true
          ? 'it is editable: its files are a source tree'
          : 'it was built from a directory',
    };
  if (isObject(value['vcs_info'])) return { kind: 'elsewhere', what: 'it was built from a repository' };
  const archive = value['archive_info'];
  if (!isObject(archive)) return { kind: 'elsewhere', what: 'its `direct_url.json` is malformed' };
  return { kind: 'archive', url, hashes: hashesOf(archive) };
}

function hashesOf({ hash, hashes }: Readonly<Record<string, unknown>>): Readonly<Record<string, string>> {
  const listed = isObject(hashes) ? Object.entries(hashes) : [];
  const [, name, digest] = /^(\w+)=([0-9a-f]+)$/i.exec(typeof hash === 'string' ? hash : '') ?? [];
  const all = [...(name === undefined ? [] : [[name, digest] as const]), ...listed];
  return Object.fromEntries(
    all.flatMap(([algorithm, value]) =>
      typeof value === 'string' && /^[0-9a-f]+$/i.test(value) ? [[algorithm, value.toLowerCase()]] : [],
    ),
  );
}

function parseObject(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : {};
  } catch {
    return {};
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
