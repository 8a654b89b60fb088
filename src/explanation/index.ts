import type { ExplanationFormat } from './contract.ts';
import { jsonExplanation } from './json.ts';
import { textExplanation } from './text.ts';

/** The output formats of explanations; the first is the default. */
export const EXPLANATION_FORMATS: readonly [ExplanationFormat, ...ExplanationFormat[]] = [
  textExplanation,
  jsonExplanation,
];
