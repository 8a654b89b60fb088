import { structuredPatch } from 'diff';
import { ascii, printable } from '../printable.ts';
import type { Hunk } from './contract.ts';

/** Lines that differ, above which the search for the shortest diff takes too long and nobody reads it. */
const MAX_EDITS = 5_000;
const CONTEXT = 3;

/** The pieces in which two texts differ, or undefined when they differ in too many lines. */
export function hunksOf(before: string, after: string): readonly Hunk[] | undefined {
  return structuredPatch('', '', before, after, '', '', { context: CONTEXT, maxEditLength: MAX_EDITS })
    ?.hunks;
}

/** The head of a piece, as unified diffs have it. */
export function hunkHead({ oldStart, oldLines, newStart, newLines }: Hunk): string {
  return `@@ -${oldStart},${oldLines} +${newStart},${newLines} @@`;
}

/**
 * A line of a piece, fit to be printed. An entry is shown in ASCII, in which no letter can stand in for another; a comment in its
 * own script. An ending that differs is visible.
 */
export function shownLine(line: string): string {
  const text = line.slice(1);
  const shown = text.trimStart().startsWith('#') ? printable(untabbed(text)) : ascii(untabbed(text));
  return line.slice(0, 1) + shown;
}

function untabbed(text: string): string {
  return text.replaceAll('\t', '    ');
}
