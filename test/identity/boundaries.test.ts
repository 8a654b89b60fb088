import { describe, expect, test } from 'vitest';
import type { CertificateClaims } from '../../src/attestation/contract.ts';
import { compareClaim, identify, PUBLISHER_KINDS } from '../../src/identity/index.ts';
import { activestate, circleci, github, gitlab, googleCloud, type Signer } from '../support/signers.ts';
import { createFixture, provenanceOf } from '../attestation/fixture.ts';
import { verdict } from './verdict.ts';

const { sign, verify } = createFixture();

/** The claims of a certificate as they are decoded from it. */
async function claimsOf(signer: Signer): Promise<CertificateClaims> {
  const result = await verify(provenanceOf(sign({ signer })));
  if (result.kind !== 'verified') throw new Error(result.reason);
  const [attestation] = result.attestations;
  if (attestation.kind !== 'certificate') throw new Error('signed by a key');
  return attestation.claims;
}

/** What is made of a certificate of Google's issuer with this address. */
function googleKind(value: string): string {
  const subjectAlternativeName = { type: 'email', value } as const;
  return identify({ issuer: 'https://accounts.google.com', subjectAlternativeName }).kind;
}

describe('what only looks like an identity', () => {
  test.each([
    ['https://evil.example/https://platform.activestate.com/org/project'],
    ['xhttps://platform.activestate.com/org/project'],
  ])('a project of ActiveState does not begin with something else: %s', (value) => {
    const issuer = 'https://platform.activestate.com/api/v1/oauth/oidc';
    expect(verdict({ issuer, subjectAlternativeName: { type: 'uri', value } })).toBe(
      `invalid: its subject alternative name \`${value}\` is not a project of the ActiveState Platform`,
    );
  });

  test.each(['acme/widget.git', 'acme/.git', 'acme/a.GIT'])(
    'GitHub has no repository %s',
    async (repository) => {
      const claims = await claimsOf(github({ repository }));
      expect(identify(claims).kind).toBe('invalid');
    },
  );

  test('an address of Google Cloud has at most 320 characters', () => {
    const domain = '@project.iam.gserviceaccount.com';
    expect(googleKind('a'.repeat(320 - domain.length) + domain)).toBe('identified');
    expect(googleKind('a'.repeat(321 - domain.length) + domain)).toBe('unsupported');
  });

  test.each([
    [googleCloud(), 'is not an e-mail address'],
    [circleci(), 'is not its Build Signer URI `https://circleci.com/api/v2/projects/'],
  ])('a subject alternative name that is of another type or says something else', async (signer, words) => {
    const claims = await claimsOf(signer);
    const subjectAlternativeName = { type: 'uri', value: 'https://evil.example/' } as const;
    expect(verdict({ ...claims, subjectAlternativeName })).toContain(
      `invalid: its subject alternative name \`https://evil.example/\` ${words}`,
    );
  });

  test('CircleCI says which pipeline definition signs', async () => {
    const { buildSignerUri: _, ...claims } = await claimsOf(circleci());
    expect(verdict(claims)).toMatch(
      /^invalid: its Build Signer URI .* is not a pipeline definition of CircleCI$/,
    );
  });

  test('a ref that the certificate does not name is not called `undefined`', async () => {
    const { sourceRepositoryRef: _, ...claims } = await claimsOf(github());
    const buildConfigUri = 'https://github.com/acme/widget/.github/workflows/release.yml@undefined';
    expect(verdict({ ...claims, buildConfigUri })).toMatch(/^invalid: its Build Config URI/);
  });
});

test('a workflow whose name has a percent sign is spelled the same in both places', async () => {
  const claims = await claimsOf(github());
  const uri = 'https://github.com/acme/widget/.github/workflows/100%25.yml@refs/tags/v1.0.0';
  const spelled = {
    ...claims,
    buildSignerUri: uri,
    buildConfigUri: uri,
    subjectAlternativeName: { type: 'uri', value: uri } as const,
  };
  expect(verdict(spelled)).toBe('GitHub: https://github.com/acme/widget');
});

test.each([github(), gitlab(), googleCloud(), circleci(), activestate()])(
  'the claim of an honest index agrees: $publisher.kind',
  async (signer) => {
    const claims = await claimsOf(signer);
    const identification = identify(claims);
    const identity = identification.kind === 'identified' ? identification.identity : undefined;
    expect(PUBLISHER_KINDS.map(({ kind }) => kind)).toContain(identity?.kind);
    expect(identity && compareClaim(signer.publisher, identity, claims)).toBeUndefined();
  },
);
