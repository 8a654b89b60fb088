import { fileURLToPath } from 'node:url';
import { ms, times, type Setup, type Table } from './contract.ts';
import { median, runNode, type Usage } from './measure.ts';
import { CACHED, PROGRAM, withProject } from './project.ts';

const MODULES = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));
/** As the program would start without its bundle. */
const UNBUNDLED = `const { run } = await import(${JSON.stringify(MODULES)}); await run(['--help']);`;

const STARTS: readonly (readonly [label: string, args: readonly string[]])[] = [
  ['`node -e 0`', ['-e', '0']],
  ['`provpin --version`', [PROGRAM, '--version']],
  ['`provpin --help`', [PROGRAM, '--help']],
  ['`provpin --help`, from the modules instead of the bundle', ['--input-type=module', '-e', UNBUNDLED]],
];

/** What a check of one cached file takes is start-up, verifying what was never verified before, and the rest. */
const FIRST = fileURLToPath(new URL('verification.ts', import.meta.url));

/** One after another, over and over, so that whatever else the machine does is shared by all. */
export async function measureStartup(setup: Setup): Promise<Table> {
  const { temporary, quick, cache } = setup;
  return await withProject({ size: [1, 1], ...QUIET }, setup, async ({ check }) => {
    await check('--tofu', ...CACHED);
    const runs: readonly (readonly [string, () => Promise<Used>])[] = [
      ...STARTS.map(([label, args]) => [label, () => runNode(args, { cwd: temporary })] as const),
      ['a check of one cached file', () => check(...CACHED)],
      ['verifying one attestation, with code that has not run before', () => verifyOne(cache, temporary)],
    ];
    const used = runs.map((): Used[] => []);
    for (let left = quick ? 3 : 21; left > 0; left -= 1) {
      for (const [at, [, run]] of runs.entries()) used[at]?.push(await run());
    }
    const middle = used.map((each) => ({
      wall: median(each.map(({ wall }) => wall)),
      cpu: median(each.map(({ cpu }) => cpu)),
    }));
    const [bare, version, , , whole, verification] = middle;
    const rest = difference(whole, version, verification);
    const rows = [...runs.map(([label]) => label), 'the rest of that check'].map((label, at) => {
      const { wall, cpu } = [...middle, rest][at] ?? NOT_MEASURED;
      return [label, ms(wall), ms(cpu), times(cpu / (bare ?? NOT_MEASURED).cpu)];
    });
    return { columns: ['', 'time', 'CPU', 'CPU, of `node -e 0`'], rows };
  });
}

type Used = Pick<Usage, 'wall' | 'cpu'>;

const QUIET = { protocol: 'http/2', latency: 0, signedPercent: 100, isPypi: false } as const;
const NOT_MEASURED: Used = { wall: Number.NaN, cpu: Number.NaN };

function difference(whole = NOT_MEASURED, ...parts: readonly (Used | undefined)[]): Used {
  return parts.reduce<Used>(
    (left, part = NOT_MEASURED) => ({ wall: left.wall - part.wall, cpu: left.cpu - part.cpu }),
    whole,
  );
}

async function verifyOne(cache: string, cwd: string): Promise<Used> {
  const { stdout } = await runNode([FIRST, cache, '1', '1', 'first', '1'], { cwd });
  return parseRounds(stdout)[0] ?? NOT_MEASURED;
}

const parseRounds: (text: string) => readonly Used[] = JSON.parse;
