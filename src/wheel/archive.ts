/**
 * Reads the archive that a wheel is: the only user of zip.js. Whatever two readers of zip files could take for two different
 * things is refused: an installer must not have unpacked what nobody compares.
 */
import { createHash, type Hash } from 'node:crypto';
import { open, type FileHandle } from 'node:fs/promises';
import type { FileEntry, Reader, ZipReader } from '@zip.js/zip.js';
import { exact, printable } from '../printable.ts';
import { messageOf } from '../errors.ts';
import { malformed, MalformedWheel } from './malformed.ts';

/** Of what an archive may be when it is unpacked; nothing is unpacked to a disk. */
export interface ArchiveLimits {
  readonly entries: number;
  /** Bytes of all files together. */
  readonly size: number;
  /** How many times its own size an archive may be unpacked, where that is more than `ratioFrom` bytes. */
  readonly ratio: number;
  readonly ratioFrom: number;
}

/** The largest wheels of machine learning have 20,000 files and 4 GiB. */
export const ARCHIVE_LIMITS: ArchiveLimits = {
  entries: 200_000,
  size: 16 * 1024 ** 3,
  ratio: 100,
  ratioFrom: 256 * 1024 ** 2,
};

/** Bytes of a file that is kept in memory. */
const MAX_KEPT = 32 * 1024 ** 2;

/** A file of an archive, whose name is a relative path with slashes. */
export interface ArchiveEntry {
  readonly path: string;
  /** Bytes, as the archive says; `digest` and `content` hold it to that. */
  readonly size: number;
  /** Hashes the content; each digest in lower-case hex, by the name of its algorithm. @throws MalformedWheel */
  readonly digest: (algorithms: readonly string[]) => Promise<Readonly<Record<string, string>>>;
  /** @throws MalformedWheel, also when it is too large to be kept in memory */
  readonly content: () => Promise<Uint8Array>;
}

/**
 * Opens a zip file, and has `use` read from it.
 *
 * @throws MalformedWheel for what is no zip file, may be read in more ways than one, or is beyond the limits
 */
export async function withArchive<T>(
  path: string,
  use: (entries: readonly ArchiveEntry[]) => Promise<T>,
  limits: ArchiveLimits = ARCHIVE_LIMITS,
): Promise<T> {
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    const entries = await entriesOf(file, size);
    if (entries.length > limits.entries) malformed(`it has ${entries.length} entries`);
    const files = entries.flatMap((entry) => (entry.directory ? [] : [entry]));
    for (const entry of entries) refuseUnusual(entry);
    refuseCollisions(files.map(({ filename }) => filename));
    refuseBomb(files, size, limits);
    return await use(files.map(archiveEntry));
  } catch (error) {
    if (error instanceof MalformedWheel) throw error;
    return malformed(`it cannot be read: ${printable(messageOf(error), 200)}`);
  } finally {
    await file.close();
  }
}

/** Names, local headers, checksums, overlaps, and what is before or after the archive: the library's own strictest reading. */
const STRICT = {
  strictness: 'strict',
  filenameValidation: 'strict',
  checkOverlappingEntry: true,
  checkCrc32: true,
  useWebWorkers: false,
} as const;

type Entry = Awaited<ReturnType<ZipReader<unknown>['getEntries']>>[number];

/** Loaded when it is needed: most runs read no wheel. */
async function entriesOf(file: FileHandle, size: number): Promise<readonly Entry[]> {
  const { Reader: BaseReader, ZipReader: Zip } = await import('@zip.js/zip.js');
  // The library asks for a subclass.
  class FileReader extends BaseReader<FileHandle> implements Reader<FileHandle> {
    override size = size;

    override async readUint8Array(offset: number, length: number): Promise<Uint8Array> {
      return await readRange(file, offset, Math.min(length, size - offset));
    }
  }
  return await new Zip(new FileReader(file), STRICT).getEntries(STRICT);
}

async function readRange(file: FileHandle, offset: number, length: number): Promise<Uint8Array> {
  const buffer = new Uint8Array(Math.max(0, length));
  let done = 0;
  while (done < buffer.length) {
    const { bytesRead } = await file.read(buffer, done, buffer.length - done, offset + done);
    if (bytesRead === 0) break;
    done += bytesRead;
  }
  return buffer.subarray(0, done);
}

/** General purpose bit 11: the name is UTF-8. */
const UTF8_FLAG = 0x0800;
const FILE_TYPE = 0o170_000;
const REGULAR = 0o100_000;
const DIRECTORY = 0o040_000;
const STORED_OR_DEFLATED: ReadonlySet<number> = new Set([0, 8]);

function refuseUnusual(entry: Entry): void {
  const name = `\`${exact(entry.filename, 300)}\``;
  const decoded = decode(entry.rawFilename);
  // One name by the record and another by an extra field, or one that every reader decodes as it likes.
  if (
    decoded !== entry.filename ||
    ((Number(entry.rawBitFlag) & UTF8_FLAG) === 0 && !/^[ -~]*$/.test(decoded))
  )
    malformed(`the name ${name} can be read in more ways than one`);
  // oxlint-disable-next-line no-control-regex -- they are what is looked for
  if (/[\\:\u0000-\u001f\u007f]/.test(entry.filename)) malformed(`${name} is no portable name`);
  if (entry.encrypted) malformed(`${name} is encrypted`);
  if (!STORED_OR_DEFLATED.has(entry.compressionMethod))
    malformed(`${name} is compressed in a way of its own`);
  const type = (entry.externalFileAttributes >>> 16) & FILE_TYPE;
  if (type !== 0 && type !== (entry.directory ? DIRECTORY : REGULAR))
    malformed(`${name} is neither a file nor a directory`);
}

function decode(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** On file systems that fold case or normalise, one would overwrite the other; and nothing is a file and a directory. */
function refuseCollisions(paths: readonly string[]): void {
  const seen = new Map<string, string>();
  for (const path of paths) {
    const other = seen.get(folded(path));
    if (other !== undefined) malformed(`\`${exact(other, 300)}\` and \`${exact(path, 300)}\` are one name`);
    seen.set(folded(path), path);
  }
  for (const path of paths) {
    for (let at = path.indexOf('/'); at !== -1; at = path.indexOf('/', at + 1)) {
      if (seen.has(folded(path.slice(0, at))))
        malformed(`\`${exact(path.slice(0, at), 300)}\` is a file and a directory`);
    }
  }
}

function folded(path: string): string {
  return path.normalize('NFKC').toLowerCase();
}

function refuseBomb(files: readonly FileEntry[], archiveSize: number, limits: ArchiveLimits): void {
  const total = files.reduce((sum, { uncompressedSize }) => sum + uncompressedSize, 0);
  if (total > limits.size) malformed(`it would be ${total} bytes unpacked`);
  if (total > limits.ratioFrom && total > archiveSize * limits.ratio)
    malformed(`its ${archiveSize} bytes would be ${total} unpacked`);
}

function archiveEntry(entry: FileEntry): ArchiveEntry {
  const { filename: path, uncompressedSize: size } = entry;
  return {
    path,
    size,
    digest: async (algorithms) => {
      const hashes = algorithms.map((name): readonly [string, Hash] => [name, createHash(name)]);
      await read(entry, (chunk) => {
        for (const [, hash] of hashes) hash.update(chunk);
      });
      return Object.fromEntries(hashes.map(([name, hash]) => [name, hash.digest('hex')]));
    },
    content: async () => {
      if (size > MAX_KEPT) malformed(`\`${exact(path, 300)}\` has ${size} bytes`);
      const chunks: Uint8Array[] = [];
      await read(entry, (chunk) => chunks.push(chunk));
      return Buffer.concat(chunks);
    },
  };
}

/** No more is inflated than the entry says that it has. */
async function read(entry: FileEntry, take: (chunk: Uint8Array) => void): Promise<void> {
  let size = 0;
  await entry.getData(
    new WritableStream<Uint8Array>({
      write: (chunk) => {
        size += chunk.length;
        if (size > entry.uncompressedSize) throw new Error('an entry is larger than it says');
        take(chunk);
      },
    }),
    STRICT,
  );
  if (size !== entry.uncompressedSize) malformed(`\`${exact(entry.filename, 300)}\` is smaller than it says`);
}
