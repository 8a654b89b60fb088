/**
 * Reads the keys of tables (of TOML) and objects (of JSON) by their types, with errors that name document, line and key.
 */
import { TomlDate } from 'smol-toml';
import { inputError, type ProvpinError } from '../errors.ts';
import { printable } from '../printable.ts';

export interface TableDocument {
  /** What errors call it. */
  readonly source: string;
  readonly text: string;
  /** Finds the 1-based lines of paths such as `packages[3].wheels[0].hashes`. */
  readonly linesOf: (text: string, keep: (path: string) => boolean) => ReadonlyMap<string, number>;
}

/** A table, and where it is: `path` is '' for the document itself, or e.g. `packages[3].wheels[0]`. */
export interface Table {
  readonly document: TableDocument;
  readonly path: string;
  readonly values: Readonly<Record<string, unknown>>;
}

/** A type of value: what errors call it, and how it becomes one of ours (undefined when it is of another type). */
export interface TableType<T> {
  readonly words: string;
  readonly read: (
    value: unknown,
    at: { readonly document: TableDocument; readonly path: string },
  ) => T | undefined;
}

/** Deep enough for any lock; what is deeper is an attack on the stack. */
export const MAX_DEPTH = 32;

export const STRING: TableType<string> = {
  words: 'a string',
  read: (value) => (typeof value === 'string' ? value : undefined),
};

export const BOOLEAN: TableType<boolean> = {
  words: 'a boolean',
  read: (value) => (typeof value === 'boolean' ? value : undefined),
};

export const SIZE: TableType<number> = {
  words: 'an integer that is not negative',
  read: (value) =>
    typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : undefined,
};

/** RFC 3339, in UTC; a local date-time is taken as UTC. */
export const DATE_TIME: TableType<string> = {
  words: 'a date-time',
  // TomlDate's own `toISOString` prints the offset as written; that of Date prints UTC.
  read: (value) =>
    value instanceof TomlDate && value.isDateTime() ? new Date(value.getTime()).toISOString() : undefined,
};

/** The same as text. */
export const DATE_TIME_TEXT: TableType<string> = {
  words: 'a date-time of RFC 3339',
  read: (value) =>
    typeof value === 'string' &&
    /^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d/.test(value) &&
    !Number.isNaN(Date.parse(value))
      ? new Date(value).toISOString()
      : undefined,
};

export const STRINGS: TableType<readonly string[]> = {
  words: 'an array of strings',
  read: (value) =>
    Array.isArray(value) && value.every((item) => typeof item === 'string') ? value : undefined,
};

export const TABLE: TableType<Table> = {
  words: 'a table',
  read: (value, at) => (isTable(value) ? { ...at, values: value } : undefined),
};

export const TABLES: TableType<readonly Table[]> = {
  words: 'an array of tables',
  read: (value, { document, path }) =>
    Array.isArray(value) && value.every(isTable)
      ? value.map((values, index) => ({ document, path: `${path}[${index}]`, values }))
      : undefined,
};

/**
 * The value of a key that may be missing.
 *
 * @throws ProvpinError, exit code 2, when it is of another type
 */
export function optional<T>(table: Table, key: string, type: TableType<T>): T | undefined {
  if (!Object.hasOwn(table.values, key)) return undefined;
  const value = type.read(table.values[key], { document: table.document, path: keyPath(table, key) });
  if (value === undefined) throw keyError(table, key, `must be ${type.words}`);
  return value;
}

/**
 * The value of a key.
 *
 * @throws ProvpinError, exit code 2, when it is missing or of another type
 */
export function required<T>(table: Table, key: string, type: TableType<T>): T {
  const value = optional(table, key, type);
  if (value === undefined) throw keyError(table, key, 'is missing');
  return value;
}

/** An error about a key of a table, or about the table itself when `key` is undefined. */
export function keyError(table: Table, key: string | undefined, problem: string): ProvpinError {
  const { document } = table;
  const path = key === undefined ? table.path : keyPath(table, key);
  return inputError(
    'lock-key',
    `${placeOf(document.source, lineOf(document, path))}: \`${printable(path)}\` ${problem}`,
  );
}

function keyPath(table: Table, key: string): string {
  const printed = /^[A-Za-z0-9_-]+$/.test(key) ? key : JSON.stringify(key);
  return table.path === '' ? printed : `${table.path}.${printed}`;
}

export function isTable(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date);
}

/** The line of a key, or of the nearest table around it that has one. */
function lineOf({ text, linesOf }: TableDocument, path: string): number | undefined {
  const around = (outer: string) =>
    outer === path || path.startsWith(`${outer}.`) || path.startsWith(`${outer}[`);
  const found = [...linesOf(text, around)].sort(([a], [b]) => a.length - b.length);
  return found.at(-1)?.[1];
}

/** A document, and a line of it where one is known, as errors begin. */
export function placeOf(source: string, line: number | undefined): string {
  const place = `\`${printable(source)}\``;
  return line === undefined ? place : `${place}:${line}`;
}
