import { readFile, realpath, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { codeOf, inputError, messageOf, ProvpinError } from '../errors.ts';
import { printable } from '../printable.ts';
import type { ProvenanceFile } from './contract.ts';
import { emptyProvenanceFile, lineError, parseProvenanceFile } from './parse.ts';

/** More than the lines that a file may have, at the length that entries have. */
const MAX_BYTES = 32 * 1024 * 1024;
const LINE_FEED = 0x0a;

/**
 * Reads and parses a provenance file. A missing one has no entries, and says so.
 *
 * @throws ProvpinError, exit code 2, when it cannot be read or is not valid
 */
export async function readProvenanceFile(path: string): Promise<ProvenanceFile> {
  const bytes = await readBytes(path);
  if (bytes === undefined) return { ...emptyProvenanceFile(path), isMissing: true };
  try {
    return parseProvenanceBytes(bytes, path);
  } catch (error) {
    throw error instanceof ProvpinError && (await isLinked(path)) ? noProvenanceFile(path, error) : error;
  }
}

/** Whether a link leads there: one that a branch brings along can lead to any file that this user can read. */
async function isLinked(path: string): Promise<boolean> {
  return (await realpath(path).catch(() => undefined)) !== resolve(path);
}

/** An error that quotes nothing: logs of builds are read by many. */
function noProvenanceFile(path: string, cause: ProvpinError): ProvpinError {
  return inputError(
    'provenance-file',
    `a symbolic link leads from \`${printable(path)}\` to what is no provenance file`,
    ['it may be a secret, and is not shown; `--provenance-file` with the file itself says what is wrong'],
    cause,
  );
}

/**
 * Parses a provenance file that was read elsewhere.
 *
 * @param source what errors and findings call it
 * @throws ProvpinError, exit code 2, when it is too large, not UTF-8, or not valid
 */
export function parseProvenanceBytes(bytes: Uint8Array, source: string): ProvenanceFile {
  if (bytes.byteLength > MAX_BYTES) throw unreadable(source, `it is larger than ${MAX_BYTES} bytes`);
  return parseProvenanceFile(decode(bytes, source), source);
}

async function readBytes(path: string): Promise<Uint8Array | undefined> {
  try {
    const status = await stat(path);
    if (!status.isFile()) throw unreadable(path, 'it is not a regular file');
    if (status.size > MAX_BYTES) throw unreadable(path, `it is larger than ${MAX_BYTES} bytes`);
    return await readFile(path);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    if (error instanceof Error && 'syscall' in error) throw unreadable(path, messageOf(error), error);
    throw error;
  }
}

/** Strict UTF-8, line by line, to know where it is not. */
function decode(bytes: Uint8Array, source: string): string {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  const lines: string[] = [];
  for (let start = 0; start < bytes.length;) {
    const end = bytes.indexOf(LINE_FEED, start);
    const next = end === -1 ? bytes.length : end + 1;
    try {
      lines.push(decoder.decode(bytes.subarray(start, next)));
    } catch {
      throw lineError(source, lines.length + 1, 'the line is not UTF-8');
    }
    start = next;
  }
  return lines.join('');
}

function unreadable(path: string, reason: string, cause?: unknown): ProvpinError {
  return inputError(
    'provenance-file-unreadable',
    `the provenance file \`${printable(path)}\` cannot be read: ${printable(reason)}`,
    [],
    cause,
  );
}
