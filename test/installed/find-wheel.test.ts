import { describe, expect, test } from 'vitest';
import type { Distribution } from '../../src/installed/distributions.ts';
import { findWheel, pinnedInstead, type FoundWheel } from '../../src/installed/find-wheel.ts';
import type { Lock, LockedPackage } from '../../src/model.ts';
import type { ProjectListing } from '../../src/package-index/contract.ts';

const site = { libraries: [], purelib: '', platlib: '', scripts: '', data: '', headers: '' };
const LINUX = ['cp311-cp311-manylinux2014_x86_64', 'cp311-cp311-manylinux_2_17_x86_64'];

function installed(more: Partial<Distribution> = {}): Distribution {
  return {
    name: 'demo',
    version: '1.0',
    directory: 'demo-1.0.dist-info',
    library: '',
    site,
    metadata: { isPurelib: false, tags: LINUX },
    origin: { kind: 'none' },
    installer: 'pip',
    ...more,
  };
}

const listing = (...filenames: readonly string[]): ProjectListing => ({
  files: filenames.map((filename) => ({ filename, sha256: 'ab'.repeat(32) })),
  failures: [],
});

async function find(
  distribution: Distribution,
  listed: ProjectListing = listing(),
  locks: readonly Lock[] = [],
) {
  return await findWheel(distribution, { locks, listFiles: async () => Promise.resolve(listed) });
}

const EXACT = 'demo-1.0-cp311-cp311-manylinux_2_17_x86_64.manylinux2014_x86_64.whl';

describe('at an index', () => {
  test.each([
    ['the one with the same tags', [`demo-1.0-cp311-cp311-manylinux2014_x86_64.whl`, EXACT], EXACT],
    [
      'the one with most of them',
      ['demo-1.0-py3-none-any.whl', 'demo-1.0-cp311-cp311-manylinux2014_x86_64.manylinux1_x86_64.whl'],
      'demo-1.0-cp311-cp311-manylinux2014_x86_64.manylinux1_x86_64.whl',
    ],
    [
      'of two with some of them, the one with more',
      [
        'demo-1.0-cp311-cp311-manylinux2014_x86_64.musllinux_1_2_x86_64.whl',
        `demo-1.0-cp311-cp311-manylinux_2_17_x86_64.manylinux2014_x86_64.manylinux1_x86_64.whl`,
      ],
      `demo-1.0-cp311-cp311-manylinux_2_17_x86_64.manylinux2014_x86_64.manylinux1_x86_64.whl`,
    ],
    ['however the version is spelled', [EXACT.replace('1.0', '1.0.0')], EXACT.replace('1.0', '1.0.0')],
    ['not of another version', [EXACT.replace('1.0', '1.1')], undefined],
    ['not of another project', [EXACT.replace('demo', 'other')], undefined],
    ['not an sdist', ['demo-1.0.tar.gz'], undefined],
    ['not with other tags', ['demo-1.0-cp311-cp311-win_amd64.whl'], undefined],
  ])('%s', async (_, filenames, expected) => {
    const found = await find(installed(), listing(...filenames));
    expect(found.kind === 'wheel' ? found.file.filename : undefined).toBe(expected);
    expect(found.kind).toBe(expected === undefined ? 'not-covered' : 'wheel');
  });

  test('the one of the same build', async () => {
    const metadata = { isPurelib: true, tags: ['py3-none-any'], build: '2' };
    const files = listing(
      'demo-1.0-1-py3-none-any.whl',
      'demo-1.0-2-py3-none-any.whl',
      'demo-1.0-py3-none-any.whl',
    );
    expect(await find(installed({ metadata }), files)).toMatchObject({
      file: { filename: 'demo-1.0-2-py3-none-any.whl', hashes: { sha256: 'ab'.repeat(32) } },
    });
  });

  test('with the hash that it says, or with none', async () => {
    expect(await find(installed(), { files: [{ filename: EXACT }], failures: [] })).toEqual({
      kind: 'wheel',
      file: { kind: 'wheel', filename: EXACT, hashes: {} },
      foundBy: 'its tags, at the index',
    });
  });

  test('the one that it was installed from by its URL, where that has the same hash', async () => {
    const distribution = fromUrl(`https://x/a/${encodeURIComponent(EXACT)}#y`, { sha256: 'ab'.repeat(32) });
    const other = 'demo-1.0-py3-none-any.whl';
    expect(await find(distribution, listing(other, EXACT))).toEqual({
      kind: 'wheel',
      file: { kind: 'wheel', filename: EXACT, hashes: { sha256: 'ab'.repeat(32) } },
      foundBy: 'its `direct_url.json`',
    });
  });

  test('as long as one does not answer, nothing is known', async () => {
    const failures = [{ cause: 'refused', reason: '403' }] as const;
    expect(await find(installed(), { files: [], failures })).toEqual({
      kind: 'unavailable',
      cause: 'refused',
      reason: '403',
    });
    expect(await find(installed(), { ...listing(EXACT), failures })).toMatchObject({ kind: 'wheel' });
  });
});

const { metadata: _, ...withoutWheel } = installed();
const fromUrl = (url: string, hashes: Readonly<Record<string, string>> = {}) =>
  installed({ origin: { kind: 'archive', url, hashes } });

const UNCOVERED: readonly (readonly [reason: string, Distribution])[] = [
  ['`conda` installed it', installed({ installer: 'conda' })],
  ['it has no WHEEL', withoutWheel],
  ['no wheel of this version without tags', installed({ metadata: { isPurelib: true, tags: [] } })],
  ['it is editable', installed({ origin: { kind: 'elsewhere', what: 'it is editable' } })],
  ['it was built from an archive', fromUrl('https://x/demo-1.0.tar.gz')],
  ['it was built from an archive', fromUrl('https://x/%zz')],
  ['it was built from an archive', fromUrl(EXACT)],
  ['no index lists that file', fromUrl(`https://x/${EXACT}`)],
  ['no index lists that file', fromUrl(`https://x/${EXACT}`, { sha256: 'cd'.repeat(32) })],
];

describe('what was not installed from a wheel of an index', () => {
  test.for(UNCOVERED)('%s', async ([reason, distribution]) => {
    expect(await find(distribution, listing(EXACT))).toEqual({
      kind: 'not-covered',
      reason: expect.stringContaining(reason) as unknown,
    });
  });
});

const PINNED: LockedPackage = { name: 'demo', version: '1.0.0', files: [] };
const lockOf = (...packages: readonly Partial<LockedPackage>[]): Lock => ({
  source: 'uv.lock',
  packages: packages.map((one) => ({ ...PINNED, ...one })),
});

describe('in a lock', () => {
  const wheel = { kind: 'wheel', filename: EXACT, hashes: { sha256: 'cd'.repeat(32) } } as const;

  test('what it pins, and not what an index lists', async () => {
    const other = { ...wheel, filename: 'demo-1.0-cp311-cp311-win_amd64.whl' };
    const lock = lockOf({ files: [other, wheel], index: 'https://index.example/simple' });
    expect(await find(installed(), listing(EXACT), [lock])).toEqual({
      kind: 'wheel',
      file: wheel,
      index: 'https://index.example/simple',
      foundBy: '`uv.lock`',
    });
    expect(await find(installed(), listing(EXACT), [lockOf({ files: [other] })])).toMatchObject({
      kind: 'not-covered',
    });
  });

  const OTHERS: readonly (readonly [Partial<LockedPackage>, FoundWheel])[] = [
    [{ notCovered: 'a directory' }, { kind: 'not-covered', reason: 'a directory' }],
    [{ files: [{ ...wheel, notCovered: 'a local file' }] }, { kind: 'not-covered', reason: 'a local file' }],
    [
      { unnamed: [{ hashes: {}, unavailable: { cause: 'unlisted', reason: 'none' } }] },
      { kind: 'unavailable', cause: 'unlisted', reason: 'none' },
    ],
  ];

  test.for(OTHERS)('%j', async ([locked, expected]) => {
    expect(await find(installed(), listing(EXACT), [lockOf(locked)])).toEqual(expected);
  });

  const { version: _version, ...unversioned } = { ...PINNED, files: [wheel] };
  test.for<readonly [string, LockedPackage]>([
    ['does not have the package', { ...PINNED, name: 'other', files: [wheel] }],
    ['has another version', { ...PINNED, version: '1.1', files: [wheel] }],
    ['says no version', unversioned],
  ])('one that %s is no lock of it', async ([, locked]) => {
    const lock: Lock = { source: 'uv.lock', packages: [locked] };
    expect(await find(installed(), listing(EXACT), [lock])).toMatchObject({
      foundBy: 'its tags, at the index',
    });
  });

  /** What is pinned in the place of what is installed. */
  async function instead(distribution: Distribution, ...packages: readonly Partial<LockedPackage>[]) {
    const locks = packages.map((one) => lockOf(one));
    return pinnedInstead(distribution, locks, await find(distribution, listing(EXACT), locks));
  }

  test('of other versions', async () => {
    expect(await instead(installed(), { files: [wheel] })).toEqual([]);
    expect(await instead(installed(), { name: 'other', version: '2' })).toEqual([]);
    expect(await instead(installed(), { version: '2' }, { version: '3' }, { version: '2' })).toEqual([
      '2',
      '3',
    ]);
    expect(await instead(installed(), { version: '2' }, { files: [wheel] })).toEqual([]);
  });

  const sdist = { ...wheel, kind: 'sdist', filename: 'demo-1.0.tar.gz' } as const;
  const windows = { ...wheel, filename: 'demo-1.0-cp311-cp311-win_amd64.whl' };

  test.for([
    ['editable', UNCOVERED[3]?.[1], [wheel], [EXACT]],
    ['of conda', UNCOVERED[0]?.[1], [wheel, wheel], [EXACT]],
    ['without a WHEEL, although it could be built', withoutWheel, [sdist, wheel], [sdist.filename, EXACT]],
    ['with tags that no wheel has', installed(), [windows], [windows.filename]],
    ['perhaps built from an sdist', installed(), [windows, sdist], []],
    [
      'of a file that no index has, for the lock either',
      withoutWheel,
      [{ ...wheel, notCovered: 'local' }],
      [],
    ],
    ['not in the lock', withoutWheel, [], []],
  ] as const)('files, where it is %s', async ([, distribution = installed(), files, expected]) => {
    expect(await instead(distribution, { files })).toEqual(expected);
  });

  test('not where the lock has it from elsewhere, too', async () => {
    expect(await instead(withoutWheel, { files: [], notCovered: 'a directory' })).toEqual([]);
  });
});
