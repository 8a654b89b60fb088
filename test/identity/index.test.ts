import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { CertificateClaims } from '../../src/attestation/contract.ts';
import { compareClaim, identify, PUBLISHER_KINDS } from '../../src/identity/index.ts';
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
