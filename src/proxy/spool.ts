import { randomUUID } from 'node:crypto';
import { mkdtemp, open, rm, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { makeDirectory } from '../make-directory.ts';
import type { Write } from './checked-stream.ts';

/** A whole file on disk. */
export interface SpooledFile {
  /** From the first to the last byte, both included. */
  readonly read: (first: number, last: number) => AsyncIterable<Uint8Array>;
  /** To be called when nothing more is read. */
  readonly release: () => void;
}

/** What came of spooling a file. */
export type Spooled<Failure> =
  | { readonly kind: 'spooled'; readonly file: SpooledFile }
  /** There is no room for it. */
  | { readonly kind: 'no-room' }
  | { readonly kind: 'failed'; readonly failure: Failure };

type Fill<Failure> = (restart: () => Promise<Write>) => Promise<Failure | undefined>;

/** Whole files that parts are asked of. They have no names that anybody could know, and are gone with the process. */
export interface Spool<Failure> {
  readonly has: (sha256: string, size: number) => boolean;
  /**
   * The file, once all of it is there. It is written once, however many ask for it.
   *
   * @param size that it will have, and not exceed; where another one is listed with the same sha256, that is another file, which
   *   cannot be had: one of them is no size of the file
   * @param fill writes it, from the beginning after each call of `restart`; returns undefined when it is the very file, or else
   *   what went wrong
   */
  readonly take: (sha256: string, size: number, fill: Fill<Failure>) => Promise<Spooled<Failure>>;
  readonly close: () => Promise<void>;
}

interface Slot<Failure> {
  readonly size: number;
  readonly ready: Promise<Filled<Failure>>;
  users: number;
}

type Filled<Failure> =
  | { readonly kind: 'filled'; readonly handle: FileHandle }
  | { readonly kind: 'no-room' }
  | { readonly kind: 'failed'; readonly failure: Failure };

const PIECE = 64 * 1024;

/**
 * Opens a spool.
 *
 * @param parent a directory of its own is made there, when the first file comes
 * @param maxBytes of all files together; to make room, those go that nobody reads, the oldest first
 */
export function createSpool<Failure>(parent: string, maxBytes: number): Spool<Failure> {
  const slots = new Map<string, Slot<Failure>>();
  let directory: Promise<string> | undefined;

  const drop = async (key: string, { ready }: Slot<Failure>): Promise<void> => {
    slots.delete(key);
    const filled = await ready;
    if (filled.kind === 'filled') await filled.handle.close();
  };

  const makeRoom = (size: number): boolean => {
    const sizes = [...slots.values()].reduce((sum, slot) => sum + slot.size, 0);
    const idle = [...slots].filter(([, { users }]) => users === 0);
    let excess = sizes + size - maxBytes;
    if (excess > idle.reduce((sum, [, slot]) => sum + slot.size, 0)) return false;
    for (const [key, slot] of idle) {
      if (excess <= 0) break;
      excess -= slot.size;
      void drop(key, slot);
    }
    return true;
  };

  const begin = (key: string, size: number, fill: Fill<Failure>): Slot<Failure> => {
    directory ??= makeOwnDirectory(parent);
    const slot = { size, ready: fillFile(directory, fill), users: 0 };
    slots.set(key, slot);
    return slot;
  };

  return {
    has: (sha256, size) => slots.has(keyOf(sha256, size)),
    take: async (sha256, size, fill) => {
      const key = keyOf(sha256, size);
      const existing = slots.get(key);
      if (existing === undefined && !makeRoom(size)) return { kind: 'no-room' };
      const slot = existing ?? begin(key, size, fill);
      slot.users += 1;
      const filled = await slot.ready;
      if (filled.kind !== 'filled') {
        if (slots.get(key) === slot) slots.delete(key);
        return filled;
      }
      const release = (): void => {
        slot.users -= 1;
      };
      return {
        kind: 'spooled',
        file: { read: (first, last) => readPart(filled.handle, first, last), release },
      };
    },
    close: async () => {
      await Promise.all([...slots].map(async ([key, slot]) => drop(key, slot)));
      // One that could not be made has nothing in it.
      const made = await directory?.catch(() => undefined);
      if (made !== undefined) await rm(made, { recursive: true, force: true });
    },
  };
}

function keyOf(sha256: string, size: number): string {
  return `${sha256} ${size}`;
}

async function makeOwnDirectory(parent: string): Promise<string> {
  await makeDirectory(parent);
  return await mkdtemp(join(parent, 'proxy-'));
}

/** A disk that is full, or cannot be written, has no room. */
async function fillFile<Failure>(directory: Promise<string>, fill: Fill<Failure>): Promise<Filled<Failure>> {
  let handle: FileHandle;
  try {
    handle = await openNameless(await directory);
  } catch {
    return { kind: 'no-room' };
  }
  let isUnwritable = false;
  const failure = await fill(async () => {
    let position = 0;
    return async (chunk) => {
      try {
        position += await writeAll(handle, chunk, position);
        return true;
      } catch {
        isUnwritable = true;
        return false;
      }
    };
  });
  if (failure === undefined) return { kind: 'filled', handle };
  await handle.close();
  return isUnwritable ? { kind: 'no-room' } : { kind: 'failed', failure };
}

async function writeAll(handle: FileHandle, chunk: Uint8Array, position: number): Promise<number> {
  for (let written = 0; written < chunk.length;) {
    const { bytesWritten } = await handle.write(chunk, written, chunk.length - written, position + written);
    written += bytesWritten;
  }
  return chunk.length;
}

/** The name goes at once: what the handle reads is what it wrote, and is gone with the handle, however the process ends. */
async function openNameless(directory: string): Promise<FileHandle> {
  const path = join(directory, randomUUID());
  const handle = await open(path, 'wx+', 0o600);
  await rm(path, { force: true });
  return handle;
}

async function* readPart(handle: FileHandle, first: number, last: number): AsyncGenerator<Uint8Array> {
  for (let position = first; position <= last;) {
    const length = Math.min(PIECE, last + 1 - position);
    const { bytesRead, buffer } = await handle.read(Buffer.alloc(length), 0, length, position);
    if (bytesRead === 0) throw new Error('a spooled file is shorter than it was');
    position += bytesRead;
    yield buffer.subarray(0, bytesRead);
  }
}
