import { defineConfig } from 'vitest/config';

const shared = { testTimeout: 60_000, hookTimeout: 120_000 };

/** `local` needs no internet; `pypi` downloads pinned files and runs pip against the real index. */
export default defineConfig({
  test: {
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
