import { describe, expect, test } from 'vitest';
import { requirements } from '../../src/lock-source/requirements.ts';
import { errorOf } from './real-locks.ts';

const A = 'aa'.repeat(32);
const B = 'bb'.repeat(32);
const HASH = `--hash=sha256:${A}`;
const GOOD = `widget==1.0 ${HASH}`;
const read = (text: string) => requirements.read(text, 'requirements.txt').packages;
const pinned = (line = 1, ...files: readonly object[]) => ({
  name: 'widget',
  version: '1.0',
  files: [],
  unnamed: files,
  line,
});
const file = (sha256: string, line = 1) => ({ hashes: { sha256 }, line });

describe('pinned requirements', () => {
  test.each<[string, string, object]>([
    ['one line', GOOD, pinned(1, file(A))],
    [
      'joined lines',
      `widget==1.0 \\\n    --hash=sha256:${A} \\\r\n    --hash=sha256:${B}\r\n    # via x`,
      pinned(1, file(A, 2), file(B, 3)),
    ],
    ['a blank line ends it', `\n\nwidget==1.0 \\\n  ${HASH} \\\n\n`, pinned(3, file(A, 4))],
    [
      'a word over two lines',
      `widget==1.\\\n0 --hash=sha256:${A.slice(0, 10)}\\\n${A.slice(10)}`,
      pinned(1, file(A, 2)),
    ],
    ['a comment behind it', `${GOOD}  # by x`, pinned(1, file(A))],
    ['the end of the file in the middle of it', `${GOOD} \\`, pinned(1, file(A))],
    [
      'another spelling',
      `Widget [Socks, x] === 1.0 ; python_version < "3" and x == '-'  --hash  sha256:${A.toUpperCase()}`,
      pinned(1, file(A)),
    ],
    ['a hash that is there twice', `${GOOD} ${HASH} --hash=sha256:${B}`, pinned(1, file(A), file(B))],
    ['tabs', `widget==1.0\t${HASH}`, pinned(1, file(A))],
    [
      'another algorithm',
      `widget==1.0 --hash=md5:${'0'.repeat(32)}`,
      pinned(1, { hashes: { md5: '0'.repeat(32) }, line: 1 }),
    ],
    ['an encoding that is UTF-8', `# -*- coding: utf-8 -*-\n${GOOD}`, pinned(2, file(A, 2))],
    ['letters of the world in a comment', `# für uns\n${GOOD}`, pinned(2, file(A, 2))],
  ])('%s', (_, text, expected) => {
    expect(read(text)).toEqual([expected]);
  });

  test('a name that is there twice is two packages, unless nothing differs', () => {
    const twice = `${GOOD} ; x\n${GOOD} ; y\nwidget==2.0 ${HASH}\n`
      .replaceAll(` ${HASH} ;`, ' ;')
      .replaceAll(/ ; (x|y)$/gm, ` ; $1 ${HASH}`);
    expect(read(twice).map(({ version }) => version)).toEqual(['1.0', '2.0']);
  });

  test('options that install nothing are passed over', () => {
    const options = [
      '-i https://index.example/simple',
      '--index-url=https://index.example/simple --extra-index-url https://b.example/simple',
      '--trusted-host index.example',
      '--find-links ./wheels',
      '--no-index',
      '--pre --prefer-binary --require-hashes',
      '--only-binary :all:',
      '--no-binary=widget',
      '--use-feature fast-deps',
    ];
    expect(read([...options, GOOD].join('\n'))).toEqual([pinned(10, file(A, 10))]);
  });
});

describe('what no index serves', () => {
  test.each<[string, string, string]>([
    ['-e ./vendor/my_lib', 'my-lib', 'a local directory (editable)'],
    ['--editable=./vendor/my_lib/', 'my-lib', 'a local directory (editable)'],
    ['-e .', 'local-project', 'a local directory (editable)'],
    ['.', 'local-project', 'a local directory'],
    ['..', 'local-project', 'a local directory'],
    ['.[docs] ; x', 'local-project', 'a local directory'],
    ['./vendor/my_lib', 'my-lib', 'a local directory'],
    ['vendor/my_lib', 'my-lib', 'a local directory'],
    ['/srv/my_lib ; python_version < "3"', 'my-lib', 'a local directory'],
    ['file:///srv/my_lib', 'my-lib', 'a local directory'],
    ['./gadget-1.0-py3-none-any.whl', 'gadget', 'a local archive'],
    ['gadget @ file:///srv/x', 'gadget', 'a local directory'],
    ['gadget[x] @ file:///srv/x.zip', 'gadget', 'a local archive'],
    [
      `gadget @ https://u:secret@files.example/g.zip ${HASH}`,
      'gadget',
      'an archive by URL (https://files.example/g.zip)',
    ],
    [
      'https://files.example/gadget-1.0-py3-none-any.whl',
      'gadget',
      'an archive by URL (https://files.example/gadget-1.0-py3-none-any.whl)',
    ],
    ['https://files.example/g.zip#egg=Gadget', 'gadget', 'an archive by URL (https://files.example/g.zip)'],
    [
      'gadget @ git+https://u:secret@git.example/a/b.git@0123#subdirectory=x',
      'gadget',
      'a VCS requirement (git+https://git.example/a/b.git@0123)',
    ],
    [
      'gadget@git+ssh://git@git.example/a/b.git',
      'gadget',
      'a VCS requirement (git+ssh://git.example/a/b.git)',
    ],
    [
      '-e git+https://git.example/a.git@v1#egg=gadget',
      'gadget',
      'a VCS requirement (git+https://git.example/a.git@v1)',
    ],
    ['gadget @ git+git@git.example:a/b', 'gadget', 'a VCS requirement (git)'],
  ])('%s', (line, name, notCovered) => {
    expect(read(`${GOOD}\n${line}`)[1]).toEqual({ name, files: [], notCovered, line: 2 });
  });
});

describe('bad files', () => {
  const HINT_FILE = 'takes in another file, which would be installed and not be checked';

  test.each<[string, number, string]>([
    ['widget', 2, '`widget` pins no version: it must be like `NAME==1.0`'],
    [`widget>=1.0 ${HASH}`, 2, '`widget>=1.0` pins no version: it must be like `NAME==1.0`'],
    [`widget==1.* ${HASH}`, 2, '`widget==1.*` does not pin one version'],
    [`widget==1.0,==2.0 ${HASH}`, 2, '`widget==1.0,==2.0` does not pin one version'],
    [`widget==new ${HASH}`, 2, '`widget==new` does not pin one version'],
    // pip would take a file of that name, were it there.
    [`widget==1.0.zip ${HASH}`, 2, '`widget==1.0.zip` does not pin one version'],
    ['widget==1.0', 2, '`widget` has no hash, so that any file of it may be installed'],
    ['widget==1.0 # --hash=sha256:00', 2, '`widget` has no hash, so that any file of it may be installed'],
    [
      `widget==1.0 \\\n# a comment ends it\n${HASH}`,
      2,
      '`widget` has no hash, so that any file of it may be installed',
    ],
    ['widget==1.0 --hash=sha256:ab', 2, '`--hash` must have 64 hexadecimal digits, not 2'],
    [`widget==1.0 \\\n  ${HASH} \\\n  --hash=${B}`, 4, '`--hash` must be a hash like `sha256:…`'],
    [
      `widget==1.0 ${HASH} --config-settings x=y`,
      2,
      '`--config-settings` cannot be read behind a requirement',
    ],
    [`widget==1.0 ${HASH} evil==1.0`, 2, '`evil` cannot be read behind a requirement'],
    [`widget==1.0 -r evil.txt ${HASH}`, 2, '`-r` cannot be read behind a requirement'],
    [HASH, 2, '`--hash` cannot be read in a lock'],
    ['-r other.txt', 2, `\`-r\` ${HINT_FILE}`],
    ['--requirement=other.txt', 2, `\`--requirement\` ${HINT_FILE}`],
    ['-c other.txt', 2, `\`-c\` ${HINT_FILE}`],
    ['--constraint other.txt', 2, `\`--constraint\` ${HINT_FILE}`],
    ['-i https://index.example/simple -r other.txt', 2, `\`-r\` ${HINT_FILE}`],
    ['--index-url=https://index.example --constraint other.txt', 2, `\`--constraint\` ${HINT_FILE}`],
    ['-rother.txt', 2, `\`-r\` cannot be read in a lock`],
    // optparse takes the beginning of an option for the option.
    ['--require other.txt', 2, '`--require` cannot be read in a lock'],
    ['--no-require-hashes', 2, '`--no-require-hashes` cannot be read in a lock'],
    ['--index-url', 2, '`--index-url` needs a value'],
    ['--index-url -r', 2, '`--index-url` needs a value'],
    ['-i=https://index.example', 2, '`-i` needs a value'],
    ['--pre=1', 2, '`--pre` cannot be read in a lock'],
    ['--find-links "a b"', 2, 'has an option with quotes, which cannot be read'],
    ['https://files.example/g.zip', 2, 'has a URL that does not say what package it is'],
    ['git+https://u:secret@git.example/a', 2, 'has a URL that does not say what package it is'],
    ['-ihttps://u:secret@index.example/simple', 2, '`-i` cannot be read in a lock'],
    ['gadget @ https://u:secret@a.example/b c', 2, '`gadget …` pins no version'],
    [
      `${GOOD} --index-url=https://u:secret@a.example`,
      2,
      '`--index-url` cannot be read behind a requirement',
    ],
    ['"widget"==1.0', 2, '`"widget"==1.0` pins no version: it must be like `NAME==1.0`'],
    // What ends a line for pip and not for others, or the other way round.
    [`# x\u2028evil==1.0 ${HASH}`, 2, 'has a control character'],
    [`# x\u0085evil==1.0 ${HASH}`, 2, 'has a control character'],
    [`# x\u000bevil==1.0 ${HASH}`, 2, 'has a control character'],
    [`# x\u001cevil==1.0 ${HASH}`, 2, 'has a control character'],
    [`# x\u0000`, 2, 'has a control character'],
    [
      `${GOOD} # x \\\nevil==1.0 ${HASH}`,
      2,
      'a comment ends with a backslash, which joins the next line to it or not',
    ],
    [`\\${GOOD}`, 2, 'has a backslash that is not at its end'],
    [`${GOOD} \\\\\nevil==1.0`, 2, 'has a backslash that is not at its end'],
    [`widget==1.0\u00a0# ${HASH}`, 2, 'has a character that is not ASCII'],
    [`wıdget==1.0 ${HASH}`, 2, 'has a character that is not ASCII'],
  ])('%j', (text, line, problem) => {
    const found = errorOf(() => read(`other==1.0 ${HASH}\n${text}\n`));
    expect(found).toContain(`\`requirements.txt\`:${line}: ${problem}`);
    expect(found).not.toContain('secret');
  });

  test.each([
    ['# coding: utf-7\n', 1, 'utf-7'],
    ['\n# vim: set fileencoding=latin-1 :\n', 2, 'latin-1'],
    ['# -*- coding=unicode_escape -*-\n', 1, 'unicode_escape'],
  ])('pip would decode it in another way: %j', (text, line, encoding) => {
    expect(errorOf(() => read(`${text}${GOOD}`))).toBe(
      `\`requirements.txt\`:${line}: pip would read the file as \`${encoding}\`, and it can only be read as UTF-8`,
    );
  });

  test.each([
    `# who needs what\r\r# coding: utf-7\n${GOOD}`,
    `${GOOD}\r# by x`,
    `${GOOD} \\\r    ${HASH}`,
    `${GOOD}\r`,
  ])('a carriage return that ends a line for pip, and not where it looks for an encoding: %j', (text) => {
    expect(errorOf(() => read(text))).toMatch(/^`requirements\.txt`:\d+: has a control character$/);
  });

  test.each([
    `widget==1.0 ; python_version > "3" \${PR_TITLE} ${HASH}`,
    `${GOOD} \${MORE_HASHES}`,
    `widget==\${VERSION} ${HASH}`,
    `\${REQUIREMENT}\n${GOOD}`,
    `-e \${PLACE}\n${GOOD}`,
    `--editable=./\${PLACE}\n${GOOD}`,
    `widget @ https://example.org/\${PLACE}\n${GOOD}`,
  ])('a variable that whoever installs fills in: %j', (text) => {
    expect(errorOf(() => read(text))).toMatch(
      /^`requirements\.txt`:1: has `\$\{[A-Z_]+\}`, which pip replaces by what a variable of the environment holds/,
    );
  });

  test('credentials by a variable are no part of what is pinned', () => {
    expect(read(`-i https://\${USER}:\${TOKEN}@example.org/simple\n${GOOD} # \${X}`)).toEqual([
      pinned(2, file(A, 2)),
    ]);
  });

  test.each(['', '# nothing\n', '--index-url https://example.org/simple\n', `# ${GOOD}`])(
    'nothing that would be installed: %j',
    (text) => {
      expect(() => read(text)).toThrow(
        expect.objectContaining({
          code: 'lock-requirements',
          exitCode: 2,
          message: '`requirements.txt` has no requirements',
        }),
      );
    },
  );

  test.each(['widget==1.0\ngadget==2.0\n', '-e .\n', `# ${GOOD}\nwidget==1.0\n`])(
    'no hash at all, as `pip freeze` writes it: %j',
    (text) => {
      expect(() => read(text)).toThrow(
        expect.objectContaining({
          code: 'lock-hashes',
          exitCode: 2,
          message:
            '`requirements.txt` has no hashes: it says which versions are installed, and not which files',
          hints: [expect.stringContaining('--generate-hashes'), expect.stringContaining('provpin -r')],
        }),
      );
    },
  );
});
