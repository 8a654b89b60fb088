import { createHash } from 'node:crypto';
import { appendFile, stat, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { incompleteError, inputError, messageOf, type ProvpinError } from '../errors.ts';
import type { Report } from '../model.ts';
import { RULES } from '../policy/index.ts';
import { REPORT_FORMATS } from '../report/index.ts';
import type { RenderOptions } from '../report/contract.ts';
import type { CommandContext } from './contract.ts';
import { pathFromRepository } from './repository-path.ts';
import type { Settings } from './settings.ts';

/** The report as stdout gets it; annotations of a GitHub runner come after it. */
export function renderReport({ settings, color }: CommandContext, report: Report): string {
  const options = { ...renderOptions(settings), color };
  const text = render(settings.format, report, options);
  return settings.annotate ? `${text}\n${render('github', report, options)}` : text;
}

/**
 * Writes the reports that go to files (`--report NAME=PATH`). One in Markdown goes to the summary of a GitHub job as well.
 *
 * @returns why those could not be written that were not
 */
export async function writeReports(
  context: CommandContext,
  report: Report,
): Promise<readonly ProvpinError[]> {
  const { settings, env } = context;
  const options = renderOptions(settings);
  const summary = env['GITHUB_STEP_SUMMARY'] ?? '';
  const problems: ProvpinError[] = [];
  for (const { format, path } of settings.reports) {
    if (format === 'markdown' && summary !== '' && resolve(path) === resolve(summary)) continue;
    const write = async (): Promise<void> => writeFile(path, render(format, report, options));
    problems.push(...(await attempt(`the report \`${path}\``, write)));
  }
  if (summary !== '' && settings.reports.some(({ format }) => format === 'markdown')) {
    const append = async (): Promise<void> =>
      appendSummary(context, summary, render('markdown', report, options));
    problems.push(...(await attempt('the summary of the job (`GITHUB_STEP_SUMMARY`)', append)));
  }
  return problems;
}

/** Of a summary that is longer, GitHub shows nothing at all. */
const SUMMARY_LIMIT = 1024 * 1024;

async function appendSummary({ warn }: CommandContext, path: string, text: string): Promise<void> {
  const before = await stat(path).then(
    ({ size }) => size,
    () => 0,
  );
  if (before + Buffer.byteLength(text) > SUMMARY_LIMIT)
    warn('the report is left out of the summary of the job: GitHub shows none that is longer than 1 MiB');
  else await appendFile(path, text);
}

async function attempt(what: string, write: () => Promise<void>): Promise<readonly ProvpinError[]> {
  try {
    await write();
    return [];
  } catch (error) {
    return [
      incompleteError('report-unwritable', `${what} cannot be written: ${messageOf(error)}`, [], error),
    ];
  }
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
