import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createValueTable, numberOfDump } from '../../src/installed/marshal.ts';

const hex = (text: string): Buffer => Buffer.from(text.replaceAll(' ', ''), 'hex');

/** Whether two dumps are of equal values; undefined when one cannot be read. */
function same(a: Buffer, b: Buffer, version: readonly [number, number] = [3, 11]): boolean | undefined {
  const table = createValueTable();
  const [first, second] = [a, b].map((bytes) => numberOfDump(bytes, version, table));
  return first === undefined || second === undefined ? undefined : first === second;
}

describe('equal values', () => {
  test.each([
    ['short and long tuples', '29 01 4e', '28 01000000 4e'],
    ['a reference, and the value itself', '29 02 fa 01 61 72 00000000', '29 02 7a 01 61 7a 01 61'],
    ['interned, and not', '5a 01 61', '7a 01 61'],
    ['short and long ASCII', '7a 01 61', '61 01000000 61'],
    ['interned UTF-8, and not', '75 02000000 c3a9', '74 02000000 c3a9'],
    ['sets in another order', '3e 02000000 69 01000000 69 02000000', '3e 02000000 69 02000000 69 01000000'],
    ['a flag for references that nothing refers to', 'a9 01 4e', '29 01 4e'],
    ['nested references', 'a9 02 e9 01000000 72 01000000', '29 02 69 01000000 69 01000000'],
  ])('%s', (_, a, b) => {
    expect(same(hex(a), hex(b))).toBe(true);
  });
});

describe('other values', () => {
  test.each([
    ['another text', '7a 01 61', '7a 01 62'],
    ['text and bytes', '7a 01 61', '73 01000000 61'],
    ['an int, and a float of the same bytes', '69 00000000', '67 0000000000000000'],
    ['zero, and minus zero', '67 0000000000000000', '67 0000000000000080'],
    ['a number, and a long one', '69 01000000', '6c 01000000 0100'],
    ['the sign of a long number', '6c 01000000 0100', '6c ffffffff 0100'],
    ['True and False', '54', '46'],
    ['None and Ellipsis', '4e', '2e'],
    ['a tuple, and the one in it', '29 01 4e', '29 01 29 01 4e'],
    ['an order', '29 02 54 46', '29 02 46 54'],
    ['a set, and a frozen one', '3c 00000000', '3e 00000000'],
    [
      'another thing referred to',
      '29 03 fa 01 61 fa 01 62 72 00000000',
      '29 03 fa 01 61 fa 01 62 72 01000000',
    ],
  ])('%s', (_, a, b) => {
    expect(same(hex(a), hex(b))).toBe(false);
  });
});

describe('no dump', () => {
  test.each([
    ['nothing', ''],
    ['what is cut', '29 02 4e'],
    ['a text that is cut', '7a 05 61'],
    ['something after it', '4e 4e'],
    ['a negative length', '28 ffffffff'],
    ['more objects than bytes', '28 ffffff7f'],
    ['a reference to nothing', '72 00000000'],
    ['a reference to what it is in', 'a9 01 72 00000000'],
    ['an unknown type', '40'],
    ['the end of a dictionary', '30'],
  ])('%s', (_, text) => {
    expect(numberOfDump(hex(text), [3, 11], createValueTable())).toBeUndefined();
  });

  test('a tower of tuples', () => {
    const deep = Buffer.concat([Buffer.from('2901'.repeat(100_000), 'hex'), Buffer.from('4e', 'hex')]);
    expect(numberOfDump(deep, [3, 11], createValueTable())).toBeUndefined();
  });

  test('tuples that refer to the one before twice are read in no time', () => {
    const doubled = Array.from({ length: 40 }, (_, i) =>
      i === 0 ? Buffer.from('a9014e', 'hex') : Buffer.from(`a90272${le(i - 1)}72${le(i - 1)}`, 'hex'),
    );
    const whole = Buffer.concat([Buffer.from(`28${le(doubled.length)}`, 'hex'), ...doubled]);
    expect(same(whole, whole)).toBe(true);
  });

  test('of a Python that wrote other code objects', () => {
    expect(numberOfDump(hex('4e'), [2, 7], createValueTable())).toBeUndefined();
    expect(numberOfDump(hex('4e'), [3, 7], createValueTable())).toBeUndefined();
  });
});

function le(value: number): string {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes.toString('hex');
}

test('anything is read, or is none', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
      const number = numberOfDump(bytes, [3, 12], createValueTable());
      expect(number === undefined || number >= 0).toBe(true);
    }),
    { numRuns: 2000 },
  );
});
