/**
 * Reads a wheel (binary distribution format 1.x), and holds its content to its own RECORD: what is installed is compared with
 * that RECORD, so it must be the wheel's.
 */
import { createHash } from 'node:crypto';
import { normalizeName, sameVersion } from '../distribution-filename.ts';
import { exact } from '../printable.ts';
import { withArchive, type ArchiveEntry, type ArchiveLimits } from './archive.ts';
import type { Wheel, WheelFile, WheelReading } from './contract.ts';
import { malformed, MalformedWheel } from './malformed.ts';
import { parseEntryPoints, parseWheelMetadata } from './metadata.ts';
import { parseRecord, type RecordEntry } from './record.ts';

/**
 * @param path of the file, whose bytes have the sha256 that everything else is about
 * @param project name and version that the wheel must be of
 */
export async function readWheel(
  path: string,
  project: { readonly name: string; readonly version: string },
  limits?: ArchiveLimits,
): Promise<WheelReading> {
  try {
    return {
      kind: 'wheel',
      wheel: await withArchive(path, async (entries) => await readEntries(entries, project), limits),
    };
  } catch (error) {
    if (error instanceof MalformedWheel) return { kind: 'malformed', reason: error.message };
    throw error;
  }
}

async function readEntries(
  entries: readonly ArchiveEntry[],
  project: { readonly name: string; readonly version: string },
): Promise<Wheel> {
  const distInfo = distInfoOf(entries, project);
  const at = new Map(entries.map((entry) => [entry.path, entry]));
  const text = async (name: string): Promise<string | undefined> => {
    const content = await at.get(`${distInfo}/${name}`)?.content();
    return content === undefined ? undefined : decode(content, name);
  };
  const record = parseRecord((await text('RECORD')) ?? malformed('it has no RECORD'));
  const metadata =
    parseWheelMetadata((await text('WHEEL')) ?? '') ?? malformed('its WHEEL is not of version 1');
  const entryPoints =
    parseEntryPoints((await text('entry_points.txt')) ?? '') ??
    malformed('its entry_points.txt has a script that is none');
  return {
    files: await readFiles(entries, { distInfo, record }),
    distInfo,
    isPurelib: metadata.isPurelib,
    entryPoints,
  };
}

/** The one directory of that kind at the top; a second one would be installed as another distribution. */
function distInfoOf(
  entries: readonly ArchiveEntry[],
  { name, version }: { readonly name: string; readonly version: string },
): string {
  const tops = new Set(entries.map(({ path }) => path.split('/')[0] ?? ''));
  const [found = '', ...others] = [...tops].filter((top) => /\.dist-info$/i.test(top));
  if (found === '' || others.length > 0)
    malformed(`it has ${others.length + Number(found !== '')} .dist-info directories`);
  const [, itsName = '', itsVersion = ''] = /^([^-]+)-([^-]+)\.dist-info$/.exec(found) ?? [];
  if (normalizeName(itsName) !== normalizeName(name) || !sameVersion(itsVersion, version))
    malformed(`its \`${exact(found, 300)}\` is of another project or version`);
  return found;
}

function decode(content: Uint8Array, name: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(content);
  } catch {
    return malformed(`its ${name} is not UTF-8`);
  }
}

/** What cannot list itself, and what is made after it. */
const NOT_RECORDED = ['RECORD', 'RECORD.jws', 'RECORD.p7s'];

async function readFiles(
  entries: readonly ArchiveEntry[],
  { distInfo, record }: { readonly distInfo: string; readonly record: ReadonlyMap<string, RecordEntry> },
): Promise<ReadonlyMap<string, WheelFile>> {
  const unhashed = new Set(NOT_RECORDED.map((name) => `${distInfo}/${name}`));
  const files = new Map<string, WheelFile>();
  for (const entry of entries) {
    const file = await readFile(entry, unhashed.has(entry.path) ? undefined : record.get(entry.path));
    const isHeld = file !== undefined || unhashed.has(entry.path);
    if (!isHeld) malformed(`\`${exact(entry.path, 300)}\` is not in its RECORD`);
    if (entry.path !== `${distInfo}/RECORD`) files.set(entry.path, file ?? (await hashed(entry)));
  }
  const missing = [...record.keys()].find((path) => !files.has(path) && !unhashed.has(path));
  if (missing !== undefined) malformed(`its RECORD lists \`${exact(missing, 300)}\`, which it does not have`);
  return files;
}

/** The file that the RECORD describes; undefined where it says nothing of it. */
async function readFile(
  entry: ArchiveEntry,
  recorded: RecordEntry | undefined,
): Promise<WheelFile | undefined> {
  const { algorithm, digest, size } = recorded ?? {};
  if (algorithm === undefined) return undefined;
  const differs = `\`${exact(entry.path, 300)}\` is not what its RECORD says`;
  if (size !== undefined && size !== entry.size) malformed(differs);
  const content = isRewritten(entry) ? await entry.content() : undefined;
  const algorithms = [...new Set(['sha256', algorithm])];
  const digests = content === undefined ? await entry.digest(algorithms) : digestsOf(content, algorithms);
  if (digests[algorithm] !== digest) malformed(differs);
  const file = { sha256: digests['sha256'] ?? '', size: entry.size };
  return content === undefined ? file : { ...file, content };
}

function digestsOf(content: Uint8Array, algorithms: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(algorithms.map((name) => [name, createHash(name).update(content).digest('hex')]));
}

async function hashed(entry: ArchiveEntry): Promise<WheelFile> {
  const { sha256 = '' } = await entry.digest(['sha256']);
  return { sha256, size: entry.size };
}

/** Longer ones are programs, which nobody rewrites; if somebody did, they would be found to differ. */
const MAX_SCRIPT = 1024 ** 2;

/** `.data/scripts`: a first line `#!python` is for the installer to fill in. */
function isRewritten({ path, size }: ArchiveEntry): boolean {
  return /^[^/]+\.data\/scripts\/[^/]+$/.test(path) && size <= MAX_SCRIPT;
}
