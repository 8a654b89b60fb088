import { describe, expect, test } from 'vitest';
import { parseEntryPoints, parseWheelMetadata } from '../../src/wheel/metadata.ts';

const WHEEL = 'Wheel-Version: 1.0\nGenerator: x\nRoot-Is-Purelib: true\n';

describe('parseWheelMetadata', () => {
  test.each([
    ['one tag', `${WHEEL}Tag: py3-none-any\n`, { isPurelib: true, tags: ['py3-none-any'] }],
    [
      'several, and compressed ones',
      `Wheel-Version: 1.1\r\nroot-is-purelib: FALSE\r\nTag: cp311-abi3-linux_x86_64\r\nTag: py2.py3-none-any\r\n`,
      { isPurelib: false, tags: ['cp311-abi3-linux_x86_64', 'py2-none-any', 'py3-none-any'] },
    ],
    [
      'a build tag',
      `${WHEEL}Build: 007x\nTag: py3-none-any\n`,
      { isPurelib: true, tags: ['py3-none-any'], build: '7x' },
    ],
    ['tags that are none', `${WHEEL}Tag: ../..\nTag:\n`, { isPurelib: true, tags: [] }],
  ])('%s', (_, text, metadata) => {
    expect(parseWheelMetadata(text)).toEqual(metadata);
  });

  test.each([
    '',
    'Wheel-Version: 2.0\nRoot-Is-Purelib: true\n',
    'Wheel-Version: 1.0\n',
    'Wheel-Version: 1.0\nRoot-Is-Purelib: yes\n',
  ])('%j is none', (text) => {
    expect(parseWheelMetadata(text)).toBeUndefined();
  });
});

describe('parseEntryPoints', () => {
  test('the groups that are programs', () => {
    const text = `# comment
[console_scripts]
a = pkg.mod:main
B.c-d = pkg:Class.run [extra]

; comment
[gui_scripts]
  g=pkg:g
[pytest11]
x = not : : one
`;
    expect(parseEntryPoints(text)).toEqual([
      { name: 'a', module: 'pkg.mod', attribute: 'main' },
      { name: 'B.c-d', module: 'pkg', attribute: 'Class.run' },
      { name: 'g', module: 'pkg', attribute: 'g' },
    ]);
  });

  test.each([
    'a',
    'a = pkg',
    'a = pkg:',
    'a = :main',
    '../a = pkg:main',
    '.. = pkg:main',
    'a/b = pkg:main',
    'a = pkg:f(); evil',
  ])('%j is none that installers would make a program of', (line) => {
    expect(parseEntryPoints(`[console_scripts]\n${line}\n`)).toBeUndefined();
  });
});
