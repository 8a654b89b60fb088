import {
  count,
  megabytes,
  ms,
  OF_SIGSTORE_PYTHON,
  ratio,
  times,
  type Cell,
  type Setup,
  type Table,
} from './contract.ts';
import { median, runNode, type Usage } from './measure.ts';
import { runSigstorePython } from './peers.ts';
import { CACHED, PROGRAM, withProject, type Size } from './project.ts';
import { isSigned, type Counts, type IndexOptions, type RunningIndex } from './start-index.ts';
import { makeWorld } from './world.ts';

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
  signedPercent: 100,
  isPypi: false,
  cache: 'cold',
  runs: 3,
} as const;

/** 200 packages and 3,000 wheels. */
const LARGE = [200, 15] as const;

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
  ...[20, 100].map((latency) => ({ ...BASE, latency, isPypi: true })),
  { ...BASE, size: LARGE, latency: 100, runs: 1 },
  ...[20, 0].map((signedPercent) => ({ ...BASE, signedPercent })),
  ...(
    [
      [1, 1],
      [25, 1],
      [100, 3],
    ] as const
  ).map((size) => ({ ...BASE, size, cache: 'warm' as const })),
];
/** The last one takes so long that it is run once. */
const GROWTH: readonly (readonly [size: Size, runs: number])[] = [
  [[100, 3], 5],
  [LARGE, 3],
  [[2000, 15], 1],
];
const QUICK: readonly Case[] = (['cold', 'warm'] as const).map((cache) => ({
  ...BASE,
  cache,
  runs: 1,
  size: [25, 1],
}));
const QUICK_GROWTH: typeof GROWTH = [[[25, 1], 1]];

const COLUMNS = [
  'files',
  'signed',
  'cache',
  'index',
  'time',
  'CPU',
  'memory',
  'requests',
  'connections',
  'in flight',
  'of the rounds, by requests',
  'of the rounds, by files',
  OF_SIGSTORE_PYTHON,
];
/** How the cache is; everything is in it when the lock is the one that the last run has checked. */
const CACHES = { cold: 'cold', warm: 'warm: unchanged lock' } as const;

export async function measureChecks(setup: Setup): Promise<Table> {
  const { peers } = setup;
  return {
    columns: COLUMNS,
    rows: await rowsOf(setup.quick ? QUICK : CASES, setup),
    ...(peers.kind === 'none' ? { missing: peers.reason } : {}),
  };
}

/** The run that records, with nothing in the cache, and the one after it. */
export async function measureGrowth(setup: Setup): Promise<Table> {
  const columns = ['files', 'cache', 'runs', 'time', 'CPU', 'CPU a file', 'memory', 'requests'];
  const { peers } = setup;
  const peer = measurePeer(setup);
  const rows: Cell[][] = [];
  for (const [size, runs] of setup.quick ? QUICK_GROWTH : GROWTH) {
    await withProject({ ...BASE, size }, setup, async ({ check, index, forget }) => {
      const cold = await measureRuns(runs, index, async () => {
        await forget();
        return await check('--tofu', ...CACHED);
      });
      const warm = await measureRuns(runs, index, async () => await check(...CACHED));
      const peerTime = await peer({ ...BASE, size, runs });
      for (const [cache, { usage, counts }] of Object.entries({ cold, warm })) {
        const files = size[0] * size[1];
        const { wall, cpu, memory } = usage;
        const figures = [ms(wall), ms(cpu), ms(cpu / files), megabytes(memory), count(counts.requests)];
        rows.push([count(files), cache, count(runs), ...figures, ratio(wall, peerTime)]);
      }
    });
  }
  return {
    columns: [...columns, OF_SIGSTORE_PYTHON],
    rows,
    ...(peers.kind === 'none' ? { missing: peers.reason } : {}),
  };
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
  const peer = measurePeer(setup);
  const rows: Cell[][] = [];
  for (const one of cases) {
    const { usage, counts } = await measureCase(one, setup);
    const { size, latency, protocol, isPypi, signedPercent, cache } = one;
    const files = size[0] * size[1];
    const waits = cache === 'cold' && latency > 0;
    const ofRounds = (requests: number): Cell =>
      waits ? times((usage.wall - start) / (Math.ceil(requests / CONCURRENCY) * latency)) : '';
    const peerTime = await peer(one);
    rows.push([
      count(files),
      `${signedPercent} %`,
      CACHES[cache],
      cache === 'warm' ? '' : `${isPypi ? 'PyPI, ' : ''}${protocol}, ${latency} ms`,
      ms(usage.wall),
      ms(usage.cpu),
      megabytes(usage.memory),
      count(counts.requests),
      count(counts.connections),
      waits ? count(counts.inFlight) : '',
      ofRounds(counts.requests),
      ofRounds(files),
      ratio(usage.wall, peerTime),
    ]);
    process.stderr.write('.');
  }
  process.stderr.write('\n');
  return rows;
}

/** What sigstore for Python takes to start, and to verify as many documents as the check does, from a disk; nothing if none. */
function measurePeer({ peers, cache, temporary }: Setup): (one: Case) => Promise<number | undefined> {
  const measured = new Map<number, number>();
  return async ({ size, signedPercent, runs }) => {
    if (peers.kind === 'none') return undefined;
    const { directory, files } = await makeWorld(cache, ...size);
    const documents = files.filter((file) => isSigned(file, signedPercent)).length;
    if (documents === 0) return undefined;
    const known = measured.get(documents);
    if (known !== undefined) return known;
    const walls: number[] = [];
    const task = { world: directory, documents, rounds: 1, cwd: temporary };
    for (let left = runs; left > 0; left -= 1) walls.push((await runSigstorePython(peers.python, task)).wall);
    measured.set(documents, median(walls));
    return median(walls);
  };
}

async function measureCase(one: Case, setup: Setup): Promise<Measured> {
  return await withProject(one, setup, async ({ check, index }) => {
    await check('--tofu', ...CACHED);
    const kept = one.cache === 'warm' ? CACHED : ['--no-cache'];
    return await measureRuns(one.runs, index, async () => await check(...kept));
  });
}

interface Measured {
  /** Medians. */
  readonly usage: Omit<Usage, 'exitCode' | 'stdout'>;
  /** Of the last run. */
  readonly counts: Counts;
}

async function measureRuns(
  runs: number,
  index: RunningIndex,
  check: () => Promise<Usage>,
): Promise<Measured> {
  const usages: Usage[] = [];
  await index.counts();
  let counts: Counts = { requests: 0, connections: 0, inFlight: 0 };
  for (let left = runs; left > 0; left -= 1) {
    usages.push(await check());
    counts = await index.counts();
  }
  const middle = (of: (usage: Usage) => number): number => median(usages.map(of));
  const usage = {
    wall: middle(({ wall }) => wall),
    cpu: middle(({ cpu }) => cpu),
    memory: middle(({ memory }) => memory),
  };
  return { usage, counts };
}
