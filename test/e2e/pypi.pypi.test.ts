/** The two runs of the README, against the real PyPI as this machine reaches it, with its own pip and Python. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { runProvpin } from '../support/run-provpin.ts';
import { createWorkspace, networkEnvironment, type RunResult, type Workspace } from '../support/workspace.ts';
import { parseReport } from './setting.ts';

const PACKAGES = ['certifi', 'charset-normalizer', 'idna', 'requests', 'urllib3'];

describe('`requests` of the real PyPI', () => {
  let workspace: Workspace;
  let first: RunResult;
  beforeAll(async () => {
    workspace = await createWorkspace();
    first = await run({ TOFU: '1' });
  }, 600_000);
  afterAll(async () => workspace.remove());

  const run = async (env: Readonly<Record<string, string>>) =>
    runProvpin(workspace, ['--report', 'json=report.json', 'requests'], {
      env: { ...networkEnvironment(), ...env },
    });
  const report = async () => parseReport(await workspace.read('report.json'));

  test('every package is answered for, honestly', async ({ annotate }) => {
    expect([first.exitCode, first.stderr]).toEqual([0, expect.not.stringContaining('error')]);
    const { packages, summary, outcome } = await report();
    expect(packages.map(({ name }) => name)).toEqual(PACKAGES);
    expect(outcome).toBe('ok');
    const { recorded = 0, unsigned = 0 } = summary;
    expect(recorded + unsigned).toBe(PACKAGES.length);
    await annotate(recorded > 0 ? 'this index serves attestations' : 'this index serves no attestations');
    for (const { status, identities } of packages) {
      expect(['recorded', 'unsigned']).toContain(status);
      expect(identities.length > 0).toBe(status === 'recorded');
    }
    expect(first.stdout).toContain('5 packages:');
  });

  test('the gate passes afterwards, and STRICT fails for what is unsigned', async () => {
    const unsigned = (await report()).summary['unsigned'] ?? 0;
    expect(await run({})).toMatchObject({ exitCode: 0 });
    const { exitCode, stdout } = await run({ STRICT: '1' });
    expect(exitCode).toBe(unsigned > 0 ? 1 : 0);
    expect(stdout.match(/^ *error\[attestation-missing\]/gm) ?? []).toHaveLength(unsigned);
  }, 600_000);
});
