import { X509Certificate } from 'node:crypto';

import { bundleFromJSON } from '@sigstore/bundle';
import { TrustedRoot } from '@sigstore/protobuf-specs';
import { toSignedEntity, toTrustMaterial, Verifier } from '@sigstore/verify';
import { describe, expect, test } from 'vitest';

import { createKeyPair, generalName, toPem } from './certificates.ts';
import { claimExtension, FULCIO_OID } from './fulcio.ts';
import { activestate, circleci, CLAIM_NUMBERS, github, gitlab, googleCloud, person } from './signers.ts';
import {
  createTestSigstore,
  FAULTS,
  provenance,
  signWithKey,
  type Attestation,
  type Fault,
  type TestSigstore,
} from './signing.ts';

const FILE = { filename: 'widget-1.0.0.tar.gz', sha256: 'ab'.repeat(32) };
const sigstore = createTestSigstore();

describe('what verifies', () => {
  test.for([
    ['GitHub', github({ environment: 'pypi' })],
    ['GitLab', gitlab()],
    ['Google Cloud', googleCloud()],
    ['CircleCI', circleci()],
    ['ActiveState', activestate()],
    ['a person', person()],
  ] as const)('an attestation by %s, every claim in its certificate', ([, signer]) => {
    const { identity } = verify(sigstore, sigstore.sign({ ...FILE, signer }));
    expect(identity?.subjectAlternativeName).toBe(signer.claims.subjectAlternativeName?.value);
    const found = (identity?.oids ?? [])
      .map(({ oid, value }) => `${oid?.id.join('.')} ${value.toString('hex')}`)
      .filter((line) => line.startsWith(FULCIO_OID));
    const legacy = Object.entries(signer.legacyClaims).map(
      ([number, text]) => `${FULCIO_OID}.${number} ${Buffer.from(text).toString('hex')}`,
    );
    const current = CLAIM_NUMBERS.flatMap(([name, number]) => {
      const text = signer.claims[name];
      return text === undefined ? [] : [`${FULCIO_OID}.${number} ${derText(text)}`];
    });
    expect(found).toEqual([...legacy, ...current]);
  });

  test('an override replaces a claim, and undefined removes it', () => {
    const signer = github({}, { sourceRepositoryIdentifier: '7', sourceRepositoryRef: undefined });
    const { identity } = verify(sigstore, sigstore.sign({ ...FILE, signer }));
    const numbers = identity?.oids?.map(({ oid }) => oid?.id.join('.'));
    expect(numbers).toContain(`${FULCIO_OID}.15`);
    expect(numbers).not.toContain(`${FULCIO_OID}.14`);
  });

  test('a second attestation of another predicate, and another time', () => {
    const at = new Date('2025-01-02T03:04:05Z');
    const attestation = sigstore.sign({
      ...FILE,
      at,
      predicateType: 'https://slsa.dev/provenance/v1',
      predicate: { buildDefinition: {} },
    });
    verify(sigstore, attestation);
    const [entry] = attestation.verification_material?.transparency_entries ?? [];
    expect(entry?.integratedTime).toBe(String(at.getTime() / 1000));
  });

  test('an RFC 3161 timestamp beside the entry', () => {
    const attestation = sigstore.sign({ ...FILE, timestamps: ['good'] });
    expect(() => verify(sigstore, attestation)).not.toThrow();
  });

  test('an entry of Rekor v2, by its RFC 3161 timestamp alone', () => {
    const attestation = sigstore.sign({ ...FILE, log: 'rekor-v2', timestamps: ['good'] });
    verify(sigstore, attestation);
    const [entry] = attestation.verification_material?.transparency_entries ?? [];
    expect(entry).toMatchObject({ integratedTime: '0', kindVersion: { kind: 'dsse', version: '0.0.2' } });
    expect(entry).not.toHaveProperty('inclusionPromise');
  });

  test('three thousand in the time that a test may take', () => {
    const names = Array.from({ length: 3_000 }, (_, n) => `widget-1.0.${n}.tar.gz`);
    const signed = names.map((filename) => sigstore.sign({ ...FILE, filename }));
    expect(new Set(signed.map(({ envelope }) => envelope.signature)).size).toBe(3_000);
  });
});

/** What `@sigstore/verify` says of each fault. */
const REFUSALS: Readonly<Record<Exclude<Fault, 'entry-of-another-certificate'>, RegExp>> = {
  'certificate-of-another-instance': /certificate chain/,
  'certificate-signature-changed': /certificate chain/,
  'certificate-expired': /certificate chain/,
  'certificate-not-yet-valid': /certificate chain/,
  'no-sct': /SCTs/,
  'sct-of-another-log': /SCT verification/,
  'sct-of-another-certificate': /SCT verification/,
  'sct-twice': /duplicate SCT/,
  'signature-by-another-key': /signature verification failed/,
  'signature-of-another-statement': /signature verification failed/,
  'no-entry': /timestamps/,
  'entry-twice': /duplicate/,
  'entry-of-another-instance': /inclusion promise/,
  'entry-of-another-signature': /signature mismatch/,
  'entry-of-another-payload': /payload hash mismatch/,
  'entry-without-inclusion': /invalid bundle/,
  'promise-of-another-entry': /inclusion promise/,
  'proof-of-another-entry': /root hash/,
  'checkpoint-of-another-tree': /root hash|hash count/,
  'checkpoint-of-another-instance': /checkpoint signature/,
  'integrated-time-changed': /inclusion promise/,
};

describe('what does not verify', () => {
  test.for(Object.entries(REFUSALS))('%s', ([fault, refusal]) => {
    const attestation = sigstore.sign({ ...FILE, fault: FAULTS.find((name) => name === fault) });
    expect(() => verify(sigstore, attestation)).toThrow(refusal);
  });

  test('entry-of-another-certificate, which @sigstore/verify leaves to its caller', () => {
    const attestation = sigstore.sign({ ...FILE, fault: 'entry-of-another-certificate' });
    expect(() => verify(sigstore, attestation)).not.toThrow();
    const material = attestation.verification_material;
    const body = Buffer.from(material?.transparency_entries[0]?.canonicalizedBody ?? '', 'base64').toString();
    expect(body).not.toContain(
      Buffer.from(toPem(Buffer.from(material?.certificate ?? '', 'base64'))).toString('base64'),
    );
  });

  test('anything of another instance', () => {
    expect(() => verify(createTestSigstore(), sigstore.sign(FILE))).toThrow(/certificate chain/);
  });

  test.for(['of-another-signature', 'of-another-instance'] as const)('a timestamp %s', (kind) => {
    const attestation = sigstore.sign({ ...FILE, timestamps: [kind] });
    expect(() => verify(sigstore, attestation)).toThrow(/timestamp could not be verified/);
  });

  test('an entry of Rekor v2 without a timestamp', () => {
    const attestation = sigstore.sign({ ...FILE, log: 'rekor-v2' });
    expect(() => verify(sigstore, attestation)).toThrow(/timestamps/);
  });
});

describe('raw hooks', () => {
  test('the certificate has exactly the extensions that the hook leaves, and verifies', () => {
    const attestation = sigstore.sign({
      ...FILE,
      extensions: (made) => [...made, claimExtension(15, '1'), claimExtension(15, '2')],
    });
    const { identity } = verify(sigstore, attestation);
    const ids = identity?.oids?.filter(({ oid }) => oid?.id.join('.') === `${FULCIO_OID}.15`);
    expect(ids).toHaveLength(3);
  });

  test('several alternative names, of any type', () => {
    const alternativeNames = [generalName.email('a@example.org'), generalName.uri('https://example.org/')];
    const attestation = sigstore.sign({ ...FILE, alternativeNames });
    const certificate = new X509Certificate(
      Buffer.from(attestation.verification_material?.certificate ?? '', 'base64'),
    );
    expect(certificate.subjectAltName).toBe('email:a@example.org, URI:https://example.org/');
  });

  test('the log entry has the body that the hook makes', () => {
    const attestation = sigstore.sign({ ...FILE, entryBody: (body) => ({ ...body, kind: 'intoto' }) });
    const [entry] = attestation.verification_material?.transparency_entries ?? [];
    const body: unknown = JSON.parse(Buffer.from(entry?.canonicalizedBody ?? '', 'base64').toString());
    expect(body).toMatchObject({ kind: 'intoto', apiVersion: '0.0.1' });
  });
});

test('a provenance object has the members of PEP 740', () => {
  const one = sigstore.provenanceOf({ ...FILE, signer: gitlab() });
  expect(one).toEqual({
    version: 1,
    attestation_bundles: [
      { publisher: gitlab().publisher, attestations: [expect.objectContaining({ version: 1 })] },
    ],
  });
  expect(provenance([])).toEqual({ version: 1, attestation_bundles: [] });
});

test('a key-signed attestation has no verification material', () => {
  const attestation = signWithKey({ ...FILE, privateKey: createKeyPair().privateKey });
  expect(attestation.verification_material).toBeNull();
});

function verify(instance: TestSigstore, attestation: Attestation) {
  const material = attestation.verification_material;
  const bundle = bundleFromJSON({
    mediaType: 'application/vnd.dev.sigstore.bundle.v0.3+json',
    verificationMaterial: {
      certificate: { rawBytes: material?.certificate },
      tlogEntries: material?.transparency_entries,
      timestampVerificationData: {
        rfc3161Timestamps: (material?.timestamps ?? []).map((signedTimestamp) => ({ signedTimestamp })),
      },
    },
    dsseEnvelope: {
      payload: attestation.envelope.statement,
      payloadType: 'application/vnd.in-toto+json',
      signatures: [{ sig: attestation.envelope.signature, keyid: '' }],
    },
  });
  const trust = toTrustMaterial(TrustedRoot.fromJSON(instance.trustedRoot));
  return new Verifier(trust).verify(toSignedEntity(bundle));
}

/** DER UTF8String of at most 255 octets, in hex. */
function derText(text: string): string {
  const header = text.length < 0x80 ? [0x0c, text.length] : [0x0c, 0x81, text.length];
  return Buffer.concat([Buffer.from(header), Buffer.from(text)]).toString('hex');
}
