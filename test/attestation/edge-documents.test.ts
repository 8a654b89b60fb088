import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';

import { describe, expect, test } from 'vitest';

import type { ProvenanceVerdict, Subject } from '../../src/attestation/contract.ts';
import { parsePublicKey } from '../../src/attestation/public-key.ts';
import type { TrustedKey } from '../../src/attestation/trusted-keys.ts';
import { loadTrustedRoot } from '../../src/attestation/trusted-root.ts';
import { createVerifier, verifyProvenance } from '../../src/attestation/verify.ts';
import { createSigningKey } from '../support/keys.ts';
import { toProvenance } from '../support/real-documents.ts';
import { reasonOf } from './fixture.ts';

/** Public documents with an edge, kept beside the project where there are any; they are not ours to copy. */
const FOLDER = new URL('../../../shared/real/', import.meta.url);

const SAMPLEPROJECT: Subject = {
  name: 'sampleproject',
  version: '3.0.0',
  filename: 'sampleproject-3.0.0.tar.gz',
  sha256: '117ed88e5db073bb92969a7545745fd977ee85b7019706dd256a64058f70963d',
};
const PYPI_ATTESTATIONS: Subject = {
  name: 'pypi-attestations',
  version: '0.0.19',
  filename: 'pypi_attestations-0.0.19.tar.gz',
  sha256: '9bb1add04b1b4e182be6b0b80931593f7a291eb49d69b4fd728a5d4cbcdc4bd3',
};
const AMQP: Subject = {
  name: 'amqp',
  version: '5.3.1',
  filename: 'amqp-5.3.1-0-py3-none-any.whl',
  sha256: '034b93b6620dd4db0899c5299ed8fb11b60d2cd6fbfb3d271bedbf9f62dc2a9d',
};

async function verify(
  path: string,
  subject: Subject,
  keys: readonly TrustedKey[] = [],
): Promise<ProvenanceVerdict> {
  const root = await loadTrustedRoot('embedded', { offline: true, warn: () => undefined });
  const provenance = toProvenance(await readFile(new URL(path, FOLDER)));
  return await verifyProvenance(provenance, subject, createVerifier(root, keys));
}

describe.skipIf(!existsSync(FOLDER))('a real document', () => {
  test('with line breaks in its base64 verifies', async () => {
    const path = 'wrapped-base64/sampleproject-3.0.0.tar.gz.publish.attestation';
    expect(await verify(path, SAMPLEPROJECT)).toMatchObject({
      kind: 'verified',
      attestations: [
        {
          signedAt: new Date('2024-08-29T17:09:39Z'),
          claims: {
            issuer: 'https://accounts.google.com',
            subjectAlternativeName: { value: '919436158236-compute@developer.gserviceaccount.com' },
          },
        },
      ],
    });
  });

  test('of a person, with an RFC 3161 timestamp beside the SET, verifies here', async () => {
    const path = 'person-with-timestamps/pypi_attestations-0.0.19.tar.gz.publish.attestation';
    expect(await verify(path, PYPI_ATTESTATIONS)).toMatchObject({
      kind: 'verified',
      attestations: [
        { signedAt: new Date('2025-10-10T08:22:28Z'), claims: { subjectAlternativeName: { type: 'email' } } },
      ],
    });
  });

  test('of the staging instance, with Rekor v2, is unsupported against the production root', async () => {
    const path = 'rekor-v2-staging/pypi_attestations-0.0.19.tar.gz.publish.attestation';
    const verdict = await verify(path, PYPI_ATTESTATIONS);
    expect(verdict.kind).toBe('unsupported');
    expect(reasonOf(verdict)).toMatch(/^the log entry has no integrated time \(Rekor v2\)/);
  });

  test('with a checkpoint of literal \\n is invalid', async () => {
    const verdict = await verify('staging-entry-broken-checkpoint/provenance.json', PYPI_ATTESTATIONS);
    expect(verdict.kind).toBe('invalid');
    expect(reasonOf(verdict)).toBe('the checkpoint of the log entry is not a signed note');
  });

  test('signed by a key is unsupported without one, and says what it is', async () => {
    expect(await verify('key-signed-red-hat/redhat-provenance.json', AMQP)).toEqual({
      kind: 'unsupported',
      reason:
        'the attestation is signed by a key, not by a certificate, and no `--key` is given; unverified: ' +
        'it is `https://slsa.dev/provenance/v0.2`, built by `https://konflux-ci.dev/calunga`, ' +
        'as `https://konflux-ci.dev/PythonWheelBuild@v1`, at `2026-02-19T16:59:23.000Z`, ' +
        'uploaded by the Pulp user `prn:auth.user:111`',
    });
  });

  test('signed by a key is invalid with another one', async () => {
    const other = createSigningKey('rsa-4096');
    const key = parsePublicKey(other.pem);
    if (typeof key === 'string') throw new Error(key);
    const keys = [{ key, scope: { kind: 'everything' } as const }];
    expect(await verify('key-signed-red-hat/redhat-provenance.json', AMQP, keys)).toEqual({
      kind: 'invalid',
      reason: `the signature is not by the key that is given for it: \`${other.identity}\``,
    });
  });
});
