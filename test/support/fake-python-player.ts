/**
 * What stands behind a fake python: answers from a scenario, and writes down how it was called. A program of its own;
 * arguments: the scenario's file, then what python was given.
 */
import { appendFileSync, readFileSync } from 'node:fs';

import type { Call, Scenario } from './fake-python.ts';

// Both ends of the file are ours: `fakePython` has just written it.
const parseScenario: (text: string) => Scenario = JSON.parse;
const [file = '', ...args] = process.argv.slice(2);
const scenario = parseScenario(readFileSync(file, 'utf8'));
const call: Call = { args, cwd: process.cwd(), env: { ...process.env } };
appendFileSync(scenario.log, `${JSON.stringify(call)}\n`);

const line = commandLine(args);
const answer = scenario.answers.find(({ when }) => new RegExp(when, 'u').test(line));
process.stderr.write(
  answer?.stderr ?? (answer === undefined ? `fake python: no answer to \`${line}\`\n` : ''),
);
process.stdout.write(answer?.stdout ?? '');
process.exitCode = answer === undefined ? 97 : (answer.exitCode ?? 0);
if (answer?.hangs === true) setInterval(() => undefined, 60_000);

/** As somebody would write it, however pip was started; `probe` for a program without arguments. */
function commandLine([first = '', second = '', ...rest]: readonly string[]): string {
  if (first === '-m') return [second, ...rest].join(' ');
  if (first === '-c') return rest.length === 0 ? 'probe' : ['pip', ...rest].join(' ');
  return first.endsWith('/pip')
    ? ['pip', second, ...rest].join(' ')
    : [first, second, ...rest].join(' ').trim();
}
