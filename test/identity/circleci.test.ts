import { describe, expect, test } from 'vitest';
import type { CertificateClaims } from '../../src/attestation/contract.ts';
import { circleci } from '../../src/identity/circleci.ts';
import { identify } from '../../src/identity/index.ts';
import { CIRCLECI, without } from './real-claims.ts';
import { verdict } from './verdict.ts';

const PROJECT_ID = 'fdd9283f-e619-46af-8f9c-851f7d3e8b2b';
const DEFINITION_ID = '8e4f8ab2-8d7c-4827-9f15-de076d6d647f';
const DEFINITION = `https://circleci.com/api/v2/projects/${PROJECT_ID}/pipeline-definitions/${DEFINITION_ID}`;
const IDENTITY = { kind: 'CircleCI', uri: DEFINITION, attributes: {} } as const;

function signedBy(uri: string): CertificateClaims {
  return { ...CIRCLECI, subjectAlternativeName: { type: 'uri', value: uri }, buildSignerUri: uri };
}

describe('a certificate of CircleCI', () => {
  test('proves the pipeline definition', () => {
    expect(identify(CIRCLECI)).toEqual({ kind: 'identified', identity: IDENTITY });
  });

  test('needs no repository', () => {
    expect(
      identify(without(CIRCLECI, 'sourceRepositoryUri', 'sourceRepositoryRef', 'runnerEnvironment')),
    ).toEqual({
      kind: 'identified',
      identity: IDENTITY,
    });
  });

  test.each([
    `${DEFINITION}/`,
    `${DEFINITION}?x`,
    ` ${DEFINITION}`,
    `${DEFINITION}\n`,
    DEFINITION.replace('https:', 'http:'),
    DEFINITION.replace('circleci.com', 'circleci.com.evil.example'),
    DEFINITION.replace('circleci.com', 'user@circleci.com'),
    DEFINITION.replace('circleci.com', 'circleci.com:443'),
    DEFINITION.replace(PROJECT_ID, PROJECT_ID.toUpperCase()),
    DEFINITION.replace(PROJECT_ID, '..'),
    DEFINITION.replace(DEFINITION_ID, `${DEFINITION_ID}0`),
    `https://circleci.com/api/v2/projects/${PROJECT_ID}`,
    'github.com/CircleCI-Public/sign-and-publish-examples',
  ])('of %j is invalid', (uri) => {
    expect(verdict(signedBy(uri))).toMatch(/^invalid: .*is not a pipeline definition/);
  });

  test.each<[string, CertificateClaims]>([
    ['no Build Signer URI', without(CIRCLECI, 'buildSignerUri')],
    [
      'another subject alternative name',
      { ...CIRCLECI, subjectAlternativeName: { type: 'uri', value: `${DEFINITION}0` } },
    ],
    ['an e-mail address', { ...CIRCLECI, subjectAlternativeName: { type: 'email', value: DEFINITION } }],
  ])('with %s is invalid', (_, claims) => {
    expect(identify(claims).kind).toBe('invalid');
  });

  test.each(['https://oidc.circleci.com/', `https://oidc.circleci.com/org/${PROJECT_ID}`])(
    'must be of the exact issuer, not of %s',
    (issuer) => {
      expect(identify({ ...CIRCLECI, issuer }).kind).toBe('unsupported');
    },
  );
});

describe('a claim about a CircleCI publisher', () => {
  test.each([
    { project_id: PROJECT_ID, pipeline_definition_id: DEFINITION_ID },
    { project_id: PROJECT_ID, vcs_origin: null, vcs_ref: null },
    { vcs_origin: 'github.com/CircleCI-Public/sign-and-publish-examples', vcs_ref: 'refs/heads/pypi' },
  ])('agrees: %j', (members) => {
    expect(circleci.compareClaim({ kind: 'CircleCI', ...members }, IDENTITY, CIRCLECI)).toBeUndefined();
  });

  test.each<[Record<string, string>, string]>([
    [{ project_id: DEFINITION_ID }, `project_id \`${PROJECT_ID}\``],
    [{ pipeline_definition_id: PROJECT_ID }, `pipeline_definition_id \`${DEFINITION_ID}\``],
    [
      { vcs_origin: 'github.com/evil/x' },
      'vcs_origin `github.com/CircleCI-Public/sign-and-publish-examples`',
    ],
    [{ vcs_ref: 'refs/heads/main' }, 'vcs_ref `refs/heads/pypi`'],
  ])('disagrees: %j', (members, certified) => {
    const [[member, value] = []] = Object.entries(members);
    expect(circleci.compareClaim({ kind: 'CircleCI', ...members }, IDENTITY, CIRCLECI)).toEqual({
      claimed: `${member} \`${value}\``,
      certified,
    });
  });

  test('disagrees when the certificate names no repository', () => {
    const claims = without(CIRCLECI, 'sourceRepositoryUri');
    expect(
      circleci.compareClaim({ kind: 'CircleCI', vcs_origin: 'github.com/a/b' }, IDENTITY, claims),
    ).toEqual({
      claimed: 'vcs_origin `github.com/a/b`',
      certified: 'vcs_origin (none)',
    });
  });
});
