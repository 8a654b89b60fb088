/**
 * Reads the keys of TOML tables by their types, with errors that name document, line and key.
 */
import { parse, TomlDate, TomlError } from 'smol-toml';
import { inputError, type ProvpinError } from '../errors.ts';
import { printable } from '../printable.ts';
import { tomlLines } from './toml-lines.ts';

export interface TomlDocument {
  /** What errors call it. */
  readonly source: string;
  readonly text: string;
}

/** A table, and where it is: `path` is '' for the document itself, or e.g. `packages[3].wheels[0]`. */
export interface TomlTable {
  readonly document: TomlDocument;
  readonly path: string;
  readonly values: Readonly<Record<string, unknown>>;
}

/** A type of TOML value: what errors call it, and how it becomes one of ours (undefined when it is of another type). */
export interface TomlType<T> {
  readonly words: string;
  readonly read: (
    value: unknown,
    at: { readonly document: TomlDocument; readonly path: string },
  ) => T | undefined;
}

/** Deep enough for any lock; what is deeper is an attack on the stack. */
const MAX_DEPTH = 32;

export const STRING: TomlType<string> = {
  words: 'a string',
  read: (value) => (typeof value === 'string' ? value : undefined),
};

export const BOOLEAN: TomlType<boolean> = {
  words: 'a boolean',
  read: (value) => (typeof value === 'boolean' ? value : undefined),
};

export const SIZE: TomlType<number> = {
  words: 'an integer that is not negative',
  read: (value) =>
    typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : undefined,
};

/** RFC 3339, in UTC; a local date-time is taken as UTC. */
export const DATE_TIME: TomlType<string> = {
  words: 'a date-time',
  // TomlDate's own `toISOString` prints the offset as written; that of Date prints UTC.
  read: (value) =>
    value instanceof TomlDate && value.isDateTime() ? new Date(value.getTime()).toISOString() : undefined,
};

export const STRINGS: TomlType<readonly string[]> = {
  words: 'an array of strings',
  read: (value) =>
    Array.isArray(value) && value.every((item) => typeof item === 'string') ? value : undefined,
};

export const TABLE: TomlType<TomlTable> = {
  words: 'a table',
  read: (value, at) => (isTable(value) ? { ...at, values: value } : undefined),
};

export const TABLES: TomlType<readonly TomlTable[]> = {
  words: 'an array of tables',
  read: (value, { document, path }) =>
    Array.isArray(value) && value.every(isTable)
      ? value.map((values, index) => ({ document, path: `${path}[${index}]`, values }))
      : undefined,
};

/**
 * Parses a document.
 *
 * @throws ProvpinError, exit code 2, that names source and line, when it is not TOML
 */
export function parseToml(text: string, source: string): TomlTable {
  try {
    return { document: { source, text }, path: '', values: parse(text, { maxDepth: MAX_DEPTH }) };
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    const [firstLine = ''] = error.message.split('\n');
    const reason = firstLine.replace(/^Invalid TOML document: /, '');
    throw inputError('lock-toml', `${placeOf(source, error.line)}: not TOML: ${printable(reason)}`);
  }
}

/**
 * The value of a key that may be missing.
 *
 * @throws ProvpinError, exit code 2, when it is of another type
 */
export function optional<T>(table: TomlTable, key: string, type: TomlType<T>): T | undefined {
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
export function required<T>(table: TomlTable, key: string, type: TomlType<T>): T {
  const value = optional(table, key, type);
  if (value === undefined) throw keyError(table, key, 'is missing');
  return value;
}

/** An error about a key of a table, or about the table itself when `key` is undefined. */
export function keyError(table: TomlTable, key: string | undefined, problem: string): ProvpinError {
  const { source, text } = table.document;
  const path = key === undefined ? table.path : keyPath(table, key);
  return inputError('lock-key', `${placeOf(source, lineOf(text, path))}: \`${printable(path)}\` ${problem}`);
}

function keyPath(table: TomlTable, key: string): string {
  const printed = /^[A-Za-z0-9_-]+$/.test(key) ? key : JSON.stringify(key);
  return table.path === '' ? printed : `${table.path}.${printed}`;
}

function isTable(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date);
}

/** The line of a key, or of the nearest table around it that has one. */
function lineOf(text: string, path: string): number | undefined {
  const around = (outer: string) =>
    outer === path || path.startsWith(`${outer}.`) || path.startsWith(`${outer}[`);
  const found = [...tomlLines(text, around)].sort(([a], [b]) => a.length - b.length);
  return found.at(-1)?.[1];
}

function placeOf(source: string, line: number | undefined): string {
  const place = `\`${printable(source)}\``;
  return line === undefined ? place : `${place}:${line}`;
}
