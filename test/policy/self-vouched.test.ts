import { describe, expect, test } from 'vitest';
import {
  ACME,
  demo,
  entriesOf,
  github,
  gitlab,
  IDS,
  invalid,
  judged,
  MALLORY,
  signed,
  signedTwice,
  uncovered,
  unsigned,
  verdictsOf,
} from './fixture.ts';

const LINE = `demo ${ACME} repository-id=11 owner-id=22`;
const THEIRS = 'demo https://github.com/mallory/demo repository-id=666 owner-id=667';
const base = (lines: readonly string[], allowed: readonly string[] = []) => ({
  base: { entries: entriesOf(...lines), label: 'main', allowed: new Set(allowed) },
});

const messageOf = (before: readonly string[], after: readonly string[]) =>
  judged([demo([signed('a.whl')])], after, base(before)).findings.find(({ rule }) => rule === 'self-vouched')
    ?.message;

describe('self-vouched', () => {
  test.each([
    ['a signer that base and change allow', [signed('a.whl')], [LINE], [LINE], []],
    [
      'another signer, and the entry with it',
      [signed('a.whl', MALLORY)],
      [LINE],
      [THEIRS],
      ['error self-vouched'],
    ],
    [
      'another signer as an alternative',
      [signed('a.whl', MALLORY)],
      [LINE],
      [LINE, THEIRS],
      ['error self-vouched'],
    ],
    ['a new dependency with its entry', [signed('a.whl')], [], [LINE], ['error self-vouched']],
    ['a new dependency that nobody signs', [unsigned('a.whl')], [], [], []],
    ['no signature any more, and no entry', [unsigned('a.whl')], [LINE], [], ['error self-vouched']],
    [
      'no signature any more, and `unsigned`',
      [unsigned('a.whl')],
      [LINE],
      ['demo unsigned'],
      ['error self-vouched'],
    ],
    [
      'some files unsigned, acknowledged',
      [signed('a.whl'), unsigned('b.whl')],
      [LINE],
      [LINE, 'demo==2.0 unsigned'],
      ['error self-vouched'],
    ],
    [
      'another source, and no entry',
      [uncovered('a.whl')],
      [LINE],
      [],
      ['warning not-covered', 'error self-vouched'],
    ],
    [
      'ids made anew, and dropped',
      [signed('a.whl', github('acme/demo', { 'repository-id': '77' }))],
      [LINE],
      [`demo ${ACME}`],
      ['error self-vouched'],
    ],
    [
      'a later end of an allowance',
      [unsigned('a.whl')],
      ['demo unsigned until=2026-01-01'],
      ['demo unsigned until=2027-01-01'],
      ['error self-vouched'],
    ],
    [
      'what fails by the change alone',
      [signed('a.whl', MALLORY)],
      [LINE, THEIRS],
      [LINE],
      ['error publisher-changed'],
    ],
    ['what fails by both fails once', [invalid('a.whl')], [LINE], [LINE], ['error attestation-invalid']],
  ] as const)('%s', (_, files, before, after, expected) => {
    const { findings, outcome } = judged([demo(files)], after, base(before));
    expect(verdictsOf(findings)).toEqual(expected);
    expect(outcome).toBe(expected.some((verdict) => verdict.startsWith('error')) ? 'findings' : 'ok');
  });

  test('of two signers of a file, one that the base does not allow is news beside one that the change does not', () => {
    const files = [signedTwice('a.whl', [github(), MALLORY])];
    expect(verdictsOf(judged([demo(files)], [LINE], base([THEIRS])).findings)).toEqual([
      'error publisher-changed',
      'warning release-inconsistent',
      'error self-vouched',
    ]);
  });

  test('what the base only warns of vouches for nothing', () => {
    const identity = github('acme/demo', { ...IDS, workflow: 'new.yml' });
    const receipts = [
      {
        package: 'demo',
        version: '1.0',
        file: 'demo-1.0.whl',
        predicateType: 'https://docs.pypi.org/attestations/publish/v1',
        sha256: '00'.repeat(32),
        identity: ACME,
        workflow: 'old.yml',
      },
    ];
    const packages = [demo([signed('a.whl', identity)])];
    expect(verdictsOf(judged(packages, [LINE], { receipts, ...base([LINE]) }).findings)).toEqual([
      'warning signature-drift',
    ]);
    expect(judged(packages, [`${LINE} workflow=new.yml`], { receipts, ...base([LINE]) }).findings).toEqual(
      [],
    );
  });

  test('--allow names what was looked at, and nothing else', () => {
    const files = [signed('a.whl', MALLORY)];
    expect(judged([demo(files)], [THEIRS], base([LINE], ['demo'])).outcome).toBe('ok');
    expect(judged([demo(files)], [THEIRS], base([LINE], ['other'])).outcome).toBe('findings');
    expect(judged([demo(files)], [LINE], base([LINE], ['demo'])).outcome).toBe('findings');
  });

  test('without a base nothing is said', () => {
    expect(judged([demo([signed('a.whl', MALLORY)])], [THEIRS]).findings).toEqual([]);
  });

  test('fails the package, and says what is recorded at the base', () => {
    const { findings, packages } = judged([demo([signed('a.whl', MALLORY)])], [THEIRS], base([LINE]));
    expect(packages.map(({ status }) => status)).toEqual(['failed']);
    expect(findings).toMatchObject([
      {
        message:
          '`demo` 2.0 passes only by entries that this change brings; by those of main: publisher-changed',
        recorded: `${ACME} repository-id=11 owner-id=22`,
        observed: 'https://github.com/mallory/demo repository-id=666 owner-id=667',
        entryLine: 1,
      },
    ]);
  });

  test('shows the lines that the change brings, where they are not just what was observed', () => {
    expect(messageOf([], [LINE])).toMatch(/the entry that allows it$/);
    expect(messageOf([], [`demo ${ACME}`])).toMatch(
      /the entry that allows it \(`https:\/\/github.com\/acme\/demo`\)$/,
    );
    expect(messageOf([`demo==1.0 ${ACME}`], [`demo==1.0 ${ACME}`, `demo==2.0 ${ACME}`])).toContain(
      'entries that this change brings (`==2.0 https://github.com/acme/demo`); by those of main: publisher-unknown',
    );
  });

  test('says that a package is new, or that nobody signs it and nothing was recorded', () => {
    const { findings } = judged([demo([signed('a.whl')])], [LINE], base([]));
    expect(findings).toMatchObject([
      {
        message: expect.stringContaining('is new: nothing is recorded of it at main') as unknown,
        help: "look whether the signer is the project's own, as for any first use; then `--allow demo`",
        recorded: 'nothing',
      },
    ]);
    const strict = { strict: true, ...base([]) };
    expect(judged([demo([unsigned('a.whl')])], ['demo unsigned'], strict).findings).toMatchObject([
      {
        message: expect.stringContaining('by those of main: attestation-missing') as unknown,
        help: 'look at the change of its entries (`provpin diff` says what it comes to) as you would without the other; then `--allow demo`',
      },
    ]);
  });

  test('names every signer that the base does not allow', () => {
    const files = [signed('a.whl', MALLORY), signed('b.whl', gitlab())];
    const lines = [THEIRS, 'demo https://gitlab.com/acme/demo repository-id=11 owner-id=22'];
    const { findings } = judged([demo(files)], lines, base([LINE]));
    expect(findings.find(({ rule }) => rule === 'self-vouched')?.observed).toBe(
      'https://github.com/mallory/demo repository-id=666 owner-id=667 and https://gitlab.com/acme/demo repository-id=11 owner-id=22',
    );
  });

  test('in a STRICT run an acknowledgement vouches, too', () => {
    const strict = { strict: true, ...base([]) };
    expect(verdictsOf(judged([demo([unsigned('a.whl')])], ['demo unsigned'], strict).findings)).toEqual([
      'error self-vouched',
    ]);
  });
});
