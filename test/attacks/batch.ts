/**
 * Attacks that do not get in each other's way, each on a package that is called as its row is: all of them in one lock, tried
 * at once on the real program, as the gate and as a TOFU run.
 */
import { afterAll, beforeAll, expect, test } from 'vitest';

import { createSetting, entryLine, parseReport, type JsonReport, type Setting } from '../e2e/setting.ts';
import { makeSdist, makeWheel, type Distribution } from '../support/distributions.ts';
import { github, type Signer } from '../support/signers.ts';
import type { AttestationBundle, Provenance, SignOptions } from '../support/signing.ts';
import { checkAsJson } from './attack.ts';
import { expectRow } from './rows.ts';

/** The publisher that is recorded, and somebody who is not. */
export const ids = { repositoryId: '11', ownerId: '22' } as const;
export const acme = github(ids);
export const mallory = github({ repository: 'mallory/widget', repositoryId: '666', ownerId: '667' });
export const RECORDED = 'https://github.com/acme/widget repository-id=11 owner-id=22';

/** The package under attack: its wheel and sdist are on the index, signed by the recorded publisher, and locked. */
export interface Target {
  readonly wheel: Distribution;
  readonly sdist: Distribution;
  readonly both: readonly Distribution[];
  /** Version 2.0, not on the index yet. */
  readonly later: Distribution;
  readonly index: Setting['index'];
  /** Signed, unless the signer is null. */
  readonly publish: (files: readonly Distribution[], signer: Signer | null) => void;
  /** Serves the provenance that is made with these options. */
  readonly attest: (file: Distribution, options: Partial<SignOptions>) => void;
  readonly bundlesOf: (
    file: Distribution,
    signer: Signer,
    options?: Partial<SignOptions>,
  ) => readonly AttestationBundle[];
  readonly provenanceOf: (file: Distribution, options?: Partial<SignOptions>) => Provenance;
}

export interface Case {
  /** The row's, in docs/trust-model.md. */
  readonly id: string;
  /** What the attacker does; returns what is locked then, where that is not the wheel and the sdist. */
  readonly attack: (target: Target) => readonly Distribution[] | void;
  /** Lines of the provenance file without the name, which `==VERSION` may follow; the recorded publisher without it. */
  readonly recorded?: readonly string[];
  /** What is found of the package; warnings with `warning:` before the rule. */
  readonly rules: readonly string[];
  /** In one of the messages. */
  readonly says?: string;
}

interface CaseOptions {
  readonly isForgery?: boolean;
  /** Writes what all cases need, and returns the arguments that name it. */
  readonly prepare?: (setting: Setting) => Promise<readonly string[]>;
}

const UNRECORDED = 'TOFU, nothing recorded';

interface Outcome {
  readonly exitCode: number | null;
  readonly report: JsonReport;
}

/**
 * A test for each case: the gate and a TOFU run both find it, and the provenance file stays as it is, byte for byte.
 *
 * @param isForgery whether every case is a document that nobody's signature holds for: then neither a TOFU run that finds
 *   nothing recorded writes anything, nor one with `--accept` for every package
 */
export function tryCases(
  cases: readonly Case[],
  { isForgery = false, prepare = async () => [] }: CaseOptions = {},
): void {
  let setting: Setting;
  const runs = new Map<string, Outcome>();

  beforeAll(async () => {
    setting = await createSetting();
    const options = await prepare(setting);
    const locked = cases.flatMap((attempt) => stage(setting, attempt));
    await setting.lock(locked);
    await setting.workspace.write('.provenance.txt', recordedText(cases));
    await setting.workspace.write('empty.txt', '');
    const variants = [
      ['the gate', [], {}],
      ['TOFU', [], { TOFU: '1' }],
      ...(isForgery
        ? ([
            [UNRECORDED, ['--provenance-file', 'empty.txt'], { TOFU: '1' }],
            ['--accept', cases.flatMap(({ id }) => ['--accept', id]), {}],
          ] as const)
        : []),
    ] as const;
    const outcomes = variants.map(async ([name, args, env]) => {
      const { exitCode, stdout } = await checkAsJson(setting, [...options, ...args], env);
      runs.set(name, { exitCode, report: parseReport(stdout) });
    });
    await Promise.all(outcomes);
  });
  afterAll(async () => setting.close());

  test('every run fails, and none writes anything', async () => {
    for (const { exitCode } of runs.values()) expect(exitCode).toBe(1);
    expect(await setting.workspace.read('.provenance.txt')).toBe(recordedText(cases));
    expect(await setting.workspace.read('empty.txt')).toBe('');
  });

  test.for(cases)('$id', ({ id, rules, says = '' }) => {
    for (const [name, { report }] of runs) {
      const findings = report.findings.filter((finding) => finding.package === id);
      const found = new Set(
        findings.map(({ rule, level }) => (level === 'error' ? rule : `warning: ${rule}`)),
      );
      // With nothing recorded, what is well signed beside the forgery has a finding of its own.
      if (name === UNRECORDED) found.delete('publisher-unknown');
      expect([name, [...found].toSorted()]).toEqual([name, rules.toSorted()]);
      expect(findings.map(({ message }) => message).join('\n')).toContain(says);
      expect(report.packages.filter((one) => one.name === id).map(({ status }) => status)).toContain(
        'failed',
      );
    }
    expectRow(id, { rules, exitCode: 1 });
  });
}

function stage(setting: Setting, { id, attack }: Case): readonly Distribution[] {
  const { index } = setting;
  const [wheel, sdist] = [makeWheel({ name: id }), makeSdist({ name: id })];
  const both = [wheel, sdist];
  const later = makeWheel({ name: id, version: '2.0' });
  setting.publish(both, acme);
  const locked = attack({
    wheel,
    sdist,
    both,
    later,
    index,
    publish: setting.publish,
    attest: (file, options) =>
      index.attest(file.filename, setting.attestationOf(file, { signer: acme, ...options })),
    bundlesOf: (file, signer, options) =>
      setting.attestationOf(file, { signer, ...options }).attestation_bundles,
    provenanceOf: (file, options) => setting.attestationOf(file, { signer: acme, ...options }),
  });
  return locked ?? both;
}

function recordedText(cases: readonly Case[]): string {
  return cases
    .flatMap(({ id, recorded = [RECORDED] }) =>
      recorded.map((line) => {
        const [, version = '', rest = ''] = /^(==\S+ )?(.*)$/.exec(line) ?? [];
        return entryLine(id + version.trim(), rest);
      }),
    )
    .toSorted()
    .join('');
}
