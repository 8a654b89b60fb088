import { printable } from '../printable.ts';
import { code, prose } from '../report/markdown-text.ts';
import type { DiffFormat, PackageDiff, ProvenanceDiff } from './contract.ts';
import { changedLines, keptLines, questions, remarks, totals, verdict } from './sentences.ts';
import { hunkHead, shownLine } from './unified.ts';

/** For a job summary or a comment: the same in GitHub Flavored Markdown. Outside text is only ever code. */
export const markdownDiff: DiffFormat = {
  id: 'markdown',
  render: (diff) => {
    const sections = [
      `## Who signs the dependencies: ${totals(diff) || 'no change'}`,
      diff.packages.map(item).join('\n'),
      unified(diff),
      remarks(diff)
        .map((line) => `> ${prose(line)}`)
        .join('\n>\n'),
      prose(verdict(diff)),
    ];
    return `${sections.filter((text) => text !== '').join('\n\n')}\n`;
  },
};

function item(one: PackageDiff): string {
  const allowed = one.isAllowed ? ' (allowed)' : '';
  const lines = changedLines(one).flatMap(({ before, after, changes }) => [
    ...changes.map(({ kind, message }) => `  - ${kind}: ${prose(message)}`),
    ...fenced(
      [...(before === undefined ? [] : [`- ${before}`]), ...(after === undefined ? [] : [`+ ${after}`])],
      '    ',
    ),
  ]);
  const asked = questions(one).map((question) => `  - ask: ${prose(question)}`);
  const stays = keptLines(one, code).map((line) => `  - stays: ${line}`);
  return [`- **${one.effect}** ${code(one.name)}${allowed}`, ...lines, ...stays, ...asked].join('\n');
}

function unified({ before, after, hunks, isSameText }: ProvenanceDiff): string {
  if (isSameText) return '';
  const lines = hunks?.flatMap((hunk) => [hunkHead(hunk), ...hunk.lines.map((line) => shownLine(line))]) ?? [
    '(too many lines differ to show them)',
  ];
  const head = [`--- ${printable(before.label)}`, `+++ ${printable(after.label)}`];
  return [
    '<details><summary>The lines</summary>',
    '',
    ...fenced([...head, ...lines], ''),
    '',
    '</details>',
  ].join('\n');
}

/** A block of code whose fence is longer than any run of backticks in it. */
function fenced(lines: readonly string[], indent: string): readonly string[] {
  const longest = Math.max(2, ...[...lines.join('\n').matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  return [`${fence}diff`, ...lines, fence].map((line) => indent + line);
}
