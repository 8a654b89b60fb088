import { appendFile, stat, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { incompleteError, messageOf, type ProvpinError } from '../errors.ts';
import type { CommandContext } from './contract.ts';

/**
 * Writes the reports that go to files (`--report NAME=PATH`). One in Markdown goes to the summary of a GitHub job as well.
 *
 * @param render what a format makes of what is reported
 * @returns why those could not be written that were not
 */
export async function writeReportFiles(
  context: CommandContext,
  render: (format: string) => string,
): Promise<readonly ProvpinError[]> {
  const { settings, env } = context;
  const summary = env['GITHUB_STEP_SUMMARY'] ?? '';
  const problems: ProvpinError[] = [];
  for (const { format, path } of settings.reports) {
    if (format === 'markdown' && summary !== '' && resolve(path) === resolve(summary)) continue;
    const write = async (): Promise<void> => writeFile(path, render(format));
    problems.push(...(await attempt(`the report \`${path}\``, write)));
  }
  if (summary !== '' && settings.reports.some(({ format }) => format === 'markdown')) {
    const append = async (): Promise<void> => appendSummary(context, summary, render('markdown'));
    problems.push(...(await attempt('the summary of the job (`GITHUB_STEP_SUMMARY`)', append)));
  }
  return problems;
}

/** Of a summary that is longer, GitHub shows nothing at all. */
const SUMMARY_LIMIT = 1024 * 1024;
const TOO_LONG = 'GitHub shows no summary that is longer than 1 MiB';

/** Where the whole report has no place, its heading has, which tells the verdict: a summary without it could pass for one that is fine. */
async function appendSummary({ warn }: CommandContext, path: string, text: string): Promise<void> {
  const before = await stat(path).then(
    ({ size }) => size,
    () => 0,
  );
  const left = SUMMARY_LIMIT - before;
  if (Buffer.byteLength(text) <= left) return await appendFile(path, text);
  warn(`the summary of the job has only the heading of the report: ${TOO_LONG}`);
  const [heading = ''] = text.split('\n', 1);
  const short = `${heading}\n\nThe report is in the log of the job: ${TOO_LONG}.\n`;
  if (Buffer.byteLength(short) <= left) await appendFile(path, short);
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
