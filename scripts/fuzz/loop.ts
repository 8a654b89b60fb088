import { messageOf } from '../../src/errors.ts';
import type { Failure, FuzzResult, FuzzTarget } from './contract.ts';
import { createCoverage, type Coverage } from './coverage.ts';
import { mutateBytes } from './mutate-bytes.ts';
import { createRandom } from './random.ts';

export interface FuzzOptions {
  readonly seconds: number;
  readonly seed: number;
  /** Told before each input is run, so that one that never comes back is known. */
  readonly onInput: (input: Uint8Array) => void;
}

/** More time than this for one input is a way to stop a build. Of the processor, since the machine may have other work. */
const MAX_CPU_MS = 1_000;
/** Coverage is looked at once for so many inputs, because that takes longer than to run one. */
const BATCH = 64;
const MAX_FAILURES = 10;
const MINIMISING_MS = 5_000;

/**
 * Mutates the inputs of a corpus, which begins with the seeds, for a time; keeps those that reach code that none has reached,
 * and those for which something does not hold, which are made as small as they can be.
 */
export async function fuzz(target: FuzzTarget, options: FuzzOptions): Promise<FuzzResult> {
  const random = createRandom(options.seed);
  const coverage = createCoverage(target.covers);
  const failures = new Map<string, Failure>();
  let executions = 0;
  const run = async (input: Uint8Array): Promise<void> => {
    executions += 1;
    options.onInput(input);
    const reason = await failureOf(target, input);
    const kind = reason === undefined ? undefined : kindOf(reason);
    if (reason === undefined || kind === undefined || failures.has(kind) || failures.size >= MAX_FAILURES)
      return;
    failures.set(kind, { reason, input: await minimised(target, input, kind, options) });
  };
  const [first = new Uint8Array(), ...rest] = target.seeds;
  const corpus: [Uint8Array, ...Uint8Array[]] = [first, ...rest];
  for (const seed of corpus) await run(seed);
  coverage.news(true);
  const bySeeds = coverage.totals().covered;
  const end = performance.now() + options.seconds * 1_000;
  while (performance.now() < end) {
    const batch = Array.from({ length: BATCH }, () => {
      const parent = random.pick(corpus);
      const structured = random.below(3) > 0 ? target.mutate?.(parent, random) : undefined;
      return structured ?? mutateBytes(parent, target.tokens, corpus, random);
    });
    for (const input of batch) await run(input);
    corpus.push(...(await interesting(batch, run, coverage)));
  }
  const { covered, total } = coverage.totals();
  coverage.stop();
  return {
    executions,
    corpus: corpus.length,
    kept: corpus.length - target.seeds.length,
    coverage: { seeds: bySeeds, corpus: covered, total },
    failures: [...failures.values()],
  };
}

/** Those of a batch that reach something new, found by running them again, one by one. */
async function interesting(
  batch: readonly Uint8Array[],
  run: (input: Uint8Array) => Promise<void>,
  coverage: Coverage,
): Promise<readonly Uint8Array[]> {
  if (coverage.news(false) === 0) return [];
  const found: Uint8Array[] = [];
  for (const input of batch) {
    await run(input);
    if (coverage.news(true) > 0) found.push(input);
  }
  return found;
}

/** Why the input is a failure, or undefined when everything holds. */
async function failureOf(target: FuzzTarget, input: Uint8Array): Promise<string | undefined> {
  const before = process.threadCpuUsage();
  try {
    await target.check(input);
  } catch (error) {
    const where =
      error instanceof Error
        ? /\(?(?:file:\S*\/)?(src\/\S+?:\d+):\d+\)?/.exec(error.stack ?? '')?.[1]
        : undefined;
    return `${messageOf(error)}${where === undefined ? '' : ` (${where})`}`;
  }
  const { user, system } = process.threadCpuUsage(before);
  const milliseconds = (user + system) / 1_000;
  return milliseconds > MAX_CPU_MS ? `took ${Math.round(milliseconds)} ms` : undefined;
}

/** Failures that differ in numbers and quoted parts only are one. */
function kindOf(reason: string): string {
  return reason.replaceAll(/\d+|'[^']*'|"[^"]*"|`[^`]*`/g, '').slice(0, 60);
}

/** Removes parts, at first large ones, as long as the failure stays the same and there is time. */
async function minimised(
  target: FuzzTarget,
  input: Uint8Array,
  kind: string,
  { onInput }: FuzzOptions,
): Promise<Uint8Array> {
  let smallest = input;
  const end = performance.now() + MINIMISING_MS;
  for (let size = Math.ceil(input.length / 2); size >= 1; size = Math.floor(size / 2)) {
    for (let at = 0; at < smallest.length && performance.now() < end;) {
      const without = Buffer.concat([smallest.subarray(0, at), smallest.subarray(at + size)]);
      onInput(without);
      const reason = await failureOf(target, without);
      if (reason !== undefined && kindOf(reason) === kind) smallest = without;
      else at += size;
    }
  }
  return smallest;
}
