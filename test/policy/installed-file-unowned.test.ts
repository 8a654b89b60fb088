import { expect, test } from 'vitest';
import { ACME, demo, judged, signed, verdictsOf } from './fixture.ts';

test('each file that no package has, and what it is', () => {
  const { outcome, findings } = judged([demo([signed('a.whl')])], [`demo ${ACME}`], {
    unowned: [
      { kind: 'extra', path: 'evil/', reason: '3 files' },
      { kind: 'extra', path: 'evil.pth' },
      { kind: 'unchecked', path: '__pycache__/x.pypy310.pyc' },
    ],
  });
  expect(outcome).toBe('findings');
  expect(verdictsOf(findings)).toEqual([
    'warning installed-file-unowned',
    'error installed-file-unowned',
    'error installed-file-unowned',
  ]);
  expect(findings).toContainEqual(
    expect.objectContaining({
      package: '',
      file: 'evil/',
      message: '`evil/` is in the environment, and in no package that could be compared: 3 files',
    }),
  );
});

test('under STRICT, what could not be compared is an error, as it is in a package', () => {
  const unowned = [{ kind: 'unchecked', path: '__pycache__/x.pypy310.pyc' }] as const;
  const { findings } = judged([demo([signed('a.whl')])], [`demo ${ACME}`], { unowned, strict: true });
  expect(verdictsOf(findings)).toEqual(['error installed-file-unowned']);
});

test('nothing where there is none, and of a lock', () => {
  expect(judged([demo([signed('a.whl')])], [`demo ${ACME}`], { unowned: [] }).findings).toEqual([]);
  expect(judged([demo([signed('a.whl')])], [`demo ${ACME}`]).findings).toEqual([]);
});
