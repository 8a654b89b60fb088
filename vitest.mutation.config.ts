import { defineConfig } from 'vitest/config';

/** The folder of src whose mutants are tried (`scripts/mutation.ts`). */
const folder = process.env['MUTATED_FOLDER'] ?? '*';

/**
 * The unit tests that Stryker runs against each mutant. Left out is what would take hours: a mutant that only the many runs of
 * such a test notice is one that the tests of a case should notice first. Stryker sets the pattern of names itself, so that
 * single tests are left out by what they begin with.
 */
export default defineConfig({
  test: {
    testTimeout: 60_000,
    // The modules hold no state; a thread for each file would take most of the time.
    isolate: false,
    setupFiles: 'scripts/mutation-setup.ts',
    include: [`test/${folder}/**/*.test.ts`],
    exclude: ['**/*.pypi.test.ts', 'test/attestation/tampering.test.ts'],
  },
});
