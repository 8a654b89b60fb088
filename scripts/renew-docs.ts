/** `npm run docs`: runs the examples of README.md anew, and draws docs/run.svg. */
import { readFile, writeFile } from 'node:fs/promises';

import { createWorld } from './demo-world.ts';
import { renewExamples } from './examples.ts';
import { drawRuns } from './picture.ts';

const README = new URL('../README.md', import.meta.url);
const PICTURE = new URL('../docs/run.svg', import.meta.url);

const world = await createWorld();
try {
  await writeFile(README, await renewExamples(await readFile(README, 'utf8'), world));
} finally {
  await world.close();
}
await writeFile(PICTURE, await drawRuns());
