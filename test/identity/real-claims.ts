import type { CertificateClaims } from '../../src/attestation/contract.ts';

/** The claims of certificates that Fulcio issued, as they are in public attestations. */
export const GITHUB: CertificateClaims = {
  issuer: 'https://token.actions.githubusercontent.com',
  subjectAlternativeName: {
    type: 'uri',
    value: 'https://github.com/trailofbits/pypi-attestations/.github/workflows/release.yml@refs/tags/v0.0.19',
  },
  buildSignerUri:
    'https://github.com/trailofbits/pypi-attestations/.github/workflows/release.yml@refs/tags/v0.0.19',
  buildSignerDigest: '08802efe1f8e5fec4ad842d6b8ce97656092ee72',
  runnerEnvironment: 'github-hosted',
  sourceRepositoryUri: 'https://github.com/trailofbits/pypi-attestations',
  sourceRepositoryDigest: '08802efe1f8e5fec4ad842d6b8ce97656092ee72',
  sourceRepositoryRef: 'refs/tags/v0.0.19',
  sourceRepositoryIdentifier: '772247423',
  sourceRepositoryOwnerUri: 'https://github.com/trailofbits',
  sourceRepositoryOwnerIdentifier: '2314423',
  buildConfigUri:
    'https://github.com/trailofbits/pypi-attestations/.github/workflows/release.yml@refs/tags/v0.0.19',
  buildConfigDigest: '08802efe1f8e5fec4ad842d6b8ce97656092ee72',
  buildTrigger: 'release',
  runInvocationUri: 'https://github.com/trailofbits/pypi-attestations/actions/runs/12169989787/attempts/1',
  sourceRepositoryVisibility: 'public',
};

/** Triggered by a deployment: there is no ref (.14), and the workflow is named at the commit. */
export const GITHUB_WITHOUT_REF: CertificateClaims = {
  issuer: 'https://token.actions.githubusercontent.com',
  subjectAlternativeName: {
    type: 'uri',
    value:
      'https://github.com/SWIFTSIM/swiftgalaxy/.github/workflows/python-publish.yml@a26eb006d04dd0c41a6e38dc15ddaf7b46143505',
  },
  buildSignerUri:
    'https://github.com/SWIFTSIM/swiftgalaxy/.github/workflows/python-publish.yml@a26eb006d04dd0c41a6e38dc15ddaf7b46143505',
  buildSignerDigest: 'a26eb006d04dd0c41a6e38dc15ddaf7b46143505',
  runnerEnvironment: 'github-hosted',
  sourceRepositoryUri: 'https://github.com/SWIFTSIM/swiftgalaxy',
  sourceRepositoryDigest: 'a26eb006d04dd0c41a6e38dc15ddaf7b46143505',
  sourceRepositoryIdentifier: '488271795',
  sourceRepositoryOwnerUri: 'https://github.com/SWIFTSIM',
  sourceRepositoryOwnerIdentifier: '37541309',
  buildConfigUri:
    'https://github.com/SWIFTSIM/swiftgalaxy/.github/workflows/python-publish.yml@a26eb006d04dd0c41a6e38dc15ddaf7b46143505',
  buildConfigDigest: 'a26eb006d04dd0c41a6e38dc15ddaf7b46143505',
  buildTrigger: 'release',
  runInvocationUri: 'https://github.com/SWIFTSIM/swiftgalaxy/actions/runs/14245743812/attempts/2',
  sourceRepositoryVisibility: 'public',
};

export const GITLAB: CertificateClaims = {
  issuer: 'https://gitlab.com',
  subjectAlternativeName: {
    type: 'uri',
    value: 'https://gitlab.com/facutuesca/gitlab-oidc-project//.gitlab-ci.yml@refs/heads/main',
  },
  buildSignerUri: 'https://gitlab.com/facutuesca/gitlab-oidc-project//.gitlab-ci.yml@refs/heads/main',
  buildSignerDigest: '72f7c63b75eb55ea80864962f0e645c93414da34',
  runnerEnvironment: 'gitlab-hosted',
  sourceRepositoryUri: 'https://gitlab.com/facutuesca/gitlab-oidc-project',
  sourceRepositoryDigest: '72f7c63b75eb55ea80864962f0e645c93414da34',
  sourceRepositoryRef: 'refs/heads/main',
  sourceRepositoryIdentifier: '55235664',
  sourceRepositoryOwnerUri: 'https://gitlab.com/facutuesca',
  sourceRepositoryOwnerIdentifier: '12885801',
  buildConfigUri: 'https://gitlab.com/facutuesca/gitlab-oidc-project//.gitlab-ci.yml@refs/heads/main',
  buildConfigDigest: '72f7c63b75eb55ea80864962f0e645c93414da34',
  buildTrigger: 'push',
  runInvocationUri: 'https://gitlab.com/facutuesca/gitlab-oidc-project/-/jobs/8415754949',
  sourceRepositoryVisibility: 'private',
};

export const GOOGLE_CLOUD: CertificateClaims = {
  issuer: 'https://accounts.google.com',
  subjectAlternativeName: {
    type: 'email',
    value: '919436158236-compute@developer.gserviceaccount.com',
  },
};

/** The runner environment really is two quotation marks, and the repository has no scheme. */
export const CIRCLECI: CertificateClaims = {
  issuer: 'https://oidc.circleci.com',
  subjectAlternativeName: {
    type: 'uri',
    value:
      'https://circleci.com/api/v2/projects/fdd9283f-e619-46af-8f9c-851f7d3e8b2b/pipeline-definitions/8e4f8ab2-8d7c-4827-9f15-de076d6d647f',
  },
  buildSignerUri:
    'https://circleci.com/api/v2/projects/fdd9283f-e619-46af-8f9c-851f7d3e8b2b/pipeline-definitions/8e4f8ab2-8d7c-4827-9f15-de076d6d647f',
  runnerEnvironment: '""',
  sourceRepositoryUri: 'github.com/CircleCI-Public/sign-and-publish-examples',
  sourceRepositoryRef: 'refs/heads/pypi',
  buildConfigUri: 'https://circleci.com/api/v2/pipeline/f3f6eb86-f260-445b-b9c9-32a2cb5a3a61/config',
  runInvocationUri:
    'https://app.circleci.com//workflow/61718d02-ce24-4f1f-bc8e-aad538307302/job/8bdcded5-cdc0-4521-8447-bb2b319c61c6',
};

/** Somebody who logged in with GitHub. */
export const PERSON: CertificateClaims = {
  issuer: 'https://github.com/login/oauth',
  subjectAlternativeName: { type: 'email', value: 'william@yossarian.net' },
};

/** Claims without some of the optional ones. */
export function without(
  claims: CertificateClaims,
  ...names: readonly Exclude<keyof CertificateClaims, 'issuer' | 'subjectAlternativeName'>[]
): CertificateClaims {
  const { issuer, subjectAlternativeName, ...optional } = claims;
  const rest = Object.entries(optional).filter(([name]) => !names.some((dropped) => dropped === name));
  return { ...Object.fromEntries(rest), issuer, subjectAlternativeName };
}

/** Claims of a run whose own workflow signs: the workflow's URI in each place that Fulcio puts it. */
export function withWorkflow(claims: CertificateClaims, uri: string): CertificateClaims {
  return {
    ...claims,
    subjectAlternativeName: { type: 'uri', value: uri },
    buildSignerUri: uri,
    buildConfigUri: uri,
  };
}
