import { expect, test } from 'vitest';
import type { CertificateClaims } from '../../src/attestation/contract.ts';
import { activestate } from '../../src/identity/activestate.ts';
import { identify } from '../../src/identity/index.ts';

const PROJECT = 'https://platform.activestate.com/ActiveState-Labs/my_project.1';

function signedBy(value: string, type: 'uri' | 'email' = 'uri'): CertificateClaims {
  return { issuer: activestate.issuer, subjectAlternativeName: { type, value } };
}

test('a certificate of ActiveState proves the project', () => {
  expect(identify(signedBy(PROJECT))).toEqual({
    kind: 'identified',
    identity: { kind: 'ActiveState', uri: PROJECT, attributes: {} },
  });
});

test.each<[string, 'uri' | 'email']>([
  [PROJECT, 'email'],
  [`${PROJECT}/`, 'uri'],
  [`${PROJECT}/more`, 'uri'],
  [`${PROJECT}?x`, 'uri'],
  [`${PROJECT}\n`, 'uri'],
  [PROJECT.replace('https', 'http'), 'uri'],
  [PROJECT.replace('.com', '.com.evil.example'), 'uri'],
  [PROJECT.replace('platform.', 'user@platform.'), 'uri'],
  ['https://platform.activestate.com/org', 'uri'],
  ['https://platform.activestate.com/org/..', 'uri'],
  ['https://platform.activestate.com/../org', 'uri'],
  ['https://platform.activestate.com//org', 'uri'],
  ['https://platform.activestate.com/org/prоject', 'uri'],
])('a certificate of ActiveState with %j (%s) is invalid', (value, type) => {
  expect(identify(signedBy(value, type)).kind).toBe('invalid');
});

test.each(['https://platform.activestate.com', `${activestate.issuer}/`])(
  '%s is another issuer',
  (issuer) => {
    expect(identify({ ...signedBy(PROJECT), issuer }).kind).toBe('unsupported');
  },
);

test('nothing but the kind of a claim is compared', () => {
  const identity = { kind: 'ActiveState', uri: PROJECT, attributes: {} } as const;
  expect(
    activestate.compareClaim({ kind: 'ActiveState', organization: 'x' }, identity, signedBy(PROJECT)),
  ).toBeUndefined();
});
