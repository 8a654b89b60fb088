import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

import { PUBLISHER_KINDS } from '../../src/identity/index.ts';
import { RULE_IDS, STATUSES } from '../../src/model.ts';
import { ROWS } from './rows.ts';

const document = readFileSync(new URL('../../docs/trust-model.md', import.meta.url), 'utf8');

test('there are rows, each of another name, with an exit code and rules that there are', () => {
  expect(ROWS.length).toBe([...document.matchAll(/^\| \[[^\]]+\]\(\.\.\/test\/attacks\//gm)].length);
  expect(ROWS.length).toBeGreaterThan(150);
  expect(new Set(ROWS.map(({ id }) => id)).size).toBe(ROWS.length);
  const known: ReadonlySet<string> = new Set(RULE_IDS);
  for (const { id, attack, rules, exitCode } of ROWS) {
    expect([id, exitCode], 'an exit code').toEqual([id, expect.toBeOneOf([0, 1, 2, 3])]);
    expect([id, rules.filter((rule) => !known.has(rule.replace(/^warning: /, '')))]).toEqual([id, []]);
    expect(attack).not.toBe('');
  }
});

// The other way round, each test looks its own row up.
test.for(ROWS)('$file has a test $id', ({ id, file }) => {
  expect(readFileSync(new URL(file, import.meta.url), 'utf8')).toContain(`'${id}'`);
});

test.for(PUBLISHER_KINDS)('$kind is in the table of publisher kinds, with its issuer', ({ kind, issuer }) => {
  const [row = ''] = new RegExp(`^\\| ${kind} +\\|.*$`, 'm').exec(document) ?? [];
  expect(row).toContain(`| \`${issuer}\` `);
});

test.for(STATUSES)('%s is explained', (status) => {
  expect(document).toMatch(new RegExp(`^\\| ${status.replace('-', ' ')} +\\|`, 'm'));
});

test('there is no row for a kind that is not known', () => {
  const [, table = ''] = /^\| Kind .*\n\| -[^\n]*\n((?:\|.*\n)+)/m.exec(document) ?? [];
  const kinds = table
    .split('\n')
    .flatMap((line) => /^\| (?<kind>[^|]+?) +\|/.exec(line)?.groups?.['kind'] ?? []);
  expect(kinds).toEqual(PUBLISHER_KINDS.map(({ kind }) => kind));
});
