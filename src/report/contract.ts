import type { Report } from '../model.ts';

export interface RenderOptions {
  /** ANSI colours. */
  readonly color: boolean;
  readonly verbose: boolean;
  /** How the user names the provenance file, for messages. */
  readonly provenanceFile: string;
}

/** An output format. Adding one: a file that exports a ReportFormat, and a line in `index.ts`. */
export interface ReportFormat {
  /** As `--format` takes it. */
  readonly id: string;
  /** One line for help texts. */
  readonly summary: string;
  /** Pure; ends with a newline. Everything from outside is escaped for the medium. */
  readonly render: (report: Report, options: RenderOptions) => string;
}
