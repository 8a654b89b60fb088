import { expect, test } from 'vitest';

import type { PastRelease, ReleaseHistory } from '../../src/model.ts';
import { historyLines, historyWords } from '../../src/report/history-words.ts';

const ACME = 'https://github.com/acme/widget';

function past(
  version: string,
  standing: PastRelease['standing'],
  more: Partial<PastRelease> = {},
): PastRelease {
  return { version, standing, signers: [], files: 2, checked: 2, ...more };
}

const known = (releases: readonly PastRelease[], older = 0): ReleaseHistory => ({
  kind: 'known',
  releases,
  older,
});

test.for<readonly [string, ReleaseHistory, boolean, string]>([
  ['nothing earlier', known([]), true, 'the index lists no earlier release'],
  [
    'an index that fails, with what could forge a line',
    { kind: 'unavailable', reason: 'no\nanswer' },
    true,
    String.raw`could not be looked at: no\u{a}answer`,
  ],
  [
    'one by the same signer, of no known time',
    known([past('1.0', 'same')]),
    true,
    'the same signer for 1 earlier release',
  ],
  [
    'several by the same signer, the oldest time, files and older releases left out',
    known(
      [
        past('2.0', 'same', { signedAt: new Date('2026-02-01T12:00:00Z') }),
        past('1.0', 'same', { signedAt: new Date('2026-01-01T12:00:00Z'), files: 6, checked: 4 }),
      ],
      2,
    ),
    true,
    'the same signer for 2 earlier releases, since 2026-01-01 (6 of 8 files); 2 older ones not looked at',
  ],
  [
    'the first that is signed',
    known([past('1.0', 'unsigned')], 1),
    true,
    'this is the first signed release of those looked at: 1 earlier one unsigned; 1 older one not looked at',
  ],
  ['unsigned before an unsigned one', known([past('1.0', 'unsigned')]), false, '1.0 unsigned'],
  [
    'one of every kind',
    known([
      past('6.0', 'same'),
      past('5.0', 'other', { signers: [ACME] }),
      past('4.0', 'partial'),
      past('3.0', 'invalid'),
      past('2.0', 'unavailable', { checked: 0 }),
      past('1.0', 'same'),
    ]),
    true,
    `the same signer for 1 earlier release; before that: 5.0 signed by another: ${ACME}, 4.0 signed in part, 3.0 with provenance that does not verify, 2.0 that could not be looked at (0 of 2 files), and 1.0 by the same signer`,
  ],
  [
    'neighbours that are alike, and others',
    known([
      past('5.0', 'other', { signers: [ACME] }),
      past('4.0', 'other', { signers: [ACME], checked: 1 }),
      past('3.0', 'other', { signers: [`${ACME}s`] }),
      past('2.0', 'unsigned'),
      past('1.0', 'other', { signers: [ACME] }),
    ]),
    true,
    `5.0 and 4.0 signed by another: ${ACME} (3 of 4 files), 3.0 signed by another: ${ACME}s, 2.0 unsigned, and 1.0 signed by another: ${ACME}`,
  ],
  [
    'nobody is another beside an unsigned release',
    known([past('1.0', 'other', { signers: [ACME] })]),
    false,
    `1.0 signed by ${ACME}`,
  ],
])('%s', ([, history, isSigned, words]) => {
  expect(historyWords(history, isSigned)).toBe(words);
});

const plain = (_: unknown, text: string): string => text;

test('is a line where there is one', () => {
  const reported = { name: 'widget', version: '1.0', status: 'verified', identities: [], files: [] } as const;
  expect(historyLines(reported, '  ', plain)).toEqual([]);
  expect(historyLines({ ...reported, history: known([]) }, '  ', plain)).toEqual([
    '  history: the index lists no earlier release',
  ]);
});
