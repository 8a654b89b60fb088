/**
 * Verifying with certificates that remember says what the Sigstore library says as it comes, of everything: good documents,
 * every way to sign wrongly, and documents that were changed anywhere.
 */
import { X509Certificate } from '@sigstore/core';
import { TrustedRoot } from '@sigstore/protobuf-specs';
import { toSignedEntity } from '@sigstore/verify';
import { describe, expect, test } from 'vitest';

import { mutateBytes } from '../../scripts/fuzz/mutate-bytes.ts';
import { mutateDer } from '../../scripts/fuzz/mutate-der.ts';
import { mutateJson } from '../../scripts/fuzz/mutate-json.ts';
import { createRandom } from '../../scripts/fuzz/random.ts';
import { toBundle } from '../../src/attestation/bundle.ts';
import { parseAttestation } from '../../src/attestation/parse.ts';
import { toRememberingTrustMaterial, withRememberedDer } from '../../src/attestation/remembered-der.ts';
import { toPem } from '../support/certificates.ts';
import { sequence } from '../support/der.ts';
import { activestate, circleci, github, gitlab, googleCloud, person } from '../support/signers.ts';
import { createTestSigstore, FAULTS, SLSA_V1, type SignOptions } from '../support/signing.ts';
import { encode, membersOf, provenanceOf, reasonOf, SUBJECT } from './fixture.ts';
import { createComparison } from './plain-verifier.ts';

const sigstore = createTestSigstore();
const trustedRoot = TrustedRoot.fromJSON(sigstore.trustedRoot);
const compare = createComparison(trustedRoot);
const sign = (options: Partial<SignOptions> = {}) =>
  sigstore.sign({ filename: SUBJECT.filename, sha256: SUBJECT.sha256, ...options });
const verdictOf = async (...attestations: readonly unknown[]) =>
  await compare(encode(provenanceOf(...attestations)), SUBJECT);

const LOGS: readonly Partial<SignOptions>[] = [{}, { log: 'rekor-v2', timestamps: ['good'] }];
const SIGNERS = [github(), gitlab(), googleCloud(), circleci(), activestate(), person()];

/** One certificate is one string of octets: what its signature covers cannot be written in another way. */
const NOT_DER: readonly (readonly [string, (der: Buffer) => Buffer, string])[] = [
  ['a length that is longer than it has to be', withLongLength, 'non-minimal length'],
  ['such a length within what is signed', (der) => withContent(der, withLongLength), 'non-minimal length'],
  ['an octet behind it', (der) => Buffer.concat([der, Buffer.of(0)]), 'trailing data'],
];

/** Of a SEQUENCE whose length takes two octets: with a third one, that is zero. */
function withLongLength(der: Buffer): Buffer {
  expect([...der.subarray(0, 2)]).toEqual([0x30, 0x82]);
  return Buffer.concat([Buffer.of(0x30, 0x83, 0), der.subarray(2)]);
}

/** Of such a SEQUENCE, too: with other content, and its length written anew. */
function withContent(der: Buffer, change: (content: Buffer) => Buffer): Buffer {
  return sequence(change(der.subarray(4)));
}

describe('the same verdict', () => {
  test.each(LOGS)('of everybody who signs well, with %o', async (log) => {
    for (const signer of SIGNERS) {
      expect(await verdictOf(sign({ ...log, signer }))).toMatchObject({ kind: 'verified' });
    }
    const slsa = sign({ ...log, predicateType: SLSA_V1, predicate: {} });
    expect(await verdictOf(sign(log), slsa)).toMatchObject({ kind: 'verified' });
  });

  test.each(FAULTS)('of %s, before and after good ones', async (fault) => {
    for (const log of LOGS) {
      const before = await verdictOf(sign({ ...log, fault }));
      expect(await verdictOf(sign(log))).toMatchObject({ kind: 'verified' });
      await verdictOf(sign({ ...log, fault }), sign(log));
      expect((await verdictOf(sign({ ...log, fault }))).kind).toBe(before.kind);
    }
  });

  test.each(['of-another-signature', 'of-another-instance'] as const)(
    'of a timestamp %s',
    async (timestamp) => {
      for (const { log } of LOGS) {
        const { kind } = await verdictOf(sign({ ...(log && { log }), timestamps: ['good', timestamp] }));
        expect(kind).toBe(timestamp === 'of-another-instance' ? 'verified' : 'invalid');
      }
    },
  );

  test('of an authority of the trusted root that signs itself', async () => {
    const [authority] = trustedRoot.certificateAuthorities;
    for (const { rawBytes } of authority?.certChain?.certificates ?? []) {
      const certificate = Buffer.from(rawBytes).toString('base64');
      const attestation = sign({ entryBody: (body) => withVerifier(body, toPem(rawBytes)) });
      const { verification_material: material } = attestation;
      const verdict = await verdictOf({
        ...attestation,
        verification_material: { ...material, certificate },
      });
      expect(verdict.kind).toBe('invalid');
    }
  });

  test.each(NOT_DER)('of a certificate with %s', async (_, respell, why) => {
    const attestation = sign();
    const { verification_material: material } = attestation;
    const certificate = respell(Buffer.from(material?.certificate ?? '', 'base64'));
    const respelled = { ...material, certificate: certificate.toString('base64') };
    expect(await verdictOf(attestation)).toMatchObject({ kind: 'verified' });
    const verdict = await verdictOf({ ...attestation, verification_material: respelled });
    expect(verdict.kind).toBe('invalid');
    expect(reasonOf(verdict)).toContain(why);
  });

  test.each([1, 2, 3, 4])('of documents that were changed anywhere (%i)', async (seed) => {
    const random = createRandom(seed);
    const seeds = LOGS.map((log) => encode(provenanceOf(sign(log))));
    const kinds = new Set<string>();
    for (let left = 400; left > 0; left -= 1) {
      const changed = mutate(random.pick([seeds[0] ?? new Uint8Array(), ...seeds]), random);
      if (changed !== undefined) kinds.add((await compare(changed, SUBJECT)).kind);
    }
    expect(kinds).toContain('invalid');
  });
});

type Random = ReturnType<typeof createRandom>;
const anyBytes = (bytes: Uint8Array, random: Random) => mutateBytes(bytes, [], [bytes], random);
const mutateCertificate = mutateDer(anyBytes);
const mutate = mutateJson(
  (bytes, random) =>
    (random.below(3) === 0 ? undefined : mutateCertificate(bytes, random)) ?? anyBytes(bytes, random),
);

/** The log entry, for another certificate. */
function withVerifier<T extends { readonly spec: unknown }>(body: T, pem: string): T {
  const spec = membersOf(body.spec);
  const verifier = Buffer.from(pem).toString('base64');
  const signatures = Array.isArray(spec['signatures'])
    ? spec['signatures'].map((signature) => ({ ...membersOf(signature), verifier }))
    : [];
  return { ...body, spec: { ...spec, signatures } };
}

describe('what is remembered', () => {
  const [attestation] = [sign()];
  const der = Buffer.from(attestation.verification_material?.certificate ?? '', 'base64');

  /** A certificate that remembers, in the place of the one that the document has. */
  function rememberingOf(bytes: Buffer): X509Certificate {
    const bundle = toBundle({ ...parseAttestation(attestation), certificate: bytes }, []);
    const { key } = withRememberedDer(toSignedEntity(bundle), bytes);
    if (key.$case !== 'certificate') throw new Error('no certificate');
    return key.certificate;
  }

  test.each(NOT_DER)(
    'is nothing of a certificate with %s, which the library does not parse',
    (_, respell, why) => {
      expect(() => X509Certificate.parse(Buffer.from(respell(der)))).toThrow(why);
      expect(() => rememberingOf(respell(der))).toThrow(why);
    },
  );

  test('is what the library encodes, whatever it could parse', () => {
    const random = createRandom(5);
    let parsed = 0;
    for (let left = 1000; left > 0; left -= 1) {
      const changed = Buffer.from(mutateCertificate(der, random) ?? der);
      const plain = parseOrUndefined(changed);
      if (plain?.tbsCertificate === undefined) continue;
      parsed += 1;
      expectSameParts(rememberingOf(changed), plain);
    }
    expect(parsed).toBeGreaterThan(100);
  });

  test('of a clone, changes when an extension is taken out', () => {
    for (const at of X509Certificate.parse(der).extensions.keys()) {
      const [clone, plain] = [rememberingOf(der).clone(), X509Certificate.parse(der).clone()];
      for (const { extensions } of [clone, plain]) extensions.splice(at, 1);
      expect(clone.tbsCertificate.toDER()).toEqual(plain.tbsCertificate.toDER());
      expect(clone.root.toDER()).toEqual(plain.root.toDER());
    }
    const original = rememberingOf(der);
    original.clone().extensions.splice(0);
    expect(original.clone().root.toDER()).toEqual(der);
  });

  test('of who signed whom, is remembered between certificates of the trusted root alone', () => {
    const material = toRememberingTrustMaterial(trustedRoot);
    const [intermediate, root] = material.certificateAuthorities[0]?.certChain ?? [];
    if (intermediate === undefined || root === undefined) throw new Error('no chain');
    for (let times = 2; times > 0; times -= 1) {
      expect([root.verify(), root.verify(root), intermediate.verify(root)]).toEqual([true, true, true]);
      expect([root.verify(intermediate), intermediate.verify(), intermediate.verify(intermediate)]).toEqual([
        false,
        false,
        false,
      ]);
    }
    // What only has the bytes, or the name and the key identifier, of a trusted one is verified each time.
    const twin = X509Certificate.parse(Buffer.from(root.root.toDER()));
    expect(intermediate.verify(twin)).toBe(true);
    Object.defineProperty(twin, 'publicKey', { value: X509Certificate.parse(der).publicKey });
    expect(intermediate.verify(twin)).toBe(false);
    expect(intermediate.verify(root)).toBe(true);
  });
});

function parseOrUndefined(der: Buffer<ArrayBuffer>): X509Certificate | undefined {
  try {
    return X509Certificate.parse(der);
  } catch {
    return undefined;
  }
}

function expectSameParts(one: X509Certificate, other: X509Certificate): void {
  expect(partsOf(one)).toBe(partsOf(other));
  expect(partsOf(one.clone())).toBe(partsOf(other));
}

/** The encoding of the whole, of its parts and of theirs, each by itself. */
function partsOf({ root, tbsCertificate }: X509Certificate): string {
  return [root, ...root.subs, ...tbsCertificate.subs].map((part) => part.toDER().toString('hex')).join('\n');
}
