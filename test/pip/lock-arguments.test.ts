import { expect, test } from 'vitest';
import { readLockArguments } from '../../src/pip/lock-arguments.ts';

test.each<[readonly string[], string | undefined, string | undefined]>([
  [[], undefined, undefined],
  [
    ['-i', 'u', '--python', 'py', '--no-input', '--log=f', '--no-build-isolation', '-qv'],
    undefined,
    undefined,
  ],
  [['-C', 'a=b', '--timeout', '7', '--ignore-requires-python'], undefined, undefined],
  [['--python', 'idna'], undefined, undefined],
  [['--python', 'py', 'idna', 'tomli'], 'idna', undefined],
  [['-r', 'a.txt', '-c', 'c.txt'], '-r', '-c'],
  [['-qra.txt'], '-qra.txt', undefined],
  [['-e.'], '-e.', undefined],
  [['--group', 'dev'], '--group', undefined],
  [['--requirements-from-script', 'x.py'], '--requirements-from-script', undefined],
  [['--pre', '--no-binary', ':all:'], undefined, '--pre'],
  [['--constr', 'c.txt'], undefined, '--constr'],
  [['--no-deps', '--python', 'py'], undefined, '--no-deps'],
  [['-i', 'u', '--unheard-of'], '--unheard-of', undefined],
  [['--', '--pre'], '--', undefined],
])('%j', (args, naming, resolving) => {
  expect(readLockArguments(args)).toEqual({ naming, resolving });
});
