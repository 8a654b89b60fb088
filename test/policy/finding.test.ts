import { describe, expect, test } from 'vitest';

import { PIP_LOCK } from '../../src/model.ts';
import { packageFinding, recordedSide } from '../../src/policy/finding.ts';
import { ACME, demo, entriesOf, unsigned } from './fixture.ts';

const VERDICT = { rule: 'attestation-missing', level: 'error', what: 'is not signed', help: 'ask' } as const;
const [A, B] = [
  { ...unsigned('a.whl'), line: 9 },
  { ...unsigned('b.whl'), line: 10 },
];

describe('the place of a finding in the lock', () => {
  test.each([
    ['the line of the file that is named', [B], { file: 'b.whl', lock: 'pylock.toml', lockLine: 10 }],
    ['the line of the package, where all files are alike', [A, B], { lock: 'pylock.toml', lockLine: 7 }],
    ['the line of the package as such', [], { lock: 'pylock.toml', lockLine: 7 }],
  ])('is %s', (_, files, expected) => {
    const { file, lock, lockLine } = packageFinding(demo([A, B]), { ...VERDICT, files });
    expect({ file, lock, lockLine }).toEqual(expected);
  });

  test('is that of the package, where the line of the file is not known', () => {
    const files = [unsigned('a.whl')];
    expect(packageFinding(demo(files), { ...VERDICT, files })).toMatchObject({ file: 'a.whl', lockLine: 7 });
  });

  test('is nowhere in a lock that pip made and nobody has, or without a line', () => {
    const nowhere = { rule: VERDICT.rule, level: 'error', package: 'demo', version: '2.0', help: 'ask' };
    const message = '`demo` 2.0 is not signed';
    expect(packageFinding(demo([A], { lock: PIP_LOCK }), VERDICT)).toStrictEqual({ ...nowhere, message });
    const { line: _, ...unplaced } = demo([]);
    expect(packageFinding(unplaced, VERDICT)).toStrictEqual({ ...nowhere, message });
  });
});

test('what is not known of a finding is not there, rather than undefined', () => {
  expect(packageFinding({ name: 'demo', files: [], line: 3 }, VERDICT)).toStrictEqual({
    rule: VERDICT.rule,
    level: 'error',
    package: 'demo',
    message: '`demo` is not signed',
    help: 'ask',
    lockLine: 3,
  });
});

test('nothing stands beside what was observed, where no identity is recorded', () => {
  expect(recordedSide(entriesOf('demo unsigned'))).toStrictEqual({});
  const [unsignedEntry, entry] = entriesOf('demo==1.0 unsigned', `demo ${ACME}`);
  if (unsignedEntry === undefined || entry === undefined) throw new Error('no lines');
  expect(recordedSide([unsignedEntry, entry])).toStrictEqual({ recorded: ACME, entry });
});
