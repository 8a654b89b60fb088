import assert from 'node:assert/strict';

import { TrustedRoot } from '@sigstore/protobuf-specs';

import { certificateClaims } from '../../../src/attestation/certificate-claims.ts';
import type { CertificateClaims, Subject, VerifiedAttestation } from '../../../src/attestation/contract.ts';
import { readLeafExtensions } from '../../../src/attestation/leaf-certificate.ts';
import { checkLogEntry } from '../../../src/attestation/log-entry.ts';
import { parseAttestation } from '../../../src/attestation/parse.ts';
import { signingTime } from '../../../src/attestation/signing-time.ts';
import { parsePublicKey } from '../../../src/attestation/public-key.ts';
import { checkKeyStatement, checkStatement } from '../../../src/attestation/statement.ts';
import type { TrustedKey } from '../../../src/attestation/trusted-keys.ts';
import { createVerifier, verifyProvenance } from '../../../src/attestation/verify.ts';
import { identify } from '../../../src/identity/index.ts';
import { formatEntry } from '../../../src/provenance-file/format.ts';
import { activestate, circleci, github, gitlab, googleCloud, person } from '../../../test/support/signers.ts';
import {
  createTestSigstore,
  konfluxStatement,
  PUBLISH_V1,
  SIGNED_AT,
  signWithKey,
  SLSA_V1,
  type Attestation,
  type SignOptions,
} from '../../../test/support/signing.ts';
import { createSigningKey } from '../../../test/support/keys.ts';
import { bytesOf, isOneLine, jsonOf, orAttestationFailure } from '../expected.ts';
import type { FuzzTarget, Mutation } from '../contract.ts';
import { mutateBytes } from '../mutate-bytes.ts';
import { mutateDer } from '../mutate-der.ts';
import { mutateJson } from '../mutate-json.ts';

const SUBJECT: Subject = {
  name: 'acme-widget',
  version: '1.0.0',
  filename: 'acme_widget-1.0.0-py3-none-any.whl',
  sha256: 'a5'.repeat(32),
};

const sigstore = createTestSigstore();
const signingKey = createSigningKey('p256');
const verifier = createVerifier(TrustedRoot.fromJSON(sigstore.trustedRoot), [trustedKey(signingKey.pem)]);
const slsa = { predicateType: SLSA_V1, predicate: { buildDefinition: {} } };

const sign = (options: Partial<SignOptions> = {}): Attestation =>
  sigstore.sign({ filename: SUBJECT.filename, sha256: SUBJECT.sha256, ...options });
const document = (...attestations: readonly object[]): string =>
  JSON.stringify({ version: 1, attestation_bundles: [{ publisher: github().publisher, attestations }] });

const plain = sign();
const signers = [
  github({ environment: 'pypi' }),
  gitlab(),
  googleCloud(),
  circleci(),
  activestate(),
  person(),
];
const stamped = sign({ log: 'rekor-v2', timestamps: ['good', 'of-another-instance'] });
const keyed = signWithKey({
  filename: SUBJECT.filename,
  sha256: SUBJECT.sha256,
  privateKey: signingKey.privateKey,
  statement: konfluxStatement(SUBJECT),
});

function trustedKey(pem: string): TrustedKey {
  const key = parsePublicKey(pem);
  if (typeof key === 'string') throw new Error(key);
  return { key, scope: { kind: 'everything' } };
}

/** DER where it is, otherwise any bytes. */
const mutateDecoded: Mutation = (bytes, random) =>
  (random.below(2) === 0 ? mutateDer(anyBytes)(bytes, random) : mutateJson(anyBytes)(bytes, random)) ??
  anyBytes(bytes, random);

function anyBytes(bytes: Uint8Array, random: Parameters<Mutation>[1]): Uint8Array {
  return mutateBytes(bytes, ['\u0000', 'https://github.com/acme/widget'], [bytes], random);
}

/** What the seeds' keys have signed; nobody but them can sign, so that nothing else may ever come out as verified. */
const genuine = new Set<string>();

/** PEP 740 provenance objects, verified through and through. */
export const provenance: FuzzTarget = {
  name: 'provenance',
  seeds: bytesOf(document(plain), document(stamped), document(sign(), sign(slsa)), document(keyed)),
  tokens: [
    '"attestations":[',
    '"version":1',
    '"verification_material":null',
    '"timestamps":[]',
    '"publisher":null',
    'AA==',
  ],
  covers: /\/src\/attestation\//,
  mutate: mutateJson(mutateDecoded),
  check: async (input) => {
    const verdict = await verifyProvenance(input, SUBJECT, verifier);
    if (verdict.kind !== 'verified') {
      assert.ok(isOneLine(verdict.reason), `not one line: ${verdict.reason}`);
      return;
    }
    assert.ok(verdict.attestations.length > 0);
    for (const attestation of verdict.attestations) {
      assert.ok(genuine.has(contentOf(attestation)), 'what nobody signed was verified');
      if (attestation.kind === 'certificate')
        assert.equal(attestation.signedAt.getTime(), SIGNED_AT.getTime());
    }
  },
};

for (const seed of provenance.seeds) {
  const verdict = await verifyProvenance(seed, SUBJECT, verifier);
  if (verdict.kind === 'verified') for (const one of verdict.attestations) genuine.add(contentOf(one));
}

function contentOf(attestation: VerifiedAttestation): string {
  const { predicateType } = attestation;
  if (attestation.kind === 'key') {
    return JSON.stringify([predicateType, attestation.keySha256, attestation.build]);
  }
  const { claims, log } = attestation;
  return JSON.stringify([
    predicateType,
    log.keyId,
    log.index,
    Object.entries(claims).sort(([a], [b]) => (a < b ? -1 : 1)),
  ]);
}

/** in-toto statements, as a signer could make them. */
export const statement: FuzzTarget = {
  name: 'statement',
  seeds: [plain, sign(slsa), keyed].map(({ envelope }) => Buffer.from(envelope.statement, 'base64')),
  tokens: [
    '"subject":[',
    '"digest":{"sha256":"',
    '"predicate":{}',
    'acme_widget-1.0.0',
    SUBJECT.sha256,
    SLSA_V1,
  ],
  covers: /\/src\/(?:attestation|distribution-filename)/,
  mutate: mutateJson(() => undefined),
  check: (input) => {
    const type = orAttestationFailure(() => checkStatement(Buffer.from(input), SUBJECT));
    assert.ok(type === undefined || type === PUBLISH_V1 || type === SLSA_V1);
    const byKey = orAttestationFailure(() => checkKeyStatement(Buffer.from(input), SUBJECT));
    assert.ok(type === undefined || type === byKey?.predicateType || type === SLSA_V1);
    if (type === undefined && byKey === undefined) return;
    const { builder } = byKey?.build ?? {};
    // What can be pinned can be written down.
    if (builder !== undefined)
      formatEntry({ name: 'acme-widget', identity: signingKey.identity, attributes: { builder } });
    // A reader that only looks for the member, wherever it stands, must find the same subject.
    assert.partialDeepStrictEqual(jsonOf(input), { subject: [{ digest: { sha256: SUBJECT.sha256 } }] });
  },
};

/** Leaf certificates, as if Fulcio had signed anything, up to the line of the provenance file. */
export const certificate: FuzzTarget = {
  name: 'certificate',
  seeds: [plain, ...signers.map((signer) => sign({ signer }))].map(certificateOf),
  tokens: [
    'https://github.com',
    'https://gitlab.com/acme/widget',
    '/.github/workflows/release.yml@refs/heads/main',
    '\u202e',
    '@',
    '..',
  ],
  covers: /\/src\/(?:attestation\/(?:leaf|certificate)|identity)/,
  mutate: mutateDer(anyBytes),
  check: (input) => {
    const claims = orAttestationFailure(() => certificateClaims(readLeafExtensions(Buffer.from(input))));
    if (claims === undefined) return;
    const texts = Object.values(claims).map((claim: string | CertificateClaims['subjectAlternativeName']) =>
      typeof claim === 'string' ? claim : claim.value,
    );
    for (const text of texts) assert.ok(text !== '' && isOneLine(text));
    const identification = identify(claims);
    if (identification.kind !== 'identified') {
      assert.ok(isOneLine(identification.reason));
      return;
    }
    // Whoever is identified can be written down, in words that are read back as the same.
    const { uri, attributes } = identification.identity;
    formatEntry({ name: 'acme-widget', identity: uri, attributes });
  },
};

function certificateOf({ verification_material: material }: Attestation): Uint8Array {
  return Buffer.from(material?.certificate ?? '', 'base64');
}

/** Log entries with their proofs, and RFC 3161 timestamps: the parts of an attestation that come from services. */
export const logEntry: FuzzTarget = {
  name: 'log-entry',
  seeds: bytesOf(JSON.stringify(plain), JSON.stringify(stamped)),
  tokens: ['\u2014 rekor AAAA', '\n\n', '"dsseV002":{', '"kind":"dsse"', '-----BEGIN CERTIFICATE-----\n'],
  covers: /\/src\/attestation\/(?:parse|log-entry|inclusion|signing|base64|members)/,
  mutate: mutateJson(mutateDecoded),
  check: (input) => {
    const parsed = orAttestationFailure(() => parseAttestation(jsonOf(input)));
    if (parsed === undefined) return;
    const time = orAttestationFailure(() => signingTime(parsed, verifier.trusted));
    assert.ok(time === undefined || !Number.isNaN(time.signedAt.getTime()), 'a time that is none');
    orAttestationFailure(() => checkLogEntry(parsed, time?.signedAt ?? SIGNED_AT, verifier.trusted.tlogs));
  },
};
