/** How often, and how far apart, one request is attempted. Times in milliseconds. */
export interface RetryPolicy {
  /** Attempts after the first. */
  readonly retries: number;
  /** The wait before the first retry; doubled each time, and then shortened at random by up to half. */
  readonly baseDelay: number;
  readonly maxDelay: number;
  /** A host that wants a longer wait is not waited for. */
  readonly maxRetryAfter: number;
}

export const DEFAULT_RETRY_POLICY: RetryPolicy = {
  retries: 3,
  baseDelay: 500,
  maxDelay: 8_000,
  maxRetryAfter: 60_000,
};

/**
 * The milliseconds to wait before another attempt, or undefined when there should be none.
 *
 * @param attempt 0 for the first retry
 * @param retryAfter what the host asks for, in milliseconds
 * @param random from 0 to 1
 */
export function retryDelay(
  policy: RetryPolicy,
  attempt: number,
  retryAfter: number | undefined,
  random: number,
): number | undefined {
  if (attempt >= policy.retries || (retryAfter ?? 0) > policy.maxRetryAfter) {
    return undefined;
  }
  const backoff = Math.min(policy.baseDelay * 2 ** attempt, policy.maxDelay) * (1 - random / 2);
  return Math.max(backoff, retryAfter ?? 0);
}

/** A Retry-After field (RFC 9110, 10.2.3: seconds, or an HTTP date) in milliseconds from now. */
export function parseRetryAfter(value: string | undefined, now: Date): number | undefined {
  const text = value?.trim() ?? '';
  if (/^\d{1,10}$/u.test(text)) {
    return Number(text) * 1_000;
  }
  // Only the form that senders must use: Date.parse alone would take nearly anything.
  if (!/^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/u.test(text)) {
    return undefined;
  }
  const time = Date.parse(text);
  return Number.isNaN(time) ? undefined : Math.max(0, time - now.getTime());
}
