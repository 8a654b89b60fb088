/** Reports that do not arrive, and inputs that a run would only need later. */
import { existsSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { makeWheel } from '../support/distributions.ts';
import { BINARY } from '../support/run-provpin.ts';
import { createSetting, entryLine, type Setting } from './setting.ts';

let setting: Setting;
beforeEach(async () => {
  setting = await createSetting();
  const wheel = makeWheel({ name: 'widget' });
  setting.publish([wheel]);
  await setting.lock([wheel]);
});
afterEach(async () => await setting.close());

describe('a report that cannot be written', () => {
  const args = ['--report', 'json=missing/report.json'];

  test('hides no findings: stdout has them, and 1 wins over 3', async () => {
    const { exitCode, stdout, stderr } = await setting.check(args);
    expect(stdout).toContain('error[publisher-unknown]');
    expect(stderr).toContain('error: the report `missing/report.json` cannot be written');
    expect(exitCode).toBe(1);
  });

  test('is not passed over where everything holds', async () => {
    const { exitCode, stdout, stderr } = await setting.check(['--tofu', ...args]);
    expect(stdout).toContain('added to `.provenance.txt`');
    expect(stderr).toContain('error: the report `missing/report.json` cannot be written');
    expect(exitCode).toBe(3);
  });
});

const redirected = (redirection: string) => {
  const args = ['-L', 'pylock.toml', '--trusted-root', 'root.json', '--tofu', '-i', setting.index.simpleUrl];
  return setting.workspace.run('sh', ['-c', `"$0" "$@" ${redirection}`, process.execPath, BINARY, ...args]);
};

describe('stdout', () => {
  test.runIf(existsSync('/dev/full'))('that is full is said, and is no pass', async () => {
    const { exitCode, stderr } = await redirected('> /dev/full');
    expect(stderr).toContain('error: stdout cannot be written: ');
    expect(exitCode).toBe(3);
  });

  test('whose reader went away is nobody’s business', async () => {
    const { stderr } = await redirected('| true');
    expect(stderr).toBe('');
  });
});

test('a trusted root that is named is read even where nothing has to be verified', async () => {
  const unsigned = makeWheel({ name: 'plain' });
  setting.publish([unsigned], null);
  await setting.lock([unsigned]);
  const { exitCode, stderr } = await setting.check(['--trusted-root', 'no-such-root.json']);
  expect(stderr).toContain('error: cannot read the trusted root `no-such-root.json`');
  expect(exitCode).toBe(2);
});

test('a cache directory in a place that denies it ends with a word, not never', async () => {
  await setting.workspace.write('.provenance.txt', entryLine('widget', 'https://github.com/acme/widget'));
  const { exitCode, stderr } = await setting.check(['--cache-dir', '/proc/provpin']);
  expect(exitCode).toBe(0);
  expect(stderr).toContain('warning: ');
});
