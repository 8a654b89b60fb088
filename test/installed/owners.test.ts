import { describe, expect, test } from 'vitest';
import { ownersOf } from '../../src/installed/owners.ts';

const SITE = '/venv/site';
const at = (path: string): string => `${SITE}/${path}`;
const FILES: readonly (readonly [path: string, owner: string])[] = [
  ['six.py', 'six'],
  ['fast.cpython-311-x86_64-linux-gnu.so', 'fast'],
  ['acme/__init__.py', 'acme'],
  ['acme/core.py', 'acme'],
  ['acme/data/notes.txt', 'acme'],
  ['ns/a.py', 'a'],
  ['ns/pkg/__init__.py', 'b'],
  ['ns/pkg/deep/x.py', 'b'],
  ['six-1.0.dist-info/METADATA', 'six'],
];
const owned = new Map(FILES.map(([path, owner]) => [at(path), { owner }] as const));
const owners = ownersOf({ owned });

describe('what Python could take in the place of something', () => {
  test.for([
    ['six/__init__.py', 'six'],
    ['six/deep/__init__.py', 'six'],
    ['six.cpython-311-x86_64-linux-gnu.so', 'six'],
    ['six.pyc', 'six'],
    ['fast.py', 'fast'],
    ['fast/__init__.py', 'fast'],
    ['acme.py', 'acme'],
    ['acme/core.so', 'acme'],
    ['acme/core/__init__.py', 'acme'],
    ['ns/a/__init__.py', 'a'],
    ['ns/pkg.py', 'b'],
  ] as const)('`%s` has the name of what `%s` has', ([path, owner]) => {
    expect(owners.namesake(at(path), SITE)).toEqual(new Set([owner]));
  });

  test.for([
    'seven.py',
    'six.txt',
    'sixth/__init__.py',
    'acme/other.py',
    'acme/data/more.py',
    'acme/__pycache__/core.cpython-311.pyc',
    'ns/__init__.py',
    'ns/c.py',
    'ns/pkg/deep/y.py',
    'six-2.0.dist-info/METADATA',
  ])('`%s` has not', (path) => {
    expect(owners.namesake(at(path), SITE)).toBeUndefined();
  });

  test('a shared namespace is of all that have something in it', () => {
    expect(owners.namesake(at('ns.py'), SITE)).toEqual(new Set(['a', 'b']));
  });
});

test.for([
  ['acme/evil.py', true],
  ['acme/data/evil.py', true],
  ['ns/pkg/evil.py', true],
  ['ns/pkg/deep/evil.py', true],
  ['ns/evil.py', false],
  ['ns/c/evil.py', false],
  ['evil.py', false],
] as const)('`%s` is in a package of somebody: %s', ([path, isInPackage]) => {
  expect(owners.isInPackage(at(path), SITE)).toBe(isInPackage);
});
