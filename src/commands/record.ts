import { inputError, ProvpinError } from '../errors.ts';
import { ATTRIBUTE_NAMES, type Entry, type Report, type ReportedPackage } from '../model.ts';
import type { Judgement } from '../policy/judge.ts';
import type { ProvenanceFile } from '../provenance-file/contract.ts';
import { listInWords } from '../printable.ts';
import { addEntries, replaceEntries } from '../provenance-file/edit.ts';
import { formatEntry, formatProvenanceFile } from '../provenance-file/format.ts';
import { writeProvenanceFile } from '../provenance-file/write.ts';

/** What a judgement became: the report's part that depends on whether it could be written down. */
export type Outcome = Pick<Report, 'outcome' | 'packages' | 'findings' | 'notes'>;

/** What is to be reported, and why the file could not be written, where it could not. */
export interface Recording {
  readonly outcome: Outcome;
  readonly problems: readonly ProvpinError[];
}

/**
 * Writes down what a TOFU run saw first and what the user accepts, all at once. Nothing is written when anything could not be
 * checked: a run that saw only a part must not look like one that saw everything.
 *
 * @returns what to report: nothing counts as recorded that was not written, and a file that cannot be written hides no finding
 * @throws ProvpinError: exit code 2 for an accepted name that no lock has
 */
export async function record(file: ProvenanceFile, judgement: Judgement): Promise<Recording> {
  refuseUnknownAccepts(judgement.unknownAccepts);
  const { outcome, packages, findings, additions, replacements, refusedAccepts } = judgement;
  const notes = refusedAccepts.map((name) => `\`${name}\` was not accepted: see its findings`);
  const judged = { outcome, packages, findings, notes };
  if (additions.length === 0 && replacements.size === 0) return { outcome: judged, problems: [] };
  // By the findings, not by the packages: one that fails may also have a file that could not be checked.
  if (findings.some(({ rule }) => rule === 'provenance-unavailable')) {
    const note = 'nothing was recorded, because not everything could be checked; run again';
    return {
      outcome: { ...unrecorded(judged, 'not everything could be checked'), notes: [...notes, note] },
      problems: [],
    };
  }
  try {
    await write(file, judgement);
  } catch (error) {
    if (!(error instanceof ProvpinError)) throw error;
    return { outcome: unrecorded(judged, 'the provenance file was not written'), problems: [error] };
  }
  return { outcome: { ...judged, notes: [...notes, ...written(file, judgement)] }, problems: [] };
}

async function write(file: ProvenanceFile, judgement: Judgement): Promise<void> {
  await writeProvenanceFile(
    file.source,
    formatProvenanceFile(edited(file, judgement)),
    formatProvenanceFile(file),
  );
}

function refuseUnknownAccepts(names: readonly string[]): void {
  if (names.length === 0) return;
  const shown = names.map((name) => `\`${name}\``).join(', ');
  throw inputError('accept-unknown', `\`--accept\` names ${shown}, which is not in the lock`, [
    'nothing was recorded',
  ]);
}

function edited(file: ProvenanceFile, { additions, replacements }: Judgement): ProvenanceFile {
  const replaced = [...replacements].reduce(
    (all, [name, entries]) => replaceEntries(all, name, entries),
    file,
  );
  return addEntries(replaced, additions);
}

function written(file: ProvenanceFile, { additions, replacements }: Judgement): readonly string[] {
  const added = `${additions.length} ${additions.length === 1 ? 'entry' : 'entries'} added to \`${file.source}\`: review and commit it`;
  return [
    ...[...replacements].flatMap(([name, entries]) => [
      `\`${name}\` was accepted; its entries in \`${file.source}\` before and after:`,
      ...file.entries.filter((entry) => entry.name === name).map((entry) => `- ${formatEntry(entry)}`),
      ...entries.map((entry) => `+ ${formatEntry(entry)}`),
      ...unpinnedNotes(
        name,
        file.entries.filter((entry) => entry.name === name),
        entries,
      ),
    ]),
    ...(additions.length === 0 ? [] : [added]),
  ];
}

/** A pin that is gone is easily overlooked in a long line. */
function unpinnedNotes(name: string, before: readonly Entry[], after: readonly Entry[]): readonly string[] {
  const lost = ATTRIBUTE_NAMES.filter(
    (attribute) =>
      before.some(({ attributes }) => attributes[attribute] !== undefined) &&
      after.some(
        ({ identity, attributes }) => identity !== 'unsigned' && attributes[attribute] === undefined,
      ),
  );
  if (lost.length === 0) return [];
  const shown = listInWords(lost.map((attribute) => `\`${attribute}\``));
  return [
    `\`${name}\` is now less narrow: ${shown} is no longer asked for, since what was verified has none`,
  ];
}

/** @param reason end of a sentence */
function unrecorded(judged: Outcome, reason: string): Outcome {
  return {
    ...judged,
    outcome: judged.outcome === 'ok' ? 'incomplete' : judged.outcome,
    packages: judged.packages.map((reported) => notRecorded(reported, reason)),
  };
}

function notRecorded(reported: ReportedPackage, reason: string): ReportedPackage {
  if (reported.status !== 'recorded') return reported;
  return {
    ...reported,
    status: 'unavailable',
    reason: `verified, but not recorded: ${reason}`,
    files: reported.files.map((file) =>
      file.status === 'recorded' ? { ...file, status: 'unavailable' } : file,
    ),
  };
}
