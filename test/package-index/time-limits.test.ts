import { describe, expect, test } from 'vitest';

import { parseTimeLimits } from '../../src/package-index/time-limits.ts';

describe('parseTimeLimits', () => {
  test.for([
    [undefined, undefined, {}],
    ['15', '5', { timeout: 15_000, retries: 5 }],
    ['0.5', undefined, { timeout: 500 }],
    [' .0001 ', ' 0 ', { timeout: 1, retries: 0 }],
    ['99999999999', '99999999999', { timeout: 86_400_000, retries: 100 }],
  ] as const)('--timeout %j --retries %j', ([timeout, retries, limits]) => {
    expect(parseTimeLimits(timeout, retries)).toEqual(limits);
  });

  test.for(['0', '0.0', '-1', '', 'none', 'inf', '1e3', '0x10', '1 2'])('--timeout %j', (text) => {
    expect(() => parseTimeLimits(text, undefined)).toThrow(/`--timeout` cannot be/);
  });

  test.for(['-1', '', '1.5', 'all', '0x1'])('--retries %j', (text) => {
    expect(() => parseTimeLimits(undefined, text)).toThrow(/`--retries` cannot be/);
  });
});
