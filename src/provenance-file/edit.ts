import { normalizeName } from '../distribution-filename.ts';
import type { Entry } from '../model.ts';
import type { FileLine, ProvenanceFile } from './contract.ts';
import { compareEntries, contentOf } from './entry-order.ts';
import { formatEntry } from './format.ts';

type Ending = '\n' | '\r\n';

/**
 * The file with the entries added, each before the first one that sorts after it; every line that is there stays as it is.
 * An entry that the file already has is not added again.
 */
export function addEntries(file: ProvenanceFile, entries: readonly Entry[]): ProvenanceFile {
  const ending = endingOf(file);
  const present = new Set(file.entries.map((entry) => contentOf(entry)));
  let { lines } = file;
  for (const entry of entries.toSorted(compareEntries)) {
    if (present.has(contentOf(entry))) continue;
    present.add(contentOf(entry));
    lines = lines.toSpliced(placeOf(entry, lines), 0, newLine(entry, ending));
  }
  return withLines(file, lines, ending);
}

/**
 * The file with exactly these entries for one name (`--accept`). Lines of the name that say the same as one of the entries
 * stay as they are, the others go, and what is new takes the place of the first that went. Nothing else changes.
 *
 * @param entries all of them of that name
 */
export function replaceEntries(
  file: ProvenanceFile,
  name: string,
  entries: readonly Entry[],
): ProvenanceFile {
  const normalized = normalizeName(name);
  const wanted = new Map(entries.map((entry) => [contentOf(entry), entry] as const));
  const goes = ({ entry }: FileLine): boolean => entry?.name === normalized && !wanted.has(contentOf(entry));
  const place = file.lines.findIndex(goes);
  if (place === -1) return addEntries(file, entries);
  const ending = endingOf(file);
  const present = new Set(file.entries.map((entry) => contentOf(entry)));
  const missing = [...wanted].filter(([content]) => !present.has(content)).map(([, entry]) => entry);
  const lines = file.lines
    .filter((line) => !goes(line))
    .toSpliced(place, 0, ...missing.toSorted(compareEntries).map((entry) => newLine(entry, ending)));
  return withLines(file, lines, ending);
}

function newLine(entry: Entry, ending: Ending): FileLine {
  return { text: formatEntry(entry), ending, entry };
}

/** How the file ends its lines: as its first one. */
function endingOf({ lines }: ProvenanceFile): Ending {
  return lines[0]?.ending === '\r\n' ? '\r\n' : '\n';
}

/**
 * Where a new line goes: right after the entry that precedes it, so that comments stay with the entry below them. The first
 * entry of a file goes below the comments that a blank line sets apart, as headers are.
 */
function placeOf(entry: Entry, lines: readonly FileLine[]): number {
  const next = lines.findIndex((line) => line.entry !== undefined && compareEntries(line.entry, entry) > 0);
  const before = next === -1 ? lines : lines.slice(0, next);
  const previous = before.findLastIndex((line) => line.entry !== undefined);
  if (previous !== -1) return previous + 1;
  const blank = before.findLastIndex((line) => line.text.trim() === '');
  return next === -1 || blank === -1 ? before.length : blank + 1;
}

/** A file of other lines: numbered anew, each but an untouched last one with an ending. */
function withLines(file: ProvenanceFile, lines: readonly FileLine[], ending: Ending): ProvenanceFile {
  const numbered = lines.map((line, index): FileLine => {
    const isLast = index === lines.length - 1;
    return {
      text: line.text,
      ending: line.ending === '' && !isLast ? ending : line.ending,
      ...(line.entry === undefined ? {} : { entry: { ...line.entry, line: index + 1 } }),
    };
  });
  return { ...file, lines: numbered, entries: numbered.flatMap(({ entry }) => entry ?? []) };
}
