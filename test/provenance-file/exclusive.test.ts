import { spawn } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { exclusively } from '../../src/provenance-file/exclusive.ts';
import { temporaryDirectory } from './files.ts';

describe('exclusively', () => {
  test('runs the action while the file is there, and takes it away', async () => {
    const lock = join(temporaryDirectory(), 'lock');
    const seen: boolean[] = [];
    await exclusively(lock, () => seen.push(existsSync(lock)));
    expect([seen, existsSync(lock)]).toEqual([[true], false]);
  });

  test('frees the name when the action fails', async () => {
    const lock = join(temporaryDirectory(), 'lock');
    const failing = exclusively(lock, () => {
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    expect(existsSync(lock)).toBe(false);
  });

  test('does not mind that the action takes the file away itself', async () => {
    const lock = join(temporaryDirectory(), 'lock');
    await exclusively(lock, () => {
      rmSync(lock);
    });
    expect(existsSync(lock)).toBe(false);
  });

  test('fails at once where there can be no file', async () => {
    const lock = join(temporaryDirectory(), 'missing', 'lock');
    await expect(exclusively(lock, () => undefined, Infinity)).rejects.toThrow(/ENOENT/);
  });

  test('leaves the file of another alone, and has its turn when that goes', async () => {
    const lock = join(temporaryDirectory(), 'lock');
    writeFileSync(lock, 'another');
    const seen: string[] = [];
    const waiting = exclusively(lock, () => seen.push('ran'), Infinity);
    await nextTurn();
    expect([seen, readFileSync(lock, 'utf8')]).toEqual([[], 'another']);
    rmSync(lock);
    await waiting;
    expect(seen).toEqual(['ran']);
  });

  test('has no turn while another has taken over what was left', async () => {
    const lock = join(temporaryDirectory(), 'lock');
    writeFileSync(lock, 'left');
    const seen: string[] = [];
    const waiting = exclusively(lock, () => seen.push(readFileSync(lock, 'utf8')), 0);
    writeFileSync(lock, 'another');
    await waiting;
    expect(seen).toHaveLength(1);
    expect(seen).not.toEqual(['another']);
  });

  test('takes over from a process that was killed', async () => {
    const lock = join(temporaryDirectory(), 'lock');
    writeFileSync(lock, '');
    const seen: boolean[] = [];
    await exclusively(lock, () => seen.push(true));
    expect([seen, existsSync(lock)]).toEqual([[true], false]);
  });

  test('takes over a link, which a branch may bring along, to a file that changes all the time', async () => {
    const directory = temporaryDirectory();
    const [lock, target] = [join(directory, 'lock'), join(directory, 'target')];
    writeFileSync(target, '');
    symlinkSync('target', lock);
    const changing = setInterval(() => writeFileSync(target, 'still here'), 2);
    const seen: boolean[] = [];
    await exclusively(lock, () => seen.push(true), 100);
    clearInterval(changing);
    expect([seen, readdirSync(directory)]).toEqual([[true], ['target']]);
  });

  test('waits as long as others come and go', async () => {
    const lock = join(temporaryDirectory(), 'lock');
    writeFileSync(lock, '');
    let isOver = false;
    const seen: boolean[] = [];
    const held: string[] = [];
    const waiting = exclusively(lock, () => seen.push(isOver), 200);
    for (let holder = 0; holder < 20; holder += 1) {
      await sleep(20);
      held.push(readFileSync(lock, 'utf8'));
      writeFileSync(`${lock}.next`, '');
      renameSync(`${lock}.next`, lock);
    }
    isOver = true;
    await waiting;
    expect([seen, new Set(held)]).toEqual([[true], new Set([''])]);
  });

  test('of several that find a file that was left, each has its turn', async () => {
    const directory = temporaryDirectory();
    const lock = join(directory, 'lock');
    writeFileSync(lock, '');
    const turns = Array.from({ length: 5 }, async (_, at) => {
      const turn: number[] = [];
      await exclusively(lock, () => turn.push(at, readdirSync(directory).length), 100);
      return turn;
    });
    expect(await Promise.all(turns)).toEqual(Array.from({ length: 5 }, (_, at) => [at, 1]));
    expect(readdirSync(directory)).toEqual([]);
  });

  test('never runs the action where the name is taken by something else', async () => {
    const lock = join(temporaryDirectory(), 'lock');
    mkdirSync(lock);
    const seen: boolean[] = [];
    await expect(exclusively(lock, () => seen.push(true))).rejects.toThrow(/directory/);
    expect(seen).toEqual([]);
  });
});

test('of several processes that write one file at once, none loses the lines of another', async () => {
  const directory = temporaryDirectory();
  const path = join(directory, '.provenance.txt');
  writeFileSync(path, '');
  const script = join(import.meta.dirname, 'append-lines.ts');
  const written = await Promise.all(
    ['a', 'b', 'c'].map(async (name) => {
      const child = spawn(process.execPath, [script, path, name, '200'], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      return await new Response(child.stdout).text();
    }),
  );
  const lines = written.join('').trimEnd().split('\n');
  expect(lines.length).toBeGreaterThan(3);
  expect(readFileSync(path, 'utf8').trimEnd().split('\n').toSorted()).toEqual(lines.toSorted());
  expect(readdirSync(directory)).toEqual(['.provenance.txt']);
});
