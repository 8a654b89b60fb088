/** Runs one target in a thread of its own, so that an input that hangs or fills the memory can be told, and ended. */
import { parentPort, workerData } from 'node:worker_threads';

import { fuzz } from './loop.ts';
import { TARGETS } from './targets/index.ts';

export interface WorkerData {
  readonly target: string;
  readonly seconds: number;
  readonly seed: number;
  /** Where the input that is being run stands: its length as 32 bits, then its bytes; the first 32 bits count the inputs. */
  readonly current: SharedArrayBuffer;
}

// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- both ends are ours: scripts/fuzz.ts gives it
const { target: name, seconds, seed, current } = workerData as WorkerData;
const counters = new Int32Array(current, 0, 2);
const bytes = new Uint8Array(current, 8);
const target = TARGETS.find((candidate) => candidate.name === name);
if (target === undefined) throw new Error(`there is no target \`${name}\``);

const result = await fuzz(target, {
  seconds,
  seed,
  onInput: (input) => {
    bytes.set(input.subarray(0, bytes.length));
    Atomics.store(counters, 1, Math.min(input.length, bytes.length));
    Atomics.add(counters, 0, 1);
  },
});
// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a port of worker_threads, not a window
parentPort?.postMessage(result);
