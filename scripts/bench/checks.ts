import { count, megabytes, ms, times, type Cell, type Setup, type Table } from './contract.ts';
import { median, runNode, type Usage } from './measure.ts';
import { PROGRAM, withProject, type Size } from './project.ts';
import type { Counts, IndexOptions } from './start-index.ts';

const CONCURRENCY = 32;

interface Case extends IndexOptions {
  readonly size: Size;
  readonly cache: 'cold' | 'warm';
  readonly runs: number;
}

const BASE = {
  size: [100, 3],
  latency: 20,
  protocol: 'http/2',
  signedShare: 1,
  cache: 'cold',
  runs: 3,
} as const;

/** One thing at a time is changed; in the order of the table. */
const CASES: readonly Case[] = [
  BASE,
  ...(
    [
      [1, 1],
      [25, 1],
    ] as const
  ).map((size) => ({ ...BASE, size })),
  ...[0, 100].map((latency) => ({ ...BASE, latency })),
  ...[0, 20, 100].map((latency) => ({ ...BASE, latency, protocol: 'http/1.1' as const })),
  ...[0.2, 0].map((signedShare) => ({ ...BASE, signedShare })),
  ...(
    [
      [1, 1],
      [25, 1],
      [100, 3],
    ] as const
  ).map((size) => ({ ...BASE, size, cache: 'warm' as const })),
];
/** A `uv.lock` of 200 packages and 3,000 wheels is the second of them. */
const GROWTH: readonly Size[] = [
  [100, 3],
  [200, 15],
  [2000, 15],
];
const QUICK: readonly Case[] = (['cold', 'warm'] as const).map((cache) => ({
  ...BASE,
  cache,
  runs: 1,
  size: [25, 1],
}));

const COLUMNS =
  'files, signed, cache, index, time, CPU, memory, requests, connections, in flight, of the round trips'.split(
    ', ',
  );

export async function measureChecks(setup: Setup): Promise<Table> {
  return { columns: COLUMNS, rows: await rowsOf(setup.quick ? QUICK : CASES, setup) };
}

/** The run that records, with nothing in the cache, and the one after it. */
export async function measureGrowth(setup: Setup): Promise<Table> {
  const columns = ['files', 'cache', 'time', 'CPU', 'CPU a file', 'memory', 'requests'];
  const rows: Cell[][] = [];
  for (const size of setup.quick ? [] : GROWTH) {
    await withProject({ ...BASE, size }, setup, async (check, index) => {
      for (const cache of ['cold', 'warm']) {
        const { wall, cpu, memory } = await check('--tofu', '--cache-dir', 'cache');
        const { requests } = await index.counts();
        const files = size[0] * size[1];
        rows.push([
          count(files),
          cache,
          ms(wall),
          ms(cpu),
          ms(cpu / files),
          megabytes(memory),
          count(requests),
        ]);
      }
    });
  }
  return { columns, rows };
}

/** What a run takes that has nothing to do. */
async function startTime({ temporary }: Setup): Promise<number> {
  const walls: number[] = [];
  for (let left = 5; left > 0; left -= 1)
    walls.push((await runNode([PROGRAM, '--version'], { cwd: temporary })).wall);
  return median(walls);
}

async function rowsOf(cases: readonly Case[], setup: Setup): Promise<readonly Cell[][]> {
  const start = await startTime(setup);
  const rows: Cell[][] = [];
  for (const one of cases) {
    const { usage, counts } = await measureCase(one, setup);
    const { size, latency, protocol, signedShare, cache } = one;
    const roundTrips = (counts.requests / CONCURRENCY) * latency;
    rows.push([
      count(size[0] * size[1]),
      `${signedShare * 100} %`,
      cache,
      cache === 'warm' ? '' : `${protocol}, ${latency} ms`,
      ms(usage.wall),
      ms(usage.cpu),
      megabytes(usage.memory),
      count(counts.requests),
      count(counts.connections),
      latency === 0 || cache === 'warm' ? '' : count(counts.inFlight),
      roundTrips === 0 ? '' : times((usage.wall - start) / roundTrips),
    ]);
    process.stderr.write('.');
  }
  process.stderr.write('\n');
  return rows;
}

async function measureCase(one: Case, setup: Setup): Promise<{ usage: Usage; counts: Counts }> {
  return await withProject(one, setup, async (check, index) => {
    await check('--tofu', '--cache-dir', 'cache');
    const kept = one.cache === 'warm' ? ['--cache-dir', 'cache'] : ['--no-cache'];
    const usages: Usage[] = [];
    await index.counts();
    let counts: Counts = { requests: 0, connections: 0, inFlight: 0 };
    for (let left = one.runs; left > 0; left -= 1) {
      usages.push(await check(...kept));
      counts = await index.counts();
    }
    const [last] = usages;
    if (last === undefined) throw new Error('nothing was run');
    const middle = (of: (usage: Usage) => number): number => median(usages.map(of));
    const usage = {
      ...last,
      wall: middle(({ wall }) => wall),
      cpu: middle(({ cpu }) => cpu),
      memory: middle(({ memory }) => memory),
    };
    return { usage, counts };
  });
}
