import type { Entry, ObservedFile, ReleaseHistory } from '../model.ts';

/** What is known of one package, for somebody who wants to know who signs it. */
export interface Explanation {
  readonly name: string;
  readonly version?: string;
  /** Where its files are from: a lock, a file, or the index. */
  readonly source: string;
  readonly files: readonly ObservedFile[];
  /** The entries that apply to it. */
  readonly entries: readonly Entry[];
  /** Absent when nobody asked for it. */
  readonly history?: ReleaseHistory;
}

export interface ExplainOptions {
  /** ANSI colours. */
  readonly color: boolean;
  /** How the user names the provenance file. */
  readonly provenanceFile: string;
}

/** What `--format` takes, the default first; apart from the formats, so that naming them loads none. */
export const EXPLANATION_FORMAT_NAMES = ['text', 'json'] as const;

/** An output format of explanations. Adding one: a file that exports an ExplanationFormat, and a line in `index.ts`. */
export interface ExplanationFormat {
  readonly id: (typeof EXPLANATION_FORMAT_NAMES)[number];
  /** Pure; ends with a newline. Everything from outside is escaped for the medium. */
  readonly render: (explanations: readonly Explanation[], options: ExplainOptions) => string;
}
