import { fileURLToPath } from 'node:url';
import { ms, times, type Setup, type Table } from './contract.ts';
import { median, runNode, type Usage } from './measure.ts';

export const PROGRAM = fileURLToPath(new URL('../../bin/provpin.js', import.meta.url));
const MODULES = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));
/** As the program would start without its bundle. */
const UNBUNDLED = `const { run } = await import(${JSON.stringify(MODULES)}); await run(['--help']);`;

const STARTS: readonly (readonly [label: string, args: readonly string[]])[] = [
  ['`node -e 0`', ['-e', '0']],
  ['`provpin --version`', [PROGRAM, '--version']],
  ['`provpin --help`', [PROGRAM, '--help']],
  ['`provpin --help`, from the modules instead of the bundle', ['--input-type=module', '-e', UNBUNDLED]],
];

/** One after another, over and over, so that whatever else the machine does is shared by all. */
export async function measureStartup({ temporary, quick }: Setup): Promise<Table> {
  const usages = STARTS.map((): Usage[] => []);
  for (let left = quick ? 3 : 21; left > 0; left -= 1) {
    for (const [at, [, args]] of STARTS.entries()) {
      usages[at]?.push(await runNode(args, { cwd: temporary }));
    }
  }
  const [bare = Number.NaN] = usages.map((each) => median(each.map(({ cpu }) => cpu)));
  const rows = STARTS.map(([label], at) => {
    const each = usages[at] ?? [];
    const cpu = median(each.map((usage) => usage.cpu));
    return [label, ms(median(each.map(({ wall }) => wall))), ms(cpu), times(cpu / bare)];
  });
  return { columns: ['', 'time', 'CPU', 'CPU, of `node -e 0`'], rows };
}
