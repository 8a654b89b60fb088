import { expect, expectTypeOf, test } from 'vitest';
import type { Entry } from '../../src/model.ts';
import type { ReceiptFacts } from '../../src/policy/contract.ts';
import { signatureDrift } from '../../src/policy/signature-drift.ts';
import { OPTIONAL_MEMBERS, REQUIRED_MEMBERS, type Receipt } from '../../src/receipts/contract.ts';
import { formatReceipts } from '../../src/receipts/format.ts';
import { receiptsOf } from '../../src/receipts/from-observed.ts';
import { parseReceipts } from '../../src/receipts/parse.ts';
import { IDENTITY, observed, RECEIPT, SIGNATURE, signed, verdict } from './fixture.ts';

test('every member of a receipt is written and read', () => {
  expectTypeOf<
    (typeof REQUIRED_MEMBERS | typeof OPTIONAL_MEMBERS)[number] | 'signedAt' | 'log'
  >().toEqualTypeOf<keyof Receipt>();
  expect([...REQUIRED_MEMBERS, ...OPTIONAL_MEMBERS, 'signedAt', 'log'].toSorted()).toEqual(
    Object.keys(RECEIPT).toSorted(),
  );
});

test('receipts are what the rules take as facts', () => {
  expectTypeOf<Receipt>().toExtend<ReceiptFacts>();
});

/** What the rule says about version 2.0, given the receipts that a run over version 1.0 has written. */
function drift(changes: object): readonly string[] {
  const entry: Entry = { name: 'certifi', identity: IDENTITY.uri, attributes: {} };
  const before = observed('certifi', '1.0', signed('certifi-1.0.tar.gz'));
  const file = formatReceipts(receiptsOf([before], [verdict(before, 'verified')]));
  const identity = { ...IDENTITY, attributes: { ...IDENTITY.attributes, ref: 'refs/tags/2.0', ...changes } };
  const after = { ...signed('certifi-2.0.tar.gz', { ...SIGNATURE, identity }), sha256: 'cd'.repeat(32) };
  if (signatureDrift.scope !== 'package') throw new Error('the rule is about packages');
  const findings = signatureDrift.judge({
    package: observed('certifi', '2.0', after),
    entries: [entry],
    named: [entry],
    previous: parseReceipts(file, 'receipts.jsonl'),
    strict: false,
    today: '2026-02-01',
  });
  return findings.map(({ level, observed: seen }) => `${level} ${seen}`);
}

test.each([
  ['nothing', {}, []],
  ['workflow', { workflow: 'other.yml' }, ['warning workflow=other.yml']],
  ['environment', { environment: 'test' }, ['warning environment=test']],
  ['kind of ref', { ref: 'refs/heads/main' }, ['warning ref=branches']],
  ['trigger', { trigger: 'push' }, ['warning trigger=push']],
  ['runner', { runner: 'self-hosted' }, ['warning runner=self-hosted']],
  [
    'builder',
    { builder: 'https://other.example/builder' },
    ['warning builder=https://other.example/builder'],
  ],
])('a release that differs in %s', (_, changes, findings) => {
  expect(drift(changes)).toEqual(findings);
});
