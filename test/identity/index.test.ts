import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { CertificateClaims } from '../../src/attestation/contract.ts';
import {
  compareClaim,
  confirmsAttestationIdentity,
  identify,
  PUBLISHER_KINDS,
  toAttestationIdentity,
} from '../../src/identity/index.ts';
import { printable } from '../../src/printable.ts';
import { CIRCLECI, GITHUB, GITLAB, GOOGLE_CLOUD, PERSON } from './real-claims.ts';

describe('PUBLISHER_KINDS', () => {
  test.each(['kind', 'claimKind', 'issuer'] as const)('no two have one %s', (member) => {
    expect(new Set(PUBLISHER_KINDS.map((publisher) => publisher[member])).size).toBe(PUBLISHER_KINDS.length);
  });
});

describe('identify', () => {
  test.each([
    ['GitHub', GITHUB],
    ['GitLab', GITLAB],
    ['Google Cloud', GOOGLE_CLOUD],
    ['CircleCI', CIRCLECI],
  ])('a real certificate of %s', (kind, claims) => {
    expect(identify(claims)).toMatchObject({ kind: 'identified', identity: { kind } });
  });

  test('does not support a person, and says who it is', () => {
    expect(identify(PERSON)).toEqual({
      kind: 'unsupported',
      reason:
        'it is signed by the e-mail address `william@yossarian.net`, known to the issuer `https://github.com/login/oauth`; that is not a Trusted Publisher of a supported kind',
    });
  });

  test('does not support an issuer that is not known, and shows neither controls nor a forged end of quotation', () => {
    expect(
      identify({
        issuer: 'https://oidc.example\u001B[2J',
        subjectAlternativeName: { type: 'uri', value: 'https://ci.example/` OK\r\n' },
      }),
    ).toEqual({
      kind: 'unsupported',
      reason:
        "it is signed by `https://ci.example/' OK\\u{d}\\u{a}`, known to the issuer `https://oidc.example\\u{1b}[2J`; that is not a Trusted Publisher of a supported kind",
    });
  });

  test('never takes the claims of one kind for another', () => {
    const real = [GITHUB, GITLAB, GOOGLE_CLOUD, CIRCLECI, PERSON];
    for (const claims of real) {
      for (const { issuer } of PUBLISHER_KINDS.filter((publisher) => publisher.issuer !== claims.issuer)) {
        expect(identify({ ...claims, issuer }).kind).not.toBe('identified');
      }
    }
  });

  test('identifies only by an exact issuer, whatever the claims, and never throws', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom(...Object.values(GITHUB).filter((v) => typeof v === 'string')),
    );
    const claims = fc.record(
      {
        issuer: fc.oneof(fc.string(), fc.constantFrom(...PUBLISHER_KINDS.map((k) => k.issuer))),
        subjectAlternativeName: fc.record({ type: fc.constantFrom('uri', 'email'), value: text }),
        buildSignerUri: text,
        sourceRepositoryUri: text,
        sourceRepositoryRef: text,
        buildConfigUri: text,
      },
      { requiredKeys: ['issuer', 'subjectAlternativeName'] },
    );
    fc.assert(
      fc.property(claims, (hostile: CertificateClaims) => {
        const identification = identify(hostile);
        const issuers = PUBLISHER_KINDS.map(({ issuer }) => issuer);
        const shown =
          identification.kind === 'identified' ? identification.identity.uri : identification.reason;
        expect(identification.kind === 'unsupported' || issuers.includes(hostile.issuer)).toBe(true);
        expect(printable(shown)).toBe(shown);
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('compareClaim', () => {
  const identity = {
    kind: 'GitHub',
    uri: 'https://github.com/trailofbits/pypi-attestations',
    attributes: { workflow: 'release.yml' },
  } as const;

  test('compares a claim of the same kind by its members', () => {
    const claim = { kind: 'GitHub', repository: 'trailofbits/pypi-attestations', workflow: 'release.yml' };
    expect(compareClaim(claim, identity, GITHUB)).toBeUndefined();
    expect(compareClaim({ ...claim, repository: 'a/b' }, identity, GITHUB)).toEqual({
      claimed: 'repository `a/b`',
      certified: 'repository `trailofbits/pypi-attestations`',
    });
  });

  test.each(['GitLab', 'Google', 'CircleCI', 'ActiveState'])(
    'a claim of the other kind %s disagrees',
    (kind) => {
      expect(compareClaim({ kind, repository: 'trailofbits/pypi-attestations' }, identity, GITHUB)).toEqual({
        claimed: `a publisher of kind \`${kind}\``,
        certified: '`https://github.com/trailofbits/pypi-attestations`, of kind `GitHub`',
      });
    },
  );

  test.each(['Pulp User', 'github', 'Google Cloud', '', '__proto__'])(
    'a claim of the unknown kind %j is not compared',
    (kind) => {
      expect(compareClaim({ kind, repository: 'evil/evil' }, identity, GITHUB)).toBeUndefined();
    },
  );
});

describe('attestation identities of a lock (PEP 751)', () => {
  const GITHUB_STATED = {
    kind: 'GitHub',
    repository: 'trailofbits/pypi-attestations',
    workflow: 'release.yml',
  };
  const CIRCLECI_STATED = toAttestationIdentity(identityOf(CIRCLECI)) ?? { kind: '' };

  test.each([
    ['GitHub', GITHUB, GITHUB_STATED],
    [
      'GitHub, with an environment',
      { ...GITHUB, deploymentEnvironment: 'PyPI' },
      { ...GITHUB_STATED, environment: 'PyPI' },
    ],
    [
      'GitLab',
      GITLAB,
      {
        kind: 'GitLab',
        repository: 'facutuesca/gitlab-oidc-project',
        workflow_filepath: '.gitlab-ci.yml',
      },
    ],
    ['Google Cloud', GOOGLE_CLOUD, { kind: 'Google', email: GOOGLE_CLOUD.subjectAlternativeName.value }],
    ['CircleCI', CIRCLECI, CIRCLECI_STATED],
  ])('%s: what is written is what is confirmed', (_, claims, stated) => {
    const identity = identityOf(claims);
    expect(toAttestationIdentity(identity)).toEqual(stated);
    expect(confirmsAttestationIdentity(stated, identity, claims)).toBe(true);
  });

  test('CircleCI has the ids of project and definition', () => {
    expect(identityOf(CIRCLECI).uri).toBe(
      `https://circleci.com/api/v2/projects/${String(CIRCLECI_STATED['project_id'])}/pipeline-definitions/${String(CIRCLECI_STATED['pipeline_definition_id'])}`,
    );
  });

  test.each([
    ['another repository', { repository: 'mallory/pypi-attestations' }],
    ['another workflow', { workflow: 'evil.yml' }],
    ['no repository', { repository: undefined }],
    ['no workflow', { workflow: undefined }],
    ['a repository that is no text', { repository: 7 }],
    ['another kind', { kind: 'GitLab' }],
    ['a kind that is not known', { kind: 'Forge' }],
    ['a kind in other letter case', { kind: 'github' }],
  ])('%s is not confirmed', (_, change) => {
    expect(confirmsAttestationIdentity({ ...GITHUB_STATED, ...change }, identityOf(GITHUB), GITHUB)).toBe(
      false,
    );
  });

  test('letter case of a repository does not matter, nor an environment that is not stated', () => {
    const claims = { ...GITHUB, deploymentEnvironment: 'pypi' };
    const stated = { ...GITHUB_STATED, repository: 'TrailOfBits/pypi-attestations' };
    expect(confirmsAttestationIdentity(stated, identityOf(claims), claims)).toBe(true);
    expect(confirmsAttestationIdentity({ ...stated, environment: 'test' }, identityOf(claims), claims)).toBe(
      false,
    );
  });

  test('nothing is written of a kind without documented members, and nothing confirmed', () => {
    const identity = {
      kind: 'ActiveState',
      uri: 'https://platform.activestate.com/acme/demo',
      attributes: {},
    } as const;
    expect(toAttestationIdentity(identity)).toBeUndefined();
    expect(confirmsAttestationIdentity({ kind: 'ActiveState' }, identity, GITHUB)).toBe(false);
  });
});

function identityOf(claims: CertificateClaims) {
  const identification = identify(claims);
  if (identification.kind !== 'identified') throw new Error(identification.reason);
  return identification.identity;
}
