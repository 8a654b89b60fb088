/**
 * Real attestation documents with the artifacts that they are about: the test assets of pypi-attestations, fetched by pip from
 * whatever index it is configured for, pinned by hash, and never copied into the project.
 */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import type { Subject } from '../../src/attestation/contract.ts';
import type { Provenance } from './signing.ts';

const RELEASE = 'pypi_attestations-0.0.30';
const SHA256 = '14ff13c76bbef02a483c2b77532da02bfd746b5141b881f355e06b9807434423';
const CACHE = fileURLToPath(new URL('../../node_modules/.cache/provpin-tests/', import.meta.url));
const UNPACKED = join(CACHE, `pypi-attestations-${SHA256}`);

export interface RealDocument {
  /** File name of a provenance object, or of one attestation. */
  readonly document: string;
  /** File name of the artifact. */
  readonly artifact: string;
  readonly name: string;
  readonly version: string;
}

const artifactOf = (artifact: string, name: string, version: string) => ({ artifact, name, version });
const CIRCLECI = artifactOf(
  'circleci_sign_publish_example-0.0.1.dev137-py3-none-any.whl',
  'circleci-sign-publish-example',
  '0.0.1.dev137',
);
const GOOGLE_CLOUD = artifactOf('gcb_attestation_test-0.0.0.tar.gz', 'gcb-attestation-test', '0.0.0');
const GITLAB = artifactOf('gitlab_oidc_project-0.0.3.tar.gz', 'gitlab-oidc-project', '0.0.3');
const GITHUB = artifactOf('pypi_attestations-0.0.19.tar.gz', 'pypi-attestations', '0.0.19');
const GITHUB_EARLY = artifactOf(
  'pypi_attestation_models-0.0.4a2.tar.gz',
  'pypi-attestation-models',
  '0.0.4a2',
);
const STAGING = artifactOf('rfc8785-0.1.2-py3-none-any.whl', 'rfc8785', '0.1.2');

/** Signed by production Sigstore for a Trusted Publisher; all verify. */
export const REAL_DOCUMENTS = {
  circleci: { ...CIRCLECI, document: `${CIRCLECI.artifact}.provenance` },
  circleciAttestation: { ...CIRCLECI, document: `${CIRCLECI.artifact}.publish.attestation` },
  googleCloud: { ...GOOGLE_CLOUD, document: `${GOOGLE_CLOUD.artifact}.provenance` },
  gitlab: { ...GITLAB, document: `${GITLAB.artifact}.publish.attestation` },
  github: { ...GITHUB, document: `${GITHUB.artifact}.provenance` },
  githubPublish: { ...GITHUB, document: `${GITHUB.artifact}.publish.attestation` },
  githubSlsa: { ...GITHUB, document: `${GITHUB.artifact}.slsa.attestation` },
  githubEarly: { ...GITHUB_EARLY, document: `${GITHUB_EARLY.artifact}.attestation` },
} as const satisfies Record<string, RealDocument>;

/** Signed by Sigstore's staging instance; none verifies against production. */
export const STAGING_DOCUMENTS = {
  attestation: { ...STAGING, document: `${STAGING.artifact}.attestation` },
  publish: { ...STAGING, document: `${STAGING.artifact}.publish.attestation` },
} as const satisfies Record<string, RealDocument>;

export interface RealFile {
  /** A provenance object; a document that is one attestation is put into one. */
  readonly provenance: Buffer;
  readonly artifact: Buffer;
  readonly subject: Subject;
}

/**
 * Reads a document and its artifact. The first time of all, this downloads them: for `*.pypi.test.ts` only.
 *
 * @throws Error when pip cannot get the release with its hash
 */
export async function readRealFile(real: RealDocument): Promise<RealFile> {
  await download();
  const assets = join(UNPACKED, RELEASE, 'test', 'assets');
  const artifact = await readFile(join(assets, real.artifact));
  const sha256 = createHash('sha256').update(artifact).digest('hex');
  const { name, version } = real;
  return {
    artifact,
    subject: { name, version, filename: real.artifact, sha256 },
    provenance: toProvenance(await readFile(join(assets, real.document))),
  };
}

/** Puts an attestation object into a provenance object, as an index would; a provenance object stays as it is. */
export function toProvenance(document: Buffer): Buffer {
  const value: unknown = JSON.parse(document.toString('utf8'));
  if (typeof value === 'object' && value !== null && 'attestation_bundles' in value) return document;
  const bundle = { publisher: { kind: 'unknown' }, attestations: [value] };
  return Buffer.from(JSON.stringify({ version: 1, attestation_bundles: [bundle] }), 'utf8');
}

/** The one attestation of a provenance object that has one. */
export function toAttestation(provenance: Buffer): Buffer {
  const { attestation_bundles: bundles } = parseProvenance(provenance.toString('utf8'));
  const [only, ...more] = bundles.flatMap(({ attestations }) => attestations);
  if (only === undefined || more.length > 0) throw new Error('there is not one attestation');
  return Buffer.from(JSON.stringify(only), 'utf8');
}

const parseProvenance: (text: string) => Provenance = JSON.parse;

/** pip also builds metadata for an sdist, with the build system that the sdist asks for; its hash is checked before. */
async function download(): Promise<void> {
  if (existsSync(UNPACKED)) return;
  await mkdir(CACHE, { recursive: true });
  const partial = await mkdtemp(join(CACHE, 'partial-'));
  try {
    const requirements = join(partial, 'requirements.txt');
    await writeFile(requirements, `pypi-attestations==0.0.30 --hash=sha256:${SHA256}\n`);
    const source = ['--no-deps', '--no-binary', 'pypi-attestations', '--require-hashes', '-r', requirements];
    await run('python3', ['-m', 'pip', 'download', '--quiet', '--dest', partial, ...source]);
    await run('python3', ['-m', 'tarfile', '-e', join(partial, `${RELEASE}.tar.gz`), partial]);
    await rename(partial, UNPACKED);
  } catch (error) {
    await rm(partial, { recursive: true, force: true });
    if (!existsSync(UNPACKED)) throw error; // otherwise another test was quicker
  }
}

const run = promisify(execFile);
