import { describe, expect, test } from 'vitest';
import type { CertificateClaims } from '../../src/attestation/contract.ts';
import { gitlab } from '../../src/identity/gitlab.ts';
import { identify } from '../../src/identity/index.ts';
import type { Identity } from '../../src/model.ts';
import { GITLAB, without, withWorkflow } from './real-claims.ts';
import { verdict } from './verdict.ts';

const PROJECT = 'https://gitlab.com/facutuesca/gitlab-oidc-project';
const REF = 'refs/heads/main';

function ofProject(uri: string): CertificateClaims {
  return { ...withWorkflow(GITLAB, `${uri}//.gitlab-ci.yml@${REF}`), sourceRepositoryUri: uri };
}

function identityOf(claims: CertificateClaims): Identity {
  const identification = identify(claims);
  if (identification.kind !== 'identified') throw new Error(identification.reason);
  return identification.identity;
}

describe('a certificate of GitLab', () => {
  test('proves the project, with every attribute that it carries', () => {
    expect(identify(GITLAB)).toEqual({
      kind: 'identified',
      identity: {
        kind: 'GitLab',
        uri: PROJECT,
        attributes: {
          'repository-id': '55235664',
          'owner-id': '12885801',
          workflow: '.gitlab-ci.yml',
          ref: REF,
          trigger: 'push',
          runner: 'gitlab-hosted',
        },
      },
    });
  });

  test.each([
    'https://gitlab.com/a/b',
    'https://gitlab.com/group/sub-group/sub.group_2/project',
    'https://gitlab.com/.dot/_under',
    'https://gitlab.com/a/b.c',
    `https://gitlab.com/${'g/'.repeat(21)}p`,
  ])('may be of the project %s', (uri) => {
    expect(identityOf(ofProject(uri)).uri).toBe(uri);
  });

  test.each([
    'http://gitlab.com/a/b',
    'https://GitLab.com/a/b',
    'https://gitlab.example/a/b',
    'https://gitlab.com.evil.example/a/b',
    'https://gitlab.com:443/a/b',
    'https://user:password@gitlab.com/a/b',
    'https://github.com/a/b',
    'https://gitlab.com/a',
    'https://gitlab.com/a/',
    'https://gitlab.com//a/b',
    'https://gitlab.com/a/b/',
    'https://gitlab.com/a/./b',
    'https://gitlab.com/a/../b',
    'https://gitlab.com/-/b',
    'https://gitlab.com/a/-b',
    'https://gitlab.com/a/b.git',
    'https://gitlab.com/a/b.atom',
    'https://gitlab.com/a./b',
    'https://gitlab.com/a/b?c=d',
    'https://gitlab.com/a/b#c',
    'https://gitlab.com/a%2Fb/c',
    'https://gitlab.com/a/b c',
    'https://gitlab.com/gruppе/b',
    'https://gitlab.com/a/b\r\nunsigned',
    `https://gitlab.com/${'g/'.repeat(22)}p`,
  ])('is never of the project %j', (uri) => {
    expect(verdict(ofProject(uri))).toMatch(/^invalid: .*Source Repository URI/);
  });

  test('without a project is invalid', () => {
    expect(identify(without(GITLAB, 'sourceRepositoryUri')).kind).toBe('invalid');
  });

  test.each([
    ['.gitlab-ci.yml', REF],
    ['ci/release/publish.yml', 'refs/tags/v1.0'],
    ['a@b.yml', REF],
    ['a//b.yml', REF],
    ['.gitlab-ci.yml', 'refs/heads/a//b@c'],
  ])('of the configuration %s at %s has that workflow', (path, ref) => {
    const claims = { ...withWorkflow(GITLAB, `${PROJECT}//${path}@${ref}`), sourceRepositoryRef: ref };
    expect(identityOf(claims).attributes).toMatchObject({ workflow: path, ref });
  });

  test('may name the configuration at the commit', () => {
    const claims = withWorkflow(GITLAB, `${PROJECT}//ci.yml@${GITLAB.sourceRepositoryDigest ?? ''}`);
    expect(identityOf(claims).attributes.workflow).toBe('ci.yml');
  });

  test.each([
    `https://gitlab.com/other/project//.gitlab-ci.yml@${REF}`,
    `${PROJECT}/sub//.gitlab-ci.yml@${REF}`,
    `${PROJECT}/.gitlab-ci.yml@${REF}`,
    `${PROJECT}///etc/passwd@${REF}`,
    `${PROJECT}//@${REF}`,
    `${PROJECT}//.gitlab-ci.yml`,
    `${PROJECT}//.gitlab-ci.yml@refs/heads/other`,
    'https://example.org/ci.yml',
  ])('with the configuration %s is invalid', (uri) => {
    expect(verdict({ ...GITLAB, buildConfigUri: uri })).toMatch(/^invalid: .*Build Config URI/);
  });

  test.each<[string, CertificateClaims]>([
    ['differs from the Build Signer URI', { ...GITLAB, buildSignerUri: `${PROJECT}//other.yml@${REF}` }],
    [
      'collapses the double slash',
      { ...GITLAB, subjectAlternativeName: { type: 'uri', value: `${PROJECT}/.gitlab-ci.yml@${REF}` } },
    ],
    ['is an e-mail address', { ...GITLAB, subjectAlternativeName: { type: 'email', value: 'a@gitlab.com' } }],
  ])('whose subject alternative name %s is invalid', (_, claims) => {
    expect(verdict(claims)).toMatch(/^invalid: .*Build Signer URI/);
  });

  test.each([
    'https://gitlab.com/',
    'https://gitlab.archlinux.org',
    'https://dev.gitlab.org',
    'http://gitlab.com',
  ])('must be of the exact issuer, not of %s', (issuer) => {
    expect(identify({ ...GITLAB, issuer }).kind).toBe('unsupported');
  });
});

describe('a claim about a GitLab publisher', () => {
  const certified = identityOf({ ...GITLAB, deploymentEnvironment: 'production' });

  test.each([
    {
      repository: 'facutuesca/gitlab-oidc-project',
      workflow_filepath: '.gitlab-ci.yml',
      environment: 'Production',
    },
    { repository: 'FACUTUESCA/gitlab-oidc-project', environment: null },
  ])('agrees: %j', (members) => {
    expect(gitlab.compareClaim({ kind: 'GitLab', ...members }, certified, GITLAB)).toBeUndefined();
  });

  test.each<[Record<string, unknown>, string, string]>([
    [
      { repository: 'facutuesca/other' },
      'repository `facutuesca/other`',
      'repository `facutuesca/gitlab-oidc-project`',
    ],
    [{ workflow_filepath: 'ci.yml' }, 'workflow_filepath `ci.yml`', 'workflow_filepath `.gitlab-ci.yml`'],
    [{ environment: 'staging' }, 'environment `staging`', 'environment `production`'],
  ])('disagrees: %j', (members, claimed, expected) => {
    expect(gitlab.compareClaim({ kind: 'GitLab', ...members }, certified, GITLAB)).toEqual({
      claimed,
      certified: expected,
    });
  });

  test('is not compared by environment when the certificate has none', () => {
    expect(
      gitlab.compareClaim({ kind: 'GitLab', environment: 'x' }, identityOf(GITLAB), GITLAB),
    ).toBeUndefined();
  });
});
