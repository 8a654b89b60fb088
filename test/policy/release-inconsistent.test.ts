import { describe, expect, test } from 'vitest';
import {
  demo,
  findingsOf,
  github,
  gitlab,
  GOOGLE,
  IDS,
  MALLORY,
  signed,
  signedTwice,
  unsigned,
  verdictsOf,
  wheels,
} from './fixture.ts';

const RULE = 'release-inconsistent';
const at = (time: string) => ({ signedAt: new Date(time) });
const uploaded = (filename: string, uploadTime: string) => ({ ...unsigned(filename), uploadTime });

describe('release-inconsistent', () => {
  test.each([
    ['one file', [signed('a.whl')], []],
    ['alike', wheels(5, (name) => signed(name)), []],
    ['another commit', [signed('a.whl'), signed('b.whl', github(), { commit: 'bad' })], ['commits']],
    ['a certificate without a commit', [signed('a.whl'), signed('b.whl', GOOGLE)], ['signers']],
    ['another signer', [signed('a.whl'), signed('b.whl', MALLORY)], ['signers']],
    ['another signer of the same file', [signedTwice('a.whl', [github(), MALLORY])], ['signers']],
    ['the same path on another host', [signed('a.whl'), signed('b.whl', gitlab())], ['signers']],
    [
      'the same name with another id',
      [signed('a.whl'), signed('b.whl', github('acme/demo', { ...IDS, 'repository-id': '77' }))],
      ['signers'],
    ],
    [
      'the same name with another owner',
      [signed('a.whl'), signed('b.whl', github('acme/demo', { ...IDS, 'owner-id': '77' }))],
      ['signers'],
    ],
    ['the same name without ids', [signed('a.whl'), signed('b.whl', github('acme/demo', {}))], ['signers']],
    ['no ids anywhere', wheels(2, (name) => signed(name, github('acme/demo', {}))), []],
    ['the same name in another case', [signed('a.whl'), signed('b.whl', github('ACME/demo'))], []],
    [
      'signed 24 hours apart',
      [
        signed('a.whl', github(), at('2026-03-01T12:00:00Z')),
        signed('b.whl', github(), at('2026-03-02T12:00:00Z')),
      ],
      [],
    ],
    [
      'signed more than 24 hours apart',
      [
        signed('a.whl', github(), at('2026-03-02T12:00:01Z')),
        signed('b.whl', github(), at('2026-03-01T12:00:00Z')),
      ],
      ['signed'],
    ],
    [
      'uploaded within a day',
      [uploaded('a.whl', '2026-03-01T12:00:00Z'), uploaded('b.whl', '2026-03-02T00:00:00Z')],
      [],
    ],
    [
      'uploaded more than a day apart',
      [uploaded('a.whl', '2026-03-01T12:00:00.5Z'), uploaded('b.whl', '2026-03-03T12:00:00Z')],
      ['uploaded'],
    ],
    [
      'an upload time that is none',
      [uploaded('a.whl', '2026-03-01T12:00:00Z'), uploaded('b.whl', 'yesterday')],
      [],
    ],
    [
      'all at once',
      [
        signed('a.whl'),
        {
          ...signed('b.whl', MALLORY, { commit: 'bad', ...at('2026-04-01T00:00:00Z') }),
          uploadTime: '2026-04-01T00:00:00Z',
        },
        uploaded('c.whl', '2026-03-01T00:00:00Z'),
      ],
      ['signers', 'commits', 'signed', 'uploaded'],
    ],
  ] as const)('%s', (_, files, about) => {
    const findings = findingsOf(RULE, demo(files), []);
    expect(verdictsOf(findings)).toEqual(about.map(() => `warning ${RULE}`));
    about.forEach((word, index) => expect(findings[index]?.message).toContain(word));
  });

  test('names the odd one out, wherever it stands', () => {
    const odd = signed('odd.whl', github(), { commit: 'bad' });
    const files = wheels(39, (name) => signed(name));
    for (const all of [
      [odd, ...files],
      [...files, odd],
    ]) {
      expect(findingsOf(RULE, demo(all), [])).toMatchObject([
        {
          file: 'odd.whl',
          message:
            '`demo` 2.0 has files from different commits: `bad` beside `c0ffee`: `odd.whl` (1 of 40 files)',
        },
      ]);
    }
  });

  test('a certificate without a commit says nothing of commits', () => {
    const file = signed('b.whl');
    if (file.outcome.kind !== 'signed') throw new Error('signed() makes signed files');
    const [{ identity, evidence }] = file.outcome.signatures;
    const { commit: _, ...silent } = evidence;
    const outcome = { ...file.outcome, signatures: [{ identity, evidence: silent }] as const };
    expect(findingsOf(RULE, demo([signed('a.whl'), { ...file, outcome }]), [])).toEqual([]);
  });

  test('a signature by a key has no time, and says nothing of when', () => {
    const file = signed('b.whl');
    if (file.outcome.kind !== 'signed') throw new Error('signed() makes signed files');
    const [{ identity, evidence }] = file.outcome.signatures;
    const { signedAt: _, ...timeless } = evidence;
    const outcome = { ...file.outcome, signatures: [{ identity, evidence: timeless }] as const };
    expect(findingsOf(RULE, demo([signed('a.whl'), { ...file, outcome }]), [])).toEqual([]);
  });

  test('ids are not run together', () => {
    const files = [
      signed('a.whl', github('acme/demo', { 'repository-id': '1', 'owner-id': '12' })),
      signed('b.whl', github('acme/demo', { 'repository-id': '11', 'owner-id': '2' })),
    ];
    const [finding] = findingsOf(RULE, demo(files), []);
    expect(finding?.message).toContain(
      '`https://github.com/acme/demo 11 2` beside `https://github.com/acme/demo 1 12`',
    );
  });

  test('names each odd value beside the usual one', () => {
    const files = ['x', 'y'].map((commit) => signed(`${commit}.whl`, github(), { commit }));
    const [finding] = findingsOf(RULE, demo([...wheels(3, (name) => signed(name)), ...files]), []);
    expect(finding?.message).toContain('`x`, `y` beside `c0ffee`: `x.whl` and 1 more (2 of 5 files)');
  });

  test('names the late one', () => {
    const late = signed('late.whl', github(), at('2026-03-09T00:00:00Z'));
    const [finding, ...others] = findingsOf(RULE, demo([late, ...wheels(3, (name) => signed(name))]), []);
    expect(others).toEqual([]);
    expect(finding?.file).toBe('late.whl');
    expect(finding?.message).toContain('more than 24 hours after the first');
  });
});
