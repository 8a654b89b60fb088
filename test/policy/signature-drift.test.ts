import { describe, expect, test } from 'vitest';
import type { Attributes, ObservedFile } from '../../src/model.ts';
import type { ReceiptFacts } from '../../src/policy/contract.ts';
import {
  ACME,
  demo,
  findingsOf,
  github,
  IDS,
  MALLORY,
  sha256Of,
  signed,
  unsigned,
  wheels,
} from './fixture.ts';

const RULE = 'signature-drift';
const BEFORE: Attributes = {
  workflow: 'release.yml',
  environment: 'pypi',
  ref: 'refs/tags/v1.0',
  trigger: 'release',
  runner: 'github-hosted',
};
const LINE = `demo ${ACME} repository-id=11`;

function receipt(overrides: Partial<ReceiptFacts> = {}): ReceiptFacts {
  const file = overrides.file ?? 'old.whl';
  return {
    package: 'demo',
    version: '1.0',
    file,
    predicateType: 'https://docs.pypi.org/attestations/publish/v1',
    sha256: sha256Of(file),
    identity: ACME,
    signedAt: '2026-03-01T12:00:00.000Z',
    ...BEFORE,
    ...overrides,
  };
}

function observed(changes: Attributes) {
  return signed('a.whl', github('acme/demo', { ...IDS, ...BEFORE, ref: 'refs/tags/v2.0', ...changes }));
}

/** What has no time of signing and no log entry. */
function signedByKey(filename: string): ObservedFile {
  const file = signed(filename, github('acme/demo', { ...IDS, ...BEFORE }));
  if (file.outcome.kind !== 'signed') throw new Error('signed() makes signed files');
  const [{ identity, evidence }] = file.outcome.signatures;
  const { signedAt: _, ...withoutTime } = evidence;
  return { ...file, outcome: { ...file.outcome, signatures: [{ identity, evidence: withoutTime }] } };
}

function driftOf(file = observed({}), lines = [LINE], receipts: readonly ReceiptFacts[] = [receipt()]) {
  const findings = findingsOf(RULE, demo([file]), lines, { receipts });
  expect(findings.every(({ level }) => level === 'warning')).toBe(true);
  return findings.map((finding) => finding.observed);
}

describe('signature-drift', () => {
  test.each<[string, Attributes, string[]]>([
    ['a new tag', {}, []],
    ['another workflow', { workflow: 'evil.yml' }, ['workflow=evil.yml']],
    ['another environment', { environment: 'test' }, ['environment=test']],
    ['a branch instead of a tag', { ref: 'refs/heads/main' }, ['ref=branches']],
    ['neither tag nor branch', { ref: 'refs/pull/1/merge' }, ['ref=other']],
    ['another trigger', { trigger: 'workflow_dispatch' }, ['trigger=workflow_dispatch']],
    ['another runner', { runner: 'self-hosted' }, ['runner=self-hosted']],
    ['several', { trigger: 'push', workflow: 'x.yml' }, ['workflow=x.yml', 'trigger=push']],
  ])('%s', (_, changes, expected) => {
    expect(driftOf(observed(changes))).toEqual(expected);
  });

  test('an environment that disappeared', () => {
    const { environment: _, ...without } = BEFORE;
    const file = signed('a.whl', github('acme/demo', { ...IDS, ...without }));
    expect(driftOf(file)).toEqual(['environment=(none)']);
    const [finding] = findingsOf(RULE, demo([file]), [LINE], { receipts: [receipt()] });
    expect(finding?.help).toBe('find out from the project why');
  });

  test.each<[string, Partial<ReceiptFacts>[], string[]]>([
    ['no receipts', [], []],
    ['one of another package', [{ package: 'other' }], []],
    ['one of another identity', [{ identity: 'https://github.com/acme/old' }], []],
    [
      'one of the identity in another spelling',
      [{ identity: ACME.replace('acme', 'ACME') }],
      ['trigger=push'],
    ],
    ['one that drifted likewise', [{}, { trigger: 'push', file: 'other.whl' }], []],
    ['one of this very attestation', [{}, { file: 'a.whl', version: '2.0' }], []],
  ])('%s', (_, receipts, expected) => {
    expect(
      driftOf(
        observed({ trigger: 'push' }),
        [LINE],
        receipts.map((overrides) => receipt(overrides)),
      ),
    ).toEqual(expected);
  });

  test.each<[string, string[], string[]]>([
    ['not pinned', [LINE], ['ref=branches', 'trigger=push']],
    ['one is pinned', [`${LINE} trigger=push`], ['ref=branches']],
    ['a glob pins the ref', [`${LINE} ref=refs/heads/*`], ['trigger=push']],
    ['a pin that does not hold is attribute-changed', [`${LINE} trigger=release`], []],
    ['nobody recorded', [], []],
    ['somebody else recorded', [`demo ${MALLORY.uri}`], []],
  ])('%s', (_, lines, expected) => {
    expect(driftOf(observed({ trigger: 'push', ref: 'refs/heads/main' }), lines)).toEqual(expected);
  });

  describe('a file of which there is a receipt', () => {
    const LOG = { keyId: 'YQ==', index: '7' };
    const now = signed('a.whl', github('acme/demo', { ...IDS, ...BEFORE }), { log: LOG });
    const seen = receipt({ file: 'a.whl', version: '2.0', log: LOG });
    const replaced = (...receipts: readonly ReceiptFacts[]) =>
      findingsOf(RULE, demo([now]), [LINE], { receipts }).map(({ level, message }) => [level, message]);
    const ANOTHER = [['warning', '`demo` 2.0 has another attestation than before: `a.whl`']];

    test.each<[string, ReceiptFacts[], string[][]]>([
      ['of its attestation', [seen], []],
      ['of another one too', [seen, receipt({ ...seen, signedAt: '2026-02-01T12:00:00.000Z' })], []],
      ['of another time', [{ ...seen, signedAt: '2026-02-01T12:00:00.000Z' }], ANOTHER],
      ['of another build', [{ ...seen, builtAt: '2026-02-01T12:00:00.000Z' }], ANOTHER],
      ['of another predicate', [{ ...seen, predicateType: 'https://slsa.dev/provenance/v1' }], ANOTHER],
      ['of another entry of the log', [{ ...seen, log: { ...LOG, index: '8' } }], ANOTHER],
      ['of another log', [{ ...seen, log: { ...LOG, keyId: 'Yg==' } }], ANOTHER],
      ['of another signer', [{ ...seen, identity: MALLORY.uri }], ANOTHER],
      ['without a log entry', [receipt({ file: 'a.whl', version: '2.0' })], ANOTHER],
      [
        'of other bytes',
        [{ ...seen, sha256: sha256Of('b.whl') }],
        [['warning', '`demo` 2.0 has other bytes than before under the same name: `a.whl`']],
      ],
    ])('%s', (_, receipts, expected) => {
      expect(replaced(...receipts)).toEqual(expected);
    });

    test('of these bytes is what counts, beside one of others', () => {
      expect(
        replaced({ ...seen, sha256: sha256Of('b.whl') }, { ...seen, signedAt: '2026-02-01T12:00:00.000Z' }),
      ).toEqual(ANOTHER);
    });

    test('of other bytes, and of another one of the same: both are told', () => {
      const files = [now, signed('b.whl', github('acme/demo', { ...IDS, ...BEFORE }))];
      const receipts = [
        { ...seen, signedAt: '2026-02-01T12:00:00.000Z' },
        receipt({ file: 'b.whl', version: '2.0', sha256: sha256Of('c.whl') }),
      ];
      const found = findingsOf(RULE, demo(files), [LINE], { receipts });
      expect(found.map(({ message }) => message)).toEqual([
        '`demo` 2.0 has another attestation than before: `a.whl` (1 of 2 files)',
        '`demo` 2.0 has other bytes than before under the same name: `b.whl` (1 of 2 files)',
      ]);
    });

    test('by a key, which has no time of signing', () => {
      const file = signedByKey('a.whl');
      const { signedAt: _, log: __, ...facts } = seen;
      expect(findingsOf(RULE, demo([file]), [LINE], { receipts: [facts] })).toEqual([]);
      expect(findingsOf(RULE, demo([file]), [LINE], { receipts: [seen] })).toHaveLength(1);
    });

    test('says how else it is signed, too', () => {
      const anew = signed('a.whl', github('acme/demo', { ...IDS, ...BEFORE, runner: 'self-hosted' }));
      const found = findingsOf(RULE, demo([anew]), [LINE], { receipts: [seen] });
      expect(found.map(({ observed: is }) => is)).toEqual([undefined, 'runner=self-hosted']);
    });

    test('is an error, and no warning, when it is by somebody else', () => {
      const other = signed('a.whl', MALLORY);
      expect(findingsOf(RULE, demo([other]), [LINE], { receipts: [seen] })).toEqual([]);
    });
  });

  test('unsigned files do not drift', () => {
    expect(driftOf(unsigned('a.whl'))).toEqual([]);
  });

  test('forty wheels that drifted alike are one finding that says before and now', () => {
    const identity = github('acme/demo', { ...IDS, ...BEFORE, runner: 'self-hosted' });
    const files = wheels(40, (name) => signed(name, identity));
    const findings = findingsOf(RULE, demo(files), [LINE], { receipts: [receipt()] });
    expect(findings[0]?.help).toContain('`--accept demo --pin ids,runner`');
    expect(findings).toMatchObject([
      {
        message:
          '`demo` 2.0 is signed with `runner=self-hosted`, and before with `runner=github-hosted`: `demo-2.0-cp30-none-any.whl` and 39 more (all 40 files)',
      },
    ]);
  });
});
