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
      thresholds: { lines: 95, branches: 95, functions: 95, statements: 95 },
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
      // An index that fails for one request of thousands is no defect of ours: what fails three times is.
      { test: { ...shared, name: 'pypi', include: ['test/**/*.pypi.test.ts'], retry: 2 } },
      // Tests of the program a second time, where coverage sees it.
      {
        test: {
          ...shared,
          name: 'in-process',
          include: [
            'test/e2e/{base,diff,explain,history,install,installed,lock-output,locks,network,proxy}.test.ts',
          ],
          env: { PROVPIN_TESTS_IN_PROCESS: '1' },
        },
      },
    ],
  },
});
