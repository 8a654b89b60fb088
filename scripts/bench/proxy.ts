/** Files through the proxy, beside the same from the index itself, and by way of something that does nothing but pass them on. */
import { Agent, get, type IncomingMessage } from 'node:http';
import { fileURLToPath } from 'node:url';
import { count, megabytes, ms, type Cell, type Setup, type Table } from './contract.ts';
import { median } from './measure.ts';
import { PROGRAM } from './project.ts';
import { startServing } from './serving.ts';

const INDEX = fileURLToPath(new URL('file-index.ts', import.meta.url));
const PASS_THROUGH = fileURLToPath(new URL('pass-through.ts', import.meta.url));

interface Load {
  readonly clients: number;
  /** Megabytes of the file. */
  readonly size: number;
  /** How often each client takes it. */
  readonly each: number;
  readonly runs: number;
}

const LOADS: readonly Load[] = [
  { clients: 1, size: 1, each: 200, runs: 3 },
  { clients: 100, size: 1, each: 5, runs: 3 },
  { clients: 1, size: 32, each: 10, runs: 3 },
  { clients: 100, size: 32, each: 1, runs: 1 },
];
const QUICK: readonly Load[] = [{ clients: 4, size: 1, each: 2, runs: 1 }];
/** The CPU of it is that of starting and ending, and not counted. */
const NEXT_TO_NOTHING: Load = { clients: 1, size: 1, each: 1, runs: 1 };

const COLUMNS = ['clients', 'file', 'together', 'by way of', 'time', 'MB a second', 'CPU a GB', 'memory'];

/** What a load took: of the index itself, by the clock alone. */
interface Taken {
  readonly wall: number;
  readonly cpu: number;
  readonly memory: number;
}

type Take = (load: Load) => Promise<Taken>;

export async function measureProxy({ temporary, quick }: Setup): Promise<Table> {
  const index = await startServing([INDEX], temporary);
  const through =
    (args: readonly string[]): Take =>
    async (load) => {
      const between = await startServing(args, temporary);
      const wall = await take(between.url, load);
      return { wall, ...(await between.end()) };
    };
  const proxy = [PROGRAM, 'proxy', '--trusted-root', 'embedded', '--no-cache', '-i', index.url];
  const ways: readonly (readonly [string, Take])[] = [
    ['the index itself', async (load) => ({ ...NOT_MEASURED, wall: await take(index.url, load) })],
    ['a pipe in Node.js', through([PASS_THROUGH, index.url])],
    ['the proxy', through(proxy)],
  ];
  try {
    const begun = new Map<string, number>();
    for (const [label, takeBy] of ways) begun.set(label, (await takeBy(NEXT_TO_NOTHING)).cpu);
    const rows: Cell[][] = [];
    for (const load of quick ? QUICK : LOADS) {
      for (const [label, takeBy] of ways) {
        const taken = await takeOften(load, takeBy);
        rows.push(rowOf(label, load, { ...taken, cpu: taken.cpu - (begun.get(label) ?? 0) }));
      }
    }
    return { columns: COLUMNS, rows };
  } finally {
    await index.end();
  }
}

const NOT_MEASURED: Taken = { wall: Number.NaN, cpu: Number.NaN, memory: Number.NaN };

/** Medians. */
async function takeOften(load: Load, takeBy: Take): Promise<Taken> {
  const taken: Taken[] = [];
  for (let left = load.runs; left > 0; left -= 1) taken.push(await takeBy(load));
  return {
    wall: median(taken.map(({ wall }) => wall)),
    cpu: median(taken.map(({ cpu }) => cpu)),
    memory: median(taken.map(({ memory }) => memory)),
  };
}

function rowOf(label: string, { clients, size, each }: Load, { wall, cpu, memory }: Taken): Cell[] {
  const together = clients * size * each;
  const used = Number.isNaN(cpu) ? ['', ''] : [ms((cpu / together) * 1000), megabytes(memory)];
  return [
    count(clients),
    `${size} MB`,
    `${together.toLocaleString('en')} MB`,
    label,
    ms(wall),
    count((together / wall) * 1000),
    ...used,
  ];
}

/** Milliseconds by the clock until every client has every file. */
async function take(simpleUrl: string, { clients, size, each }: Load): Promise<number> {
  const agent = new Agent({ keepAlive: true, maxSockets: clients });
  const page = new URL(`large-${size}/`, simpleUrl);
  const accept = 'application/vnd.pypi.simple.v1+json';
  const ask = async (url: URL) =>
    await new Promise<IncomingMessage>((resolve, reject) => {
      get(url, { agent, headers: { accept } }, resolve).once('error', reject);
    });
  let text = '';
  for await (const chunk of await ask(page)) text += String(chunk);
  const file = new URL(parsePage(text).files[0]?.url ?? '', page);
  const start = performance.now();
  await Promise.all(
    Array.from({ length: clients }, async () => {
      for (let left = each; left > 0; left -= 1) {
        const length = await lengthOf(await ask(file));
        if (length !== size * 1_000_000) throw new Error(`${file.href}: ${length} bytes came`);
      }
    }),
  );
  const wall = performance.now() - start;
  agent.destroy();
  return wall;
}

async function lengthOf(response: IncomingMessage): Promise<number> {
  let length = 0;
  response.on('data', (chunk: Buffer) => {
    length += chunk.length;
  });
  return await new Promise((resolve, reject) => {
    response.once('end', () => resolve(length));
    response.once('error', reject);
  });
}

const parsePage: (text: string) => { readonly files: readonly { readonly url: string }[] } = JSON.parse;
