import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  compareVersions,
  isPreRelease,
  isProjectName,
  normalizeName,
  normalizeVersion,
  parseDistributionFilename,
  sameDistribution,
  sameVersion,
  spelledVersion,
} from '../src/distribution-filename.ts';

function manyTags(count: number, prefix: string): string {
  return Array.from({ length: count }, (_, n) => `${prefix}${n}`).join('.');
}

/** Arbitrary components of a compressed tag set, without duplicates. */
function tagSet(pattern: RegExp): fc.Arbitrary<string[]> {
  return fc.uniqueArray(fc.stringMatching(pattern), { minLength: 1, maxLength: 4 });
}

function wheelWith(tags: readonly (readonly string[])[]): string {
  return `foo-1.0-${tags.map((t) => t.join('.')).join('-')}.whl`;
}

function asSets(tags: readonly (readonly string[])[]): string {
  return JSON.stringify(tags.map((t) => t.toSorted()));
}

/** A choice from a list, made by an arbitrary number. */
type Pick = <T>(from: readonly [T, ...T[]]) => T;

function picker(choices: Iterator<number>): Pick {
  return (from) => {
    const choice: unknown = choices.next().value;
    return from[typeof choice === 'number' ? choice % from.length : 0] ?? from[0];
  };
}

describe('normalizeName', () => {
  test.each([
    ['Django', 'django'],
    ['oslo.concurrency', 'oslo-concurrency'],
    ['my_pkg', 'my-pkg'],
    ['a-_.b', 'a-b'],
    ['A--B__C..D', 'a-b-c-d'],
  ])('%s is %s', (name, normalized) => {
    expect(normalizeName(name)).toBe(normalized);
  });

  test('is idempotent, and takes every spelling of the separators to one', () => {
    const word = fc.stringMatching(/^[a-zA-Z0-9]{1,6}$/);
    const separator = fc.stringMatching(/^[-_.]{1,3}$/);
    fc.assert(
      fc.property(
        fc.array(fc.tuple(word, separator), { minLength: 1, maxLength: 4 }),
        word,
        (parts, last) => {
          const spelled = parts.map((part) => part.join('')).join('') + last;
          const plain = [...parts.map(([w]) => w), last].join('-').toLowerCase();
          expect(normalizeName(spelled)).toBe(plain);
          expect(normalizeName(plain)).toBe(plain);
        },
      ),
    );
  });
});

describe('isProjectName', () => {
  test.each(['a', '7', 'zope.interface', 'a_b', 'A-b.C'])('%s is one', (name) => {
    expect(isProjectName(name)).toBe(true);
  });

  test.each([
    '',
    '-a',
    'a-',
    '_a',
    'a.',
    '.',
    'a b',
    'a/b',
    'рip',
    'a\n',
    'a\u0000',
    'ſ',
    '\u212A',
    'a'.repeat(256),
  ])('%j is none', (name) => {
    expect(isProjectName(name)).toBe(false);
  });
});

describe('normalizeVersion', () => {
  test.each([
    ['1', '1'],
    ['1.0', '1'],
    ['1.0.0', '1'],
    ['0', '0'],
    ['0.0', '0'],
    ['00.010', '0.10'],
    ['1.0.1', '1.0.1'],
    ['1.10', '1.10'],
    ['10', '10'],
    ['100.0', '100'],
    ['2024.02.01', '2024.2.1'],
    ['v1.0', '1'],
    ['V1.0', '1'],
    ['1!2.0', '1!2'],
    ['0!2.0', '2'],
    ['01!2', '1!2'],
    ['1.0a', '1a0'],
    ['1.0.a.1', '1a1'],
    ['1.0alpha1', '1a1'],
    ['1.0-ALPHA_01', '1a1'],
    ['1.0beta2', '1b2'],
    ['1.0b2', '1b2'],
    ['1.0c3', '1rc3'],
    ['1.0pre3', '1rc3'],
    ['1.0preview-3', '1rc3'],
    ['1.0RC3', '1rc3'],
    ['1.0-1', '1.post1'],
    ['1.0-01', '1.post1'],
    ['1.0.post', '1.post0'],
    ['1.0post1', '1.post1'],
    ['1.0-r4', '1.post4'],
    ['1.0.rev5', '1.post5'],
    ['1.0.dev', '1.dev0'],
    ['1.0-dev_3', '1.dev3'],
    ['1.0.dev0', '1.dev0'],
    ['1.0+cu118', '1+cu118'],
    ['1.0+CU118', '1+cu118'],
    ['1.0+ubuntu_01-2.a', '1+ubuntu.1.2.a'],
    ['1.0+0.0', '1+0.0'],
    ['1!1.2.0a3-4.dev05+abc.7', '1!1.2a3.post4.dev5+abc.7'],
    ['9'.repeat(40), '9'.repeat(40)],
  ])('%s is %s', (version, canonical) => {
    expect(normalizeVersion(version)).toBe(canonical);
    expect(normalizeVersion(canonical)).toBe(canonical);
  });

  test.each([
    '',
    ' 1.0',
    '1.0 ',
    '1.0\n',
    '1.0\u0000',
    '1.',
    '.1',
    '1..0',
    '1_0',
    '1.0_1',
    '1.0--1',
    '1.0-',
    '1.0+',
    '1.0+a..b',
    '1.0+a+b',
    '1.0+ä',
    '!1',
    '1!',
    '-1!0',
    'vv1',
    'latest',
    '1.0a1a2',
    '1.0.dev1.post2',
    '1.x',
    '١.٠',
    '1.0poſt1',
    '1/../2',
    `1.${'0'.repeat(300)}`,
  ])('%j is no version', (version) => {
    expect(normalizeVersion(version)).toBeUndefined();
  });

  const number = fc.nat({ max: 3000 });
  const optional = fc.option(number, { nil: undefined });
  const parts = fc.record({
    epoch: fc.constantFrom(0, 0, 1, 2),
    release: fc.array(number, { minLength: 1, maxLength: 4 }),
    pre: fc.option(fc.tuple(fc.constantFrom<('a' | 'b' | 'rc')[]>('a', 'b', 'rc'), number), {
      nil: undefined,
    }),
    post: optional,
    dev: optional,
    local: fc.option(
      fc.array(fc.oneof(number.map(String), fc.constantFrom('cu118', 'ubuntu', 'g1a')), {
        minLength: 1,
        maxLength: 3,
      }),
      {
        nil: undefined,
      },
    ),
  });
  type Parts = typeof parts extends fc.Arbitrary<infer T> ? T : never;

  const spellings: Readonly<Record<'a' | 'b' | 'rc', readonly [string, ...string[]]>> = {
    a: ['a', 'A', 'alpha', 'Alpha'],
    b: ['b', 'beta', 'BETA'],
    rc: ['rc', 'c', 'pre', 'preview', 'RC'],
  };

  /** The same version, spelled by a list of choices. */
  function spell(version: Parts, pick: Pick): string {
    const digits = (n: number): string => pick(['', '0', '00']) + String(n);
    const separator = (): string => pick(['', '.', '-', '_']);
    return [
      pick(['', 'v', 'V']),
      version.epoch === 0 && pick([true, false]) ? '' : `${digits(version.epoch)}!`,
      [...version.release, ...pick<readonly number[]>([[], [0], [0, 0]])].map(digits).join('.'),
      version.pre
        ? `${separator()}${pick(spellings[version.pre[0]])}${separator()}${digits(version.pre[1])}`
        : '',
      version.post === undefined
        ? ''
        : pick([
            `-${digits(version.post)}`,
            `${separator()}${pick(['post', 'rev', 'r', 'POST'])}${separator()}${digits(version.post)}`,
          ]),
      version.dev === undefined
        ? ''
        : `${separator()}${pick(['dev', 'DEV'])}${separator()}${digits(version.dev)}`,
      version.local
        ? `+${version.local.map((s) => (/^\d+$/.test(s) ? digits(Number(s)) : pick([s, s.toUpperCase()]))).join(pick(['.', '-', '_']))}`
        : '',
    ].join('');
  }

  /** What `packaging` compares: epoch, trimmed release, pre, post, dev, local. */
  function key(version: Parts): string {
    const release = version.release.findLastIndex((n) => n !== 0);
    return JSON.stringify(
      [
        version.epoch,
        version.release.slice(0, release + 1),
        version.pre,
        version.post,
        version.dev,
        version.local,
      ].map((v) => v ?? null),
    );
  }

  test('takes every spelling of a version to one form, and two versions to two', () => {
    fc.assert(
      fc.property(parts, parts, fc.infiniteStream(fc.nat()), (a, b, choices) => {
        const pick = picker(choices);
        const [one, two, other] = [spell(a, pick), spell(a, pick), spell(b, pick)];
        expect(normalizeVersion(one)).toBeDefined();
        expect(sameVersion(one, two)).toBe(true);
        expect(sameVersion(one, other)).toBe(key(a) === key(b));
      }),
      { numRuns: 500 },
    );
  });

  test('what is no version equals nothing, not even itself', () => {
    expect(sameVersion('latest', 'latest')).toBe(false);
  });
});

describe('parseDistributionFilename', () => {
  test.each([
    ['requests-2.32.3-py3-none-any.whl', { name: 'requests', version: '2.32.3', tags: ['py3-none-any'] }],
    [
      'six-1.16.0-py2.py3-none-any.whl',
      { name: 'six', version: '1.16', tags: ['py2-none-any', 'py3-none-any'] },
    ],
    [
      'spt3g-1.0-cp310-cp310-manylinux_2_17_x86_64.manylinux2014_x86_64.whl',
      {
        name: 'spt3g',
        version: '1',
        tags: ['cp310-cp310-manylinux2014_x86_64', 'cp310-cp310-manylinux_2_17_x86_64'],
      },
    ],
    [
      'zope.interface-6.0-cp311-abi3.cp311-linux_x86_64.win32.whl',
      {
        name: 'zope-interface',
        version: '6',
        tags: [
          'cp311-abi3-linux_x86_64',
          'cp311-abi3-win32',
          'cp311-cp311-linux_x86_64',
          'cp311-cp311-win32',
        ],
      },
    ],
    ['Foo_Bar-1!2.0-py3-none-any.whl', { name: 'foo-bar', version: '1!2', tags: ['py3-none-any'] }],
    ['torch-2.0+cu118_1-py3-none-any.whl', { name: 'torch', version: '2+cu118.1', tags: ['py3-none-any'] }],
    ['foo-1.0-1a-py3-none-any.whl', { name: 'foo', version: '1', build: '1a', tags: ['py3-none-any'] }],
    [
      'foo-1.0-007_x.y-py3-none-any.whl',
      { name: 'foo', version: '1', build: '7_x.y', tags: ['py3-none-any'] },
    ],
    ['foo-1.0-PY3.py3-NONE-Any.whl', { name: 'foo', version: '1', tags: ['py3-none-any'] }],
  ])('reads the wheel %s', (filename, expected) => {
    expect(parseDistributionFilename(filename)).toEqual({ kind: 'wheel', ...expected });
  });

  test.each([
    ['requests-2.32.3.tar.gz', undefined, { name: 'requests', version: '2.32.3', extension: '.tar.gz' }],
    ['my-pkg-1.0.tar.gz', undefined, { name: 'my-pkg', version: '1', extension: '.tar.gz' }],
    ['my_pkg-1.0.zip', 'My.Pkg', { name: 'my-pkg', version: '1', extension: '.zip' }],
    ['foo-1.0-1.tar.gz', undefined, { name: 'foo-1-0', version: '1', extension: '.tar.gz' }],
    ['foo-1.0-1.tar.gz', 'foo', { name: 'foo', version: '1.post1', extension: '.tar.gz' }],
    ['foo-1.0-1.tar.gz', 'foo-1.0', { name: 'foo-1-0', version: '1', extension: '.tar.gz' }],
    ['foo-1-1.0.tar.gz', 'foo-1', { name: 'foo-1', version: '1', extension: '.tar.gz' }],
    ['torch-2.0+cu118.tar.gz', 'torch', { name: 'torch', version: '2+cu118', extension: '.tar.gz' }],
    ['pkg-1!2.0.tar.gz', undefined, { name: 'pkg', version: '1!2', extension: '.tar.gz' }],
  ])('reads the sdist %s of project %s', (filename, project, expected) => {
    expect(parseDistributionFilename(filename, project)).toEqual({ kind: 'sdist', ...expected });
  });

  test.each([
    ['foo-1.0-1.tar.gz', 'bar'],
    ['foo-bar-1.0.tar.gz', 'foo'],
    ['foo-1.0.tar.gz', 'foo-bar'],
    ['foo-1.0-py3-none-any.whl', 'bar'],
    ['foo-1.0.tar.gz', ''],
  ])('%s is no file of project %j', (filename, project) => {
    expect(parseDistributionFilename(filename, project)).toBeUndefined();
  });

  test.each([
    '',
    '.whl',
    '.tar.gz',
    '-.tar.gz',
    '-1.0.tar.gz',
    'foo.tar.gz',
    'foo-.tar.gz',
    'foo-bar.tar.gz',
    'foo-1.0',
    'foo-1.0.tar.bz2',
    'foo-1.0.egg',
    'foo-1.0.TAR.GZ',
    'foo-1.0-py3-none-any.WHL',
    'foo--1.0.tar.gz',
    '../foo-1.0.tar.gz',
    'a/foo-1.0.tar.gz',
    'a\\foo-1.0.tar.gz',
    'foo-1.0/../2.0.tar.gz',
    'foo%2F-1.0.tar.gz',
    'foo-1.0.tar.gz\n',
    'foo\n-1.0.tar.gz',
    'foo\u0000-1.0.tar.gz',
    'foo\u202E-1.0.tar.gz',
    'fоо-1.0.tar.gz',
    'foo-１.0.tar.gz',
    'foo -1.0.tar.gz',
    'foo-1.0-py3-none.whl',
    'foo-1.0-1-2-py3-none-any.whl',
    'foo-1.0-a1-py3-none-any.whl',
    'foo-1.0--py3-none-any.whl',
    'foo-1.0-1é-py3-none-any.whl',
    'foo-latest-py3-none-any.whl',
    '-1.0-py3-none-any.whl',
    'foo__bar-1.0-py3-none-any.whl',
    '_foo-1.0-py3-none-any.whl',
    'foo-1.0-py3-none-.whl',
    'foo-1.0-py3--any.whl',
    'foo-1.0-py2..py3-none-any.whl',
    'foo-1.0-py2.-none-any.whl',
    'foo-1.0-3py-none-any.whl',
    'foo-1.0-py3-none-any/x.whl',
    'foo-1.0-py3-none-any\u200B.whl',
    `${'a'.repeat(260)}-1.0.tar.gz`,
    `foo-1.0-${manyTags(11, 'a')}-${manyTags(11, 'b')}-${manyTags(11, 'c')}.whl`,
  ])('%j is no distribution', (filename) => {
    expect(parseDistributionFilename(filename)).toBeUndefined();
    expect(sameDistribution(filename, filename)).toBe(false);
  });

  test('never throws, and what parses is plain ASCII without separators of paths', () => {
    const nasty = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc
        .tuple(fc.string({ unit: 'binary' }), fc.constantFrom('-1.0.tar.gz', '-1.0-py3-none-any.whl'))
        .map((p) => p.join('')),
      fc.stringMatching(/^[a-z0-9._!+-]{1,20}(\.tar\.gz|\.zip|\.whl|-py3-none-any\.whl)$/),
    );
    fc.assert(
      fc.property(nasty, (filename) => {
        expect(parseDistributionFilename(filename) === undefined || /^[\w.!+-]+$/.test(filename)).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('sameDistribution', () => {
  test.each([
    ['six-1.16.0-py2.py3-none-any.whl', 'six-1.16.0-py3.py2-none-any.whl'],
    ['six-1.16.0-py2.py3-none-any.whl', 'Six-1.16-py3.py2-none-any.whl'],
    [
      'spt3g-1.0-cp310-cp310-manylinux_2_17_x86_64.manylinux2014_x86_64.whl',
      'spt3g-1.0-cp310-cp310-manylinux2014_x86_64.manylinux_2_17_x86_64.whl',
    ],
    ['my-pkg-1.0.tar.gz', 'my_pkg-1.0.tar.gz'],
    ['my.pkg-1.0.tar.gz', 'My_Pkg-1.0.0.tar.gz'],
    ['foo-1.0-01-py3-none-any.whl', 'foo-1.0-1-py3-none-any.whl'],
  ])('%s is %s', (a, b) => {
    expect(sameDistribution(a, b)).toBe(true);
    expect(sameDistribution(b, a)).toBe(true);
  });

  test.each([
    ['foo-1.0.tar.gz', 'foo-1.0.zip'],
    ['foo-1.0.tar.gz', 'foo-1.0-py3-none-any.whl'],
    ['foo-1.0.tar.gz', 'foo-1.0.1.tar.gz'],
    ['foo-1.0.tar.gz', 'foo-1.0+local.tar.gz'],
    ['foo-1.0.tar.gz', 'foo-1!1.0.tar.gz'],
    ['foo-1.0.tar.gz', 'f00-1.0.tar.gz'],
    ['foo-1.0-py3-none-any.whl', 'foo-1.0-py2.py3-none-any.whl'],
    ['foo-1.0-py3-none-any.whl', 'foo-1.0-1-py3-none-any.whl'],
    ['foo-1.0-1-py3-none-any.whl', 'foo-1.0-1a-py3-none-any.whl'],
    ['foo-1.0-1-py3-none-any.whl', 'foo-1.0-10-py3-none-any.whl'],
    ['foo-1.0-1a-py3-none-any.whl', 'foo-1.0-1A-py3-none-any.whl'],
    ['foo-1.0-cp310-cp310-linux_x86_64.whl', 'foo-1.0-cp310-abi3-linux_x86_64.whl'],
    ['foo-1.0-cp310.cp311-cp310-win32.whl', 'foo-1.0-cp310-cp310.cp311-win32.whl'],
  ])('%s is not %s', (a, b) => {
    expect(sameDistribution(a, b)).toBe(false);
  });

  test('reads both as files of the given project', () => {
    expect(sameDistribution('foo-1.0-1.tar.gz', 'foo-1.0.post1.tar.gz')).toBe(false);
    expect(sameDistribution('foo-1.0-1.tar.gz', 'foo-1.0.post1.tar.gz', 'foo')).toBe(true);
    expect(sameDistribution('foo-1.0.tar.gz', 'foo-1.0.tar.gz', 'bar')).toBe(false);
  });

  test('the order of compressed tags does not matter, the set does', () => {
    const triple = fc.tuple(
      tagSet(/^[a-z]{2}[0-9]{1,2}$/),
      tagSet(/^[a-z]{3}[0-9]$/),
      tagSet(/^[a-z]{3}_[0-9]{1,2}$/),
    );
    fc.assert(
      fc.property(triple, triple, fc.boolean(), (a, b, reverse) => {
        const shuffled = a.map((tags) => (reverse ? tags.toReversed() : tags.toSorted()));
        expect(sameDistribution(wheelWith(a), wheelWith(shuffled))).toBe(true);
        expect(sameDistribution(wheelWith(a), wheelWith(b))).toBe(asSets(a) === asSets(b));
      }),
    );
  });
});

describe('compareVersions', () => {
  // The order of PEP 440, and spellings of one version.
  const ORDERED = [
    ['not a version'],
    ['1.dev0'],
    ['1.0.dev456', '1.dev456'],
    ['1.0a1', '1.0alpha1'],
    ['1.0a2.dev456'],
    ['1.0a12.dev456'],
    ['1.0a12'],
    ['1.0b1.dev456'],
    ['1.0b2'],
    ['1.0b2.post345.dev456'],
    ['1.0b2.post345'],
    ['1.0rc1.dev456'],
    ['1.0rc1', '1.0c1', '1.0-preview1'],
    ['1.0', '1', 'v1.0.0', '1.0+local'],
    ['1.0.post456.dev34'],
    ['1.0.post456', '1.0-456'],
    ['1.0.15'],
    ['1.1.dev1'],
    ['1.9'],
    ['1.10'],
    ['1!0.1'],
  ] as const;

  test('has the order of PEP 440', () => {
    for (const [at, spellings] of ORDERED.entries())
      for (const [place, others] of ORDERED.entries())
        for (const one of spellings)
          for (const other of others)
            expect([one, other, Math.sign(compareVersions(one, other))]).toEqual([
              one,
              other,
              Math.sign(at - place),
            ]);
  });

  test.each([
    ['1.0', false],
    ['1.0.post1', false],
    ['1.0rc1', true],
    ['1.0.dev1', true],
    ['nothing', false],
  ])('%s is a pre-release: %s', (version, expected) => {
    expect(isPreRelease(version)).toBe(expected);
  });
});

test.each([
  ['demo-1.0.0-py3-none-any.whl', 'demo', '1.0.0'],
  ['my_demo-1.0.0rc1.tar.gz', 'my-demo', '1.0.0rc1'],
  ['demo-1.0-1.tar.gz', 'demo', '1.0-1'],
  ['other-1.0.tar.gz', 'demo', undefined],
])('%s of %s spells its version %s', (filename, project, expected) => {
  expect(spelledVersion(filename, project)).toBe(expected);
});
