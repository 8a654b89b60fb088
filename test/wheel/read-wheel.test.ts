/** Wheels that two readers of zip files could take for two things, and wheels that do not agree with themselves. */
import { isDeepStrictEqual } from 'node:util';
import { createHash } from 'node:crypto';
import { truncate } from 'node:fs/promises';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ARCHIVE_LIMITS, withArchive, type ArchiveLimits } from '../../src/wheel/archive.ts';
import { MalformedWheel } from '../../src/wheel/malformed.ts';
import { readWheel } from '../../src/wheel/read-wheel.ts';
import { zip, type ArchiveFiles } from '../support/archives.ts';
import { makeWheel } from '../support/distributions.ts';
import { createWorkspace, type Workspace } from '../support/workspace.ts';

let workspace: Workspace;
beforeAll(async () => {
  workspace = await createWorkspace();
});
afterAll(async () => workspace.remove());

const DEMO = { name: 'demo', version: '1.0.0' };
const WHEEL = 'Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n';

async function read(bytes: Uint8Array, limits: ArchiveLimits = ARCHIVE_LIMITS) {
  return await readWheel(await workspace.write('demo.whl', bytes), DEMO, limits);
}

function sha256(content: string | Uint8Array): Buffer {
  return createHash('sha256').update(content).digest();
}

function recordOf(files: ArchiveFiles): string {
  return Object.entries(files)
    .map(
      ([path, content]) =>
        `"${path.replaceAll('"', '""')}",sha256=${sha256(content).toString('base64url')},${Buffer.byteLength(content)}\n`,
    )
    .join('');
}

/** A wheel of these files with what a wheel must have, each left out that is undefined. */
function wheelOf(
  files: ArchiveFiles = {},
  more: Readonly<Record<string, string | Uint8Array | undefined>> = {},
): Buffer {
  const all: ArchiveFiles = { 'demo/__init__.py': '', 'demo-1.0.0.dist-info/WHEEL': WHEEL, ...files };
  const given = { 'demo-1.0.0.dist-info/RECORD': recordOf(all), ...more };
  const kept = Object.entries<string | Uint8Array | undefined>({ ...all, ...given }).flatMap(
    ([path, content]) => (content === undefined ? [] : [[path, content] as const]),
  );
  return zip(Object.fromEntries(kept));
}

test('the files of a wheel, what they are, and what installers make of them', async () => {
  const { bytes } = makeWheel({
    ...DEMO,
    files: { 'DATA/scripts/run': '#!python\n', 'DATA/headers/x.h': 'x', 'ü/ß.py': 'x' },
    entryPoints: '[console_scripts]\ndemo = demo:main\n',
  });
  const reading = await read(bytes);
  expect(reading).toMatchObject({
    kind: 'wheel',
    wheel: {
      distInfo: 'demo-1.0.0.dist-info',
      isPurelib: true,
      entryPoints: [{ name: 'demo', module: 'demo', attribute: 'main' }],
    },
  });
  if (reading.kind !== 'wheel') return;
  const { files } = reading.wheel;
  expect([...files.keys()]).not.toContain('demo-1.0.0.dist-info/RECORD');
  expect(files.get('ü/ß.py')).toEqual({ sha256: sha256('x').toString('hex'), size: 1 });
  expect(files.get('demo-1.0.0.data/scripts/run')?.content).toEqual(Buffer.from('#!python\n'));
});

const INFO = 'demo-1.0.0.dist-info';

describe('a wheel that does not agree with itself', () => {
  test.each([
    ['no RECORD', wheelOf({}, { [`${INFO}/RECORD`]: undefined }), 'it has no RECORD'],
    [
      'a RECORD that is not UTF-8',
      zip({ [`${INFO}/WHEEL`]: WHEEL, [`${INFO}/RECORD`]: Buffer.from([0xff]) }),
      'not UTF-8',
    ],
    [
      'a file that the RECORD does not list',
      wheelOf({}, { 'evil.py': '' }),
      '`evil.py` is not in its RECORD',
    ],
    [
      'a file that the RECORD lists without a hash',
      wheelOf(
        {},
        {
          'evil.py': '',
          [`${INFO}/RECORD`]: `${recordOf({ 'demo/__init__.py': '', [`${INFO}/WHEEL`]: WHEEL })}evil.py,,\n`,
        },
      ),
      '`evil.py` is not in its RECORD',
    ],
    [
      'a file that it lists and does not have',
      wheelOf(
        {},
        { [`${INFO}/RECORD`]: recordOf({ 'demo/__init__.py': '', [`${INFO}/WHEEL`]: WHEEL, 'gone.py': '' }) },
      ),
      '`gone.py`',
    ],
    [
      'another content',
      wheelOf({}, { 'demo/__init__.py': 'x' }),
      '`demo/__init__.py` is not what its RECORD says',
    ],
    [
      'another content of the same size',
      wheelOf({ 'a.py': 'x' }, { 'a.py': 'y' }),
      '`a.py` is not what its RECORD says',
    ],
    ['no WHEEL', wheelOf({}, { [`${INFO}/WHEEL`]: undefined }), 'its WHEEL is not of version 1'],
    [
      'a WHEEL of version 2',
      wheelOf({ [`${INFO}/WHEEL`]: WHEEL.replace('1.0', '2.0') }),
      'its WHEEL is not of version 1',
    ],
    [
      'an entry point that is none',
      wheelOf({ [`${INFO}/entry_points.txt`]: '[console_scripts]\nx\n' }),
      'its entry_points.txt',
    ],
    ['another project', makeWheel({ name: 'other' }).bytes, 'is of another project'],
    [
      'another version',
      makeWheel({ name: 'demo', version: '2.0' }).bytes,
      'is of another project or version',
    ],
    [
      'two .dist-info directories',
      wheelOf({ 'other-1.0.dist-info/METADATA': '' }),
      'it has 2 .dist-info directories',
    ],
    ['no .dist-info directory', zip({ 'a.py': '' }), 'it has 0 .dist-info directories'],
  ] as const)('%s', async (_, bytes, reason) => {
    expect(await read(bytes)).toEqual({
      kind: 'malformed',
      reason: expect.stringContaining(reason) as unknown,
    });
  });
});

/** Where headers of entries are: `PK\x03\x04` and `PK\x01\x02`, each before the name. */
function headersOf(bytes: Buffer, name: string) {
  const find = (signature: number, nameAt: number): number => {
    for (let at = 0; at < bytes.length - 4; at += 1) {
      if (
        bytes.readUInt32LE(at) === signature &&
        bytes.toString('latin1', at + nameAt, at + nameAt + name.length) === name
      )
        return at;
    }
    throw new Error(`no header of ${name}`);
  };
  return { local: find(0x04034b50, 30), central: find(0x02014b50, 46) };
}

type Patch = (bytes: Buffer, at: ReturnType<typeof headersOf>) => unknown;

/** A wheel with an entry `evil.py` whose headers are patched. */
function patched(patch: Patch, content = 'x'.repeat(500)): Buffer {
  const bytes = wheelOf({ 'evil.py': content });
  patch(bytes, headersOf(bytes, 'evil.py'));
  return bytes;
}

const both =
  (local: number, central: number, write: (bytes: Buffer, at: number) => unknown): Patch =>
  (bytes, at) => {
    write(bytes, at.local + local);
    write(bytes, at.central + central);
  };

describe('a zip file that can be read in more ways than one', () => {
  test.each([
    ['none at all', Buffer.from('evil')],
    ['nothing', Buffer.alloc(0)],
    ['one that is cut', wheelOf().subarray(0, -30)],
    ['data before it', Buffer.concat([Buffer.from('#!/bin/sh\n'), wheelOf()])],
    ['data after it', Buffer.concat([wheelOf(), Buffer.from('evil')])],
    ['another one after it', Buffer.concat([wheelOf(), wheelOf({ 'evil.py': '' })])],
    ['another name in the local header', patched((bytes, { local }) => bytes.write('live.py', local + 30))],
    ['another method in the local header', patched((bytes, { local }) => bytes.writeUInt16LE(0, local + 8))],
    ['another size in the local header', patched((bytes, { local }) => bytes.writeUInt32LE(3, local + 22))],
    [
      'another checksum in the local header',
      patched((bytes, { local }) => bytes.writeUInt32LE(3, local + 14)),
    ],
    ['a wrong checksum', patched(both(14, 16, (bytes, at) => bytes.writeUInt32LE(3, at)))],
    ['more than it says', patched(both(22, 24, (bytes, at) => bytes.writeUInt32LE(3, at)))],
    ['less than it says', patched(both(22, 24, (bytes, at) => bytes.writeUInt32LE(501, at)))],
    ['an encrypted entry', patched(both(6, 8, (bytes, at) => bytes.writeUInt16LE(0x0801, at)))],
    ['a method of its own', patched(both(8, 10, (bytes, at) => bytes.writeUInt16LE(14, at)))],
    ['a link', patched((bytes, { central }) => bytes.writeUInt32LE((0o120777 << 16) >>> 0, central + 38))],
    ['a device', patched((bytes, { central }) => bytes.writeUInt32LE((0o020644 << 16) >>> 0, central + 38))],
    [
      'an entry in the place of another',
      patched((bytes, { central }) => bytes.writeUInt32LE(0, central + 42)),
    ],
    ['a name that is not UTF-8', patched(both(30, 46, (bytes, at) => bytes.writeUInt8(0xff, at)))],
    [
      'fewer entries than there are',
      patched((bytes) => {
        bytes.writeUInt16LE(3, bytes.length - 14);
        bytes.writeUInt16LE(3, bytes.length - 12);
      }),
    ],
  ] as const)('%s', async (_, bytes) => {
    expect(await read(bytes)).toEqual({ kind: 'malformed', reason: expect.any(String) as unknown });
  });

  test.each([
    ['../evil.py'],
    ['demo/../../evil.py'],
    ['/evil.py'],
    ['C:/evil.py'],
    ['demo\\evil.py'],
    ['..\\evil.py'],
    ['demo//evil.py'],
    ['./evil.py'],
    ['evil\u0000.py'],
    ['evil\n.py'],
  ])('the name %j', async (name) => {
    expect(await read(wheelOf({ [name]: '' }))).toEqual({
      kind: 'malformed',
      reason: expect.any(String) as unknown,
    });
  });

  test.each([
    ['letter case', 'demo/Evil.py', 'demo/evil.py'],
    ['letter case of a directory', 'Demo/a.py', 'demo/A.py'],
    ['normalisation', 'demo/\u00e9.py', 'demo/e\u0301.py'],
    ['compatibility', 'demo/\uff41.py', 'demo/a.py'],
    ['a file and a directory', 'evil', 'evil/x.py'],
  ])('names that are one: %s', async (_, first, second) => {
    expect(await read(wheelOf({ [first]: '', [second]: '' }))).toEqual({
      kind: 'malformed',
      reason: expect.any(String) as unknown,
    });
  });

  test('the same name twice', async () => {
    const bytes = wheelOf({ 'evil.py': 'a', 'live.py': 'b' });
    const { local, central } = headersOf(bytes, 'live.py');
    bytes.write('evil.py', local + 30);
    bytes.write('evil.py', central + 46);
    expect(await read(bytes)).toEqual({ kind: 'malformed', reason: expect.any(String) as unknown });
  });

  test('a name that another reader decodes in another way', async () => {
    const bytes = patched(both(6, 8, (target, at) => target.writeUInt16LE(0, at)));
    expect(await read(bytes)).toMatchObject({ kind: 'wheel' }); // in ASCII it is the same for all
    const umlaut = wheelOf({ '\u00e9vil': '' });
    const at = headersOf(umlaut, Buffer.from('\u00e9vil').toString('latin1'));
    both(6, 8, (target, place) => target.writeUInt16LE(0, place))(umlaut, at);
    expect(await read(umlaut)).toMatchObject({ kind: 'malformed' });
  });
});

describe('a directory', () => {
  const bytes = wheelOf({}, { 'folder/': '' });
  const mode = (value: number): Buffer => {
    const changed = Buffer.from(bytes);
    changed.writeUInt32LE((value << 16) >>> 0, headersOf(changed, 'folder/').central + 38);
    return changed;
  };

  test('says nothing', async () => {
    const whole = await read(wheelOf());
    expect([whole.kind, await read(mode(0o040755)), await read(mode(0))]).toEqual(['wheel', whole, whole]);
  });

  test.each([
    ['a file', 0o100644],
    ['a link', 0o120777],
  ])('is not %s', async (_, value) => {
    expect(await read(mode(value))).toEqual({
      kind: 'malformed',
      reason: '`folder/` is neither a file nor a directory',
    });
  });
});

test('a file that becomes shorter while it is read is not read as something else', async () => {
  const path = await workspace.write('demo.whl', wheelOf({ 'demo/a.py': 'x'.repeat(1000) }));
  const reading = withArchive(path, async (entries) => {
    await truncate(path, 10);
    return await Promise.all(entries.map(async (entry) => await entry.content()));
  });
  await expect(reading).rejects.toThrow(MalformedWheel);
});

const limits = (overrides: Partial<ArchiveLimits>): ArchiveLimits => ({ ...ARCHIVE_LIMITS, ...overrides });

describe('limits', () => {
  const bytes = wheelOf({ 'zeros.bin': '0'.repeat(1_000_000) });

  test.each([
    ['entries', limits({ entries: 3 }), 'it has 4 entries'],
    ['size', limits({ size: 1_000_000 }), 'bytes unpacked'],
    ['ratio', limits({ ratioFrom: 1000 }), 'unpacked'],
  ])('%s', async (_, limit, reason) => {
    expect(await read(bytes, limit)).toEqual({
      kind: 'malformed',
      reason: expect.stringContaining(reason) as unknown,
    });
  });

  test('what is to be kept in memory', async () => {
    const record = Buffer.alloc(32 * 1024 ** 2 + 1, '\n');
    expect(await read(wheelOf({}, { [`${INFO}/RECORD`]: record }))).toEqual({
      kind: 'malformed',
      reason: `\`${INFO}/RECORD\` has ${record.length} bytes`,
    });
  });

  test('what is within them is read', async () => {
    expect(await read(bytes)).toMatchObject({ kind: 'wheel' });
    expect(await read(bytes, limits({ entries: 4, ratioFrom: 1000, ratio: 1000 }))).toMatchObject({
      kind: 'wheel',
    });
  });
});

test('no byte of a wheel can be changed unnoticed, unless it says nothing', async () => {
  const { bytes } = makeWheel({ ...DEMO, files: { 'demo/a.py': 'A = 1\n' } });
  const whole = await read(bytes);
  expect(whole.kind).toBe('wheel');
  await fc.assert(
    fc.asyncProperty(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), async (at, flip) => {
      const changed = Buffer.from(bytes);
      changed.writeUInt8(changed.readUInt8(at) ^ flip, at);
      const reading = await readWheel(
        await workspace.write(join('flipped', `${at}-${flip}.whl`), changed),
        DEMO,
      );
      // Times, versions and permissions say nothing that is compared.
      return reading.kind !== 'wheel' || isDeepStrictEqual(reading, whole);
    }),
    { numRuns: 150 },
  );
});
