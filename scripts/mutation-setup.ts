/**
 * What each file of unit tests begins with when it is run against mutants (`vitest.mutation.config.ts`), so that one takes
 * seconds, and the next run says the same. A property is tried with 25 inputs at most, always the same ones. Left out
 * are tests whose number of runs is their point, and those that wait; and what a thread cannot do, to be another user.
 */
import type * as FastCheck from 'fast-check';
import { beforeEach, vi } from 'vitest';

const AT_MOST = 25;

const LEFT_OUT = [
  /^leaves the old file or the new one, 200 times$/,
  /read-only directory/,
  /^every change of a line or two by which something passes that did not is flagged$/,
  /^of documents that were changed anywhere/,
  /^is what the library encodes, whatever it could parse$/,
  // The TUF client pauses before it tries again: `half the targets` and 429 take the same path without.
  /^\((?:500|503|500 for .*)\) leaves the trusted root of the last run/,
];

beforeEach(({ task, skip }) => {
  skip(LEFT_OUT.some((name) => name.test(task.name)));
});

vi.mock('fast-check', async (importOriginal) => {
  const original = await importOriginal<typeof FastCheck>();
  const assert = (...[property, parameters]: Parameters<typeof original.assert>) => {
    const numRuns = Math.min(parameters?.numRuns ?? AT_MOST, AT_MOST);
    return original.assert(property, { ...parameters, numRuns, seed: 1 });
  };
  return { ...original, assert };
});
