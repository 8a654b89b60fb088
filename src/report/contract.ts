import type { Report, RuleId } from '../model.ts';

export interface RenderOptions {
  /** ANSI colours. */
  readonly color: boolean;
  readonly verbose: boolean;
  /** How the user names the provenance file, for messages. */
  readonly provenanceFile: string;
  /** How a path that the user named is spelled from the root of the repository, with `/`; absolute for one outside of it. */
  readonly fromRoot: (path: string) => string;
  readonly sha256: (text: string, encoding: 'hex' | 'base64') => string;
  /** Every rule, in the order of docs/rules.md. */
  readonly rules: readonly RuleSummary[];
}

/** What a format may say of a rule, beside what a finding says. */
export interface RuleSummary {
  readonly id: RuleId;
  readonly summary: string;
}

/** An output format. Adding one: a file that exports a ReportFormat, and a line in `index.ts`. */
export interface ReportFormat {
  /** As `--format` takes it. */
  readonly id: string;
  /** One line, as in docs/reports.md. */
  readonly summary: string;
  /** Pure; ends with a newline. Everything from outside is escaped for the medium. */
  readonly render: (report: Report, options: RenderOptions) => string;
}
