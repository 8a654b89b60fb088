import { defineConfig } from 'vitest/config';

const shared = { testTimeout: 60_000, hookTimeout: 120_000 };

/** `local` needs no internet; `pypi` downloads pinned files and runs pip against the real index. */
export default defineConfig({
  test: {
    // Vitest leaves one core to itself; with two there would be one worker, which waits for programs most of the time.
    maxWorkers: '100%',
    // Of what runs in the tests' own process: the program that they start is not seen.
    coverage: {
      include: ['src/**'],
      reporter: ['text-summary', 'html'],
      // What the commands of the newest parts do is tried by the started program for the most part: 95 is where all of these belong.
      thresholds: { lines: 89, branches: 84, functions: 89, statements: 89 },
    },
    projects: [
      {
        test: {
          ...shared,
          name: 'local',
          include: ['test/**/*.test.ts'],
          exclude: ['test/**/*.pypi.test.ts'],
        },
      },
      { test: { ...shared, name: 'pypi', include: ['test/**/*.pypi.test.ts'] } },
    ],
  },
});
