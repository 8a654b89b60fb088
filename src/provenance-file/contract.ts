import type { Entry } from '../model.ts';

/** A line of the file, kept so that a rewrite changes nothing that it does not have to. */
export interface FileLine {
  /** The line's exact text, without its ending. */
  readonly text: string;
  /** Empty only for a last line that the file ends in the middle of. */
  readonly ending: '\n' | '\r\n' | '';
  /** Absent for comments and blank lines. */
  readonly entry?: Entry;
}

/** A parsed provenance file (grammar: docs/provenance-file.md). */
export interface ProvenanceFile {
  /** What errors and findings call it. */
  readonly source: string;
  /** Set when there is no such file. */
  readonly isMissing?: boolean;
  /** Whether the text begins with U+FEFF; it belongs to no line. */
  readonly byteOrderMark: boolean;
  readonly lines: readonly FileLine[];
  /** The entries, in the file's order. */
  readonly entries: readonly Entry[];
}
