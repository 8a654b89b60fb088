/** How much of the files that pass it the proxy has in memory, when those who asked for them take their time. */
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { makeWheel, type Distribution } from '../support/distributions.ts';
import { beginToTake, pathOf, startProxy } from './proxy-client.ts';
import { createSetting, parseReport, type Setting } from './setting.ts';

/** Leaves behind what a program has used. */
const USAGE = fileURLToPath(new URL('../../scripts/bench/usage.cjs', import.meta.url));
const MEGABYTE = 1024 ** 2;

function largeFile(name: string): Distribution {
  const bytes = Buffer.alloc(16 * MEGABYTE, name);
  return { ...makeWheel({ name }), bytes, sha256: createHash('sha256').update(bytes).digest('hex') };
}

/** One that goes on as it comes, and one that goes by the disk, because parts of it are asked for. */
const passing = largeFile('passing');
const spooled = largeFile('spooled');
/** Who reads nothing for a while: what is asked for them is half a gigabyte. */
const WAITING: readonly (readonly [Distribution, Readonly<Record<string, string>>])[] = [
  ...Array.from({ length: 16 }, () => [passing, {}] as const),
  ...Array.from({ length: 16 }, () => [spooled, { range: 'bytes=0-' }] as const),
];

let setting: Setting;
beforeAll(async () => {
  setting = await createSetting();
  setting.publish([passing, spooled], null);
});
afterAll(async () => setting.close());

async function sha256Of(response: IncomingMessage): Promise<string> {
  const hash = createHash('sha256');
  response.on('data', (chunk: Buffer) => hash.update(chunk));
  await once(response, 'end');
  return hash.digest('hex');
}

test('is what is held back of each, and not the files', async () => {
  const usage = join(setting.workspace.directory, 'usage.json');
  const env = { NODE_OPTIONS: `--require=${USAGE}`, PROVPIN_BENCH_USAGE: usage };
  const { port, end } = await startProxy(setting, [], { env });
  const waiting = await Promise.all(
    WAITING.map(async ([file, headers]) => beginToTake(port, pathOf(file), headers)),
  );
  // All are served in turns: what is read ahead for those who wait has been read when another one has all of it.
  expect(await sha256Of(await beginToTake(port, pathOf(passing)))).toBe(passing.sha256);
  const sums = await Promise.all(waiting.map(sha256Of));
  expect(sums).toEqual(WAITING.map(([{ sha256 }]) => sha256));
  const { exitCode, stdout } = await end();
  expect([exitCode, parseReport(stdout).summary]).toMatchObject([0, { unsigned: 2 }]);
  const { memory } = parseUsage(await readFile(usage, 'utf8'));
  expect(memory).toBeLessThan(280);
});

/** In megabytes, at the most. */
const parseUsage: (text: string) => { readonly memory: number } = JSON.parse;
