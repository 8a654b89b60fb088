import type { Entry } from '../model.ts';
import type { Effect } from '../policy/change-kinds.ts';
import type { EntryChange } from '../policy/entry-changes.ts';

/** One of the two files that are compared. */
export interface Side {
  /** What people should be told it is: a path, or a revision. */
  readonly label: string;
  /** Whether there is such a file. */
  readonly isThere: boolean;
}

/** What changed of the entries of one name. */
export interface PackageDiff {
  /** Normalised (PEP 503). */
  readonly name: string;
  /** The gravest of its changes. */
  readonly effect: Effect;
  /** Whether `--allow` names it. */
  readonly isAllowed: boolean;
  /** Entries that are there before and after: what the changes are to be seen beside. */
  readonly kept: readonly Entry[];
  /** Never empty; the gravest first. */
  readonly changes: readonly EntryChange[];
}

/** A piece of the unified diff: where it begins, 1-based, and its lines, each with ` `, `-`, `+` or `\` before it. */
export interface Hunk {
  readonly oldStart: number;
  readonly oldLines: number;
  readonly newStart: number;
  readonly newLines: number;
  readonly lines: readonly string[];
}

export interface ProvenanceDiff {
  readonly before: Side;
  readonly after: Side;
  /** The gravest first, then by name. */
  readonly packages: readonly PackageDiff[];
  /** Undefined when too many lines differ to compare them. */
  readonly hunks: readonly Hunk[] | undefined;
  /** Whether the texts are the same, comments and spacing included. */
  readonly isSameText: boolean;
  /** What a reader should know about the comparison. */
  readonly notes: readonly string[];
}

export interface DiffRenderOptions {
  /** ANSI colours. */
  readonly color: boolean;
}

/** An output format of a diff. Adding one: a file that exports a DiffFormat, and a line in `index.ts`. */
export interface DiffFormat {
  /** As `--format` takes it. */
  readonly id: (typeof DIFF_FORMAT_NAMES)[number];
  /** Pure; ends with a newline. Everything from outside is escaped for the medium. */
  readonly render: (diff: ProvenanceDiff, options: DiffRenderOptions) => string;
}

/** What `--format` takes, the default first; apart from the formats themselves, so that naming them loads none. */
export const DIFF_FORMAT_NAMES = ['text', 'markdown', 'json'] as const;
