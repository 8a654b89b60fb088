import { describe, expect, test } from 'vitest';
import type { Finding, ObservedFile, RuleId } from '../../src/model.ts';
import { packageInput } from '../../src/policy/apply-rules.ts';
import { reportPackage } from '../../src/policy/status.ts';
import {
  ACME,
  demo,
  entriesOf,
  github,
  GOOGLE,
  invalid,
  MALLORY,
  misclaimed,
  signed,
  signedTwice,
  TODAY,
  unavailable,
  uncovered,
  unsigned,
  unsupported,
} from './fixture.ts';

const finding = (rule: RuleId, level: Finding['level'] = 'error'): Finding => ({
  rule,
  level,
  package: 'demo',
  message: '',
  help: '',
});

function reportOf(
  files: readonly ObservedFile[],
  findings: readonly Finding[] = [],
  lines = [`demo ${ACME}`],
) {
  const input = packageInput(demo(files), entriesOf(...lines), { strict: false, today: TODAY });
  return reportPackage(input, findings, new Set());
}

describe('reportPackage', () => {
  // Without any finding: the status rests on the files, so that a rule that says nothing lets nothing pass.
  test.each<[string, readonly ObservedFile[], string, string]>([
    ['as recorded', [signed('a.whl')], 'verified', 'verified'],
    ['one by a stranger', [signed('a.whl'), signed('b.whl', MALLORY)], 'failed', 'verified failed'],
    ['a stranger beside the recorded one', [signedTwice('a.whl', [github(), MALLORY])], 'failed', 'failed'],
    ['one claimed to be somebody else', [misclaimed('a.whl', 'x', 'y')], 'failed', 'failed'],
    ['one invalid', [signed('a.whl'), invalid('b.whl')], 'failed', 'verified failed'],
    ['one unsupported', [signed('a.whl'), unsupported('b.whl')], 'failed', 'verified failed'],
    ['one unavailable', [signed('a.whl'), unavailable('b.whl')], 'unavailable', 'verified unavailable'],
    [
      'one unavailable, one invalid',
      [unavailable('a.whl'), invalid('b.whl')],
      'failed',
      'unavailable failed',
    ],
    ['one unsigned', [signed('a.whl'), unsigned('b.whl')], 'unsigned', 'verified unsigned'],
    ['one not covered', [signed('a.whl'), uncovered('b.whl')], 'not-covered', 'verified not-covered'],
    [
      'one unsigned, one not covered',
      [unsigned('a.whl'), uncovered('b.whl')],
      'unsigned',
      'unsigned not-covered',
    ],
    ['none', [], 'not-covered', ''],
  ])('%s', (_, files, status, fileStatuses) => {
    const report = reportOf(files);
    expect(report.status).toBe(status);
    expect(report.files.map((file) => file.status).join(' ')).toBe(fileStatuses);
  });

  test.each<[string, readonly ObservedFile[], Finding, string, string]>([
    ['lost', [unsigned('a.whl')], finding('attestation-lost'), 'failed', 'failed'],
    [
      'partial',
      [signed('a.whl'), unsigned('b.whl')],
      finding('attestation-partial'),
      'failed',
      'verified failed',
    ],
    ['missing', [unsigned('a.whl')], finding('attestation-missing'), 'failed', 'failed'],
    ['expired', [unsigned('a.whl')], finding('allowance-expired'), 'failed', 'failed'],
    ['not covered', [uncovered('a.whl')], finding('not-covered'), 'failed', 'failed'],
    [
      'not covered, a warning',
      [uncovered('a.whl')],
      finding('not-covered', 'warning'),
      'not-covered',
      'not-covered',
    ],
    ['unavailable', [unavailable('a.whl')], finding('provenance-unavailable'), 'unavailable', 'unavailable'],
    ['a warning', [signed('a.whl')], finding('release-inconsistent', 'warning'), 'verified', 'verified'],
    ['an error that no file shows', [signed('a.whl')], finding('publisher-changed'), 'failed', 'verified'],
  ])('with a finding: %s', (_, files, found, status, fileStatuses) => {
    const report = reportOf(files, [found]);
    expect(report.status).toBe(status);
    expect(report.files.map((file) => file.status).join(' ')).toBe(fileStatuses);
  });

  test('is recorded when an entry that it rests on is written in this run', () => {
    const named = entriesOf(`demo ${ACME}`, `demo ${GOOGLE.uri}`);
    const input = packageInput(demo([signed('a.whl'), signed('b.whl', GOOGLE)]), named, {
      strict: false,
      today: TODAY,
    });
    const report = reportPackage(input, [], new Set(named.slice(1)));
    expect([report.status, ...report.files.map(({ status }) => status)]).toEqual([
      'recorded',
      'verified',
      'recorded',
    ]);
  });

  test('is recorded when one of two signers of a file is', () => {
    const named = entriesOf(`demo ${ACME}`, `demo ${GOOGLE.uri}`);
    const files = [signedTwice('a.whl', [github(), GOOGLE])];
    const input = packageInput(demo(files), named, { strict: false, today: TODAY });
    expect(reportPackage(input, [], new Set(named.slice(1))).status).toBe('recorded');
  });

  test('lists two repositories of one name', () => {
    const anew = github('acme/demo', { 'repository-id': '77', 'owner-id': '22' });
    expect(reportOf([signed('a.whl'), signed('b.whl', anew)]).identities).toEqual([github(), anew]);
  });

  test('the reason is that of a file with the status of the package', () => {
    const report = reportOf([unavailable('a.whl'), signed('b.whl'), invalid('c.whl', 'forged')]);
    expect([report.status, report.reason]).toEqual(['failed', 'forged']);
  });

  test('says why, and lists every identity once, sorted', () => {
    const files = [
      signedTwice('a.whl', [MALLORY, github()]),
      signed('b.whl', GOOGLE),
      signed('c.whl', MALLORY),
    ];
    const report = reportOf(files);
    expect(report.identities).toEqual([github(), MALLORY, GOOGLE]);
    expect(report.reason).toBe(
      'no entry is for https://github.com/mallory/demo repository-id=666 owner-id=667',
    );
    expect(reportOf([signed('a.whl')]).reason).toBeUndefined();
  });

  test('keeps what was found in an environment', () => {
    const installation = { kind: 'unreadable', wheel: 'a.whl', reason: 'not a zip file' } as const;
    const subject = demo([signed('a.whl')], { installation });
    const terms = { strict: false, today: TODAY };
    expect(reportPackage(packageInput(subject, [], terms), [], new Set()).installation).toBe(installation);
  });

  test('says that the index names another publisher', () => {
    expect(reportOf([misclaimed('a.whl', 'x', 'y')]).reason).toBe('the index names another publisher');
  });

  test('a package that is not covered is no verified one, whatever files it has', () => {
    const subject = demo([signed('a.whl')], { notCovered: 'a VCS requirement' });
    const input = packageInput(subject, entriesOf(`demo ${ACME}`), { strict: false, today: TODAY });
    expect(reportPackage(input, [], new Set()).status).toBe('not-covered');
  });

  test('a package that is not covered says why', () => {
    const subject = demo([], { notCovered: 'a VCS requirement' });
    const report = reportPackage(packageInput(subject, [], { strict: false, today: TODAY }), [], new Set());
    expect(report).toMatchObject({ status: 'not-covered', reason: 'a VCS requirement', files: [] });
  });
});
