import { describe, expect, test } from 'vitest';
import type { CertificateClaims } from '../../src/attestation/contract.ts';
import { googleCloud } from '../../src/identity/google-cloud.ts';
import { identify } from '../../src/identity/index.ts';
import { GOOGLE_CLOUD } from './real-claims.ts';
import { verdict } from './verdict.ts';

function signedBy(email: string): CertificateClaims {
  return { ...GOOGLE_CLOUD, subjectAlternativeName: { type: 'email', value: email } };
}

describe('a certificate of Google Cloud', () => {
  test.each([
    '919436158236-compute@developer.gserviceaccount.com',
    'publisher@my-project-1.iam.gserviceaccount.com',
    'publisher@my-project.example.com.iam.gserviceaccount.com',
    'my-project@appspot.gserviceaccount.com',
    '1234@cloudbuild.gserviceaccount.com',
  ])('proves the service account %s', (email) => {
    expect(identify(signedBy(email))).toEqual({
      kind: 'identified',
      identity: { kind: 'Google Cloud', uri: `mailto:${email}`, attributes: {} },
    });
  });

  test.each([
    'person@gmail.com',
    'person@google.com',
    'person@gserviceaccount.com',
    'person@evilgserviceaccount.com',
    'a@iam.gserviceaccount.com.evil.example',
    'a@b@iam.gserviceaccount.com',
    'a@.gserviceaccount.com',
    '@iam.gserviceaccount.com',
    'A@iam.gserviceaccount.com',
    'a@IAM.gserviceaccount.com',
    'a b@iam.gserviceaccount.com',
    'a#b@iam.gserviceaccount.com',
    'а@iam.gserviceaccount.com',
    'a@iam.gserviceaccount.com\n',
    'a@iam.gserviceaccount.com.',
    `${'a'.repeat(300)}@iam.gserviceaccount.com`,
  ])('of %j is not supported, and says who signed', (email) => {
    expect(verdict(signedBy(email))).toMatch(
      /^unsupported: it is signed by the e-mail address `[^\n]+`.*not a Trusted Publisher/,
    );
  });

  test('without an e-mail address is invalid', () => {
    const value = 'publisher@my-project.iam.gserviceaccount.com';
    expect(identify({ ...GOOGLE_CLOUD, subjectAlternativeName: { type: 'uri', value } }).kind).toBe(
      'invalid',
    );
  });

  test('must be of the exact issuer', () => {
    expect(identify({ ...GOOGLE_CLOUD, issuer: 'https://accounts.google.com/' }).kind).toBe('unsupported');
  });
});

describe('a claim about a Google publisher', () => {
  const email = '919436158236-compute@developer.gserviceaccount.com';
  const identity = { kind: 'Google Cloud', uri: `mailto:${email}`, attributes: {} } as const;

  test.each([{ email }, {}, { email: null }])('agrees: %j', (members) => {
    expect(googleCloud.compareClaim({ kind: 'Google', ...members }, identity, GOOGLE_CLOUD)).toBeUndefined();
  });

  test('disagrees on the address', () => {
    expect(
      googleCloud.compareClaim({ kind: 'Google', email: email.toUpperCase() }, identity, GOOGLE_CLOUD),
    ).toEqual({ claimed: `email \`${email.toUpperCase()}\``, certified: `email \`${email}\`` });
  });
});
