import type { ReportFormat } from './contract.ts';
import { jsonFormat } from './json.ts';
import { textFormat } from './text.ts';

/** The output formats; the first is the default. */
export const REPORT_FORMATS: readonly [ReportFormat, ...ReportFormat[]] = [textFormat, jsonFormat];
