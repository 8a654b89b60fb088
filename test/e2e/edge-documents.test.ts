/** Public documents with an edge, kept beside the project where there are any; they are not ours to copy. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import type { RuleId } from '../../src/model.ts';
import type { Distribution } from '../support/distributions.ts';
import { createSigningKey } from '../support/keys.ts';
import { toProvenance } from '../support/real-documents.ts';
import { createSetting, entryLine, parseReport, rulesOf, type Setting } from './setting.ts';

const FOLDER = new URL('../../../shared/real/', import.meta.url);

/** A file of which nobody looks at the content: the lock says its hash. */
const file = (name: string, version: string, filename: string, sha256: string): Distribution => ({
  name,
  version,
  filename,
  sha256,
  bytes: Buffer.from(''),
  metadata: '',
});
const SDIST = file(
  'pypi-attestations',
  '0.0.19',
  'pypi_attestations-0.0.19.tar.gz',
  '9bb1add04b1b4e182be6b0b80931593f7a291eb49d69b4fd728a5d4cbcdc4bd3',
);
const SAMPLE = file(
  'sampleproject',
  '3.0.0',
  'sampleproject-3.0.0.tar.gz',
  '117ed88e5db073bb92969a7545745fd977ee85b7019706dd256a64058f70963d',
);
const AMQP = file(
  'amqp',
  '5.3.1',
  'amqp-5.3.1-0-py3-none-any.whl',
  '034b93b6620dd4db0899c5299ed8fb11b60d2cd6fbfb3d271bedbf9f62dc2a9d',
);

interface Edge {
  readonly path: string;
  readonly file: Distribution;
  readonly rule: RuleId;
  readonly words: string;
}

const EDGES: readonly Edge[] = [
  {
    path: 'person-with-timestamps/pypi_attestations-0.0.19.tar.gz.publish.attestation',
    file: SDIST,
    rule: 'attestation-unsupported',
    words: 'that is not a Trusted Publisher',
  },
  {
    path: 'rekor-v2-staging/pypi_attestations-0.0.19.tar.gz.publish.attestation',
    file: SDIST,
    rule: 'attestation-unsupported',
    words: 'no integrated time (Rekor v2)',
  },
  {
    path: 'staging-entry-broken-checkpoint/provenance.json',
    file: SDIST,
    rule: 'attestation-invalid',
    words: 'checkpoint',
  },
  {
    path: 'key-signed-red-hat/redhat-provenance.json',
    file: AMQP,
    rule: 'attestation-unsupported',
    words: 'uploaded by the Pulp user `prn:auth.user:111`',
  },
];

describe.skipIf(!existsSync(FOLDER))('a real document, through the binary', () => {
  let setting: Setting;
  beforeAll(async () => {
    setting = await createSetting();
  });
  afterAll(async () => setting.close());

  async function tofu(path: string, distribution: Distribution, args: readonly string[] = []) {
    const provenance = toProvenance(await readFile(new URL(path, FOLDER))).toString('utf8');
    setting.index.publish(distribution, { provenance });
    await setting.lock([distribution]);
    const before = entryLine('other', 'unsigned');
    await setting.workspace.write('.provenance.txt', before);
    const { exitCode, stdout, stderr } = await setting.check([
      '--tofu',
      '--trusted-root',
      'embedded',
      '--format',
      'json',
      ...args,
    ]);
    const added = (await setting.workspace.read('.provenance.txt')).replace(before, '');
    return { exitCode, stderr, report: parseReport(stdout), added };
  }

  test.for(EDGES)(
    '$path: $rule, and nothing is recorded',
    async ({ path, file: distribution, rule, words }) => {
      const { exitCode, stderr, report, added } = await tofu(path, distribution);
      expect([exitCode, stderr, added]).toEqual([1, '', '']);
      expect(rulesOf(report)).toContainEqual([rule, 'error']);
      expect(report.findings.find((finding) => finding.rule === rule)?.message).toContain(words);
    },
  );

  test('signed by a key is invalid with a wrong one, and nothing is recorded', async () => {
    await setting.workspace.write('wrong.pem', createSigningKey('rsa-4096').pem);
    const path = 'key-signed-red-hat/redhat-provenance.json';
    const { exitCode, report, added } = await tofu(path, AMQP, ['--key', 'amqp=wrong.pem']);
    expect([exitCode, added]).toEqual([1, '']);
    expect(rulesOf(report)).toContainEqual(['attestation-invalid', 'error']);
    const other = await tofu(path, AMQP, ['--key', 'kombu=wrong.pem']);
    expect(rulesOf(other.report)).toContainEqual(['attestation-unsupported', 'error']);
  });

  test('with line breaks in its base64 is recorded', async () => {
    const path = 'wrapped-base64/sampleproject-3.0.0.tar.gz.publish.attestation';
    const { exitCode, report, added } = await tofu(path, SAMPLE);
    expect(rulesOf(report)).toEqual([['entry-unused', 'warning']]);
    expect([exitCode, added]).toEqual([
      0,
      entryLine('sampleproject', 'mailto:919436158236-compute@developer.gserviceaccount.com'),
    ]);
  });
});
