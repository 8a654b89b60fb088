/**
 * The RECORD of a wheel: which files it has, and their hashes ("The .dist-info/RECORD file" of the specification of installed
 * projects: CSV as Python's `csv` module reads it).
 */
import { exact } from '../printable.ts';
import { malformed } from './malformed.ts';

/** What a RECORD says of one file. */
export interface RecordEntry {
  /** As `node:crypto` names it; absent for what has no hash, the RECORD itself and its signatures. */
  readonly algorithm?: string;
  /** Lower-case hex. */
  readonly digest?: string;
  /** Bytes. */
  readonly size?: number;
}

/** "sha256 or better": no weaker one is taken (the specification forbids them), and none that Node.js has no name for. */
const DIGEST_BYTES: ReadonlyMap<string, number> = new Map([
  ['sha256', 32],
  ['sha384', 48],
  ['sha512', 64],
]);

/**
 * Reads a RECORD.
 *
 * @returns by path, as the RECORD spells it
 * @throws MalformedWheel for lines that are not of three fields, hashes that are weak or not well-formed, and paths that are
 *   listed twice with different content
 */
export function parseRecord(text: string): ReadonlyMap<string, RecordEntry> {
  const entries = new Map<string, RecordEntry>();
  for (const fields of parseCsv(text)) {
    const [path = '', hash = '', size = '', ...rest] = fields;
    const shown = `\`${exact(path, 300)}\``;
    if (fields.length < 3 || rest.length > 0 || path === '')
      malformed(`its RECORD has a line that is none: ${shown}`);
    if (!/^(?:0|[1-9]\d{0,14})?$/.test(size)) malformed(`its RECORD has no size of ${shown}`);
    const entry = { ...parseHash(hash, shown), ...(size === '' ? {} : { size: Number(size) }) };
    const other = entries.get(path);
    if (other !== undefined && JSON.stringify(other) !== JSON.stringify(entry))
      malformed(`its RECORD lists ${shown} twice`);
    entries.set(path, entry);
  }
  return entries;
}

function parseHash(text: string, path: string): Pick<RecordEntry, 'algorithm' | 'digest'> {
  if (text === '') return {};
  const [, algorithm = '', encoded = ''] = /^([a-z0-9_]+)=([A-Za-z0-9_-]+)$/.exec(text) ?? [];
  const bytes = Buffer.from(encoded, 'base64url');
  // The encoding has to be the one that the bytes have: no padding, no bits that mean nothing.
  if (bytes.length !== DIGEST_BYTES.get(algorithm) || bytes.toString('base64url') !== encoded)
    malformed(`its RECORD has no hash of ${path} that counts (sha256 or better)`);
  return { algorithm, digest: bytes.toString('hex') };
}

/**
 * CSV with the defaults of Python's `csv.reader`: commas, double quotes that are doubled inside, any line ending; empty lines
 * are none.
 *
 * @throws MalformedWheel for a quote that does not end, or that something follows
 */
export function parseCsv(text: string): readonly (readonly string[])[] {
  const rows: string[][] = [];
  let row: string[] = [];
  let at = 0;
  while (at < text.length) {
    const { field, next } = text[at] === '"' ? quotedField(text, at + 1) : plainField(text, at);
    row.push(field);
    at = next;
    if (text[at] === ',') {
      at += 1;
      if (at < text.length && !isLineEnd(text[at])) continue;
      row.push('');
    }
    if (row.length > 1 || row[0] !== '') rows.push(row);
    row = [];
    at += text.startsWith('\r\n', at) ? 2 : 1;
  }
  return rows;
}

function isLineEnd(character: string | undefined): boolean {
  return character === '\n' || character === '\r';
}

interface Field {
  readonly field: string;
  /** Where it ends: at a comma, a line ending, or the end of the text. */
  readonly next: number;
}

const PLAIN = /[^,\r\n]*/y;

function plainField(text: string, start: number): Field {
  PLAIN.lastIndex = start;
  const [field = ''] = PLAIN.exec(text) ?? [];
  return { field, next: start + field.length };
}

function quotedField(text: string, start: number): Field {
  let field = '';
  let at = start;
  for (;;) {
    const end = text.indexOf('"', at);
    if (end === -1) return malformed('its RECORD has a quote that does not end');
    field += text.slice(at, end);
    if (text[end + 1] !== '"') {
      const next = end + 1;
      if (next < text.length && text[next] !== ',' && !isLineEnd(text[next]))
        malformed('its RECORD has text after a quote');
      return { field, next };
    }
    field += '"';
    at = end + 2;
  }
}
