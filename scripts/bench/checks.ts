import { cp, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { count, megabytes, ms, times, type Cell, type Section, type Setup } from './contract.ts';
import { median, runNode, type Usage } from './measure.ts';
import { startIndex, type Counts, type IndexOptions } from './start-index.ts';
import { PROGRAM } from './startup.ts';
import { lockOf, makeWorld, type World } from './world.ts';

const CONCURRENCY = 32;

type Size = readonly [packages: number, wheels: number];

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
  runs: 5,
} as const;

/** One thing at a time is changed. */
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
const GROWTH: readonly Case[] = (['cold', 'warm'] as const).flatMap((cache) => [
  { ...BASE, cache, runs: 3 },
  { ...BASE, cache, runs: 3, size: [200, 15] },
  { ...BASE, cache, runs: 1, size: [2000, 15] },
]);
const QUICK: readonly Case[] = (['cold', 'warm'] as const).map((cache) => ({
  ...BASE,
  cache,
  runs: 1,
  size: [25, 1],
}));

export async function measureChecks(setup: Setup): Promise<readonly Section[]> {
  const start = await startTime(setup);
  const [checks, growth] = setup.quick ? [QUICK, []] : [CASES, GROWTH];
  return [
    {
      id: 'checks',
      columns: [
        'files',
        'signed',
        'cache',
        'index',
        'time',
        'CPU',
        'memory',
        'requests',
        'connections',
        'of the round trips',
      ],
      rows: await rowsOf(checks, setup, start),
    },
    ...(growth.length === 0
      ? []
      : [
          {
            id: 'growth',
            columns: [
              'files',
              'signed',
              'cache',
              'index',
              'time',
              'CPU',
              'memory',
              'requests',
              'connections',
              'of the round trips',
            ],
            rows: await rowsOf(growth, setup, start),
          },
        ]),
  ];
}

/** What a run takes that has nothing to do. */
async function startTime({ temporary }: Setup): Promise<number> {
  const walls: number[] = [];
  for (let left = 5; left > 0; left -= 1)
    walls.push((await runNode([PROGRAM, '--version'], { cwd: temporary })).wall);
  return median(walls);
}

async function rowsOf(cases: readonly Case[], setup: Setup, start: number): Promise<readonly Cell[][]> {
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
      roundTrips === 0 ? '' : times((usage.wall - start) / roundTrips),
    ]);
    process.stderr.write('.');
  }
  process.stderr.write('\n');
  return rows;
}

async function measureCase(one: Case, setup: Setup): Promise<{ usage: Usage; counts: Counts }> {
  const world = await makeWorld(setup.cache, ...one.size);
  const project = join(setup.temporary, 'project');
  await rm(project, { recursive: true, force: true });
  await mkdir(project, { recursive: true });
  const index = await startIndex(world, one, setup.temporary);
  try {
    await cp(join(world.directory, 'root.json'), join(project, 'root.json'));
    await writeFile(join(project, 'uv.lock'), lockOf(world, index.origin));
    const check = async (...args: readonly string[]): Promise<Usage> =>
      await runNode(
        [PROGRAM, '-L', 'uv.lock', '--trusted-root', 'root.json', '--cert', index.certificate, '-q', ...args],
        { cwd: project },
      );
    expectPassed(await check('--tofu', '--cache-dir', 'cache'), world);
    const kept = one.cache === 'warm' ? ['--cache-dir', 'cache'] : ['--no-cache'];
    const usages: Usage[] = [];
    await index.counts();
    let counts: Counts = { requests: 0, connections: 0 };
    for (let left = one.runs; left > 0; left -= 1) {
      usages.push(await check(...kept));
      counts = await index.counts();
    }
    for (const usage of usages) expectPassed(usage, world);
    const each = (of: (usage: Usage) => number): number => median(usages.map(of));
    const [last] = usages.slice(-1);
    if (last === undefined) throw new Error('nothing was run');
    return {
      usage: {
        ...last,
        wall: each(({ wall }) => wall),
        cpu: each(({ cpu }) => cpu),
        memory: each(({ memory }) => memory),
      },
      counts,
    };
  } finally {
    await index.close();
  }
}

function expectPassed({ exitCode, stdout }: Usage, { files }: World): void {
  if (exitCode !== 0) throw new Error(`a check of ${files.length} files failed:\n${stdout.slice(-2000)}`);
}
