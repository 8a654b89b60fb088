/** Workflow files, and their shell steps run as a runner of GitHub runs them. */
import { readFileSync } from 'node:fs';
import { parseAllDocuments } from 'yaml';
import { BINARY } from '../support/run-provpin.ts';
import type { Environment, RunResult, Workspace } from '../support/workspace.ts';

const root = new URL('../../', import.meta.url);

export interface Step {
  readonly name?: string;
  readonly uses?: string;
  readonly run?: string;
  readonly if?: string;
  readonly env?: Readonly<Record<string, string>>;
}

export function readText(path: string): string {
  return readFileSync(new URL(path, root), 'utf8');
}

/** The documents of a YAML text; a duplicate key, or anything else that is doubtful, is an error. */
export function readYaml(text: string): readonly unknown[] {
  return parseAllDocuments(text, { strict: true, uniqueKeys: true }).map((document) => {
    const [problem] = [...document.errors, ...document.warnings];
    if (problem !== undefined) throw problem;
    return document.toJS() as unknown;
  });
}

/** What follows a path of names and places, or an error that says where there is nothing. */
export function at(value: unknown, ...path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>((node, key) => {
    if (typeof node === 'object' && node !== null && key in node)
      return Object.entries(node).find(([name]) => name === String(key))?.[1];
    throw new Error(`there is no \`${key}\` of ${path.join('.')}`);
  }, value);
}

/** Expressions that are a name, and nothing but that: `${{ inputs.reports }}`. */
export function evaluate(text: string, values: Readonly<Record<string, string>>): string {
  return text.replaceAll(/\$\{\{ ([^}]*) \}\}/g, (expression, name: string) => {
    const value = values[name];
    if (value === undefined) throw new Error(`${expression} is not known to this test`);
    return value;
  });
}

/** A text of a GitLab component, with its inputs in it as GitLab puts them there: as text, or else their defaults. */
export function withInputs(
  text: string,
  head: unknown,
  given: Readonly<Record<string, string>> = {},
): string {
  return text.replaceAll(/\$\[\[ inputs\.([a-z-]+) \]\]/g, (_, name: string) =>
    String(given[name] ?? at(head, 'spec', 'inputs', name, 'default')),
  );
}

/** Runs a step with `shell: bash`. */
export async function runStep(
  workspace: Workspace,
  { run = '', env = {} }: Step,
  values: Readonly<Record<string, string>>,
  more: Environment = {},
): Promise<RunResult> {
  if (run.includes('${{')) throw new Error('an expression in a script is code, whatever is in it');
  const script = await workspace.write('../tmp/step.sh', run);
  const evaluated = Object.fromEntries(
    Object.entries(env).map(([name, text]) => [name, evaluate(text, values)]),
  );
  return await workspace.run('bash', ['--noprofile', '--norc', '-e', '-o', 'pipefail', script], {
    env: { ...evaluated, ...more },
  });
}

/** Puts an `npx` on the PATH that runs this provpin, checks with further arguments, and an `npm` that does nothing; returns that PATH. */
export async function withNpx(workspace: Workspace, args: readonly string[]): Promise<string> {
  const quoted = args.map((arg) => `'${arg}'`).join(' ');
  const run = `#!/bin/sh
[ "$1 $2 $3" = '--no -- provpin' ] || exit 99
shift 3
if [ "$1" != diff ]; then set -- "$@" ${quoted}; fi
exec '${process.execPath}' '${BINARY}' "$@"
`;
  const npx = await workspace.write('../tmp/bin/npx', run);
  const npm = await workspace.write('../tmp/bin/npm', '#!/bin/sh\n');
  await workspace.run('chmod', ['+x', npx, npm]);
  return `${npx.slice(0, -'/npx'.length)}:${workspace.env['PATH']}`;
}
