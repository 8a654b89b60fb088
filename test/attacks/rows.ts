/** The attack tables of docs/trust-model.md, as data: the tests hold the document to what they prove. */
import { readFileSync } from 'node:fs';
import { expect } from 'vitest';

export interface Row {
  readonly id: string;
  /** Name of the file of this folder that proves it. */
  readonly file: string;
  readonly attack: string;
  /** Rules that find it, warnings with `warning:` before them; in the order of the alphabet. */
  readonly rules: readonly string[];
  readonly exitCode: number;
}

const DOCUMENT = readFileSync(new URL('../../docs/trust-model.md', import.meta.url), 'utf8');
const ROW =
  /^\| \[(?<id>[a-z0-9-]+)\]\(\.\.\/test\/attacks\/(?<file>[a-z-]+\.test\.ts)\) +\| (?<attack>[^|]+) \| (?<outcome>[^|]+) \|$/gm;

/** Every row, in the document's order. */
export const ROWS: readonly Row[] = [...DOCUMENT.matchAll(ROW)].map(({ groups = {} }) => {
  const { id = '', file = '', attack = '', outcome = '' } = groups;
  return { id, file, attack: attack.trim(), rules: rulesIn(outcome), exitCode: exitCodeIn(outcome) };
});

function rulesIn(outcome: string): readonly string[] {
  return [...outcome.matchAll(/(?<warning>warning )?\[(?<rule>[a-z-]+)\]\(rules\.md#\k<rule>\)/g)]
    .map(({ groups = {} }) => (groups['warning'] === undefined ? '' : 'warning: ') + (groups['rule'] ?? ''))
    .toSorted();
}

function exitCodeIn(outcome: string): number {
  return Number(/\bexit (?<code>[0-3])\b/.exec(outcome)?.groups?.['code'] ?? Number.NaN);
}

/** Checks that the document says of a row what came out. */
export function expectRow(id: string, outcome: Pick<Row, 'rules' | 'exitCode'>): void {
  const row = ROWS.find((candidate) => candidate.id === id);
  expect(row && { rules: row.rules, exitCode: row.exitCode }).toEqual({
    rules: outcome.rules.toSorted(),
    exitCode: outcome.exitCode,
  });
}
