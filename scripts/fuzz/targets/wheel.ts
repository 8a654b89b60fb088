import assert from 'node:assert/strict';

import { createValueTable, numberOfDump } from '../../../src/installed/marshal.ts';
import { MalformedWheel } from '../../../src/wheel/malformed.ts';
import { parseEntryPoints, parseWheelMetadata } from '../../../src/wheel/metadata.ts';
import { parseRecord } from '../../../src/wheel/record.ts';
import type { FuzzTarget } from '../contract.ts';
import { bytesOf, isOneLine, textOf } from '../expected.ts';

const HASH = 'sha256=47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU';

/** The RECORD of a wheel. */
export const wheelRecord: FuzzTarget = {
  name: 'wheel-record',
  seeds: bytesOf(
    `a/__init__.py,${HASH},0\n"b,""c"".py",${HASH},\r\na-1.dist-info/RECORD,,\n`,
    `a.py,sha384=OLBgp1GsljhM2TJ-sbHjaiH9txEUvgdDTAzHv2P24donTt6_529l-9Ua0vFImLlb,12\n`,
  ),
  tokens: ['"', '""', ',', '\r\n', '\r', 'sha512=', 'md5=', '=='],
  covers: /\/src\/wheel\/record/,
  check: (input) => {
    const entries = orMalformed(() => parseRecord(textOf(input)));
    for (const [path, { algorithm, digest, size }] of entries ?? []) {
      assert.notEqual(path, '');
      assert.equal(algorithm === undefined, digest === undefined);
      assert.match(digest ?? '0'.repeat(64), /^(?:[0-9a-f]{64}|[0-9a-f]{96}|[0-9a-f]{128})$/);
      assert.ok(size === undefined || Number.isSafeInteger(size));
    }
    // An empty line is none.
    assert.deepEqual(
      orMalformed(() => parseRecord(`\n${textOf(input)}`)),
      entries,
    );
  },
};

/** WHEEL and entry_points.txt. */
export const wheelMetadata: FuzzTarget = {
  name: 'wheel-metadata',
  seeds: bytesOf(
    'Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py2.py3-none-any\nBuild: 1a\n',
    '[console_scripts]\na = b.c:d.e [x]\n# comment\n[gui_scripts]\nf-g=h:i ; comment\n[other]\nj = k\n',
  ),
  tokens: ['[console_scripts]\n', 'a = b:c\n', '../', ' = ', ':', '(', '\u00e9'],
  covers: /\/src\/wheel\/metadata/,
  check: (input) => {
    const text = textOf(input);
    for (const tag of parseWheelMetadata(text)?.tags ?? [])
      assert.match(tag, /^[a-z0-9_]+-[a-z0-9_]+-[a-z0-9_]+$/);
    for (const { name, module, attribute } of parseEntryPoints(text) ?? []) {
      // A name is that of a file in the directory of programs; module and attribute stand in a program.
      assert.ok(!/[/\\\p{Cc}]/u.test(name) && !/^\.*$/.test(name), name);
      for (const dotted of [module, attribute]) assert.match(dotted, /^[\p{L}_][\w.]*$/u);
    }
  },
};

const hex = (text: string): Uint8Array => Buffer.from(text, 'hex');

/** Bytecode, as `marshal` writes it. */
export const marshal: FuzzTarget = {
  name: 'marshal',
  seeds: [
    // Of each kind of constant one, and a function, by Python 3.11.
    hex(
      '290d4e54462ee9010000006cfbffffff00000000000000000004e7000000000000f83ff900000000000000000000000000000040f30100000078da0161f502000000c3bc3e020000007200000000e902000000a9027204000000da0162',
    ),
    hex(
      [
        'e30000000000000000000000000200000000000000f316000000970064006401680264029c01640384025a0064045300',
        '2905e901000000e9020000002901da0162630100000000000000010000000600000003000000f31600000097007c0064',
        '017600640264036404640564066606530029074e3e020000007202000000720300000067000000000000044079000000',
        '0000000000000000000000f03ff30100000078f502000000c3bc6c0500000000000000000000000004a9002902da0161',
        '720400000073020000002020da0166720a000000720a0000000100000073190000008000d80b0c9006883b98039852a0',
        '14a074a857d00b34d00434f3000000004e2901720a0000007208000000720b000000720a000000fa083c6d6f64756c65',
        '3e720c00000001000000732f000000f003010101d80f1090218866f000010135f000010135f000010135f000010135f0',
        '00010135f000010135f000010135720b000000',
      ].join(''),
    ),
  ],
  tokens: ['\u00e9', ')', '(', 'r\0\0\0\0', 'c'],
  covers: /\/src\/installed\/marshal/,
  check: (input) => {
    const table = createValueTable();
    for (const version of [
      [3, 8],
      [3, 13],
    ] as const) {
      const number = numberOfDump(input, version, table);
      assert.ok(number === undefined || number < table.numbers.size);
      assert.equal(numberOfDump(input, version, table), number, 'another number for the same bytes');
      if (number === undefined) continue;
      assert.equal(numberOfDump(Buffer.concat([input, hex('4e')]), version, createValueTable()), undefined);
    }
  },
};

function orMalformed<T>(parse: () => T): T | undefined {
  try {
    return parse();
  } catch (error) {
    if (!(error instanceof MalformedWheel)) throw error;
    assert.ok(isOneLine(error.message), `not one line: ${error.message}`);
    return undefined;
  }
}
