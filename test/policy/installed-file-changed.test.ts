import { expect, test } from 'vitest';
import type { Deviation, Installation } from '../../src/model.ts';
import { ACME, demo, findingsOf, judged, signed } from './fixture.ts';

const RULE = 'installed-file-changed';

function compared(...deviations: readonly Deviation[]): Installation {
  return {
    kind: 'compared',
    wheel: 'demo-2.0-py3-none-any.whl',
    foundBy: '`pylock.toml`',
    takenFrom: 'the index',
    files: 10,
    held: 10 - deviations.length,
    deviations,
  };
}

const withInstallation = (installation: Installation) => ({ ...demo([signed('a.whl')]), installation });

test.each([
  ['changed', 'has installed files that are not as its wheel has them'],
  ['missing', 'lacks files that its wheel has'],
  ['extra', 'has files that its wheel does not have'],
] as const)('a file that is %s', (kind, what) => {
  const subject = withInstallation(compared({ kind, path: 'demo/a.py' }));
  expect(findingsOf(RULE, subject, [])).toMatchObject([
    { level: 'error', package: 'demo', file: 'demo/a.py', message: `\`demo\` 2.0 ${what}: \`demo/a.py\`` },
  ]);
  expect(judged([subject], [`demo ${ACME}`])).toMatchObject({
    outcome: 'findings',
    packages: [{ status: 'failed', files: [{ status: 'verified' }] }],
  });
});

test('one finding for each way to be wrong, with the first files, and reasons', () => {
  const files = ['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((name): Deviation => ({
    kind: 'changed',
    path: `demo/${name}.py`,
    ...(name === 'b' ? { reason: 'why' } : {}),
  }));
  const findings = findingsOf(RULE, withInstallation(compared(...files, { kind: 'missing', path: 'x' })), []);
  expect(findings.map(({ message }) => message)).toEqual([
    '`demo` 2.0 has installed files that are not as its wheel has them: `demo/a.py`, `demo/b.py` (why), `demo/c.py`, `demo/d.py`, `demo/e.py`, and 2 more',
    '`demo` 2.0 lacks files that its wheel has: `x`',
  ]);
});

test('a wheel that cannot be read', () => {
  const subject = withInstallation({
    kind: 'unreadable',
    wheel: 'demo-2.0-py3-none-any.whl',
    reason: 'no zip',
  });
  expect(findingsOf(RULE, subject, [])).toMatchObject([
    {
      level: 'error',
      message: '`demo` 2.0 cannot be compared with its wheel `demo-2.0-py3-none-any.whl`: no zip',
    },
  ]);
  expect(judged([subject], [`demo ${ACME}`])).toMatchObject({
    outcome: 'findings',
    packages: [{ status: 'failed', files: [{ status: 'verified' }] }],
  });
});

test('nothing where all files are as they should be, could not be compared, or were not', () => {
  expect(findingsOf(RULE, withInstallation(compared()), [])).toEqual([]);
  expect(findingsOf(RULE, withInstallation(compared({ kind: 'unchecked', path: 'x' })), [])).toEqual([]);
  expect(findingsOf(RULE, demo([signed('a.whl')]), [])).toEqual([]);
});

test('text of the environment cannot end its backticks, nor a line', () => {
  const [finding] = findingsOf(
    RULE,
    withInstallation(compared({ kind: 'extra', path: 'a`\n::error::b' })),
    [],
  );
  expect(finding?.message).toContain("`a'\\u{a}::error::b`");
});
