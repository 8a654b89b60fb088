/** The action, the component, the hook and the recipes, by the schemas that their services publish. */
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { installTools } from '../support/python-tools.ts';
import { createWorkspace, type RunResult, type Workspace } from '../support/workspace.ts';
import { readText, readYaml, withInputs } from './steps.ts';

const TIMEOUT = 300_000;

let tools: Workspace;
let bin: string;
beforeAll(async () => {
  tools = await createWorkspace();
  bin = await installTools(tools, 'check-jsonschema==0.39.0', 'pre-commit==4.7.0');
}, TIMEOUT);
afterAll(async () => tools.remove());

/** What has no schema is validated by the program that reads it. */
const READERS: Readonly<Record<string, string>> = {
  'pre-commit-config': 'validate-config',
  'pre-commit-hooks': 'validate-manifest',
};

async function validate(schema: string, name: string, text: string): Promise<RunResult> {
  const path = await tools.write(name, text);
  const reader = READERS[schema];
  return reader === undefined
    ? await tools.run(join(bin, 'check-jsonschema'), ['--builtin-schema', `vendor.${schema}`, path])
    : await tools.run(join(bin, 'pre-commit'), [reader, path]);
}

/** The blocks of a document that say by which schema they are to be read. */
function blocksOf(document: string): readonly (readonly [schema: string, name: string, text: string])[] {
  return [...readText(document).matchAll(/<!-- schema: ([a-z-]+) -->\n\n```(yaml|json)\n([^]*?)```/g)].map(
    ([, schema = '', type = '', text = ''], at) => [schema, `block-${at}.${type}`, text],
  );
}

/** The two documents of the component: what it takes, and what GitLab makes of the other by the defaults. */
const COMPONENT = readText('templates/provpin.yml').split(/^---\n/m);
const [HEAD] = readYaml(COMPONENT[0] ?? '');

const BLOCKS = blocksOf('docs/ci.md');

describe('by its published schema', { timeout: TIMEOUT }, () => {
  test.each<readonly [schema: string, name: string, text: string]>([
    ['github-actions', 'action.yml', readText('action.yml')],
    ['pre-commit-hooks', '.pre-commit-hooks.yaml', readText('.pre-commit-hooks.yaml')],
    ['gitlab-ci', 'component-inputs.yml', COMPONENT[0] ?? ''],
    ['gitlab-ci', 'component.yml', withInputs(COMPONENT[1] ?? '', HEAD)],
    ...BLOCKS,
  ])('%s: %s', async (schema, name, text) => {
    const { exitCode, stdout, stderr } = await validate(schema, name, text);
    expect([exitCode, stdout + stderr]).toEqual([0, expect.any(String)]);
  });

  test('every block that says so is one of these', () => {
    expect(BLOCKS).toHaveLength(readText('docs/ci.md').match(/<!-- schema: /g)?.length ?? 0);
    expect(BLOCKS.length).toBeGreaterThan(5);
  });

  test.each([
    ['github-actions', 'broken.yml', 'name: x\ndescription: x\nruns:\n  using: nothing\n'],
    ['gitlab-ci', 'broken.yml', 'job:\n  script: 7\n'],
    [
      'gitlab-ci',
      'broken-inputs.yml',
      (COMPONENT[0] ?? '').replace('default: test', 'default: [test]\n      type: 7'),
    ],
    ['gitlab-ci', 'broken-component.yml', (COMPONENT[1] ?? '').replace('max: 2', 'max: 7')],
    ['pre-commit-config', 'broken.yaml', 'repos: 7\n'],
  ])('what is not of it is noticed: %s', async (schema, name, text) => {
    expect((await validate(schema, name, text)).exitCode).not.toBe(0);
  });
});
