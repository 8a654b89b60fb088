import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

import { CHANGE_KINDS, effectOf, EFFECTS } from '../../src/policy/change-kinds.ts';
import { QUESTIONS } from '../../src/provenance-diff/questions.ts';
import { pointed } from '../report/json-schema.ts';

const root = new URL('../../docs/', import.meta.url);
const document = readFileSync(new URL('reviewing.md', root), 'utf8');
const schema: unknown = JSON.parse(readFileSync(new URL('schema/diff-1.schema.json', root), 'utf8'));

test('the documentation has every kind of change with its effect and what is asked of it, in the order in which they are shown', () => {
  const [, table = ''] = /^### Kinds of change\n([^]*?)(?=^What )/m.exec(document) ?? [];
  const rows = [...table.matchAll(/^\| ([a-z-]+) +\| ([a-z]+) +\|.*\| (.*?) *\|$/gm)].map(
    ([, kind, effect, question]) => [kind, effect, question],
  );
  expect(rows.filter(([kind]) => kind !== 'kind')).toEqual(
    CHANGE_KINDS.map((kind) => [kind, effectOf(kind), QUESTIONS[kind] ?? '']),
  );
});

test.each(EFFECTS)('the documentation says what %s means', (effect) => {
  expect(document).toMatch(new RegExp(`^\\| ${effect} +\\| (?:yes|no) +\\|`, 'm'));
});

test('the schema has the kinds and effects that there are', () => {
  expect(pointed(schema, '#/$defs/change/properties/kind/enum')).toEqual(CHANGE_KINDS);
  expect(pointed(schema, '#/$defs/effect/enum')).toEqual(EFFECTS);
});
