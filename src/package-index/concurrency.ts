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

/** Remembers the outcome of a task by a key, so that it is started once, however often it is asked for. */
export function shareByKey<T>(): (key: string, task: () => Promise<T>) => Promise<T> {
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
