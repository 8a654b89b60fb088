/**
 * Compares Python code as `marshal` writes it (Python/marshal.c), without running or loading any of it: reading hostile code
 * objects is not what Python's own reader is made for.
 *
 * Two dumps of one code differ in which objects they share, and in whether a text is interned: that depends on everything
 * else that the process has done. So both are read into numbers, one for each distinct value; equal code has equal numbers.
 */

/** Numbers of values, shared by what is to be compared. */
export interface ValueTable {
  readonly numbers: Map<string, number>;
}

export function createValueTable(): ValueTable {
  return { numbers: new Map() };
}

/** Deeper than any compiler writes. */
const MAX_DEPTH = 2_000;
const FLAG_REF = 0x80;

/** Of an object that is not read to its end, and can be referred to only by itself. */
const INCOMPLETE = -1;

interface Reader {
  readonly bytes: Buffer;
  at: number;
  readonly references: number[];
  readonly table: ValueTable;
  /** Fields of a code object, in order. */
  readonly codeFields: readonly CodeField[];
}

type CodeField = 'int' | 'object' | 'filename';

const CODE_38: readonly CodeField[] = [
  ...Array<CodeField>(6).fill('int'), // argcount, posonlyargcount, kwonlyargcount, nlocals, stacksize, flags
  ...Array<CodeField>(6).fill('object'), // code, consts, names, varnames, freevars, cellvars
  'filename',
  'object', // name
  'int', // firstlineno
  'object', // lnotab, or linetable
];

const CODE_311: readonly CodeField[] = [
  ...Array<CodeField>(5).fill('int'), // argcount, posonlyargcount, kwonlyargcount, stacksize, flags
  ...Array<CodeField>(5).fill('object'), // code, consts, names, localsplusnames, localspluskinds
  'filename',
  'object', // name
  'object', // qualname
  'int', // firstlineno
  'object', // linetable
  'object', // exceptiontable
];

/**
 * Reads one dump to its end.
 *
 * @param version of the Python that wrote it
 * @returns the number of its value, or undefined for what is not a dump of code of that Python (3.8 or later)
 */
export function numberOfDump(
  bytes: Uint8Array,
  [major, minor]: readonly [number, number],
  table: ValueTable,
): number | undefined {
  if (major !== 3 || minor < 8) return undefined;
  const reader: Reader = {
    bytes: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength),
    at: 0,
    references: [],
    table,
    codeFields: minor < 11 ? CODE_38 : CODE_311,
  };
  try {
    const value = readObject(reader, 0);
    return reader.at === bytes.length ? value : undefined;
  } catch (error) {
    if (error instanceof RangeError) return undefined; // what is cut, and what is no dump
    throw error;
  }
}

function readObject(reader: Reader, depth: number): number {
  if (depth > MAX_DEPTH) throw new RangeError('too deep');
  const code = reader.bytes.readUInt8(reader.at);
  reader.at += 1;
  const type = String.fromCharCode(code & ~FLAG_REF);
  if (type === 'r') {
    const referred = reader.references[readInt(reader)];
    if (referred === undefined || referred === INCOMPLETE) throw new RangeError('a reference to nothing');
    return referred;
  }
  const isReferred = (code & FLAG_REF) !== 0;
  const place = reader.references.length;
  if (isReferred) reader.references.push(INCOMPLETE);
  const number = numberOf(reader.table, readContent(reader, type, depth));
  if (isReferred) reader.references[place] = number;
  return number;
}

function numberOf({ numbers }: ValueTable, content: string): number {
  const known = numbers.get(content);
  if (known !== undefined) return known;
  numbers.set(content, numbers.size);
  return numbers.size - 1;
}

/** What makes a value that value: equal for two only if they are equal. */
function readContent(reader: Reader, type: string, depth: number): string {
  const read = CONTENTS.get(type);
  if (read === undefined) throw new RangeError('not a type of a constant');
  return read(reader, depth);
}

type ReadContent = (reader: Reader, depth: number) => string;

const constant =
  (mark: string): ReadContent =>
  () =>
    mark;
const bytesOf =
  (mark: string, length: (reader: Reader) => number): ReadContent =>
  (reader) =>
    mark + take(reader, length(reader)).toString('latin1');
const objectsOf =
  (mark: string, count: (reader: Reader) => number): ReadContent =>
  (reader, depth) =>
    mark + readObjects(reader, count(reader), depth).join();
/** Written in any order. */
const setOf =
  (mark: string): ReadContent =>
  (reader, depth) =>
    mark +
    readObjects(reader, readLength(reader), depth)
      .toSorted((a, b) => a - b)
      .join();

/** By the letter of the type. Both lengths, and interned texts, are one value: a text by its bytes, in ASCII or in UTF-8. */
const CONTENTS: ReadonlyMap<string, ReadContent> = new Map([
  ...['N', 'T', 'F', '.', 'S'].map((letter) => [letter, constant(letter)] as const),
  ['i', (reader) => `i${readInt(reader)}`],
  ['l', bytesOf('l', (reader) => Math.abs(readInt(reader, true)) * 2 + 4)],
  ['g', bytesOf('g', () => 8)],
  ['y', bytesOf('y', () => 16)],
  ['s', bytesOf('s', readLength)],
  ['a', bytesOf('u', readLength)],
  ['A', bytesOf('u', readLength)],
  ['z', bytesOf('u', readByte)],
  ['Z', bytesOf('u', readByte)],
  ['u', bytesOf('t', readLength)],
  ['t', bytesOf('t', readLength)],
  [')', objectsOf('(', readByte)],
  ['(', objectsOf('(', readLength)],
  ['<', setOf('<')],
  ['>', setOf('>')],
  [':', objectsOf(':', () => 3)], // slice, since Python 3.14
  ['c', (reader, depth) => `c${reader.codeFields.map((field) => readField(reader, field, depth)).join()}`],
]);

/** The file's name says nothing of what the code does; the import system puts the file's own in its place. */
function readField(reader: Reader, field: CodeField, depth: number): string {
  if (field === 'int') return `i${readInt(reader)}`;
  const value = readObject(reader, depth + 1);
  return field === 'filename' ? '' : String(value);
}

function readObjects(reader: Reader, count: number, depth: number): number[] {
  if (count > reader.bytes.length - reader.at) throw new RangeError('more objects than bytes');
  return Array.from({ length: count }, () => readObject(reader, depth + 1));
}

function take(reader: Reader, length: number): Buffer {
  const end = reader.at + length;
  if (end > reader.bytes.length) throw new RangeError('it is cut');
  const taken = reader.bytes.subarray(reader.at, end);
  reader.at = end;
  return taken;
}

function readByte(reader: Reader): number {
  return take(reader, 1).readUInt8();
}

/** @param isPeek leaves it to be read again */
function readInt(reader: Reader, isPeek = false): number {
  const value = take(reader, 4).readInt32LE();
  if (isPeek) reader.at -= 4;
  return value;
}

function readLength(reader: Reader): number {
  const length = readInt(reader);
  if (length < 0) throw new RangeError('a negative length');
  return length;
}
