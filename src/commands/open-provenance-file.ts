import { inputError } from '../errors.ts';
import { printable } from '../printable.ts';
import type { ProvenanceFile } from '../provenance-file/contract.ts';
import { readProvenanceFile } from '../provenance-file/read.ts';
import { DEFAULT_PROVENANCE_FILE } from './options.ts';
import type { Settings } from './settings.ts';
import { records } from './output-places.ts';

export interface OpenedFile {
  readonly file: ProvenanceFile;
  /** What a report should say of it. */
  readonly notes: readonly string[];
}

/**
 * The provenance file that a run holds packages against. A gate without one lets everything pass that is unsigned: where somebody
 * gave a name, it was mistyped, or is looked for in another directory.
 *
 * @param recordedBy what makes one, in words
 * @throws ProvpinError, exit code 2, when it cannot be read or is not valid, and when a named one is missing and none is made
 */
export async function openProvenanceFile(settings: Settings, recordedBy = '`--tofu`'): Promise<OpenedFile> {
  const { provenanceFile } = settings;
  const file = await readProvenanceFile(provenanceFile);
  if (file.isMissing !== true || records(settings)) return { file, notes: [] };
  if (provenanceFile === DEFAULT_PROVENANCE_FILE) {
    const note = `there is no \`${provenanceFile}\` here, so that nobody is recorded yet: ${recordedBy} records`;
    return { file, notes: [note] };
  }
  throw inputError(
    'provenance-file-missing',
    `there is no provenance file \`${printable(provenanceFile)}\``,
    [`${recordedBy} makes it; without it, only what is recorded in one can be checked`],
  );
}
