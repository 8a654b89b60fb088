import { describe, expect, test } from 'vitest';
import type { InstallLock, InstallPackage } from '../../src/lock-source/install-lock.ts';
import { installRequirements } from '../../src/lock-source/install-requirements.ts';

const [A, B, C] = ['ab', 'cd', 'ef'].map((pair) => pair.repeat(32));

const fileOf = (name: string, sha256 = A ?? '') => ({
  name,
  url: `https://files.example/${name}`,
  hashes: { sha256 },
});

const widget = (more: Partial<InstallPackage> = {}): InstallPackage => ({
  name: 'widget',
  version: '1.0',
  marker: undefined,
  'requires-python': undefined,
  wheels: [fileOf('widget-1.0-py3-none-any.whl')],
  sdist: undefined,
  ...more,
});

const called = (name: string) => widget({ name, wheels: [fileOf(`${name}-1.0-py3-none-any.whl`)] });

const lockOf = (packages: readonly InstallPackage[], more: Partial<InstallLock> = {}): InstallLock => ({
  environments: undefined,
  'requires-python': undefined,
  extras: undefined,
  'dependency-groups': undefined,
  'default-groups': undefined,
  packages,
  ...more,
});

const textOf = (lock: InstallLock) => {
  const requirements = installRequirements(lock);
  return typeof requirements === 'string' ? requirements : requirements.text;
};

describe('installRequirements', () => {
  test('pins each package, with the hashes of all of its files', () => {
    const many = widget({
      version: undefined,
      wheels: [
        fileOf('widget-1.0.0-py3-none-any.whl'),
        fileOf('widget-1.0.0-cp39-cp39-manylinux_2_17_x86_64.whl', B),
      ],
      sdist: fileOf('widget-1.0.0.tar.gz', C),
    });
    const gadget = widget({ name: 'gadget', wheels: [fileOf('gadget-2!1.0rc1+local-py3-none-any.whl', C)] });
    const lock = lockOf([many, gadget], { 'requires-python': '>=3.8', environments: ['os_name == "posix"'] });
    expect(installRequirements(lock)).toEqual({
      text: `widget==1 --hash=sha256:${A} --hash=sha256:${B} --hash=sha256:${C}\ngadget==2!1rc1+local --hash=sha256:${C}\n`,
      requiresPython: '>=3.8',
      environments: ['os_name == "posix"'],
      packages: [],
    });
  });

  test.each([
    [`python_version >= '3.8'`, `widget==1 ; python_version >= '3.8' --hash=sha256:${A}\n`],
    ['("main" in dependency_groups)', `widget==1 --hash=sha256:${A}\n`],
    ['"main" in dependency_groups or os_name == "nt"', `widget==1 --hash=sha256:${A}\n`],
    ['"docs" in extras', ''],
    ['"dev" in dependency_groups and os_name == "nt"', ''],
    ['"main" not in dependency_groups', ''],
  ])('the marker %s', (marker, line) => {
    const groups = { extras: ['docs'], 'dependency-groups': ['dev'], 'default-groups': ['Main'] };
    expect(textOf(lockOf([widget({ marker })], groups))).toBe(line);
  });

  test('names the packages that are for some versions of Python only, and that are asked for', () => {
    const only = (name: string, marker?: string) => ({ ...called(name), marker, 'requires-python': '>=3.9' });
    const lock = lockOf(
      [
        only('widget'),
        called('gadget'),
        only('gizmo', '"main" in dependency_groups or os_name == "nt"'),
        only('sprocket', 'os_name == "nt"'),
        only('tool', '"dev" in dependency_groups'),
      ],
      { 'default-groups': ['main'] },
    );
    expect(installRequirements(lock)).toMatchObject({
      packages: [
        { name: 'widget', marker: undefined, requiresPython: '>=3.9' },
        { name: 'gizmo', marker: undefined, requiresPython: '>=3.9' },
        { name: 'sprocket', marker: 'os_name == "nt"', requiresPython: '>=3.9' },
      ],
    });
  });

  test.each([
    ['what depends on groups and the platform', '"main" in dependency_groups and os_name == "nt"'],
    ['a line of its own', 'os_name == "nt\nevil==1"'],
    ['a hash', `os_name == "nt" --hash=sha256:${B}`],
    ['a hash in a string', `os_name == "nt --hash=sha256:${B}"`],
    ['an option that begins a string', 'os_name == "-revil.txt"'],
    ['a comment', 'os_name == "a" and os_name != "b # c"'],
    ['a line that goes on', 'os_name == "nt\\"'],
    ['a variable', 'os_name == "${HOME}"'],
    ['another character', 'os_name == "ñ"'],
    ['nothing that is a marker', '; evil'],
  ])('a marker with %s is not told pip', (_, marker) => {
    const groups = { 'default-groups': ['main'] };
    expect(textOf(lockOf([widget({ marker })], groups))).toContain('of `widget`, the marker says more');
  });
});
