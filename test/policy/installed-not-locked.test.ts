import { expect, test } from 'vitest';
import { ACME, demo, findingsOf, judged, signed } from './fixture.ts';

const RULE = 'installed-not-locked';

test('what the locks pin', () => {
  const subject = demo([signed('a.whl')], { lockedInstead: ['3.0', '3.1'] });
  expect(findingsOf(RULE, subject, [])).toMatchObject([
    { level: 'error', message: '`demo` 2.0 is installed, and the lock pins `3.0` or `3.1`' },
  ]);
  const many = demo([signed('a.whl')], { lockedInstead: ['a.whl', 'b.whl', 'c.whl', 'd.whl', 'e.whl'] });
  expect(findingsOf(RULE, many, [])).toMatchObject([
    { message: '`demo` 2.0 is installed, and the lock pins `a.whl` or `b.whl` or `c.whl` or 2 others' },
  ]);
  expect(judged([subject], [`demo ${ACME}`]).packages).toMatchObject([{ status: 'failed' }]);
});

test('nothing where the lock pins what is installed, or nothing', () => {
  expect(findingsOf(RULE, demo([signed('a.whl')]), [])).toEqual([]);
  expect(findingsOf(RULE, demo([signed('a.whl')], { lockedInstead: [] }), [])).toEqual([]);
});
