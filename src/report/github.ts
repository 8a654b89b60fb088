import type { Finding } from '../model.ts';
import { printable } from '../printable.ts';
import type { RenderOptions, ReportFormat } from './contract.ts';
import { placesOf } from './places.ts';
import { plainFinding } from './plain-finding.ts';
import { errorsFirst } from './sorted.ts';
import { closingLine, totalsLine } from './text-closing.ts';

/**
 * Workflow commands, which make a GitHub runner show findings beside the lines that they are about. It shows ten errors and ten
 * warnings of a step, so the errors come first, and the totals say how many there are.
 *
 * https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands
 */
export const githubFormat: ReportFormat = {
  id: 'github',
  summary: 'workflow commands of GitHub Actions, for annotations',
  render: (report, options) =>
    [
      ...errorsFirst(report.findings).map((finding) => annotation(finding, options)),
      ...report.notes.map((note) => command('notice', { title: 'provpin' }, printable(note))),
      command('notice', { title: 'provpin' }, `${totalsLine(report)}\n${closingLine(report, options)}`),
    ]
      .map((line) => `${line}\n`)
      .join(''),
};

/** The first of its lines is where it is shown, and a second one is named. */
function annotation(finding: Finding, options: RenderOptions): string {
  const [place, ...others] = placesOf(finding, options);
  const at = others.map(({ path, line }) => `see line ${line} of ${printable(path)}`);
  return command(
    finding.level,
    {
      title: `provpin: ${finding.rule}`,
      ...(place === undefined ? {} : { file: printable(place.path), line: String(place.line) }),
    },
    [...plainFinding(finding), ...at].join('\n'),
  );
}

function command(name: string, properties: Readonly<Record<string, string>>, message: string): string {
  const shown = Object.entries(properties).map(([key, value]) => `${key}=${escapeProperty(value)}`);
  return `::${name} ${shown.join(',')}::${escapeData(message)}`;
}

// As the runner decodes them (actions/toolkit, packages/core/src/command.ts).
function escapeData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
