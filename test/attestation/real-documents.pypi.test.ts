import { beforeAll, describe, expect, test } from 'vitest';

import { loadTrustedRoot } from '../../src/attestation/trusted-root.ts';
import { type AttestationVerifier, createVerifier, verifyProvenance } from '../../src/attestation/verify.ts';
import { PUBLISH_V1, SLSA_V1 } from '../support/signing.ts';
import { readRealFile, REAL_DOCUMENTS, type RealFile, STAGING_DOCUMENTS } from '../support/real-documents.ts';
import { reasonOf } from './fixture.ts';

let verifier: AttestationVerifier;
beforeAll(async () => {
  verifier = createVerifier(await loadTrustedRoot('embedded', { offline: true, warn: () => undefined }));
});

const verify = async ({ provenance, subject }: RealFile) =>
  await verifyProvenance(provenance, subject, verifier);

const GITHUB = 'https://token.actions.githubusercontent.com';
const PYPI_ATTESTATIONS =
  'https://github.com/trailofbits/pypi-attestations/.github/workflows/release.yml@refs/tags/v0.0.19';
const CIRCLECI = {
  issuer: 'https://oidc.circleci.com',
  predicateType: PUBLISH_V1,
  signedAt: '2026-02-05T22:59:42.000Z',
  alternativeName:
    'https://circleci.com/api/v2/projects/fdd9283f-e619-46af-8f9c-851f7d3e8b2b/pipeline-definitions/8e4f8ab2-8d7c-4827-9f15-de076d6d647f',
};
const EXPECTED = [
  { real: REAL_DOCUMENTS.circleci, ...CIRCLECI },
  { real: REAL_DOCUMENTS.circleciAttestation, ...CIRCLECI },
  {
    real: REAL_DOCUMENTS.googleCloud,
    issuer: 'https://accounts.google.com',
    predicateType: PUBLISH_V1,
    signedAt: '2025-04-21T15:02:27.000Z',
    alternativeName: '919436158236-compute@developer.gserviceaccount.com',
  },
  {
    real: REAL_DOCUMENTS.gitlab,
    issuer: 'https://gitlab.com',
    predicateType: PUBLISH_V1,
    signedAt: '2024-11-19T17:37:00.000Z',
    alternativeName: 'https://gitlab.com/facutuesca/gitlab-oidc-project//.gitlab-ci.yml@refs/heads/main',
  },
  {
    real: REAL_DOCUMENTS.github,
    issuer: GITHUB,
    predicateType: PUBLISH_V1,
    signedAt: '2024-12-04T23:14:01.000Z',
    alternativeName: PYPI_ATTESTATIONS,
  },
  {
    real: REAL_DOCUMENTS.githubPublish,
    issuer: GITHUB,
    predicateType: PUBLISH_V1,
    signedAt: '2024-12-04T23:14:01.000Z',
    alternativeName: PYPI_ATTESTATIONS,
  },
  {
    real: REAL_DOCUMENTS.githubSlsa,
    issuer: GITHUB,
    predicateType: SLSA_V1,
    signedAt: '2024-12-04T23:13:46.000Z',
    alternativeName: PYPI_ATTESTATIONS,
  },
  {
    real: REAL_DOCUMENTS.githubEarly,
    issuer: GITHUB,
    predicateType: PUBLISH_V1,
    signedAt: '2024-06-10T19:47:25.000Z',
    alternativeName:
      'https://github.com/trailofbits/pypi-attestation-models/.github/workflows/release.yml@refs/tags/v0.0.4a2',
  },
];

describe('real documents of production Sigstore', () => {
  test('are all here', () => {
    expect(EXPECTED.map(({ real }) => real)).toEqual(Object.values(REAL_DOCUMENTS));
  });

  test.each(EXPECTED)('$real.document verifies against the artifact', async (expected) => {
    const { predicateType, issuer, alternativeName } = expected;
    expect(await verify(await readRealFile(expected.real))).toMatchObject({
      kind: 'verified',
      attestations: [
        {
          predicateType,
          signedAt: new Date(expected.signedAt),
          claims: { issuer, subjectAlternativeName: { value: alternativeName } },
        },
      ],
    });
  });

  test.each(EXPECTED)(
    '$real.document does not verify for other content or another version',
    async ({ real }) => {
      const file = await readRealFile(real);
      const first = file.subject.sha256.startsWith('0') ? '1' : '0';
      const other = { ...file.subject, sha256: `${first}${file.subject.sha256.slice(1)}` };
      expect((await verify({ ...file, subject: other })).kind).toBe('invalid');
      expect((await verify({ ...file, subject: { ...file.subject, version: '99' } })).kind).toBe('invalid');
    },
  );

  test('none verifies for the artifact of another', async () => {
    const files = await Promise.all(EXPECTED.map(async ({ real }) => await readRealFile(real)));
    for (const { provenance, subject } of files) {
      for (const other of files.filter(({ subject: { filename } }) => filename !== subject.filename)) {
        expect((await verifyProvenance(provenance, other.subject, verifier)).kind).toBe('invalid');
      }
    }
  });
});

describe('real documents of staging Sigstore', () => {
  test.each(Object.entries(STAGING_DOCUMENTS))('%s is invalid', async (_, real) => {
    const verdict = await verify(await readRealFile(real));
    expect(verdict.kind).toBe('invalid');
    expect(reasonOf(verdict)).toMatch(/not in the trusted root$|no valid certificate path found$/);
  });
});
