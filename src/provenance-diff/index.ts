import type { DiffFormat } from './contract.ts';
import { jsonDiff } from './json.ts';
import { markdownDiff } from './markdown.ts';
import { textDiff } from './text.ts';

/** The output formats of a diff; the first is the default. */
export const DIFF_FORMATS: readonly [DiffFormat, ...DiffFormat[]] = [textDiff, markdownDiff, jsonDiff];
