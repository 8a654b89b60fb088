import { writeFile } from 'node:fs/promises';
import { incompleteError, inputError, messageOf, type ProvpinError } from '../errors.ts';
import type { Report } from '../model.ts';
import { REPORT_FORMATS } from '../report/index.ts';
import type { RenderOptions } from '../report/contract.ts';
import type { CommandContext } from './contract.ts';

/** The report as stdout gets it. */
export function renderReport({ settings, color }: CommandContext, report: Report): string {
  return render(settings.format, report, {
    color,
    verbose: settings.verbose,
    provenanceFile: settings.provenanceFile,
  });
}

/**
 * Writes the reports that go to files (`--report NAME=PATH`).
 *
 * @returns why those could not be written that were not
 */
export async function writeReports(
  { settings }: CommandContext,
  report: Report,
): Promise<readonly ProvpinError[]> {
  const problems: ProvpinError[] = [];
  const options = { color: false, verbose: settings.verbose, provenanceFile: settings.provenanceFile };
  for (const { format, path } of settings.reports) {
    try {
      await writeFile(path, render(format, report, options));
    } catch (error) {
      const message = `the report \`${path}\` cannot be written: ${messageOf(error)}`;
      problems.push(incompleteError('report-unwritable', message, [], error));
    }
  }
  return problems;
}

function render(id: string, report: Report, options: RenderOptions): string {
  const format = REPORT_FORMATS.find((candidate) => candidate.id === id);
  if (format === undefined) throw inputError('usage', `there is no report format \`${id}\``);
  return format.render(report, options);
}
