/**
 * `npm run mutation [-- FOLDER[/FILE] ...]`: Stryker changes the code of each folder of src, or of one file of it, one place at a
 * time, and runs that folder's unit tests, to find out what they do not notice (docs/mutation-testing.md). Takes many minutes a
 * folder; the reports are in reports/mutation.
 */
import { Stryker } from '@stryker-mutator/core';

/** The folders on which the verdict rests. */
const FOLDERS = ['attestation', 'identity', 'policy', 'provenance-file'];

const given = process.argv.slice(2);

for (const part of given.length === 0 ? FOLDERS : given) {
  const [folder = '', file] = part.split('/');
  process.env['MUTATED_FOLDER'] = folder;
  const report = `reports/mutation/${part.replace('/', '-')}`;
  await new Stryker({
    mutate: [file === undefined ? `src/${folder}/**/*.ts` : `src/${folder}/${file}.ts`],
    htmlReporter: { fileName: `${report}.html` },
    jsonReporter: { fileName: `${report}.json` },
    incremental: true,
    incrementalFile: `${report}.incremental.json`,
  }).runMutationTest();
}
