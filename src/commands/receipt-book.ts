import { readFile, stat } from 'node:fs/promises';
import { codeOf, incompleteError, inputError, messageOf, ProvpinError } from '../errors.ts';
import type { ObservedPackage, ReportedPackage } from '../model.ts';
import { writeProvenanceFile } from '../provenance-file/write.ts';
import type { Receipt } from '../receipts/contract.ts';
import { formatReceipts } from '../receipts/format.ts';
import { receiptsOf } from '../receipts/from-observed.ts';
import { mergeReceipts } from '../receipts/merge.ts';
import { parseReceipts } from '../receipts/parse.ts';

/** What `parseReceipts` takes; receipts are ASCII. */
const MAX_BYTES = 64 * 1024 * 1024;

/** The receipts file of a run: what is in it, and what goes into it. */
export interface ReceiptBook {
  /** Undefined when no receipts are kept. */
  readonly previous: readonly Receipt[] | undefined;
  /** @returns why they could not be kept: the verdict stands beside that */
  readonly keep: (
    packages: readonly ObservedPackage[],
    reported: readonly ReportedPackage[],
  ) => Promise<readonly ProvpinError[]>;
}

/**
 * @param path of the receipts file, which may be missing; undefined when the user wants none
 * @throws ProvpinError, exit code 2, when it cannot be read or is malformed
 */
export async function openReceipts(path: string | undefined): Promise<ReceiptBook> {
  if (path === undefined) return { previous: undefined, keep: async () => Promise.resolve([]) };
  const text = await readIfThere(path);
  const previous = parseReceipts(text, path);
  return {
    previous,
    keep: async (packages, reported) => {
      const merged = mergeReceipts(previous, receiptsOf(packages, reported), packages);
      return await write(path, formatReceipts(merged), text);
    },
  };
}

async function write(path: string, text: string, previous: string): Promise<readonly ProvpinError[]> {
  try {
    await writeProvenanceFile(path, text, previous);
    return [];
  } catch (error) {
    if (!(error instanceof ProvpinError)) throw error;
    const hints = ['the verdict stands; only the receipts of this run are not kept: run again'];
    return [incompleteError('receipts-unwritable', `receipts were not kept: ${error.message}`, hints, error)];
  }
}

async function readIfThere(path: string): Promise<string> {
  try {
    // Before opening it: a pipe would be waited for, and a device, to which a branch can bring a link, never ends.
    const status = await stat(path);
    if (!status.isFile()) throw new Error('it is not a regular file');
    if (status.size > MAX_BYTES) throw new Error(`it is larger than ${MAX_BYTES} bytes`);
    return await readFile(path, 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return '';
    throw inputError(
      'receipts-unreadable',
      `the receipts file \`${path}\` cannot be read: ${messageOf(error)}`,
      [],
      error,
    );
  }
}
