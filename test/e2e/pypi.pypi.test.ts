/** The two runs of the README, against the real PyPI as this machine reaches it, with its own pip and Python. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { runProvpin } from '../support/run-provpin.ts';
import { createWorkspace, networkEnvironment, type Workspace } from '../support/workspace.ts';
import { parseReport } from './setting.ts';

const PACKAGES = ['certifi', 'charset-normalizer', 'idna', 'requests', 'urllib3'];

describe('`requests` of the real PyPI', () => {
  let workspace: Workspace;
  /** How many of the packages the first run found unsigned. */
  let unsigned = 0;
  beforeAll(async () => {
    workspace = await createWorkspace();
  });
  afterAll(async () => workspace.remove());

  const run = async (env: Readonly<Record<string, string>>) =>
    runProvpin(workspace, ['--report', 'json=report.json', 'requests'], {
      env: { ...networkEnvironment(), ...env },
    });
  const report = async () => parseReport(await workspace.read('report.json'));

  test('every package is answered for, honestly', async ({ annotate, onTestFailed }) => {
    const { exitCode, stdout, stderr } = await run({ TOFU: '1' });
    onTestFailed(() => {
      console.error(stdout);
    });
    expect([exitCode, stderr]).toEqual([0, expect.not.stringContaining('error')]);
    const { packages, summary, outcome } = await report();
    expect(packages.map(({ name }) => name)).toEqual(PACKAGES);
    expect(outcome).toBe('ok');
    const recorded = summary['recorded'] ?? 0;
    unsigned = summary['unsigned'] ?? 0;
    expect(recorded + unsigned).toBe(PACKAGES.length);
    await annotate(recorded > 0 ? 'this index serves attestations' : 'this index serves no attestations');
    for (const { status, identities } of packages) {
      expect(['recorded', 'unsigned']).toContain(status);
      expect(identities.length > 0).toBe(status === 'recorded');
    }
    expect(stdout).toContain('5 packages:');
  }, 600_000);

  test('the gate passes afterwards, and STRICT fails for what is unsigned', async ({ onTestFailed }) => {
    expect(await run({})).toMatchObject({ exitCode: 0 });
    const { exitCode, stdout } = await run({ STRICT: '1' });
    onTestFailed(() => {
      console.error(stdout);
    });
    const rules = [...stdout.matchAll(/^ *error\[([a-z-]+)\]/gm)].map(([, rule]) => rule);
    expect(rules).toEqual(Array.from({ length: unsigned }, () => 'attestation-missing'));
    expect(exitCode).toBe(unsigned > 0 ? 1 : 0);
  }, 600_000);
});
