import { describe, expect, test } from 'vitest';
import { parseRetryAfter, retryDelay } from '../../src/package-index/retry.ts';

const policy = { retries: 3, baseDelay: 500, maxDelay: 1_500, maxRetryAfter: 60_000 };

describe('retryDelay', () => {
  test.each([
    [0, undefined, 0, 500],
    [1, undefined, 0, 1_000],
    [2, undefined, 0, 1_500],
    [0, undefined, 1, 250],
    [3, undefined, 0, undefined],
    [0, 7_000, 0, 7_000],
    [0, 100, 0, 500],
    [0, 60_001, 0, undefined],
  ])('attempt %j, Retry-After %j, random %j', (attempt, retryAfter, random, expected) => {
    expect(retryDelay(policy, attempt, retryAfter, random)).toBe(expected);
  });
});

describe('parseRetryAfter', () => {
  const now = new Date('2026-11-21T10:00:00Z');
  test.each([
    ['0', 0],
    [' 120 ', 120_000],
    ['Sat, 21 Nov 2026 10:00:30 GMT', 30_000],
    ['Sat, 21 Nov 2026 09:00:00 GMT', 0],
    ['-1', undefined],
    ['1.5', undefined],
    ['99999999999', undefined],
    ['tomorrow', undefined],
    ['2026-11-21', undefined],
    ['Sat, 99 Nov 2026 10:00:30 GMT', undefined],
    ['', undefined],
    [undefined, undefined],
  ])('%j', (value, expected) => {
    expect(parseRetryAfter(value, now)).toBe(expected);
  });
});
