import { statSync } from 'node:fs';

import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** The tests of the part of src whose mutants are tried (`scripts/mutation.ts`). */
const include = process.env['MUTATION_TESTS']?.split(',') ?? [];

const sizeOf = ({ moduleId }: TestSpecification): number => statSync(moduleId).size;

/**
 * Small files first: the tests of one rule or one parser, which notice most mutants, before those of everything. The first test
 * that fails ends a run; Vitest would begin with the largest.
 */
class SmallFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return await Promise.resolve(files.toSorted((a, b) => sizeOf(a) - sizeOf(b)));
  }
}

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
    sequence: { sequencer: SmallFirst },
    setupFiles: 'scripts/mutation-setup.ts',
    include,
    exclude: [
      '**/*.pypi.test.ts',
      'test/attestation/{edge-documents,same-verdicts,tampering,verification-queue}.test.ts',
    ],
  },
});
