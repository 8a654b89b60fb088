import { describe, expect, test } from 'vitest';
import type { Attributes } from '../../src/model.ts';
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
    sha256: sha256Of(file),
    identity: ACME,
    ...BEFORE,
    ...overrides,
  };
}

function observed(changes: Attributes) {
  return signed('a.whl', github('acme/demo', { ...IDS, ...BEFORE, ref: 'refs/tags/v2.0', ...changes }));
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
    ['one of this very file', [{}, { file: 'a.whl', version: '2.0' }], []],
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
