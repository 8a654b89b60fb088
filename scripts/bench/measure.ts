/** Runs programs and tells what they took. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface Usage {
  /** Milliseconds, by the clock. */
  readonly wall: number;
  /** Milliseconds of all cores together. */
  readonly cpu: number;
  /** Megabytes, at the most. */
  readonly memory: number;
  readonly exitCode: number;
  readonly stdout: string;
}

export interface RunOptions {
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** Preloaded, leaves behind what a program of Node.js took. */
export const USAGE = fileURLToPath(new URL('usage.cjs', import.meta.url));

/** Runs Node.js with these arguments. */
export async function runNode(args: readonly string[], { cwd, env = {} }: RunOptions): Promise<Usage> {
  const file = join(cwd, 'usage.json');
  const measured = { ...env, PROVPIN_BENCH_USAGE: file };
  const result = await runProgram(process.execPath, ['--require', USAGE, ...args], { cwd, env: measured });
  return { ...result, ...(await readUsage(file)) };
}

export async function readUsage(file: string): Promise<Pick<Usage, 'cpu' | 'memory'>> {
  return parse(await readFile(file, 'utf8'));
}

const parse: (text: string) => Pick<Usage, 'cpu' | 'memory'> = JSON.parse;

/** Runs any program to its end; what it writes to stderr is left aside, unless it fails in a way that is none of its own. */
export async function runProgram(
  command: string,
  args: readonly string[],
  { cwd, env = {} }: RunOptions,
): Promise<Pick<Usage, 'wall' | 'exitCode' | 'stdout'>> {
  const start = performance.now();
  const child = spawn(command, args, {
    cwd,
    env: { PATH: process.env['PATH'] ?? '', HOME: cwd, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [stdout, stderr]: [string[], string[]] = [[], []];
  child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk.toString('utf8')));
  child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk.toString('utf8')));
  const ended: unknown[] = await once(child, 'close');
  const wall = performance.now() - start;
  const [code] = ended;
  if (typeof code !== 'number' || code > 1) {
    throw new Error(`${command} ${args.join(' ')}: ${String(code)}\n${stderr.join('')}`);
  }
  return { wall, exitCode: code, stdout: stdout.join('') };
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
