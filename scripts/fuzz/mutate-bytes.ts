import type { Mutation, Random } from './contract.ts';

/** Longer inputs are slow, and what only they could show is for the limits' own tests. */
const MAX_INPUT = 200_000;

/** Bytes and words that parsers treat in ways of their own. */
const SPECIAL = [
  '\0',
  '\n',
  '\r',
  '\r\n',
  '\t',
  ' ',
  '\\',
  '"',
  "'",
  '"""',
  '#',
  '%',
  '%0A',
  '%00',
  '=',
  '==',
  ':',
  ';',
  ',',
  '[',
  ']',
  '[[',
  ']]',
  '{',
  '}',
  '<',
  '>',
  '&',
  '/',
  '//',
  '..',
  '/../',
  '-',
  '--',
  '_',
  '.',
  '@',
  '*',
  '?',
  '!',
  '\u001b[2J',
  '\u007f',
  '\u0085',
  '\u00a0',
  '\u200b',
  '\u202e',
  '\u2028',
  '\ufeff',
  '\ufffd',
  '\u{e0041}',
  'null',
  'true',
  'false',
  'NaN',
  '-0',
  '1e999',
  '9007199254740993',
  '18446744073709551616',
  '0x10',
  '1_000',
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  '\u0130',
  '\u212a',
  '\u0131',
  '\ud800',
  '##[error]',
  '::error::',
] as const;

/**
 * Changes an input in one to four places, without knowing its format.
 *
 * @param others inputs to take parts from
 */
export function mutateBytes(
  input: Uint8Array,
  tokens: readonly string[],
  others: readonly [Uint8Array, ...Uint8Array[]],
  random: Random,
): Uint8Array {
  const words = [SPECIAL[0], ...SPECIAL, ...tokens] as const;
  const mutations: readonly [Mutation, ...Mutation[]] = [
    changeByte,
    changeByte,
    remove,
    repeat,
    swapLines,
    changeNumber,
    (bytes) => insert(bytes, Buffer.from(random.pick(words)), random),
    (bytes) => insert(bytes, partOf(random.pick(others), random), random),
    (bytes) => overwrite(bytes, Buffer.from(random.pick(words)), random),
  ];
  let bytes = input;
  for (let left = 1 + random.below(4); left > 0; left -= 1)
    bytes = random.pick(mutations)(bytes, random) ?? bytes;
  return bytes.subarray(0, MAX_INPUT);
}

function changeByte(bytes: Uint8Array, random: Random): Uint8Array | undefined {
  if (bytes.length === 0) return undefined;
  const changed = Buffer.from(bytes);
  const at = random.below(bytes.length);
  const byte = changed[at] ?? 0;
  changed[at] = random.pick([byte ^ (1 << random.below(8)), random.below(256), byte + 1, byte - 1]);
  return changed;
}

function remove(bytes: Uint8Array, random: Random): Uint8Array {
  const [start, end] = span(bytes, random);
  return Buffer.concat([bytes.subarray(0, start), bytes.subarray(end)]);
}

/** Mostly once or twice; sometimes so often that what is not linear is felt. */
function repeat(bytes: Uint8Array, random: Random): Uint8Array {
  const part = partOf(bytes, random).subarray(0, 1_000);
  const times = random.pick([1, 1, 1, 2, 2, 10, 100, 10_000]);
  const room = Math.max(MAX_INPUT - bytes.length, 0);
  return insert(
    bytes,
    Buffer.alloc(Math.min(part.length * times, room), part.length === 0 ? 0 : part),
    random,
  );
}

function swapLines(bytes: Uint8Array, random: Random): Uint8Array {
  const lines = Buffer.from(bytes).toString('latin1').split('\n');
  const [one, other] = [random.below(lines.length), random.below(lines.length)];
  const swapped = lines.with(one, lines[other] ?? '').with(other, lines[one] ?? '');
  return Buffer.from(swapped.join('\n'), 'latin1');
}

function changeNumber(bytes: Uint8Array, random: Random): Uint8Array | undefined {
  const text = Buffer.from(bytes).toString('latin1');
  const numbers = [...text.matchAll(/\d+/g)];
  const number = numbers[random.below(numbers.length)];
  if (number === undefined) return undefined;
  const other = random.pick([
    '0',
    '1',
    '-1',
    '00',
    '2147483648',
    '9007199254740992',
    '99999999999999999999',
    '',
  ]);
  const end = number.index + number[0].length;
  return Buffer.from(text.slice(0, number.index) + other + text.slice(end), 'latin1');
}

function insert(bytes: Uint8Array, part: Uint8Array, random: Random): Uint8Array {
  const at = random.below(bytes.length + 1);
  return Buffer.concat([bytes.subarray(0, at), part, bytes.subarray(at)]);
}

function overwrite(bytes: Uint8Array, part: Uint8Array, random: Random): Uint8Array {
  const at = random.below(bytes.length + 1);
  return Buffer.concat([bytes.subarray(0, at), part, bytes.subarray(at + part.length)]);
}

function partOf(bytes: Uint8Array, random: Random): Uint8Array {
  return bytes.subarray(...span(bytes, random));
}

/** Short spans more often than long ones. */
function span(bytes: Uint8Array, random: Random): readonly [number, number] {
  const start = random.below(bytes.length + 1);
  const longest = random.pick([1, 4, 16, 64, bytes.length + 1]);
  return [start, Math.min(start + random.below(longest + 1), bytes.length)];
}
