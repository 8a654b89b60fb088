import { normalizeName } from '../distribution-filename.ts';
import type { Entry } from '../model.ts';
import type { FileLine, ProvenanceFile } from './contract.ts';
import { compareEntries, sameEntry } from './entry-order.ts';
import { formatEntry } from './format.ts';

type Ending = '\n' | '\r\n';

/**
 * The file with the entries added, each before the first one that sorts after it; every line that is there stays as it is.
 * An entry that the file already has is not added again.
 */
export function addEntries(file: ProvenanceFile, entries: readonly Entry[]): ProvenanceFile {
  const ending = endingOf(file);
  let { lines } = file;
  for (const entry of entries.toSorted(compareEntries)) {
    if (lines.some((line) => line.entry !== undefined && sameEntry(line.entry, entry))) continue;
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
  const goes = ({ entry }: FileLine): boolean =>
    entry?.name === normalized && !entries.some((wanted) => sameEntry(wanted, entry));
  const place = file.lines.findIndex(goes);
  const rest = file.lines.filter((line) => !goes(line));
  const missing = entries
    .filter((wanted) => !rest.some(({ entry }) => entry !== undefined && sameEntry(entry, wanted)))
    .toSorted(compareEntries);
  const ending = endingOf(file);
  if (place === -1) return addEntries(file, missing);
  return withLines(file, rest.toSpliced(place, 0, ...missing.map((entry) => newLine(entry, ending))), ending);
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
