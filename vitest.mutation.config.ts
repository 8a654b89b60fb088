import { defineConfig } from 'vitest/config';

/** The folder of src whose mutants are tried (`scripts/mutation.ts`). */
const folder = process.env['MUTATED_FOLDER'] ?? '*';

/**
 * The unit tests that Stryker runs against each mutant. Left out are those whose number of runs is their point: they would
 * take hours, and a mutant that only they notice is one that the tests of a case should notice first; and what a thread cannot
 * do, to be another user.
 */
export default defineConfig({
  test: {
    testTimeout: 60_000,
    // The modules hold no state; a thread for each file would take most of the time.
    isolate: false,
    include: [`test/${folder}/**/*.test.ts`],
    exclude: ['**/*.pypi.test.ts', 'test/attestation/tampering.test.ts'],
    testNamePattern: /^(?!a killed write|.*read-only directory)/,
  },
});
