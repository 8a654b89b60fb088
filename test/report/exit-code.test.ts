import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { exitCodeOf } from '../../src/report/exit-code.ts';
import { EMPTY } from './fixture.ts';

const docs = readFileSync(new URL('../../docs/exit-codes.md', import.meta.url), 'utf8');

test.each([
  ['ok', 0],
  ['findings', 1],
  ['incomplete', 3],
] as const)('%s is exit code %i, as documented', (outcome, exitCode) => {
  expect(exitCodeOf({ ...EMPTY, outcome })).toBe(exitCode);
  expect(docs).toMatch(new RegExp(`^\\| ${exitCode} +\\| \`${outcome}\` +\\|`, 'm'));
});
