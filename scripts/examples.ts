/**
 * Examples in Markdown that are what they claim to be. A `console` block below a comment `<!-- checked -->` holds commands, each
 * after `$ `, and what they print on stdout. `<!-- checked: exit 1, after "TITLE" -->` also gives the exit code of the last command, and
 * an incident of the demo's world that has happened by then.
 */
import { environmentThatLocks } from '../test/support/python.ts';
import { unleash, type World } from './demo-world.ts';

const BLOCK = /(<!-- checked(?:: ([^\n]*?))? -->\n\n?```console\n)([^]*?)(```\n)/g;
const AUTHOR = [
  '-c',
  'user.name=Example',
  '-c',
  'user.email=example@example.org',
  '-c',
  'init.defaultBranch=main',
];

/** A commit has the same hash each time. */
const DATES = { GIT_AUTHOR_DATE: '2026-01-01T00:00:00Z', GIT_COMMITTER_DATE: '2026-01-01T00:00:00Z' };

/** How somebody runs a line: its stdout, when the exit code is the one that is expected. */
export type RunLine = (line: string, exitCode: number) => Promise<string>;

/**
 * The text with every block as its commands print it now, one after the other in one world, in a git repository that has everything
 * committed before each block.
 *
 * @throws Error for another exit code than is expected
 */
export async function renewExamples(markdown: string, world: World): Promise<string> {
  const run = await createRunner(world);
  let renewed = '';
  let end = 0;
  for (const match of markdown.matchAll(BLOCK)) {
    const [whole, head = '', conditions = '', block = '', tail = ''] = match;
    renewed +=
      markdown.slice(end, match.index) + head + (await renewBlock(block, conditions, world, run)) + tail;
    end = match.index + whole.length;
  }
  return renewed + markdown.slice(end);
}

/** Runs lines in the world's project. */
export async function createRunner(
  { workspace, commandOf }: World,
  look: Readonly<Record<string, string>> = {},
): Promise<RunLine> {
  const locking = await environmentThatLocks(workspace);
  if (locking === undefined)
    throw new Error('the examples need a pip that can lock: `npm run demo` fetches one');
  return async (line, expected) => {
    const { command, args, env } = commandOf(line);
    const { exitCode, stdout, stderr } = await workspace.run(command, args, {
      env: { ...locking, ...look, ...env },
    });
    if (exitCode !== expected)
      throw new Error(`\`${line}\` ended with ${exitCode}, and not ${expected}:\n${stderr}${stdout}`);
    return stdout;
  };
}

async function renewBlock(block: string, conditions: string, world: World, run: RunLine): Promise<string> {
  const lines = [...block.matchAll(/^\$ (.+)$/gm)].map(([, line = '']) => line);
  const takeBack = happen(conditions, world);
  await commitAll(world);
  let text = '';
  for (const [position, line] of lines.entries()) {
    const exitCode = position === lines.length - 1 ? Number(/exit (\d+)/.exec(conditions)?.[1] ?? 0) : 0;
    text += `${text === '' ? '' : '\n'}$ ${line}\n${await run(line, exitCode)}`;
  }
  takeBack();
  return text;
}

function happen(conditions: string, { index, attacks, move }: World): () => void {
  const [, title] = /after "([^"]+)"/.exec(conditions) ?? [];
  if (title === undefined) return () => undefined;
  const incident = [...attacks, move].find((one) => one.title === title);
  if (incident === undefined) throw new Error(`there is no incident \`${title}\``);
  return unleash(index, incident);
}

async function commitAll({ workspace }: World): Promise<void> {
  for (const args of [
    ['init', '-q'],
    ['add', '.'],
    ['commit', '-q', '--allow-empty', '-m', 'Before the example'],
  ]) {
    const { exitCode, stderr } = await workspace.run('git', [...AUTHOR, ...args], { env: DATES });
    if (exitCode !== 0) throw new Error(`\`git ${args.join(' ')}\` failed: ${stderr}`);
  }
}
