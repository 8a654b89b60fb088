import { printableJson } from '../printable.ts';
import { OPTIONAL_MEMBERS, REQUIRED_MEMBERS, type Receipt } from './contract.ts';

/**
 * Receipts as JSON lines in printable ASCII, sorted, each once, so that equal receipts are equal bytes and a changed one is a
 * changed line. `parseReceipts` gives them back.
 */
export function formatReceipts(receipts: readonly Receipt[]): string {
  // A line begins with package, version, file and predicate type, so that the order of lines is the order of these.
  const lines = new Set(receipts.map(formatReceipt));
  return [...lines]
    .sort()
    .map((line) => `${line}\n`)
    .join('');
}

/** One line, without its ending; members in a fixed order. */
export function formatReceipt(receipt: Receipt): string {
  const { signedAt, log } = receipt;
  const members = [
    ...REQUIRED_MEMBERS.map((name) => [name, receipt[name]]),
    ['signedAt', signedAt],
    ['log', log && { keyId: log.keyId, index: log.index }],
    ...OPTIONAL_MEMBERS.map((name) => [name, receipt[name]]),
  ];
  return printableJson(Object.fromEntries(members));
}
