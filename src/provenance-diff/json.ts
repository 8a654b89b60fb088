import { printableJson } from '../printable.ts';
import type { Entry } from '../model.ts';
import { spellEntry } from '../policy/spelling.ts';
import type { EntryChange } from '../policy/entry-changes.ts';
import { unallowed } from './compare.ts';
import type { DiffFormat, PackageDiff, ProvenanceDiff, Side } from './contract.ts';
import { remarks } from './sentences.ts';
import { hunkHead } from './unified.ts';

/** The diff for programs, in its own versioned shape (docs/schema/diff-1.schema.json): members are only ever added. */
export interface JsonDiff {
  readonly schema: 'provpin.diff/1';
  /** Exit codes 0 and 1. */
  readonly outcome: 'ok' | 'changed';
  readonly before: JsonSide;
  readonly after: JsonSide;
  readonly packages: readonly JsonPackageDiff[];
  /** The unified diff, without its head; null when too many lines differ. */
  readonly lines: readonly string[] | null;
  readonly notes: readonly string[];
}

export interface JsonSide {
  readonly label: string;
  readonly exists: boolean;
}

export interface JsonPackageDiff {
  readonly name: string;
  readonly effect: string;
  readonly allowed: boolean;
  readonly changes: readonly {
    readonly kind: string;
    readonly effect: string;
    readonly message: string;
    readonly before: JsonEntry | null;
    readonly after: JsonEntry | null;
  }[];
}

export interface JsonEntry {
  readonly version: string | null;
  /** Identity and attributes, as the file spells them. */
  readonly entry: string;
  readonly line: number | null;
}

export const jsonDiff: DiffFormat = {
  id: 'json',
  render: (diff) => `${printableJson(toJsonDiff(diff), 2)}\n`,
};

export function toJsonDiff(diff: ProvenanceDiff): JsonDiff {
  return {
    schema: 'provpin.diff/1',
    outcome: unallowed(diff).length === 0 ? 'ok' : 'changed',
    before: toSide(diff.before),
    after: toSide(diff.after),
    packages: diff.packages.map(toPackage),
    lines: diff.hunks?.flatMap((hunk) => [hunkHead(hunk), ...hunk.lines]) ?? null,
    notes: remarks(diff),
  };
}

function toSide({ label, isThere }: Side): JsonSide {
  return { label, exists: isThere };
}

function toPackage({ name, effect, isAllowed, changes }: PackageDiff): JsonPackageDiff {
  return { name, effect, allowed: isAllowed, changes: changes.map(toChange) };
}

function toChange({ kind, effect, message, before, after }: EntryChange): JsonPackageDiff['changes'][number] {
  return { kind, effect, message, before: toEntry(before), after: toEntry(after) };
}

function toEntry(entry: Entry | undefined): JsonEntry | null {
  if (entry === undefined) return null;
  return { version: entry.version ?? null, entry: spellEntry(entry), line: entry.line ?? null };
}
