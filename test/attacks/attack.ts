/** Attacks as tables: each is tried on the real program against the loopback index, as the gate and as a TOFU run. */
import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';

import { parseReport, rulesOf, type JsonReport, type Setting } from '../e2e/setting.ts';
import type { RunResult } from '../support/workspace.ts';
import { expectRow } from './rows.ts';

export interface Attack {
  /** The row's, in docs/trust-model.md. */
  readonly id: string;
  /** What the attacker does, once the setting is as it should be. */
  readonly attack: (setting: Setting) => unknown;
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly exitCode: 0 | 1 | 2 | 3;
  /** What is found; warnings with `warning:` before the rule. */
  readonly rules: readonly string[];
  /** What the report says beside it or, without one, the error. */
  readonly says?: string;
  /** Set when nothing was recorded before: then a TOFU run is meant to record, which is no attack. */
  readonly isFirstUse?: true;
}

/** A test for each attack: the code, the rules, and a provenance file that stays as it is, byte for byte. */
export function tryAttacks(attacks: readonly Attack[], settingOf: () => Setting): void {
  test.for(attacks)('$id', async (attempt) => {
    const setting = settingOf();
    await attempt.attack(setting);
    const before = await contentOf(setting);
    const env = attempt.env ?? {};
    const tofu = { ...env, TOFU: '1' };
    const variants = attempt.exitCode === 2 ? [tofu] : attempt.isFirstUse ? [env] : [env, tofu];
    const results = await Promise.all(
      variants.map(async (variant) => checkAsJson(setting, attempt.args, variant)),
    );
    for (const result of results) {
      expect({ exitCode: result.exitCode, rules: rulesIn(result) }).toEqual({
        exitCode: attempt.exitCode,
        rules: attempt.rules.toSorted(),
      });
      expect(result.stdout + result.stderr).toContain(attempt.says ?? '');
    }
    expect(await contentOf(setting)).toEqual(before);
    expectRow(attempt.id, attempt);
  });
}

/** Runs the gate without a cache, for a report in JSON. */
export async function checkAsJson(
  setting: Setting,
  args: readonly string[] = [],
  env: Readonly<Record<string, string>> = {},
): Promise<RunResult> {
  return await setting.check(['--format', 'json', '--no-cache', ...args], { env });
}

/** Each rule of a report once; none when the run ended without a report. */
export function rulesIn({ stdout, stderr }: RunResult): readonly string[] {
  const isExplained = stdout !== '' || /^error: .+\n(?:hint: .+\n)*$/.test(stderr);
  expect(isExplained ? '' : stderr, 'one error, and hints').toBe('');
  return stdout === '' ? [] : rulesOfReport(parseReport(stdout));
}

export function rulesOfReport(report: JsonReport): readonly string[] {
  return rulesOf(report)
    .map(([rule, level]) => (level === 'error' ? rule : `warning: ${rule}`))
    .toSorted();
}

/** Every file of the project directory, and what is in it. */
export async function contentOf({ workspace }: Setting): Promise<Readonly<Record<string, string>>> {
  const entries = await readdir(workspace.project, { withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map(({ name }) => name);
  const read = async (name: string) =>
    [name, await readFile(join(workspace.project, name), 'base64')] as const;
  return Object.fromEntries(await Promise.all(files.toSorted().map(read)));
}

/** Takes the provenance file away. */
export async function forget({ workspace }: Setting): Promise<void> {
  await rm(join(workspace.project, '.provenance.txt'), { force: true, recursive: true });
}
