import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { RULE_IDS } from '../../src/model.ts';
import { RULES } from '../../src/policy/index.ts';

const docs = readFileSync(new URL('../../docs/rules.md', import.meta.url), 'utf8');

/** The first two cells of every row of a table. */
function rowsOf(text: string): ReadonlyMap<string, string> {
  const rows = text.matchAll(/^\| (?<id>\S+) +\| (?<summary>.*?) +\|/gm);
  return new Map([...rows].map(({ groups }) => [groups?.['id'] ?? '', groups?.['summary'] ?? '']));
}

describe('RULES', () => {
  test('has every rule of the model once, and in the order of its documentation', () => {
    const headings = [...docs.matchAll(/^## ([a-z-]+)$/gm)].map(([, heading]) => heading);
    expect(RULES.map(({ id }) => id).toSorted()).toEqual(RULE_IDS.toSorted());
    expect(headings).toEqual(RULES.map(({ id }) => id));
  });

  test.each(RULES.map((rule) => [rule.id, rule] as const))(
    '%s has a file, a test file and a row of docs/rules.md',
    (id, { summary }) => {
      expect(existsSync(new URL(`../../src/policy/${id}.ts`, import.meta.url))).toBe(true);
      expect(existsSync(new URL(`./${id}.test.ts`, import.meta.url))).toBe(true);
      expect(rowsOf(docs).get(`[${id}](#${id})`)).toBe(summary);
    },
  );
});
