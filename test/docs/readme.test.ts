import { readFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { createWorld, type World } from '../../scripts/demo-world.ts';
import { renewExamples } from '../../scripts/examples.ts';
import { drawRuns } from '../../scripts/picture.ts';
import { environmentThatLocks } from '../support/python.ts';
import { runProvpin } from '../support/run-provpin.ts';
import { createWorkspace } from '../support/workspace.ts';

const TIMEOUT = 300_000;
const probe = await createWorkspace();
const canLock = (await environmentThatLocks(probe)) !== undefined;
await probe.remove();

const readme = await read('README.md');

async function read(path: string): Promise<string> {
  return await readFile(new URL(`../../${path}`, import.meta.url), 'utf8');
}

function block(marker: string, line: string): string {
  return `${marker}\n\n\`\`\`console\n$ ${line}\nold output\n\`\`\`\n`;
}

test('the options in the README are those of `--help`', async () => {
  const workspace = await createWorkspace();
  const { exitCode, stdout } = await runProvpin(workspace, ['--help']);
  await workspace.remove();
  expect(exitCode).toBe(0);
  expect(readme).toContain(`\`\`\`console\n$ provpin --help\n${stdout}\`\`\`\n`);
});

test('every block of the README with a command and its output is checked', () => {
  const blocks = readme.match(/^```console$/gm) ?? [];
  const checked = readme.match(/^<!-- checked[^\n]*-->\n\n```console$/gm) ?? [];
  expect(checked).toHaveLength(blocks.length);
  expect(blocks.length).toBeGreaterThan(4);
});

describe.skipIf(!canLock)('where there is a pip that can lock', () => {
  let world: World;
  beforeEach(async () => {
    world = await createWorld();
  });
  afterEach(async () => world.close());

  test(
    'the examples of the README print what it says (otherwise: `npm run docs`)',
    { timeout: TIMEOUT },
    async () => {
      expect(await renewExamples(readme, world)).toBe(readme);
    },
  );

  test('the picture shows what runs print (otherwise: `npm run docs`)', { timeout: TIMEOUT }, async () => {
    expect(await drawRuns()).toBe(await read('docs/run.svg'));
  });

  test('an example that prints something else is renewed', { timeout: TIMEOUT }, async () => {
    const text = `before\n\n${block('<!-- checked -->', 'cat requirements.txt')}\nafter\n`;
    expect(await renewExamples(text, world)).toBe(text.replace('old output', 'harbor-http\ncloud-queue'));
  });

  test.for([
    ['<!-- checked -->', 'cat missing.txt', 'ended with 1, and not 0'],
    ['<!-- checked: exit 1 -->', 'cat requirements.txt', 'ended with 0, and not 1'],
    ['<!-- checked: after "Nothing of the kind" -->', 'cat requirements.txt', 'there is no incident'],
    ['<!-- checked -->', 'cat *.txt', 'needs a shell'],
  ] as const)('%s: %s', { timeout: TIMEOUT }, async ([marker, line, words]) => {
    await expect(renewExamples(block(marker, line), world)).rejects.toThrow(words);
  });
});
