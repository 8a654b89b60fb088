import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { compareBytecode, parseBytecodeName } from '../../src/installed/bytecode.ts';
import { findPython, type Python } from '../../src/lock-source/index.ts';
import { createWorkspace, type Workspace } from '../support/workspace.ts';

const SOURCE = `"""Documentation."""
from dataclasses import dataclass
VALUES = {"a": (1, 2.5, 3j, None, ...), "b": frozenset({1, 2}), "ü": b"x"}
BIG = 123456789012345678901234567890
@dataclass
class Point:
    """A point."""
    x: int = 0
    def moved(self, by, /, *, twice=False, **rest):
        assert by in {"left", "right"}
        def inner(n):
            nonlocal by
            return [self.x + n for _ in range(3)], by, rest
        try:
            return inner(2 if twice else 1)
        except* ValueError:
            raise
`.replaceAll('except*', 'except');

let workspace: Workspace;
let python: Python;
beforeAll(async () => {
  workspace = await createWorkspace();
  python = await findPython({
    env: workspace.env,
    cwd: workspace.project,
    platform: process.platform,
    isolated: true,
  });
});
afterAll(async () => workspace.remove());

/** What comes of a file of bytecode, made of `compiled`, beside a source. */
async function verdictOf(source: string, compiled = source, options = '', optimization = 0) {
  const paths = await Promise.all([
    workspace.write('module.py', source),
    workspace.write('compiled.py', compiled),
  ]);
  const path = join(workspace.project, 'module.pyc');
  const call = `py_compile.compile(${JSON.stringify(paths[1])}, cfile=${JSON.stringify(path)}, doraise=True${options})`;
  // A process that has other texts interned than the one that compares.
  const program = `import asyncio, email.mime.text, json, py_compile, unittest\n${call}`;
  const { exitCode, stderr } = await workspace.run(python.command, ['-c', program]);
  expect([exitCode, stderr]).toEqual([0, '']);
  return await compare(path, source, optimization);
}

async function compare(path: string, source: string, optimization = 0) {
  const sha256 = createHash('sha256').update(source).digest('hex');
  const file = { path, source: join(workspace.project, 'module.py'), sha256, optimization };
  const surroundings = { env: workspace.env, cwd: workspace.project };
  return (await compareBytecode([file], python, surroundings))[0];
}

test('what a source compiles to, whatever process and path it was compiled in', async () => {
  expect(await verdictOf(SOURCE)).toBe('same');
  expect(await verdictOf(SOURCE, SOURCE, ', optimize=1', 1)).toBe('same');
  expect(await verdictOf(SOURCE, SOURCE, ', optimize=2', 2)).toBe('same');
});

test.each([
  ['a constant', ['2.5', '2.25']],
  ['a name', ['by, rest', 'by, self']],
  ['an operator', ['self.x + n', 'self.x - n']],
  ['documentation', ['A point', 'A pont']],
  ['a line number', ['\n@dataclass', '\n\n@dataclass']],
  ['a member of a set', ['{1, 2}', '{1, 3}']],
] as const)('other code: %s', async (_, [from, to]) => {
  expect(SOURCE).toContain(from);
  expect(await verdictOf(SOURCE, SOURCE.replace(from, to))).toBe('other');
});

test('optimised as it does not say', async () => {
  expect(await verdictOf(SOURCE, SOURCE, ', optimize=2', 0)).toBe('other');
});

test('no bytecode', async () => {
  await verdictOf(SOURCE);
  const path = join(workspace.project, 'module.pyc');
  const bytes = await readFile(path);
  for (const [at, what] of [
    [0, 'magic'],
    [40, 'code'],
  ] as const) {
    const changed = Buffer.from(bytes);
    changed.writeUInt8(changed.readUInt8(at) ^ 1, at);
    await writeFile(path, changed);
    expect([what, await compare(path, SOURCE)]).toEqual([what, 'other']);
  }
  await writeFile(path, bytes.subarray(0, 10));
  expect(await compare(path, SOURCE)).toBe('other');
  expect(await compare(join(workspace.project, 'missing.pyc'), SOURCE)).toBe('other');
});

test('a source that does not compile, or is another one meanwhile', async () => {
  expect(await verdictOf('print "x"\n', SOURCE)).toBe('not-compiled');
  await workspace.write('module.py', 'import os\n');
  expect(await compare(join(workspace.project, 'module.pyc'), SOURCE)).toBe('not-compiled');
});

test('a source that ends the compiler does not end the comparison', async () => {
  expect(await verdictOf(`x = ${'-'.repeat(200_000)}1\n`, SOURCE)).toBe('not-compiled');
});

describe('parseBytecodeName', () => {
  test.each([
    ['a.cpython-311.pyc', { module: 'a', tag: 'cpython-311', optimization: 0 }],
    ['a.cpython-313.opt-2.pyc', { module: 'a', tag: 'cpython-313', optimization: 2 }],
    ['a.pypy310.pyc', { module: 'a', tag: 'pypy310', optimization: 0 }],
    ['a.b.cpython-311.pyc', { module: 'a.b', tag: 'cpython-311', optimization: 0 }],
    ['a.cpython-311-pytest-9.0.0.pyc', undefined],
    ['a.pyc', undefined],
    ['.pyc', undefined],
  ])('%s', (name, parsed) => {
    expect(parseBytecodeName(name)).toEqual(parsed);
  });
});
