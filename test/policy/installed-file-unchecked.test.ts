import { expect, test } from 'vitest';
import type { Installation } from '../../src/model.ts';
import { ACME, demo, findingsOf, judged, signed, verdictsOf } from './fixture.ts';

const RULE = 'installed-file-unchecked';
const installation: Installation = {
  kind: 'compared',
  wheel: 'demo-2.0-py3-none-any.whl',
  foundBy: '`pylock.toml`',
  takenFrom: 'the index',
  files: 10,
  held: 10,
  deviations: [{ kind: 'unchecked', path: 'demo/__pycache__/a.pyc', reason: 'of pytest' }],
};
const subject = { ...demo([signed('a.whl')]), installation };

test.each([
  [false, 'warning', 'verified'],
  [true, 'error', 'failed'],
] as const)('STRICT %s: %s', (strict, level, status) => {
  expect(verdictsOf(findingsOf(RULE, subject, [], { strict }))).toEqual([`${level} ${RULE}`]);
  expect(judged([subject], [`demo ${ACME}`], { strict }).packages).toMatchObject([{ status }]);
});

test('nothing where everything could be compared', () => {
  const whole = { ...subject, installation: { ...installation, deviations: [] } };
  expect(findingsOf(RULE, whole, [], { strict: true })).toEqual([]);
  expect(findingsOf(RULE, demo([signed('a.whl')]), [], { strict: true })).toEqual([]);
});
