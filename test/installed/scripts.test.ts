import { describe, expect, test } from 'vitest';
import type { Layout } from '../../src/installed/layout.ts';
import { entryPointTexts, isScriptOf, programNames, shebangs } from '../../src/installed/scripts.ts';

const layout: Layout = {
  prefix: '/venv',
  sites: [],
  outside: [],
  interpreters: ['/venv/bin/python', '/ve nv/bin/python'],
  isVirtual: true,
  isWindows: false,
  cacheTag: 'cpython-313',
  version: [3, 13],
};
const entryPoint = { name: 'demo', module: 'demo.cli', attribute: 'App.run' };

describe('the program of an entry point', () => {
  const texts = entryPointTexts(entryPoint, layout);

  test.each([
    [
      'pip',
      "#!/venv/bin/python\nimport sys\nfrom demo.cli import App\nif __name__ == '__main__':\n    sys.argv[0] = sys.argv[0].removesuffix('.exe')\n    sys.exit(App.run())\n",
    ],
    [
      'pip 25.2',
      "#!/venv/bin/python\nimport sys\nfrom demo.cli import App\nif __name__ == '__main__':\n    if sys.argv[0].endswith('.exe'):\n        sys.argv[0] = sys.argv[0][:-4]\n    sys.exit(App.run())\n",
    ],
    [
      'pip 23',
      "#!/venv/bin/python\n# -*- coding: utf-8 -*-\nimport re\nimport sys\nfrom demo.cli import App\nif __name__ == '__main__':\n    sys.argv[0] = re.sub(r'(-script\\.pyw|\\.exe)?$', '', sys.argv[0])\n    sys.exit(App.run())\n",
    ],
    [
      'virtualenv',
      "#!/venv/bin/python\n# -*- coding: utf-8 -*-\nimport re\nimport sys\nif __name__ == '__main__':\n    from demo.cli import App\n    sys.argv[0] = re.sub(r'(-script\\.pyw|\\.exe)?$', '', sys.argv[0])\n    sys.exit(App.run())\n",
    ],
    [
      'installer',
      '#!/venv/bin/python\n# -*- coding: utf-8 -*-\nimport re\nimport sys\nfrom demo.cli import App\nif __name__ == "__main__":\n    sys.argv[0] = re.sub(r"(-script\\.pyw|\\.exe)?$", "", sys.argv[0])\n    sys.exit(App.run())\n',
    ],
    [
      'uv, relocatable',
      '#!/bin/sh\n\'\'\'exec\' "$(dirname -- "$(realpath -- "$0")")"/\'python\' "$0" "$@"\n\' \'\'\'\n# -*- coding: utf-8 -*-\nimport sys\nfrom demo.cli import App\nif __name__ == "__main__":\n    if sys.argv[0].endswith("-script.pyw"):\n        sys.argv[0] = sys.argv[0][:-11]\n    elif sys.argv[0].endswith(".exe"):\n        sys.argv[0] = sys.argv[0][:-4]\n    sys.exit(App.run())\n',
    ],
  ])('by %s', (_, text) => {
    expect(texts).toContain(text);
    expect(texts).not.toContain(`${text}\n`);
    expect(texts).not.toContain(text.replace('App.run()', 'App.evil()'));
    expect(texts).not.toContain(text.replace(/^#!.*/, '#!/usr/bin/env python'));
  });
});

test('interpreters behind `/bin/sh`, as pip and uv quote them', () => {
  expect(shebangs(layout)).toEqual(
    expect.arrayContaining([
      '#!/venv/bin/python\n',
      "#!/bin/sh\n'''exec' \"/ve nv/bin/python\" \"$0\" \"$@\"\n' '''\n",
      "#!/bin/sh\n'''exec' '/ve nv/bin/python' \"$0\" \"$@\"\n' '''\n",
      "#!/bin/sh\n'''exec' /venv/bin/python \"$0\" \"$@\"\n' '''\n",
    ]),
  );
});

const isSame = (original: string, installed: string) =>
  isScriptOf(Buffer.from(original), Buffer.from(installed), layout);

describe('a script of a wheel', () => {
  test.each([
    ['#!python\nx\n', '#!/venv/bin/python\nx\n', true],
    ['#!python\nx\n', '#!/venv/bin/python\r\nx\n', true],
    ['#!pythonw\nx\n', '#!/venv/bin/python\nx\n', true],
    ['#!python -E\nx\n', '#!/venv/bin/python -E\nx\n', true],
    ['#!python -E\nx\n', '#!/venv/bin/python\nx\n', true],
    ['#!python\nü\n', '#!/venv/bin/python\nü\n', true],
    ['#!/bin/sh\nx\n', '#!/bin/sh\nx\n', true],
    ['#!python\nx\n', '#!python\nx\n', false],
    ['#!python\nx\n', '#!/tmp/python\nx\n', false],
    ['#!python\nx\n', '#!/venv/bin/python\ny\n', false],
    ['#!python\nx\n', '#!/venv/bin/python\nx\nx\n', false],
    ['#!python\nx\n', '#!/venv/bin/python -c evil\nx\n', false],
    ['#!python\nx\n', 'x\n', false],
    ['#!python', '#!/venv/bin/python\n', false],
    ['#!/bin/sh\nx\n', '#!/venv/bin/python\nx\n', false],
  ])('%j as %j: %s', (original, installed, expected) => {
    expect(isSame(original, installed)).toBe(expected);
  });
});

const names = (project: string, ...given: readonly string[]) =>
  programNames(
    project,
    given.map((name) => ({ ...entryPoint, name })),
    [3, 13],
  ).map(({ name, isOptional }) => (isOptional ? `${name}?` : name));

describe('names of programs', () => {
  test('as they are called, and pip as pip calls it', () => {
    expect(names('demo', 'demo', 'pip')).toEqual(['demo', 'pip']);
    expect(names('pip', 'pip', 'pip3')).toEqual(['pip?', 'pip3?', 'pip3.13?', 'pip-3?', 'pip-3.13?']);
    expect(names('pip', 'other')).toEqual(['other']);
    expect(names('setuptools')).toEqual([]);
    expect(names('setuptools', 'easy_install', 'easy_install-3.6')).toEqual([
      'easy_install?',
      'easy_install3?',
      'easy_install3.13?',
      'easy_install-3?',
      'easy_install-3.13?',
      'easy_install-3.6?',
    ]);
  });
});
