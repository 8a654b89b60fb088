import { fileURLToPath } from 'node:url';
import { ms, times, type Section, type Setup } from './contract.ts';
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
export async function measureStartup({ temporary, quick }: Setup): Promise<readonly Section[]> {
  const usages = STARTS.map((): Usage[] => []);
  for (let left = quick ? 3 : 21; left > 0; left -= 1) {
    for (const [at, [, args]] of STARTS.entries()) {
      usages[at]?.push(await runNode(args, { cwd: temporary }));
    }
  }
  const [bare = Number.NaN] = usages.map((each) => median(each.map(({ wall }) => wall)));
  const rows = STARTS.map(([label], at) => {
    const each = usages[at] ?? [];
    const wall = median(each.map((usage) => usage.wall));
    return [label, ms(wall), ms(median(each.map(({ cpu }) => cpu))), times(wall / bare)];
  });
  return [{ id: 'startup', columns: ['', 'time', 'CPU', 'of `node -e 0`'], rows }];
}
