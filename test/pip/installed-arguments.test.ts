import { expect, test } from 'vitest';
import { readInstalledArguments } from '../../src/pip/installed-arguments.ts';

const read = (args: readonly string[], env: NodeJS.ProcessEnv = {}) =>
  readInstalledArguments(args, { env: { PIP_CONFIG_FILE: '/dev/null', ...env }, platform: 'linux' });

test.each([
  [[], {}, { names: [] }],
  [['Demo_Pkg', 'other'], {}, { names: ['demo-pkg', 'other'] }],
  [['--python', 'venv', 'demo'], {}, { names: ['demo'], python: 'venv' }],
  [['--python=a', '--python', 'b'], {}, { names: [], python: 'b' }],
  [['demo'], { PIP_PYTHON: 'venv' }, { names: ['demo'], python: 'venv' }],
  [['--python', 'a'], { PIP_PYTHON: 'venv' }, { names: [], python: 'a' }],
  [['-i', 'https://index.example/simple', '--trusted-host', 'x', 'demo'], {}, { names: ['demo'] }],
])('%j %j', (args, env, expected) => {
  expect(read(args, env)).toEqual(expected);
});

test.each([
  [['-r', 'requirements.txt'], '`-r`'],
  [['.'], '`.`'],
  [['demo[extra]'], '`demo[extra]`'],
  [['demo==1.0'], '`demo==1.0`'],
  [['--unknown'], '`--unknown`'],
  [['--'], '`--`'],
  [['--python'], '`--python` needs a value'],
  [['https://user:secret@host/x.whl'], '`https://****@host/x.whl`'],
])('%j is refused', (args, says) => {
  expect(() => read(args)).toThrow(says);
});
