import type { Effect } from '../policy/change-kinds.ts';
import { printable } from '../printable.ts';
import { createPaint, type Paint, type Style } from '../report/style.ts';
import type { DiffFormat, PackageDiff, ProvenanceDiff } from './contract.ts';
import { changedLines, keptLines, questions, remarks, totals, verdict } from './sentences.ts';
import { hunkHead, shownLine } from './unified.ts';

const LOOKS: Readonly<Record<Effect, { readonly mark: string; readonly style: Style }>> = {
  weaker: { mark: '!', style: 'red' },
  changed: { mark: '~', style: 'yellow' },
  stricter: { mark: '>', style: 'yellow' },
  new: { mark: '+', style: 'cyan' },
  same: { mark: '=', style: 'dim' },
};

/** For people: what changed in words, the gravest first, then the lines themselves, then what it comes to. */
export const textDiff: DiffFormat = {
  id: 'text',
  render: (diff, { color }) => {
    const paint = createPaint(color);
    const sections = [
      diff.packages.flatMap((one) => packageLines(one, paint)),
      unifiedLines(diff, paint),
      remarks(diff).map((line) => `${paint('cyan', 'note')}: ${printable(line)}`),
      [...(diff.packages.length === 0 ? [] : [paint('bold', totalsLine(diff))]), verdict(diff)],
    ];
    return sections
      .filter((lines) => lines.length > 0)
      .map((lines) => lines.map((line) => `${line}\n`).join(''))
      .join('\n');
  },
};

function packageLines(one: PackageDiff, paint: Paint): readonly string[] {
  const { mark, style } = LOOKS[one.effect];
  const allowed = one.isAllowed ? '  allowed' : '';
  return [
    `${paint(style, `${mark} ${one.name}`)}  ${paint(style, one.effect)}${allowed}`,
    ...changedLines(one).flatMap(({ before, after, changes }) => [
      ...changes.map(
        ({ kind, effect, message }) => `    ${paint(LOOKS[effect].style, kind)}: ${printable(message)}`,
      ),
      ...(before === undefined ? [] : [`      ${paint('red', `- ${before}`)}`]),
      ...(after === undefined ? [] : [`      ${paint('green', `+ ${after}`)}`]),
    ]),
    ...keptLines(one, printable).map((line) => `    ${paint('dim', 'stays')}: ${line}`),
    ...questions(one).map((question) => `    ${paint('cyan', 'ask')}: ${question}`),
  ];
}

function totalsLine(diff: ProvenanceDiff): string {
  const { length } = diff.packages;
  return `${length} ${length === 1 ? 'package' : 'packages'}: ${totals(diff)}`;
}

function unifiedLines({ before, after, hunks, isSameText }: ProvenanceDiff, paint: Paint): readonly string[] {
  if (isSameText) return [];
  const head = [`--- ${printable(before.label)}`, `+++ ${printable(after.label)}`];
  if (hunks === undefined) return [...head, '(too many lines differ to show them)'];
  return [
    ...head.map((line) => paint('bold', line)),
    ...hunks.flatMap((hunk) => [
      paint('cyan', hunkHead(hunk)),
      ...hunk.lines.map((line) => painted(line, paint)),
    ]),
  ];
}

function painted(line: string, paint: Paint): string {
  const shown = shownLine(line);
  if (line.startsWith('-')) return paint('red', shown);
  return line.startsWith('+') ? paint('green', shown) : shown;
}
