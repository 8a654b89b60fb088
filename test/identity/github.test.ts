import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { CertificateClaims } from '../../src/attestation/contract.ts';
import { github } from '../../src/identity/github.ts';
import { identify } from '../../src/identity/index.ts';
import type { Identity } from '../../src/model.ts';
import { formatEntry } from '../../src/provenance-file/format.ts';
import { GITHUB, GITHUB_WITHOUT_REF, without, withWorkflow } from './real-claims.ts';
import { verdict } from './verdict.ts';

const REPOSITORY = 'https://github.com/trailofbits/pypi-attestations';
const REF = 'refs/tags/v0.0.19';

/** The same run of a repository under another URI. */
function ofRepository(uri: string): CertificateClaims {
  return {
    ...withWorkflow(GITHUB, `${uri}/.github/workflows/release.yml@${REF}`),
    sourceRepositoryUri: uri,
  };
}

/** The same run of another top-level workflow. */
function ofWorkflow(workflow: string, ref = REF): CertificateClaims {
  return {
    ...withWorkflow(GITHUB, `${REPOSITORY}/.github/workflows/${workflow}@${ref}`),
    sourceRepositoryRef: ref,
  };
}

function san(value: string): CertificateClaims['subjectAlternativeName'] {
  return { type: 'uri', value };
}

function config(uri: string): CertificateClaims {
  return { ...GITHUB, buildConfigUri: uri };
}

function identityOf(claims: CertificateClaims): Identity {
  const identification = identify(claims);
  if (identification.kind !== 'identified') throw new Error(identification.reason);
  return identification.identity;
}

describe('a certificate of GitHub', () => {
  test('proves the repository, with every attribute that it carries', () => {
    expect(identify({ ...GITHUB, deploymentEnvironment: 'pypi' })).toEqual({
      kind: 'identified',
      identity: {
        kind: 'GitHub',
        uri: REPOSITORY,
        attributes: {
          'repository-id': '772247423',
          'owner-id': '2314423',
          workflow: 'release.yml',
          environment: 'pypi',
          ref: REF,
          trigger: 'release',
          runner: 'github-hosted',
        },
      },
    });
  });

  test('may name the workflow at the commit, without a ref', () => {
    expect(identityOf(GITHUB_WITHOUT_REF)).toEqual({
      kind: 'GitHub',
      uri: 'https://github.com/SWIFTSIM/swiftgalaxy',
      attributes: {
        'repository-id': '488271795',
        'owner-id': '37541309',
        workflow: 'python-publish.yml',
        trigger: 'release',
        runner: 'github-hosted',
      },
    });
  });

  test('needs none of the optional claims', () => {
    const { issuer, subjectAlternativeName } = GITHUB;
    expect(identityOf({ issuer, subjectAlternativeName, sourceRepositoryUri: REPOSITORY })).toEqual({
      kind: 'GitHub',
      uri: REPOSITORY,
      attributes: {},
    });
  });

  test('of a reusable workflow proves the calling repository', () => {
    const reusable = 'https://github.com/attacker/tools/.github/workflows/publish.yml@refs/heads/main';
    const identity = identityOf({
      ...GITHUB,
      subjectAlternativeName: { type: 'uri', value: reusable },
      buildSignerUri: reusable,
    });
    expect(identity.uri).toBe(REPOSITORY);
    expect(identity.attributes.workflow).toBe('release.yml');
  });

  test.each([
    'https://github.com/a/b',
    'https://github.com/CamelCase/Some.Repo_1-x',
    'https://github.com/with-trailing-/.github',
    'https://github.com/person_company/repo',
    `https://github.com/${'o'.repeat(39)}/${'r'.repeat(100)}`,
    'https://github.com/a/gitty',
    'https://github.com/a/...',
  ])('may be of the repository %s', (uri) => {
    expect(identityOf(ofRepository(uri)).uri).toBe(uri);
  });

  test.each([
    'http://github.com/a/b',
    'HTTPS://github.com/a/b',
    'https://GitHub.com/a/b',
    'https://github.com./a/b',
    'https://github.com.evil.example/a/b',
    'https://evil.example/github.com/a/b',
    'https://github.com:443/a/b',
    'https://user@github.com/a/b',
    'https://github.com@evil.example/a/b',
    'https://www.github.com/a/b',
    'https://gitlab.com/a/b',
    '//github.com/a/b',
    'github.com/a/b',
    'https://github.com/a',
    'https://github.com/a/',
    'https://github.com//b',
    'https://github.com/a//b',
    'https://github.com/a/b/',
    'https://github.com/a/b/c',
    'https://github.com/a/b.git',
    'https://github.com/a/b.GIT',
    'https://github.com/a/.',
    'https://github.com/a/..',
    'https://github.com/../b',
    'https://github.com/a/../../b/c',
    'https://github.com/a/b?c',
    'https://github.com/a/b#c',
    'https://github.com/a/b%2e',
    'https://github.com/%61/b',
    'https://github.com/a b/c',
    'https://github.com/a/b\n',
    'https://github.com/a/b\u0000',
    'https://github.com/a/b\u202E',
    'https://github.com/a\\b/c',
    'https://github.com/a/b unsigned',
    'https://github.com/a.b/c',
    'https://github.com/pypа/pip',
    'https://github.com/\u212A/b',
    'https://github.com/ſ/b',
    `https://github.com/${'o'.repeat(40)}/b`,
    `https://github.com/a/${'r'.repeat(101)}`,
    '',
  ])('is never of the repository %j', (uri) => {
    expect(verdict(ofRepository(uri))).toMatch(/^invalid: .*Source Repository URI/);
  });

  test('without a repository is invalid', () => {
    expect(verdict(without(GITHUB, 'sourceRepositoryUri'))).toMatch(/^invalid: .*\(none\)/);
  });

  const elsewhere =
    'https://github.com/trailofbits/pypi-attestations/.github/workflows/other.yml@refs/tags/v0.0.19';
  test.each<[string, CertificateClaims]>([
    ['differs from the Build Signer URI', { ...GITHUB, subjectAlternativeName: san(elsewhere) }],
    ['differs from the Build Signer URI', { ...GITHUB, buildSignerUri: elsewhere }],
    [
      'differs in case',
      { ...GITHUB, subjectAlternativeName: san(GITHUB.subjectAlternativeName.value.toUpperCase()) },
    ],
    ['is an e-mail address', { ...GITHUB, subjectAlternativeName: { type: 'email', value: 'a@github.com' } }],
    [
      'is an e-mail address that looks like the URI',
      { ...GITHUB, subjectAlternativeName: { type: 'email', value: GITHUB.subjectAlternativeName.value } },
    ],
    ['cannot be decoded', { ...GITHUB, subjectAlternativeName: san('https://github.com/a/b/%') }],
    ['is no workflow', without({ ...GITHUB, subjectAlternativeName: san(REPOSITORY) }, 'buildSignerUri')],
    [
      'is a workflow of another host',
      without(
        {
          ...GITHUB,
          subjectAlternativeName: san('https://gitlab.com/a/b/.github/workflows/x.yml@refs/heads/main'),
        },
        'buildSignerUri',
      ),
    ],
    [
      'is a workflow of no repository',
      without(
        {
          ...GITHUB,
          subjectAlternativeName: san('https://github.com/a/../.github/workflows/x.yml@refs/heads/main'),
        },
        'buildSignerUri',
      ),
    ],
    [
      'has no ref',
      without(
        { ...GITHUB, subjectAlternativeName: san(`${REPOSITORY}/.github/workflows/x.yml`) },
        'buildSignerUri',
      ),
    ],
  ])('whose subject alternative name %s is invalid', (_, claims) => {
    expect(verdict(claims)).toMatch(/^invalid: .*Build Signer URI/);
  });

  test.each([
    ['release.yml', REF],
    ['Publish to PyPI (2).yml', REF],
    ['публикация.yml', REF],
    ['release.yml', 'refs/heads/fix@2'],
    ['release.yml', 'refs/heads/a@refs/heads/a'],
    ['release.yml', 'refs/heads/x/.github/workflows/evil.yml@y'],
    ['release.yml@evil.yml', REF],
    ['release.yml@refs', 'refs/heads/main'],
  ])('of the workflow %j at %s has that workflow', (workflow, ref) => {
    const claims = ofWorkflow(workflow, ref);
    const encoded = encodeURI(claims.subjectAlternativeName.value);
    expect(identityOf(claims).attributes).toMatchObject({ workflow, ref });
    expect(identityOf({ ...claims, subjectAlternativeName: san(encoded) }).attributes).toMatchObject({
      workflow,
      ref,
    });
  });

  test.each<[string, CertificateClaims]>([
    [
      'of another repository',
      config(`https://github.com/trailofbits/other/.github/workflows/release.yml@${REF}`),
    ],
    ['of a longer name', config(`${REPOSITORY}-evil/.github/workflows/release.yml@${REF}`)],
    [
      'of another host',
      config(`https://gitlab.com/trailofbits/pypi-attestations/.github/workflows/release.yml@${REF}`),
    ],
    ['outside of the workflows', config(`${REPOSITORY}/release.yml@${REF}`)],
    ['in a folder', config(`${REPOSITORY}/.github/workflows/sub/release.yml@${REF}`)],
    ['without a name', config(`${REPOSITORY}/.github/workflows/@${REF}`)],
    ['without a ref', config(`${REPOSITORY}/.github/workflows/release.yml`)],
    ['at another ref', config(`${REPOSITORY}/.github/workflows/release.yml@refs/heads/evil`)],
    ['at the end of the ref', config(`${REPOSITORY}/.github/workflows/release.yml@v0.0.19`)],
    ['at a ref that is not named', without(GITHUB, 'sourceRepositoryRef', 'sourceRepositoryDigest')],
    ['with an unprintable name', ofWorkflow('rel\u202Eease.yml')],
    ['with a name of two lines', ofWorkflow('release.yml\nother')],
    ['with an overlong name', ofWorkflow(`${'w'.repeat(256)}.yml`)],
    ['that is empty', config('')],
  ])('with a top-level workflow %s is invalid', (_, claims) => {
    expect(verdict(claims)).toMatch(/^invalid: .*(?:Build Config URI|its workflow)/);
  });

  test.each<[string, Partial<CertificateClaims>]>([
    ['repository-id', { sourceRepositoryIdentifier: '' }],
    ['repository-id', { sourceRepositoryIdentifier: '12a' }],
    ['repository-id', { sourceRepositoryIdentifier: '-1' }],
    ['repository-id', { sourceRepositoryIdentifier: '0x10' }],
    ['repository-id', { sourceRepositoryIdentifier: '١٢' }],
    ['repository-id', { sourceRepositoryIdentifier: '1'.repeat(256) }],
    ['owner-id', { sourceRepositoryOwnerIdentifier: ' 12' }],
    ['owner-id', { sourceRepositoryOwnerIdentifier: '1e3' }],
    ['owner-id', { sourceRepositoryOwnerIdentifier: '12\n' }],
    ['environment', { deploymentEnvironment: '' }],
    ['environment', { deploymentEnvironment: 'py\u200Bpi' }],
    ['environment', { deploymentEnvironment: 'e'.repeat(256) }],
    ['trigger', { buildTrigger: 'push\u001B[31m' }],
    ['runner', { runnerEnvironment: 'github-hosted\nunsigned' }],
  ])('with a bad %s is invalid: %j', (name, claims) => {
    expect(verdict({ ...GITHUB, ...claims })).toMatch(/^invalid: /);
    expect(verdict({ ...GITHUB, ...claims })).toContain(`its ${name} `);
  });

  test.each([
    'https://token.actions.githubusercontent.com/',
    'https://token.actions.githubusercontent.com/acme',
    'http://token.actions.githubusercontent.com',
    'https://TOKEN.actions.githubusercontent.com',
    'https://token.actions.githubusercontent.com.evil.example',
    'token.actions.githubusercontent.com',
    '',
  ])('must be of the exact issuer, not of %j', (issuer) => {
    expect(verdict({ ...GITHUB, issuer })).toMatch(/^unsupported: /);
    expect(verdict({ ...GITHUB, issuer })).toContain(issuer);
  });

  test('whatever it says, what is identified can be recorded, and nothing said can end a line', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom(
        REPOSITORY,
        REF,
        '1',
        'https://github.com/a/b',
        `${REPOSITORY}/.github/workflows/a b.yml@${REF}`,
      ),
    );
    fc.assert(
      fc.property(
        fc.record(
          {
            sourceRepositoryUri: text,
            sourceRepositoryRef: text,
            sourceRepositoryIdentifier: text,
            deploymentEnvironment: text,
            buildTrigger: text,
            runnerEnvironment: text,
            signer: text,
          },
          { noNullPrototype: true },
        ),
        ({ signer, ...claims }) => {
          const identification = identify({
            issuer: github.issuer,
            subjectAlternativeName: { type: 'uri', value: signer },
            ...claims,
          });
          const written =
            identification.kind === 'identified'
              ? formatEntry({
                  name: 'demo',
                  identity: identification.identity.uri,
                  attributes: identification.identity.attributes,
                })
              : identification.reason;
          expect(written).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}]/u);
        },
      ),
      { numRuns: 1_000 },
    );
  });

  test('with any environment that prints can be recorded', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 60 }), (environment) => {
        const identification = identify({ ...GITHUB, deploymentEnvironment: environment });
        const attributes = identification.kind === 'identified' ? identification.identity.attributes : {};
        const entry = { name: 'demo', identity: REPOSITORY, attributes };
        expect(formatEntry(entry)).toMatch(/^demo {45} https:\/\/\S+( [a-z-]+=[!-~]+)*$/);
      }),
    );
  });
});

describe('a claim about a GitHub publisher', () => {
  const certified = identityOf({ ...GITHUB, deploymentEnvironment: 'PyPI' });
  const repository = 'trailofbits/pypi-attestations';

  test.each([
    { repository, workflow: 'release.yml', environment: 'pypi' },
    { repository: 'TrailOfBits/PyPI-Attestations', workflow: 'release.yml' },
    { repository, workflow: 'release.yml', environment: null },
    { repository: null, workflow: undefined },
    {},
    { repository, workflow: 'release.yml', claims: { anything: 1 } },
  ])('agrees: %j', (members) => {
    expect(github.compareClaim({ kind: 'GitHub', ...members }, certified, GITHUB)).toBeUndefined();
  });

  test.each<[Record<string, unknown>, string, string]>([
    [
      { repository: 'evil/pypi-attestations' },
      'repository `evil/pypi-attestations`',
      `repository \`${repository}\``,
    ],
    [
      { repository: `https://github.com/${repository}` },
      `repository \`https://github.com/${repository}\``,
      `repository \`${repository}\``,
    ],
    [{ repository: `${repository}/` }, `repository \`${repository}/\``, `repository \`${repository}\``],
    [
      { repository: 'trailofbits/pypi-attestation\u017F' },
      'repository `trailofbits/pypi-attestation\\u{17f}`',
      `repository \`${repository}\``,
    ],
    [{ repository: '' }, 'repository ``', `repository \`${repository}\``],
    [{ repository: 7 }, 'repository `7`', `repository \`${repository}\``],
    [{ repository: [repository] }, `repository \`["${repository}"]\``, `repository \`${repository}\``],
    [{ workflow: 'Release.yml' }, 'workflow `Release.yml`', 'workflow `release.yml`'],
    [
      { workflow: '.github/workflows/release.yml' },
      'workflow `.github/workflows/release.yml`',
      'workflow `release.yml`',
    ],
    [{ environment: 'prod' }, 'environment `prod`', 'environment `PyPI`'],
    [{ workflow: 'a\u001B[2K`b' }, "workflow `a\\u{1b}[2K'b`", 'workflow `release.yml`'],
    [
      { repository: 'x/y', workflow: 'z.yml' },
      'repository `x/y`, workflow `z.yml`',
      `repository \`${repository}\`, workflow \`release.yml\``,
    ],
  ])('disagrees: %j', (members, claimed, expected) => {
    expect(github.compareClaim({ kind: 'GitHub', ...members }, certified, GITHUB)).toEqual({
      claimed,
      certified: expected,
    });
  });

  test('is not compared by environment when the certificate has none, but is by workflow', () => {
    const bare = identityOf(without(GITHUB, 'buildConfigUri'));
    expect(github.compareClaim({ kind: 'GitHub', environment: 'pypi' }, bare, GITHUB)).toBeUndefined();
    expect(github.compareClaim({ kind: 'GitHub', workflow: 'release.yml' }, bare, GITHUB)).toEqual({
      claimed: 'workflow `release.yml`',
      certified: 'workflow (none)',
    });
  });
});
