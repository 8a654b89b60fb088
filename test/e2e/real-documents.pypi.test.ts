/** The real documents of pypi-attestations, served by a loopback index with their artifacts and checked by the real binary. */
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';

import type { PublisherClaim } from '../../src/model.ts';
import type { Distribution } from '../support/distributions.ts';
import { readRealFile, REAL_DOCUMENTS, STAGING_DOCUMENTS } from '../support/real-documents.ts';
import type { Provenance } from '../support/signing.ts';
import { createSetting, entryLine, parseReport, rulesOf, type Setting } from './setting.ts';

interface Published extends Distribution {
  readonly provenance: Provenance;
}

// An object of the test assets, pinned by hash, or one attestation of them put into such an object.
const parseProvenance: (text: string) => Provenance = JSON.parse;

/** The file of a document, and the document with what an index would say of the publisher. */
async function realFile(key: keyof typeof REAL_DOCUMENTS, publisher?: PublisherClaim): Promise<Published> {
  const { artifact, subject, provenance } = await readRealFile(REAL_DOCUMENTS[key]);
  const document = parseProvenance(provenance.toString('utf8'));
  const bundles = document.attestation_bundles.map((bundle) => ({
    ...bundle,
    publisher: publisher ?? bundle.publisher,
  }));
  return {
    ...subject,
    bytes: artifact,
    metadata: '',
    provenance: { ...document, attestation_bundles: bundles },
  };
}

const ENTRIES = [
  [
    'circleci-sign-publish-example',
    'https://circleci.com/api/v2/projects/fdd9283f-e619-46af-8f9c-851f7d3e8b2b/pipeline-definitions/8e4f8ab2-8d7c-4827-9f15-de076d6d647f',
  ],
  ['gcb-attestation-test', 'mailto:919436158236-compute@developer.gserviceaccount.com'],
  [
    'gitlab-oidc-project',
    'https://gitlab.com/facutuesca/gitlab-oidc-project repository-id=55235664 owner-id=12885801',
  ],
  [
    'pypi-attestations',
    'https://github.com/trailofbits/pypi-attestations repository-id=772247423 owner-id=2314423',
  ],
] as const;
const RECORDED = ENTRIES.map(([name, rest]) => entryLine(name, rest)).join('');

let setting: Setting;
let files: readonly Published[];
beforeAll(async () => {
  setting = await createSetting();
  files = await Promise.all([
    realFile('circleci'),
    realFile('googleCloud'),
    realFile('gitlab', {
      kind: 'GitLab',
      repository: 'facutuesca/gitlab-oidc-project',
      workflow_filepath: '.gitlab-ci.yml',
    }),
    realFile('github'),
  ]);
}, 300_000);
beforeEach(async () => {
  for (const file of files) setting.index.publish(file, { provenance: file.provenance });
  await setting.lock(files);
  await setting.workspace.write('.provenance.txt', RECORDED);
});
afterAll(async () => setting.close());

async function gate(...args: readonly string[]) {
  const all = ['--trusted-root', 'embedded', '--no-cache', '--format', 'json', ...args];
  const { exitCode, stdout, stderr } = await setting.check(all);
  const report = parseReport(stdout);
  return { exitCode, stderr, report, rules: rulesOf(report).map(([rule]) => rule) };
}

const sha256Of = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
const text = async () => setting.workspace.read('.provenance.txt');
const NAMES = ENTRIES.map(([name]) => name);
const named = (name: string): Published => {
  const found = files.find((file) => file.name === name);
  if (found === undefined) throw new Error(`no file of \`${name}\``);
  return found;
};

describe("real documents, by Sigstore's production root", () => {
  test('TOFU writes the four identities, and the gate passes', async () => {
    await setting.workspace.write('.provenance.txt', '');
    expect(await gate('--tofu')).toMatchObject({
      exitCode: 0,
      stderr: '',
      report: { outcome: 'ok', summary: { packages: 4, recorded: 4 }, findings: [] },
    });
    expect(await text()).toBe(RECORDED);
    expect(await gate()).toMatchObject({ exitCode: 0, report: { summary: { verified: 4 }, findings: [] } });
    expect(await text()).toBe(RECORDED);
  });

  test.for(NAMES)('%s: a changed line', async (name) => {
    const changed = RECORDED.replace(
      new RegExp(`^(${name} +)\\S+`, 'm'),
      '$1https://github.com/mallory/widget',
    ).replaceAll(/ repository-id=\d+ owner-id=\d+/g, '');
    await setting.workspace.write('.provenance.txt', changed);
    const { exitCode, rules, report } = await gate('--tofu');
    expect([exitCode, rules, report.findings.map((finding) => finding.package)]).toEqual([
      1,
      ['publisher-changed'],
      [name],
    ]);
    expect(await text()).toBe(changed);
  });

  test.for(NAMES)('%s: a changed byte of the artifact', async (name) => {
    const { filename, bytes } = named(name);
    const changed = Buffer.from(bytes);
    changed[100] = (changed[100] ?? 0) ^ 1;
    setting.index.replace(filename, changed);
    await setting.lock(
      files.map((file) => (file.name === name ? { ...file, sha256: sha256Of(changed) } : file)),
    );
    expect(await gate('--tofu')).toMatchObject({ exitCode: 1, rules: ['attestation-invalid'] });
    expect(await text()).toBe(RECORDED);
  });

  test.for(NAMES)('%s: a changed byte of the document', async (name) => {
    const { filename, provenance } = named(name);
    for (const [from, to] of [
      ['"signature":"M', '"signature":"N'],
      ['"integratedTime":"1', '"integratedTime":"2'],
      ['"statement":"ey', '"statement":"ez'],
    ] as const) {
      const changed = JSON.stringify(provenance).replace(from, to);
      expect(changed).not.toBe(JSON.stringify(provenance));
      setting.index.attest(filename, changed);
      expect(await gate('--tofu')).toMatchObject({ exitCode: 1, rules: ['attestation-invalid'] });
    }
    expect(await text()).toBe(RECORDED);
  });

  test.for(NAMES)('%s: the document of another', async (name) => {
    const other = named(name === 'pypi-attestations' ? 'gitlab-oidc-project' : 'pypi-attestations');
    setting.index.attest(named(name).filename, other.provenance);
    expect(await gate('--tofu')).toMatchObject({ exitCode: 1, rules: ['attestation-invalid'] });
  });

  test.for(NAMES)('%s: an empty list of bundles', async (name) => {
    const { filename, provenance } = named(name);
    setting.index.attest(filename, { ...provenance, attestation_bundles: [] });
    expect(await gate('--tofu')).toMatchObject({ exitCode: 1, rules: ['attestation-invalid'] });
    const hollow = provenance.attestation_bundles.map((bundle) => ({ ...bundle, attestations: [] }));
    setting.index.attest(filename, { ...provenance, attestation_bundles: hollow });
    expect(await gate('--tofu')).toMatchObject({ exitCode: 1, rules: ['attestation-invalid'] });
    setting.index.attest(filename, undefined);
    expect(await gate('--tofu')).toMatchObject({ exitCode: 1, rules: ['attestation-lost'] });
    expect(await text()).toBe(RECORDED);
  });

  test('a lie of the index about the publisher', async () => {
    const lie = await realFile('github', {
      kind: 'GitHub',
      repository: 'mallory/widget',
      workflow: 'release.yml',
    });
    setting.index.attest(lie.filename, lie.provenance);
    expect(await gate('--tofu')).toMatchObject({ exitCode: 1, rules: ['publisher-claim-mismatch'] });
  });

  test('an attestation of SLSA provenance beside that of the upload', async () => {
    const { provenance: slsa } = await realFile('githubSlsa');
    const github = named('pypi-attestations');
    const both = github.provenance.attestation_bundles.map((bundle) => ({
      ...bundle,
      attestations: [
        ...bundle.attestations,
        ...slsa.attestation_bundles.flatMap(({ attestations }) => attestations),
      ],
    }));
    setting.index.attest(github.filename, { ...github.provenance, attestation_bundles: both });
    expect(await gate()).toMatchObject({ exitCode: 0, report: { summary: { verified: 4 } } });
  });

  test('what the staging instance signed is nothing here', async () => {
    const { artifact, subject, provenance } = await readRealFile(STAGING_DOCUMENTS.publish);
    const staged = { ...subject, bytes: artifact, metadata: '' };
    setting.index.publish(staged, { provenance: provenance.toString('utf8') });
    await setting.lock([staged]);
    await setting.workspace.write('.provenance.txt', '');
    expect(await gate('--tofu')).toMatchObject({ exitCode: 1, rules: ['attestation-invalid'] });
    expect(await text()).toBe('');
  });
});
