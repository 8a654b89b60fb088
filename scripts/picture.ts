/** docs/run.svg: a run that passes and one that fails, as the program prints them. */
import { createWorld, unleash } from './demo-world.ts';
import { createRunner } from './examples.ts';
import { drawTerminal } from './terminal-svg.ts';

const CHECK = 'provpin -r requirements.txt';
const TITLE =
  'A run of provpin that passes; another one that fails, because a release is signed by another repository.';

/**
 * @throws Error when a run does not end as it should
 */
export async function drawRuns(): Promise<string> {
  const world = await createWorld();
  try {
    const run = await createRunner(world, { FORCE_COLOR: '1', NO_COLOR: '' });
    await run(`TOFU=1 ${CHECK}`, 0);
    const passing = await run(CHECK, 0);
    const [incident] = world.attacks;
    if (incident !== undefined) unleash(world.index, incident);
    const failing = await run(CHECK, 1);
    return drawTerminal(`${prompt(CHECK)}${passing}\n${prompt(CHECK)}${failing}`, TITLE);
  } finally {
    await world.close();
  }
}

function prompt(line: string): string {
  return `\u001B[1m$ ${line}\u001B[0m\n`;
}
