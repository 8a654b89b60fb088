import { access } from 'node:fs/promises';
import { inputError } from '../errors.ts';
import { printable } from '../printable.ts';
import { compareFiles, unallowed, type ComparedFile } from '../provenance-diff/compare.ts';
import type { ProvenanceDiff } from '../provenance-diff/contract.ts';
import { DIFF_FORMATS } from '../provenance-diff/index.ts';
import { readProvenanceFile } from '../provenance-file/read.ts';
import { readBase, warnOfUselessAllows } from './base.ts';
import type { CommandContext, CommandResult } from './contract.ts';
import { refuseUnwritablePlaces } from './output-places.ts';
import { writeReportFiles } from './report-files.ts';

/** @throws ProvpinError: exit code 2 for revisions and files that cannot be read, 3 for what a clone lacks */
export async function runDiff(context: CommandContext): Promise<CommandResult> {
  const { settings, color } = context;
  await refuseUnwritablePlaces(settings);
  const { before, after, notes } = await chooseSides(context);
  const diff = { ...compareFiles(before, after, settings.allow), notes };
  warnOfUselessAllows(
    context,
    diff.packages.map(({ name }) => name),
  );
  const problems = await writeReportFiles(context, (format) => render(format, diff, false));
  const output = render(settings.format, diff, color);
  if (unallowed(diff).length > 0) return { exitCode: 1, output, problems };
  return { exitCode: problems.length > 0 ? 3 : 0, output, problems };
}

function render(name: string, diff: ProvenanceDiff, color: boolean): string {
  return (DIFF_FORMATS.find(({ id }) => id === name) ?? DIFF_FORMATS[0]).render(diff, { color });
}

interface Sides {
  readonly before: ComparedFile;
  readonly after: ComparedFile;
  readonly notes: readonly string[];
}

async function chooseSides(context: CommandContext): Promise<Sides> {
  const { provenanceFile, pipArgs } = context.settings;
  const option = pipArgs.find((argument) => argument.startsWith('-'));
  if (option !== undefined)
    throw inputError('usage', `\`provpin diff\` does not take \`${printable(option, 200)}\``, [
      'neither a revision nor a file begins with `-` here; `./-name` is a file',
    ]);
  const [first, second, ...more] = pipArgs;
  if (more.length > 0) throw inputError('usage', '`provpin diff` takes a revision, or two files');
  if (first !== undefined && second !== undefined)
    return { before: await namedFile(first), after: await namedFile(second), notes: [] };
  const { file, label, isThere, formerPath } = await readBase(context, first);
  const after = await readProvenanceFile(provenanceFile);
  return {
    before: { file, label, isThere },
    after: { file: after, label: provenanceFile, isThere: await exists(provenanceFile) },
    notes: formerPath === undefined ? [] : [`at ${label} the file was \`${formerPath}\``],
  };
}

/** A file that is named has to be there: two that are both missing would be alike. */
async function namedFile(path: string): Promise<ComparedFile> {
  if (!(await exists(path)))
    throw inputError('provenance-file-missing', `there is no file \`${printable(path)}\``, [
      'with two arguments, `provpin diff` compares two files',
    ]);
  return { file: await readProvenanceFile(path), label: path, isThere: true };
}

async function exists(path: string): Promise<boolean> {
  try {
    await access(path);
    return true;
  } catch {
    return false;
  }
}
