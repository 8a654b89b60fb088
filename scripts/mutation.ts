/**
 * `npm run mutation [-- PART[/FILE] ...]`: Stryker changes the code of each part of src, or of one file of it, one place at a
 * time, and runs that part's unit tests, to find out what they do not notice (docs/mutation-testing.md). A part takes half an
 * hour and more; the reports are in reports/mutation, where the next run begins with what the last one found.
 */
import { Stryker } from '@stryker-mutator/core';

interface Part {
  readonly folder: string;
  /** Globs within `src/FOLDER`. */
  readonly sources: readonly string[];
  /** Globs within `test/FOLDER`. */
  readonly tests: readonly string[];
}

const whole = (folder: string): Part => ({ folder, sources: ['**/*.ts'], tests: ['**/*.test.ts'] });

/** What the verdict rests on. Trusted roots are apart from the rest of `attestation`: their tests wait for servers. */
const PARTS: Readonly<Record<string, Part>> = {
  attestation: {
    folder: 'attestation',
    sources: ['!(trusted-root|tuf)*.ts'],
    tests: ['!(trusted-root|tuf)*.test.ts'],
  },
  'trusted-root': {
    folder: 'attestation',
    sources: ['@(trusted-root|tuf)*.ts'],
    tests: ['@(trusted-root|tuf)*.test.ts'],
  },
  identity: whole('identity'),
  policy: whole('policy'),
  'provenance-file': whole('provenance-file'),
};

const given = process.argv.slice(2);

for (const name of given.length === 0 ? Object.keys(PARTS) : given) {
  const [partName = '', file] = name.split('/');
  const { folder, sources, tests } = PARTS[partName] ?? whole(partName);
  process.env['MUTATION_TESTS'] = tests.map((glob) => `test/${folder}/${glob}`).join();
  const report = `reports/mutation/${name.replace('/', '-')}`;
  await new Stryker({
    mutate: (file === undefined ? sources : [`${file}.ts`]).map((glob) => `src/${folder}/${glob}`),
    htmlReporter: { fileName: `${report}.html` },
    jsonReporter: { fileName: `${report}.json` },
    incremental: true,
    incrementalFile: `${report}.incremental.json`,
  }).runMutationTest();
}
