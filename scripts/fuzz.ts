/**
 * `npm run fuzz -- [--seconds N] [--target NAME] [--seed N]`: mutates inputs of every parser of outside data, guided by what they
 * reach in the code, for a time shared by all targets (docs/fuzzing.md). Exit code 1 when something did not hold for an input,
 * which is then in reports/fuzz; `--target NAME --input FILE` tries it again.
 */
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';

import type { Failure, FuzzResult, FuzzTarget } from './fuzz/contract.ts';
import { TARGETS } from './fuzz/targets/index.ts';
import type { WorkerData } from './fuzz/worker.ts';

/** An input that is still being run after so long is not coming back, however busy the machine may be. */
const HANG_MS = 20_000;
const MEMORY_MB = 512;
const LONGEST_INPUT = 4_000_000;
const FAILURES = 'reports/fuzz';
const LONGEST_SHOWN = 500;

process.exitCode = await main();

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      seconds: { type: 'string', default: '60' },
      target: { type: 'string' },
      seed: { type: 'string', default: String(Date.now() % 1_000_000) },
      input: { type: 'string' },
    },
  });
  const targets = TARGETS.filter(({ name }) => values.target === undefined || values.target === name);
  const [seconds, seed] = [Number(values.seconds), Number(values.seed)];
  if (targets.length === 0 || !(seconds > 0) || !Number.isInteger(seed)) {
    process.stderr.write(
      `--target is one of ${TARGETS.map(({ name }) => name).join(', ')}; the others are numbers\n`,
    );
    return 2;
  }
  if (values.input !== undefined) return await tryAgain(targets, readFileSync(values.input));
  process.stdout.write(`${seconds} s, --seed ${seed}\n`);
  let failed = false;
  for (const { name } of targets) {
    const result = await fuzzInThread(name, seconds / targets.length, seed);
    process.stdout.write(describe(name, result));
    if (result.failures.length > 0) failed = true;
  }
  return failed ? 1 : 0;
}

async function tryAgain(targets: readonly FuzzTarget[], input: Uint8Array): Promise<number> {
  for (const target of targets) await target.check(input);
  process.stdout.write('everything holds\n');
  return 0;
}

type ThreadResult = FuzzResult | Pick<FuzzResult, 'executions' | 'failures'>;

async function fuzzInThread(target: string, seconds: number, seed: number): Promise<ThreadResult> {
  const current = new SharedArrayBuffer(8 + LONGEST_INPUT);
  const counters = new Int32Array(current, 0, 2);
  const data: WorkerData = { target, seconds, seed, current };
  const worker = new Worker(new URL('fuzz/worker.ts', import.meta.url), {
    workerData: data,
    resourceLimits: { maxOldGenerationSizeMb: MEMORY_MB },
  });
  const lost = (reason: string): ThreadResult => {
    const input = Buffer.from(current, 8, counters[1]);
    return { executions: counters[0] ?? 0, failures: [{ reason, input: Buffer.from(input) }] };
  };
  return await new Promise((resolve) => {
    let seen = { count: -1, at: 0 };
    const watch = setInterval(() => {
      const count = Atomics.load(counters, 0);
      if (count !== seen.count) seen = { count, at: performance.now() };
      else if (performance.now() - seen.at > HANG_MS) end(lost(`still running after ${HANG_MS} ms`));
    }, 500);
    const end = (result: ThreadResult): void => {
      clearInterval(watch);
      void worker.terminate();
      resolve(result);
    };
    worker.once('message', end);
    worker.once('error', (error) => end(lost(String(error))));
  });
}

function describe(name: string, result: ThreadResult): string {
  const counts = [`${result.executions} inputs`];
  if ('corpus' in result) {
    const { kept, coverage } = result;
    const share = (characters: number): string => `${((100 * characters) / coverage.total).toFixed(1)} %`;
    counts.push(
      `${kept} kept`,
      `${share(coverage.seeds)} of the source reached by seeds, ${share(coverage.corpus)} now`,
    );
  }
  return [
    `${name.padEnd(16)} ${counts.join(', ')}\n`,
    ...result.failures.map((failure) => describeFailure(name, failure)),
  ].join('');
}

/** The input is in a file; a short one is shown as well, for a regression test. */
function describeFailure(name: string, { reason, input }: Failure): string {
  mkdirSync(FAILURES, { recursive: true });
  const path = `${FAILURES}/${name}-${createHash('sha256').update(input).digest('hex').slice(0, 12)}`;
  writeFileSync(path, input);
  const shown = input.length > LONGEST_SHOWN ? '' : `  ${Buffer.from(input).toString('base64')}\n`;
  return `  FAILED: ${reason}\n  npm run fuzz -- --target ${name} --input ${path}\n${shown}`;
}
