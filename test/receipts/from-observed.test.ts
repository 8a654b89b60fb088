import { describe, expect, test } from 'vitest';
import type { FileOutcome, Status } from '../../src/model.ts';
import { receiptsOf } from '../../src/receipts/from-observed.ts';
import { IDENTITY, observed, RECEIPT, SIGNATURE, signed, verdict } from './fixture.ts';

const certifi = observed('certifi', '1.0', signed('certifi-1.0.tar.gz'));

test('a receipt says what the certificate and the log said', () => {
  expect(receiptsOf([certifi], [verdict(certifi, 'verified')])).toEqual([RECEIPT]);
});

test('what a certificate lacks is absent', () => {
  const bare = {
    identity: { ...IDENTITY, attributes: {} },
    evidence: { predicateType: 'urn:p', signedAt: new Date(0) },
  };
  const subject = observed('certifi', '1.0', signed('certifi-1.0.tar.gz', bare));
  const receipts = receiptsOf([subject], [verdict(subject, 'verified')]);
  expect(receipts.flatMap((receipt) => Object.keys(receipt))).toEqual([
    'package',
    'version',
    'file',
    'sha256',
    'predicateType',
    'identity',
    'signedAt',
  ]);
});

test('each attestation of a file has its own', () => {
  const slsa = { ...SIGNATURE, evidence: { ...SIGNATURE.evidence, predicateType: 'urn:slsa' } };
  const subject = observed('certifi', '1.0', signed('certifi-1.0.tar.gz', SIGNATURE, slsa));
  const predicates = receiptsOf([subject], [verdict(subject, 'verified')]).map((one) => one.predicateType);
  expect(predicates).toEqual([SIGNATURE.evidence.predicateType, 'urn:slsa']);
});

test('the version of a package that its lock gives none is that of the file', () => {
  const subject = { name: 'certifi', files: [signed('certifi-1.4.tar.gz')] };
  expect(receiptsOf([subject], [verdict(subject, 'verified')])).toMatchObject([{ version: '1.4' }]);
});

describe('only what held has a receipt', () => {
  test.each<[Status, Status, number]>([
    ['verified', 'verified', 1],
    ['recorded', 'recorded', 1],
    // A sibling is unsigned, or could not be fetched.
    ['unsigned', 'verified', 1],
    ['unavailable', 'verified', 1],
    // A sibling fails.
    ['failed', 'verified', 0],
    ['failed', 'failed', 0],
    ['verified', 'failed', 0],
  ])('package %s, file %s: %i', (status, fileStatus, count) => {
    expect(receiptsOf([certifi], [verdict(certifi, status, fileStatus)])).toHaveLength(count);
  });

  test('a file without a verdict, or with one on other bytes, has none', () => {
    const other = observed('certifi', '1.0', { ...signed('certifi-1.0.tar.gz'), sha256: 'cd'.repeat(32) });
    expect(receiptsOf([certifi], [])).toEqual([]);
    expect(receiptsOf([certifi], [verdict(other, 'verified')])).toEqual([]);
  });

  test.each<FileOutcome>([
    { kind: 'unsigned', reason: 'r' },
    { kind: 'invalid', reason: 'r' },
    { kind: 'unsupported', reason: 'r' },
    { kind: 'unavailable', cause: 'refused', reason: 'r' },
    { kind: 'not-covered', reason: 'r' },
  ])('a file that is $kind has none, whatever the verdict', (outcome) => {
    const subject = observed('certifi', '1.0', { ...signed('certifi-1.0.tar.gz'), outcome });
    expect(receiptsOf([subject], [verdict(subject, 'verified')])).toEqual([]);
  });
});
