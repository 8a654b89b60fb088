import { describe, expect, test } from 'vitest';
import { completeLock, type ListedFiles } from '../../src/lock-source/complete-lock.ts';
import type { Lock, LockedPackage } from '../../src/model.ts';

const A = 'aa'.repeat(32);
const B = 'bb'.repeat(32);
const WHEEL = 'widget-1.0-py3-none-any.whl';

const lockOf = (more: Partial<LockedPackage>): Lock => ({
  source: 'requirements.txt',
  packages: [{ name: 'widget', version: '1.0', files: [], line: 1, ...more }],
});
const pin = (sha256: string, line = 2) => ({ hashes: { sha256 }, line });

async function complete(more: Partial<LockedPackage>, listed: Partial<ListedFiles>) {
  const asked: unknown[] = [];
  const { packages } = await completeLock(lockOf(more), async ({ name, index }) => {
    asked.push([name, index]);
    return Promise.resolve({ files: [], failures: [], ...listed });
  });
  return { locked: packages[0], asked };
}

test('files get the names that the index gives them, and keep their lines', async () => {
  const files = [
    { filename: 'widget-1.0.tar.gz', sha256: B },
    { filename: WHEEL, sha256: A },
    { filename: 'widget-1.0-py2-none-any.whl', sha256: 'cc'.repeat(32) },
    { filename: 'widget-0.9.zip' },
  ];
  const unnamed = [pin(A), pin(B, 3)];
  const { locked, asked } = await complete({ unnamed, index: 'https://index.example/simple' }, { files });
  expect(asked).toEqual([['widget', 'https://index.example/simple']]);
  expect(locked).toEqual({
    name: 'widget',
    version: '1.0',
    index: 'https://index.example/simple',
    line: 1,
    files: [
      { kind: 'wheel', filename: WHEEL, hashes: { sha256: A }, line: 2 },
      { kind: 'sdist', filename: 'widget-1.0.tar.gz', hashes: { sha256: B }, line: 3 },
    ],
  });
});

test('no index is asked about a package whose files have names', async () => {
  expect(await complete({ files: [{ kind: 'wheel', filename: WHEEL, hashes: {} }] }, {})).toMatchObject({
    asked: [],
  });
});

test('one content under two names is two files: both must be what they say', async () => {
  const files = [WHEEL, 'widget-1.0-py2-none-any.whl', WHEEL].map((filename) => ({ filename, sha256: A }));
  const { locked } = await complete({ unnamed: [pin(A)] }, { files });
  expect(locked?.files.map(({ filename }) => filename)).toEqual([WHEEL, 'widget-1.0-py2-none-any.whl']);
});

describe('what has no name stays, with the reason', () => {
  const refused = { cause: 'refused', reason: '`index.example` answered 403' } as const;

  test.each<[string, Partial<LockedPackage>, Partial<ListedFiles>, object]>([
    [
      'listed nowhere',
      {},
      { files: [{ filename: WHEEL, sha256: B }] },
      { cause: 'unlisted', reason: 'no index lists a file that has it' },
    ],
    [
      'an index that does not answer',
      {},
      { files: [{ filename: WHEEL, sha256: B }], failures: [refused] },
      refused,
    ],
    [
      'a file of another version',
      {},
      { files: [{ filename: 'widget-1.0+evil-py3-none-any.whl', sha256: A }] },
      {
        cause: 'unlisted',
        reason: 'the index lists it as `widget-1.0+evil-py3-none-any.whl`, which is no file of version 1.0',
      },
    ],
    [
      'a file of another project',
      {},
      { files: [{ filename: 'gadget-1.0-py3-none-any.whl', sha256: A }] },
      {
        cause: 'unlisted',
        reason: 'the index lists it as `gadget-1.0-py3-none-any.whl`, which is no file of version 1.0',
      },
    ],
    [
      'a name that could fool a terminal',
      {},
      { files: [{ filename: '\u001b[2J', sha256: A }] },
      { cause: 'unlisted', reason: 'the index lists it as `\\u{1b}[2J`, which is no file of version 1.0' },
    ],
    [
      'another hash than a sha256',
      { unnamed: [{ hashes: { sha512: A + B } }] },
      { files: [{ filename: WHEEL, sha256: A }] },
      { cause: 'unlisted', reason: 'the lock pins it by sha512, and indexes list files by sha256' },
    ],
    [
      'no hash',
      { unnamed: [{ hashes: {} }] },
      { files: [{ filename: WHEEL, sha256: A }] },
      { cause: 'unlisted', reason: 'the lock pins no hash, so that any file may be installed' },
    ],
  ])('%s', async (_, more, listed, unavailable) => {
    const { locked } = await complete({ unnamed: [pin(A)], ...more }, listed);
    expect(locked).toMatchObject({ files: [], unnamed: [{ unavailable }] });
  });

  test('beside those that have one', async () => {
    const { locked } = await complete(
      { unnamed: [pin(A), pin(B)] },
      { files: [{ filename: WHEEL, sha256: A }] },
    );
    expect(locked).toMatchObject({ files: [{ filename: WHEEL }], unnamed: [{ hashes: { sha256: B } }] });
  });
});
