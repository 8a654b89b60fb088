/**
 * `Pipfile.lock`, pipfile-spec 6 (pipenv; plette, src/plette/lockfiles.py).
 */
import { isProjectName, normalizeName } from '../distribution-filename.ts';
import type { Lock, LockedPackage, UnnamedFile } from '../model.ts';
import { printable } from '../printable.ts';
import type { LockReader } from './contract.ts';
import { parseHash } from './digest.ts';
import { archiveReason, pathReason, vcsReason } from './elsewhere.ts';
import { chooseGroups, DEFAULT_GROUP, lockOf } from './groups.ts';
import { flatPlan, installRefusal, type InstallPlan, type PlanOptions } from './install-plan.ts';
import { jsonLines } from './json-lines.ts';
import { parseJson } from './json-table.ts';
import { staysMarker } from './marker-line.ts';
import { pinnedVersion } from './pinned-version.ts';
import {
  BOOLEAN,
  keyError,
  optional,
  required,
  SIZE,
  STRING,
  STRINGS,
  TABLE,
  TABLES,
  type Table,
} from './table.ts';

export const pipfileLock: LockReader = {
  id: 'pipenv',
  summary: '`Pipfile.lock`',
  accepts: (basename) => basename === 'Pipfile.lock',
  recognises: (text) => /^\s*\{/.test(text) && text.includes('"pipfile-spec"'),
  read: readPipfileLock,
  plan: planPipfileLock,
};

function readPipfileLock(text: string, source: string, only: readonly string[] = []): Lock {
  const { categories, chosen } = readCategories(text, source, only);
  return lockOf(
    source,
    categories.flatMap(({ name, packages }) =>
      packages.map(({ locked }) => ({ locked, isNeeded: only.length === 0 || chosen.has(name) })),
    ),
  );
}

/** Pipenv installs `default` unless it is told more, and makes an environment of the Python that the lock names. */
function planPipfileLock(text: string, source: string, { packages, only }: PlanOptions): InstallPlan {
  const { meta, categories, chosen } = readCategories(
    text,
    source,
    only.length === 0 ? [DEFAULT_GROUP] : only,
  );
  const wanted = categories
    .filter(({ name }) => chosen.has(name))
    .flatMap((category) => category.packages)
    .map(({ locked, table }) => ({ locked, marker: readMarker(table, source) }));
  return flatPlan(source, packages, wanted, readPythons(meta));
}

function readMarker(table: Table, source: string): string | undefined {
  if (Object.hasOwn(table.values, 'os_markers'))
    throw installRefusal(source, `\`${printable(table.path, 200)}\` has \`os_markers\``);
  return optional(table, 'markers', STRING);
}

function readPythons(meta: Table): readonly string[] {
  const requires = optional(meta, 'requires', TABLE);
  if (requires === undefined) return [];
  const full = optional(requires, 'python_full_version', STRING);
  const short = optional(requires, 'python_version', STRING);
  const version = full ?? (short === undefined ? undefined : `${short}.*`);
  return version === undefined ? [] : [`==${version}`];
}

interface Category {
  readonly name: string;
  readonly packages: readonly { readonly table: Table; readonly locked: LockedPackage }[];
}

function readCategories(text: string, source: string, only: readonly string[]) {
  const root = parseJson(text, source);
  const meta = required(root, '_meta', TABLE);
  const spec = required(meta, 'pipfile-spec', SIZE);
  if (spec !== 6) throw keyError(meta, 'pipfile-spec', `is ${spec}; only 6 can be read`);
  const indexes = readSources(meta);
  // Every other member is a category: `default`, `develop`, and those that the Pipfile defines.
  const names = Object.keys(root.values).filter((name) => name !== '_meta');
  if (names.length === 0) throw keyError(root, 'default', 'is missing');
  const chosen = chooseGroups(only, names, source);
  const lines = jsonLines(text, (path) => !path.startsWith('_meta'));
  const categories = names.map((category): Category => {
    const packages = required(root, category, TABLE);
    return {
      name: category,
      packages: Object.keys(packages.values).map((name) => {
        if (!isProjectName(name)) throw keyError(packages, name, 'is not the name of a package (PEP 508)');
        const table = required(packages, name, TABLE);
        return { table, locked: readPackage(table, normalizeName(name), indexes, lines) };
      }),
    };
  });
  return { meta, categories, chosen };
}

/** Index URLs by the names that packages call them. */
function readSources(meta: Table): ReadonlyMap<string, string> {
  const sources = optional(meta, 'sources', TABLES) ?? [];
  return new Map(
    sources.map((source) => [required(source, 'name', STRING), required(source, 'url', STRING)] as const),
  );
}

function readPackage(
  table: Table,
  name: string,
  indexes: ReadonlyMap<string, string>,
  lines: ReadonlyMap<string, number>,
): LockedPackage {
  const line = lines.get(table.path);
  const place = line === undefined ? {} : { line };
  const notCovered = readOrigin(table);
  const given = optional(table, 'version', STRING);
  checkLine(table);
  if (notCovered !== undefined) return { name, files: [], notCovered, ...place };
  const version = pinnedVersion(given ?? '');
  if (version === undefined) throw keyError(table, 'version', 'must pin one version, like `==1.0`');
  const index = readIndex(table, indexes);
  const unnamed = readHashes(table, lines, place);
  return { name, version, ...(index === undefined ? {} : { index }), files: [], unnamed, ...place };
}

/** Pipenv puts these, as they are, on a line of a requirements file, where they could be hashes or other requirements. */
function checkLine(table: Table): void {
  for (const key of ['markers', 'os_markers'])
    if (!staysMarker(optional(table, key, STRING) ?? ''))
      throw keyError(table, key, 'has something that pip would not take for a marker');
  for (const extra of optional(table, 'extras', STRINGS) ?? [])
    if (!isProjectName(extra)) throw keyError(table, 'extras', 'has one that is not the name of an extra');
}

function readOrigin(table: Table): string | undefined {
  const isEditable = optional(table, 'editable', BOOLEAN);
  const ref = optional(table, 'ref', STRING);
  for (const vcs of ['git', 'hg', 'svn', 'bzr']) {
    const repository = optional(table, vcs, STRING);
    if (repository !== undefined) return vcsReason(vcs, repository, ref);
  }
  const path = optional(table, 'path', STRING);
  if (path !== undefined) return pathReason(path, isEditable);
  const file = optional(table, 'file', STRING);
  return file === undefined ? undefined : archiveOrPath(file, isEditable);
}

function archiveOrPath(file: string, isEditable: boolean | undefined): string {
  return URL.canParse(file) ? archiveReason(file) : pathReason(file, isEditable);
}

/** Pipenv puts environment variables into the URL: then it is not known here, and the configured indexes are asked. */
function readIndex(table: Table, indexes: ReadonlyMap<string, string>): string | undefined {
  const name = optional(table, 'index', STRING);
  if (name === undefined) return undefined;
  const url = indexes.get(name);
  if (url === undefined)
    throw keyError(table, 'index', `names no source of the lock: \`${printable(name, 100)}\``);
  if (url.includes('$')) return undefined;
  if (!/^https?:/i.test(url) || !URL.canParse(url)) throw keyError(table, 'index', 'has a URL that is none');
  return url;
}

/** One file a hash. Without any, Pipenv has pip install whatever the index serves. */
function readHashes(
  table: Table,
  lines: ReadonlyMap<string, number>,
  place: { readonly line?: number },
): readonly UnnamedFile[] {
  const texts = optional(table, 'hashes', STRINGS) ?? [];
  if (texts.length === 0) return [{ hashes: {}, ...place }];
  const places = new Map(texts.map((text, at) => [text, at] as const).toReversed()); // where each is first
  return [...new Set(texts)].map((text) => {
    const hashes = parseHash(text);
    if (typeof hashes === 'string') throw keyError(table, 'hashes', `has one that ${hashes}`);
    const line = lines.get(`${table.path}.hashes[${places.get(text)}]`) ?? place.line;
    return { hashes, ...(line === undefined ? {} : { line }) };
  });
}
