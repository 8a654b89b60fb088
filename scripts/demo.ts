/**
 * `npm run demo`: what provpin is for, in under half a minute. A loopback index serves packages that are made and signed on the
 * spot; the real program runs against it, with real `pip lock`; then the index turns hostile, one case at a time. Ends with exit
 * code 1 when a step does not come out as it should.
 */
import { spawn } from 'node:child_process';
import { styleText, stripVTControlCharacters } from 'node:util';

import { messageOf } from '../src/errors.ts';
import { cachedPip, cachePip, canLock, pipVersion } from '../test/support/python.ts';
import type { Environment } from '../test/support/workspace.ts';
import { createWorld, unleash, type Incident, type World } from './demo-world.ts';

/** What a command must come to. */
interface Expectation {
  readonly exitCode: number;
  /** `rule package`, for each error of the report. */
  readonly errors?: readonly string[];
  /** What the output must contain. */
  readonly output?: readonly string[];
}

type Step = (line: string, expected: Expectation) => Promise<void>;

const WIDTH = 88;
const CHECK = 'provpin -r requirements.txt';
const SIGNED = ['cloud-queue', 'harbor-http', 'ledger-json', 'tiny-color'];

const interrupt = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => interrupt.abort());
process.exitCode = await main();

async function main(): Promise<number> {
  const world = await createWorld();
  try {
    await providePip(world);
    await show(world);
    return 0;
  } catch (error) {
    if (interrupt.signal.aborted) return 130;
    process.stderr.write(`\n${red('error:')} ${messageOf(error)}\n`);
    return 1;
  } finally {
    await world.close();
  }
}

/** Where the user's pip is too old to lock, provpin takes the pinned one from the index; so this index must have it. */
async function providePip({ workspace, index }: World): Promise<void> {
  const version = await pipVersion(workspace);
  if (canLock(version)) return;
  try {
    await cachePip(workspace, userEnvironment());
  } catch (error) {
    const found =
      version === undefined ? 'there is no pip of `python3`' : `that of \`python3\` is ${version}`;
    throw new Error(
      `the demo needs pip 25.1 or later, which can lock: ${found}, and a newer one could not be fetched\n${messageOf(error).trim()}`,
      { cause: error },
    );
  }
  const pip = await cachedPip();
  if (pip !== undefined) index.publish(pip);
}

/** All that tells the user's pip where its index is. */
function userEnvironment(): Environment {
  const own = Object.entries(process.env).filter((pair): pair is [string, string] => pair[1] !== undefined);
  return { PIP_CONFIG_FILE: '', ...Object.fromEntries(own) };
}

async function show(world: World): Promise<void> {
  const loud = stepIn(world, {});
  const quiet = stepIn(world, { PIP_QUIET: '2' });
  introduce(world);

  section('Trust on first use', 'Nothing is recorded yet. One run writes down who signed each package.');
  await loud(`TOFU=1 ${CHECK}`, { exitCode: 0, output: SIGNED.map((name) => `+ ${name} `) });

  section('The provenance file', 'This is committed, and its changes are reviewed in pull requests.');
  await loud('cat .provenance.txt', { exitCode: 0, output: SIGNED });

  section('The gate', 'CI runs the same command without TOFU. (From here on, PIP_QUIET=2 keeps pip quiet.)');
  await quiet(CHECK, { exitCode: 0, output: SIGNED.map((name) => `✓ ${name} `) });

  for (const attack of world.attacks) await suffer(attack, world, quiet);

  section('All is well again', 'The index has taken everything back.');
  await quiet(CHECK, { exitCode: 0, output: SIGNED.map((name) => `✓ ${name} `) });
  process.stdout.write(`\n${green('Every step came out as it should.')}\n`);
}

function introduce({ index }: World): void {
  process.stdout.write(
    `${bold('provpin: who signs your Python packages, written down, and checked from then on')}\n\n` +
      `An index at ${index.origin} serves five packages, made and signed a moment ago: by workflows of\n` +
      'GitHub and GitLab, by a service account of Google Cloud, and one by nobody. Their certificates come from\n' +
      "a Sigstore instance of the demo's own, which `provpin` is told to trust (--trusted-root); pip is told of\n" +
      'the index (PIP_INDEX_URL). Everything else is as it is in real life.\n\n' +
      `requirements.txt asks for ${bold('harbor-http')} and ${bold('cloud-queue')}.\n`,
  );
}

/** An attack, what the gate says to it, and everything as it was before. */
async function suffer(attack: Incident, { index }: World, step: Step): Promise<void> {
  section(`Attack: ${attack.title}`, attack.story);
  const takeBack = unleash(index, attack);
  await step(CHECK, { exitCode: 1, errors: attack.packages.map((name) => `${attack.rule} ${name}`) });
  takeBack();
}

function section(title: string, explanation: string): void {
  process.stdout.write(
    `\n${cyan(`── ${title} ${'─'.repeat(WIDTH - title.length - 4)}`)}\n${explanation}\n\n`,
  );
}

function stepIn(world: World, env: Environment): Step {
  return async (line, expected) => {
    process.stdout.write(`${bold(`$ ${line}`)}\n`);
    const { exitCode, output } = await execute(world, line, env);
    interrupt.signal.throwIfAborted();
    const problem = problemOf(exitCode, output, expected);
    if (problem !== undefined) throw new Error(`\`${line}\`: ${problem}`);
    process.stdout.write(`\n${green(`✓ as it should be: ${describe(expected)}`)}\n`);
  };
}

/** Runs a line before the user's eyes: what it prints is shown as it comes, in colour where the demo is. */
async function execute(
  { workspace, commandOf }: World,
  line: string,
  extra: Environment,
): Promise<{ readonly exitCode: number | null; readonly output: string }> {
  const { command, args, env } = commandOf(line);
  const child = spawn(command, args, {
    cwd: workspace.project,
    env: { ...workspace.env, ...extra, ...env, ...(hasColor() ? { FORCE_COLOR: '1', NO_COLOR: '' } : {}) },
    stdio: ['ignore', 'pipe', 'inherit'],
    signal: interrupt.signal,
  });
  const chunks: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => {
    chunks.push(chunk);
    process.stdout.write(chunk);
  });
  return await new Promise((resolve, reject) => {
    child.once('error', (error) => {
      if (!interrupt.signal.aborted) reject(error); // an interrupted one is waited for
    });
    child.once('close', (exitCode) =>
      resolve({ exitCode, output: stripVTControlCharacters(Buffer.concat(chunks).toString('utf8')) }),
    );
  });
}

/** What is not as it should be. */
function problemOf(exitCode: number | null, output: string, expected: Expectation): string | undefined {
  if (exitCode !== expected.exitCode) return `exit code ${exitCode}, and it should be ${expected.exitCode}`;
  const errors = [...output.matchAll(/error\[([\w-]+)\]: `([\w-]+)`/g)].map(
    ([, rule, name]) => `${rule} ${name}`,
  );
  const wanted = (expected.errors ?? []).toSorted().join(', ');
  const found = errors.toSorted().join(', ');
  if (found !== wanted) return `its errors are (${found}), and they should be (${wanted})`;
  const missing = expected.output?.find((text) => !output.includes(text));
  return missing === undefined ? undefined : `its output has no \`${missing}\``;
}

function describe({ exitCode, errors = [] }: Expectation): string {
  return [`exit code ${exitCode}`, ...errors].join(', ');
}

function hasColor(): boolean {
  return bold('x') !== 'x';
}

function bold(text: string): string {
  return styleText('bold', text);
}
function cyan(text: string): string {
  return styleText('cyan', text);
}
function green(text: string): string {
  return styleText('green', text);
}
function red(text: string): string {
  return styleText('red', text, { stream: process.stderr });
}
