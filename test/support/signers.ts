/** Who signs in a test: the claims that Fulcio puts into a certificate for each publisher kind, and the index's claim beside it. */
import { createHash } from 'node:crypto';

import type { CertificateClaims } from '../../src/attestation/contract.ts';
import type { PublisherClaim } from '../../src/model.ts';

/** Claims by the names of `CertificateClaims`; one that is undefined is not in the certificate. */
export type SignerClaims = { readonly [K in keyof CertificateClaims]?: CertificateClaims[K] | undefined };

export interface Signer {
  readonly claims: SignerClaims;
  /** Fulcio's OIDs .1 to .6, whose value is the bare text. */
  readonly legacyClaims: Readonly<Record<number, string>>;
  /** What the index says about it; nothing signs this. */
  readonly publisher: PublisherClaim;
}

/** The claims that are extensions, each with its number below 1.3.6.1.4.1.57264.1. */
export const CLAIM_NUMBERS = [
  ['issuer', 8],
  ['buildSignerUri', 9],
  ['buildSignerDigest', 10],
  ['runnerEnvironment', 11],
  ['sourceRepositoryUri', 12],
  ['sourceRepositoryDigest', 13],
  ['sourceRepositoryRef', 14],
  ['sourceRepositoryIdentifier', 15],
  ['sourceRepositoryOwnerUri', 16],
  ['sourceRepositoryOwnerIdentifier', 17],
  ['buildConfigUri', 18],
  ['buildConfigDigest', 19],
  ['buildTrigger', 20],
  ['runInvocationUri', 21],
  ['sourceRepositoryVisibility', 22],
  ['deploymentEnvironment', 23],
] as const satisfies readonly (readonly [keyof CertificateClaims, number])[];

export interface RepositoryOptions {
  /** OWNER/NAME, or GROUP/…/PROJECT. */
  readonly repository?: string;
  readonly workflow?: string;
  readonly ref?: string;
  readonly commit?: string;
  readonly environment?: string;
  readonly trigger?: string;
  readonly runner?: string;
  readonly repositoryId?: string;
  readonly ownerId?: string;
}

/** A workflow of GitHub Actions. Every claim can be overridden, or left out by `undefined`. */
export function github(options: RepositoryOptions = {}, overrides: SignerClaims = {}): Signer {
  const {
    repository = 'acme/widget',
    workflow = 'release.yml',
    ref = 'refs/tags/v1.0.0',
    trigger = 'release',
    environment,
  } = options;
  const issuer = 'https://token.actions.githubusercontent.com';
  const url = `https://github.com/${repository}`;
  const commit = options.commit ?? hexOf(repository, ref).slice(0, 40);
  const claims = repositoryClaims({
    issuer,
    url,
    config: `${url}/.github/workflows/${workflow}@${ref}`,
    run: `${url}/actions/runs/${numberOf(repository, ref, 'run')}/attempts/1`,
    ref,
    commit,
    trigger,
    runner: options.runner ?? 'github-hosted',
    repositoryId: options.repositoryId ?? numberOf(repository),
    ownerId: options.ownerId ?? numberOf(ownerOf(repository)),
    environment,
  });
  return {
    claims: { ...claims, ...overrides },
    legacyClaims: { 1: issuer, 2: trigger, 3: commit, 4: 'Release', 5: repository, 6: ref },
    publisher: { kind: 'GitHub', repository, workflow, environment: environment ?? null },
  };
}

/** A pipeline of gitlab.com. */
export function gitlab(options: RepositoryOptions = {}, overrides: SignerClaims = {}): Signer {
  const {
    repository = 'acme/tools/widget',
    workflow = '.gitlab-ci.yml',
    ref = 'refs/tags/v1.0.0',
    environment,
  } = options;
  const issuer = 'https://gitlab.com';
  const url = `${issuer}/${repository}`;
  const claims = repositoryClaims({
    issuer,
    url,
    config: `${url}//${workflow}@${ref}`,
    run: `${url}/-/jobs/${numberOf(repository, ref, 'job')}`,
    ref,
    commit: options.commit ?? hexOf(repository, ref).slice(0, 40),
    trigger: options.trigger ?? 'push',
    runner: options.runner ?? 'gitlab-hosted',
    repositoryId: options.repositoryId ?? numberOf(repository),
    ownerId: options.ownerId ?? numberOf(ownerOf(repository)),
    environment,
  });
  return {
    claims: { ...claims, ...overrides },
    legacyClaims: { 1: issuer },
    publisher: {
      kind: 'GitLab',
      repository,
      workflow_filepath: workflow,
      environment: environment ?? null,
    },
  };
}

/** A service account of Google Cloud. */
export function googleCloud(
  email = 'publisher@acme-build.iam.gserviceaccount.com',
  overrides: SignerClaims = {},
): Signer {
  return mailSigner(email, 'https://accounts.google.com', { kind: 'Google', email }, overrides);
}

/** A person who signed in with a GitHub login: verifiable, and no Trusted Publisher. */
export function person(email = 'someone@example.org', overrides: SignerClaims = {}): Signer {
  return mailSigner(email, 'https://github.com/login/oauth', { kind: 'GitHub' }, overrides);
}

/** A pipeline of CircleCI. The runner and repository claims are as odd as in the real certificates. */
export function circleci(
  options: {
    readonly projectId?: string;
    readonly pipelineDefinitionId?: string;
    readonly origin?: string;
    readonly ref?: string;
  } = {},
  overrides: SignerClaims = {},
): Signer {
  const {
    projectId = '3f0c6a51-9f0e-4d61-8f43-0a4bb1f6a111',
    pipelineDefinitionId = '7c1d2f86-51f5-4c4e-9a38-64d33a36b222',
    origin = 'github.com/acme/widget',
    ref = 'refs/heads/main',
  } = options;
  const issuer = 'https://oidc.circleci.com';
  const project = `https://circleci.com/api/v2/projects/${projectId}`;
  const definition = `${project}/pipeline-definitions/${pipelineDefinitionId}`;
  const job = 'workflow/1b6d3a3e-0000-4000-8000-000000000001/job/5f5c9a4e-0000-4000-8000-000000000002';
  return {
    claims: {
      issuer,
      subjectAlternativeName: { type: 'uri', value: definition },
      buildSignerUri: definition,
      runnerEnvironment: '""',
      sourceRepositoryUri: origin,
      sourceRepositoryRef: ref,
      buildConfigUri: 'https://circleci.com/api/v2/pipeline/9d2f8c13-0000-4000-8000-000000000003/config',
      runInvocationUri: `https://app.circleci.com//${job}`,
      ...overrides,
    },
    legacyClaims: { 1: issuer },
    publisher: {
      kind: 'CircleCI',
      project_id: projectId,
      pipeline_definition_id: pipelineDefinitionId,
      vcs_origin: origin,
      vcs_ref: ref,
    },
  };
}

/** A project of the ActiveState Platform. */
export function activestate(
  options: { readonly organization?: string; readonly project?: string } = {},
  overrides: SignerClaims = {},
): Signer {
  const { organization = 'acme', project = 'widget' } = options;
  const issuer = 'https://platform.activestate.com/api/v1/oauth/oidc';
  const value = `https://platform.activestate.com/${organization}/${project}`;
  return {
    claims: { issuer, subjectAlternativeName: { type: 'uri', value }, ...overrides },
    legacyClaims: { 1: issuer },
    publisher: { kind: 'ActiveState', organization, project },
  };
}

function mailSigner(
  email: string,
  issuer: string,
  publisher: PublisherClaim,
  overrides: SignerClaims,
): Signer {
  return {
    claims: { issuer, subjectAlternativeName: { type: 'email', value: email }, ...overrides },
    legacyClaims: { 1: issuer },
    publisher,
  };
}

function repositoryClaims(from: {
  readonly issuer: string;
  readonly url: string;
  readonly config: string;
  readonly run: string;
  readonly ref: string;
  readonly commit: string;
  readonly trigger: string;
  readonly runner: string;
  readonly repositoryId: string;
  readonly ownerId: string;
  readonly environment: string | undefined;
}): SignerClaims {
  return {
    issuer: from.issuer,
    subjectAlternativeName: { type: 'uri', value: from.config },
    buildSignerUri: from.config,
    buildSignerDigest: from.commit,
    runnerEnvironment: from.runner,
    sourceRepositoryUri: from.url,
    sourceRepositoryDigest: from.commit,
    sourceRepositoryRef: from.ref,
    sourceRepositoryIdentifier: from.repositoryId,
    sourceRepositoryOwnerUri: from.url.slice(0, from.url.lastIndexOf('/')),
    sourceRepositoryOwnerIdentifier: from.ownerId,
    buildConfigUri: from.config,
    buildConfigDigest: from.commit,
    buildTrigger: from.trigger,
    runInvocationUri: from.run,
    sourceRepositoryVisibility: 'public',
    deploymentEnvironment: from.environment,
  };
}

function ownerOf(repository: string): string {
  return repository.slice(0, repository.lastIndexOf('/'));
}

function hexOf(...parts: readonly string[]): string {
  return createHash('sha256').update(parts.join('\0')).digest('hex');
}

/** The same decimal id for the same words, another for others. */
function numberOf(...parts: readonly string[]): string {
  return String(Number.parseInt(hexOf(...parts).slice(0, 8), 16) + 1);
}
