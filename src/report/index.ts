import type { ReportFormat } from './contract.ts';
import { githubFormat } from './github.ts';
import { gitlabFormat } from './gitlab.ts';
import { htmlFormat } from './html.ts';
import { jsonFormat } from './json.ts';
import { junitFormat } from './junit.ts';
import { markdownFormat } from './markdown.ts';
import { sarifFormat } from './sarif.ts';
import { textFormat } from './text.ts';
import { upstreamFormat } from './upstream.ts';

/** The output formats; the first is the default. */
export const REPORT_FORMATS: readonly [ReportFormat, ...ReportFormat[]] = [
  textFormat,
  jsonFormat,
  markdownFormat,
  githubFormat,
  sarifFormat,
  junitFormat,
  gitlabFormat,
  upstreamFormat,
  htmlFormat,
];
