import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { codeOf, messageOf } from '../errors.ts';
import { makeDirectory } from '../make-directory.ts';
import { printable } from '../printable.ts';

/**
 * Provenance documents by the sha256 of the artifact. What comes out is bytes that anybody may have written: they are
 * verified again at each use. Only presence is kept, never absence, never a verdict.
 */
export interface ProvenanceCache {
  /** The document, or undefined when there is none that can be read. Never throws. */
  readonly recall: (sha256: string) => Promise<{ document: Uint8Array; file: string } | undefined>;
  /** Keeps a document that verified. Never throws: a run without a cache is as good. */
  readonly remember: (sha256: string, document: Uint8Array) => Promise<void>;
}

/**
 * @param directory of provpin's cache
 * @param maxBytes of a document
 * @param warn told once, when the cache cannot be used
 */
export function createProvenanceCache(
  directory: string,
  maxBytes: number,
  warn: (message: string) => void,
): ProvenanceCache {
  let warned = false;
  const complain = (verb: string, error: unknown): void => {
    if (!warned) {
      warned = true;
      warn(`the cache \`${printable(directory)}\` cannot be ${verb}: ${printable(messageOf(error))}`);
    }
  };
  return {
    recall: async (sha256) => {
      const file = fileFor(directory, sha256);
      if (file === undefined) {
        return undefined;
      }
      try {
        const document = await readBounded(file, maxBytes);
        return document === undefined ? undefined : { document, file };
      } catch (error) {
        if (codeOf(error) !== 'ENOENT') {
          complain('read', error);
        }
        return undefined;
      }
    },
    remember: async (sha256, document) => {
      const file = fileFor(directory, sha256);
      if (file === undefined || document.length > maxBytes) {
        return;
      }
      try {
        await writeWhole(file, document);
      } catch (error) {
        complain('written', error);
      }
    },
  };
}

/** The only names that reach the file system: they are made of checked hex digits. */
function fileFor(directory: string, sha256: string): string | undefined {
  return /^[0-9a-f]{64}$/u.test(sha256)
    ? path.join(directory, 'provenance', sha256.slice(0, 2), `${sha256}.json`)
    : undefined;
}

async function readBounded(file: string, maxBytes: number): Promise<Uint8Array | undefined> {
  // Without O_NONBLOCK (which Windows does not have), a named pipe in its place would be waited for.
  const handle = await open(file, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  try {
    const status = await handle.stat();
    if (!status.isFile() || status.size > maxBytes) {
      return undefined;
    }
    const buffer = new Uint8Array(status.size);
    const { bytesRead } = await handle.read(buffer, 0, status.size, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}

/** Another run sees the old file or the new one, never half of it. */
async function writeWhole(file: string, content: Uint8Array): Promise<void> {
  await makeDirectory(path.dirname(file));
  const temporary = `${file}.${randomBytes(8).toString('hex')}.tmp`;
  try {
    const handle = await open(temporary, 'wx', 0o600);
    try {
      await handle.writeFile(content);
    } finally {
      await handle.close();
    }
    await rename(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}
