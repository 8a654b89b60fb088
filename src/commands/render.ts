import { createHash } from 'node:crypto';
import { inputError, type ProvpinError } from '../errors.ts';
import type { Report } from '../model.ts';
import { RULES } from '../policy/index.ts';
import { REPORT_FORMATS } from '../report/index.ts';
import type { RenderOptions } from '../report/contract.ts';
import type { CommandContext } from './contract.ts';
import { writeReportFiles } from './report-files.ts';
import { pathFromRepository } from './repository-path.ts';
import type { Settings } from './settings.ts';

/** The report as stdout gets it; annotations of a GitHub runner come after it. */
export function renderReport({ settings, color }: CommandContext, report: Report): string {
  const options = { ...renderOptions(settings), color };
  const text = render(settings.format, report, options);
  return settings.annotate ? `${text}\n${render('github', report, options)}` : text;
}

/**
 * Writes the reports that go to files (`--report NAME=PATH`).
 *
 * @returns why those could not be written that were not
 */
export async function writeReports(
  context: CommandContext,
  report: Report,
): Promise<readonly ProvpinError[]> {
  const options = renderOptions(context.settings);
  return await writeReportFiles(context, (format) => render(format, report, options));
}

function renderOptions({ verbose, provenanceFile }: Settings): RenderOptions {
  return {
    color: false,
    verbose,
    provenanceFile,
    fromRoot: pathFromRepository(process.cwd()),
    sha256: (text, encoding) => createHash('sha256').update(text).digest(encoding),
    rules: RULES.map(({ id, summary }) => ({ id, summary })),
  };
}

function render(id: string, report: Report, options: RenderOptions): string {
  const format = REPORT_FORMATS.find((candidate) => candidate.id === id);
  if (format === undefined) throw inputError('usage', `there is no report format \`${id}\``);
  return format.render(report, options);
}
