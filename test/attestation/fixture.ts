/** What the tests of this folder share: a file, a Sigstore instance of their own, and verifying with it. */
import { TrustedRoot } from '@sigstore/protobuf-specs';

import type { ProvenanceVerdict, Subject } from '../../src/attestation/contract.ts';
import { type AttestationVerifier, createVerifier, verifyProvenance } from '../../src/attestation/verify.ts';
import {
  type Attestation,
  createTestSigstore,
  type SignOptions,
  type TestSigstore,
} from '../support/signing.ts';

export const SUBJECT: Subject = {
  name: 'acme-widget',
  version: '1.0.0',
  filename: 'acme_widget-1.0.0-py3-none-any.whl',
  sha256: 'a5'.repeat(32),
};

export interface Fixture {
  readonly sigstore: TestSigstore;
  readonly verifier: AttestationVerifier;
  /** An attestation of SUBJECT, unless the options say otherwise. */
  readonly sign: (options?: Partial<SignOptions>) => Attestation;
  readonly verify: (document: unknown, subject?: Subject) => Promise<ProvenanceVerdict>;
  /** One bundle with one attestation. */
  readonly verifyOne: (options?: Partial<SignOptions>, subject?: Subject) => Promise<ProvenanceVerdict>;
}

export function createFixture(): Fixture {
  const sigstore = createTestSigstore();
  const verifier = createVerifier(TrustedRoot.fromJSON(sigstore.trustedRoot));
  const sign = (options: Partial<SignOptions> = {}): Attestation =>
    sigstore.sign({ filename: SUBJECT.filename, sha256: SUBJECT.sha256, ...options });
  const verify = async (document: unknown, subject = SUBJECT): Promise<ProvenanceVerdict> =>
    await verifyProvenance(encode(document), subject, verifier);
  return {
    sigstore,
    verifier,
    sign,
    verify,
    verifyOne: async (options, subject) => await verify(provenanceOf(sign(options)), subject),
  };
}

/** A provenance object with one bundle. */
export function provenanceOf(...attestations: readonly unknown[]): object {
  const bundle = { publisher: { kind: 'GitHub' }, attestations };
  return { version: 1, attestation_bundles: [bundle] };
}

/** Bytes and text as they stand, anything else as JSON. */
export function encode(document: unknown): Uint8Array {
  if (document instanceof Uint8Array) return document;
  return Buffer.from(typeof document === 'string' ? document : JSON.stringify(document), 'utf8');
}

/** The reason of a verdict that has one. */
export function reasonOf(verdict: ProvenanceVerdict): string {
  return verdict.kind === 'verified' ? 'verified' : verdict.reason;
}

/** The members of whatever is an object, to make another of them. */
export function membersOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

/** Whether a step throws anything. */
export function throws(step: () => unknown): boolean {
  try {
    step();
    return false;
  } catch {
    return true;
  }
}
