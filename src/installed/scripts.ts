/**
 * The programs that installers make: for each entry point one, of a few lines that are the same for all, and those of a wheel
 * whose first line is `#!python`. What they may look like is written down here, character by character.
 */
import type { EntryPoint } from '../wheel/index.ts';
import type { Layout } from './layout.ts';

/**
 * The whole texts that a program for an entry point can have.
 */
export function entryPointTexts({ module, attribute }: EntryPoint, layout: Layout): ReadonlySet<string> {
  const [imported = ''] = attribute.split('.');
  const names = { module, imported, call: `${attribute}()` };
  const bodies = BODIES.map((body) => body.replace(/MODULE|IMPORTED|CALL/g, (word) => wordOf(word, names)));
  return new Set(shebangs(layout).flatMap((first) => bodies.map((body) => first + body)));
}

function wordOf(
  word: string,
  names: { readonly module: string; readonly imported: string; readonly call: string },
) {
  if (word === 'MODULE') return names.module;
  return word === 'IMPORTED' ? names.imported : names.call;
}

const CODING = '# -*- coding: utf-8 -*-\n';
const IMPORT = 'from MODULE import IMPORTED\n';

const UNSUFFIXED = `sys.argv[0] = re.sub(r'(-script\\.pyw|\\.exe)?$', '', sys.argv[0])`;

const BODIES: readonly string[] = [
  // pip since 26.0, and since 25.2
  `import sys\n${IMPORT}if __name__ == '__main__':\n    sys.argv[0] = sys.argv[0].removesuffix('.exe')\n    sys.exit(CALL)\n`,
  `import sys\n${IMPORT}if __name__ == '__main__':\n    if sys.argv[0].endswith('.exe'):\n        sys.argv[0] = sys.argv[0][:-4]\n    sys.exit(CALL)\n`,
  // distlib until 0.3.7, and since: pip before 25.2, virtualenv
  `${CODING}import re\nimport sys\n${IMPORT}if __name__ == '__main__':\n    ${UNSUFFIXED}\n    sys.exit(CALL)\n`,
  `${CODING}import re\nimport sys\nif __name__ == '__main__':\n    ${IMPORT}    ${UNSUFFIXED}\n    sys.exit(CALL)\n`,
  // installer (Poetry, PDM), and uv until 0.4
  `${CODING}import re\nimport sys\n${IMPORT}if __name__ == "__main__":\n    ${UNSUFFIXED.replaceAll("'", '"')}\n    sys.exit(CALL)\n`,
  // uv
  `${CODING}import sys\n${IMPORT}if __name__ == "__main__":\n    if sys.argv[0].endswith("-script.pyw"):\n        sys.argv[0] = sys.argv[0][:-11]\n    elif sys.argv[0].endswith(".exe"):\n        sys.argv[0] = sys.argv[0][:-4]\n    sys.exit(CALL)\n`,
];

/**
 * The first line, or lines, of a program: the environment's own interpreter, by `/bin/sh` where its path is too long for the
 * kernel or has a space, and relative to the program in a relocatable environment of uv.
 */
export function shebangs({ interpreters }: Pick<Layout, 'interpreters'>): readonly string[] {
  return [
    ...interpreters.flatMap((path) => [
      `#!${path}\n`,
      `#!/bin/sh\n'''exec' ${path} "$0" "$@"\n' '''\n`,
      `#!/bin/sh\n'''exec' "${path}" "$0" "$@"\n' '''\n`,
      `#!/bin/sh\n'''exec' '${path}' "$0" "$@"\n' '''\n`,
    ]),
    ...RELATIVE.map(
      (name) => `#!/bin/sh\n'''exec' "$(dirname -- "$(realpath -- "$0")")"/'${name}' "$0" "$@"\n' '''\n`,
    ),
  ];
}

const RELATIVE = ['python', 'python3', 'pythonw'];

/**
 * Whether a program is that of a wheel (`.data/scripts`), as it stands or, where its first line is `#!python`, with another
 * one that calls the environment's interpreter.
 */
export function isScriptOf(original: Uint8Array, installed: Uint8Array, layout: Layout): boolean {
  const [source, text] = [original, installed].map((bytes) => Buffer.from(bytes).toString('latin1'));
  if (source === undefined || text === undefined || !source.startsWith('#!python')) return source === text;
  const rest = source.slice(source.indexOf('\n') + 1);
  if (!source.includes('\n') || !text.endsWith(rest)) return false;
  const first = Buffer.from(text.slice(0, text.length - rest.length), 'latin1')
    .toString()
    .replace(/\r\n$/, '\n');
  // distlib keeps what follows the name of the interpreter (`#!python -E`).
  const [, options = ''] =
    /^#!pythonw?[^\s]*((?: [-\w]+)*)\s*$/.exec(source.slice(0, source.indexOf('\n'))) ?? [];
  return shebangs(layout).some((line) => first === line || first === line.replace(/\n$/, `${options}\n`));
}

/**
 * The programs that an entry point of a name may be installed as. pip names those of its own wheel, and of setuptools' old
 * easy_install, after the version of Python, and leaves some of them out as it is told by `ensurepip`.
 */
export function programNames(
  project: string,
  entryPoints: readonly EntryPoint[],
  [major, minor]: readonly [number, number],
): readonly { readonly entryPoint: EntryPoint; readonly name: string; readonly isOptional: boolean }[] {
  const versioned = project === 'pip' ? PIP : project === 'setuptools' ? EASY_INSTALL : undefined;
  const named = entryPoints.find(({ name }) => name === versioned?.base);
  const usual = entryPoints
    .filter(({ name }) => versioned === undefined || !versioned.pattern.test(name))
    .map((entryPoint) => ({ entryPoint, name: entryPoint.name, isOptional: false }));
  if (versioned === undefined || named === undefined) return usual;
  const names = [
    named.name,
    ...['', '-'].flatMap((dash) => [`${named.name}${dash}${major}`, `${named.name}${dash}${major}.${minor}`]),
    ...entryPoints.filter(({ name }) => versioned.pattern.test(name)).map(({ name }) => name),
  ];
  return [...usual, ...[...new Set(names)].map((name) => ({ entryPoint: named, name, isOptional: true }))];
}

const PIP = { base: 'pip', pattern: /^pip(?:\d+(?:\.\d+)?)?$/ };
const EASY_INSTALL = { base: 'easy_install', pattern: /^easy_install(?:-\d+\.\d+)?$/ };
