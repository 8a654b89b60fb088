/** Runs tasks as they are given, never more than `limit` of them at once, first come, first served. */
export function limitConcurrency(limit: number): <T>(task: () => Promise<T>) => Promise<T> {
  let running = 0;
  const waiting: (() => void)[] = [];
  return async (task) => {
    if (running >= limit) {
      // Whoever ends hands its place over, so `running` stays as it is.
      await new Promise<void>((resolve) => {
        waiting.push(resolve);
      });
    } else {
      running += 1;
    }
    try {
      return await task();
    } finally {
      const next = waiting.shift();
      if (next === undefined) {
        running -= 1;
      } else {
        next();
      }
    }
  };
}

/** Runs a task, or hands out the outcome of one that ran under the same key. */
export type Share<T> = (key: string, task: () => Promise<T>) => Promise<T>;

/** Remembers the outcome of a task by a key, so that it is started once, however often it is asked for. */
export function shareByKey<T>(): Share<T> {
  const tasks = new Map<string, Promise<T>>();
  return (key, task) => {
    const existing = tasks.get(key);
    if (existing !== undefined) {
      return existing;
    }
    const started = task();
    tasks.set(key, started);
    return started;
  };
}

export interface ForgetfulOptions<T> {
  /** Milliseconds after which an outcome is forgotten. */
  readonly maxAge: number;
  /** Of all that is remembered together; beyond it, what has been there longest is forgotten. */
  readonly maxWeight: number;
  /** The weight of an outcome; undefined for one that is not to be remembered at all. */
  readonly weigh: (outcome: T) => number | undefined;
  /** Milliseconds. */
  readonly now: () => number;
}

/** As `shareByKey`, for a process that goes on for long: outcomes are forgotten in time, and do not pile up. */
export function shareForAWhile<T>({ maxAge, maxWeight, weigh, now }: ForgetfulOptions<T>): Share<T> {
  const running = new Map<string, Promise<T>>();
  const remembered = new Map<
    string,
    { readonly outcome: T; readonly weight: number; readonly until: number }
  >();
  let total = 0;
  const forget = (key: string): void => {
    total -= remembered.get(key)?.weight ?? 0;
    remembered.delete(key);
  };
  const remember = (key: string, outcome: T): void => {
    const weight = weigh(outcome);
    if (weight === undefined) return;
    remembered.set(key, { outcome, weight, until: now() + maxAge });
    total += weight;
    for (const [oldest, { until }] of remembered) {
      if (total <= maxWeight && until > now()) return;
      forget(oldest);
    }
  };
  const start = async (key: string, task: () => Promise<T>): Promise<T> => {
    try {
      const outcome = await task();
      remember(key, outcome);
      return outcome;
    } finally {
      running.delete(key);
    }
  };
  return async (key, task) => {
    const known = remembered.get(key);
    if (known !== undefined && known.until > now()) return known.outcome;
    forget(key);
    const started = running.get(key) ?? start(key, task);
    running.set(key, started);
    return await started;
  };
}
