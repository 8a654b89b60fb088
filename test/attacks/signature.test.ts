/** Documents that look signed and are not, or are signed and are about something else: every one of them is refused. */
import { makeWheel, type Distribution } from '../support/distributions.ts';
import { generalName } from '../support/certificates.ts';
import * as der from '../support/der.ts';
import { claimExtension, FULCIO_OID } from '../support/fulcio.ts';
import { github, type SignerClaims } from '../support/signers.ts';
import { provenance, signWithKey, SLSA_V1, type SignOptions } from '../support/signing.ts';
import { createKeyPair } from '../support/certificates.ts';
import { acme, ids, tryCases, type Case, type Target } from './batch.ts';

/** The wheel gets a document made with these options; the recorded publisher signs, as far as anybody can tell. */
function forged(id: string, options: Partial<SignOptions>, says: string): Case {
  return { id, attack: ({ attest, wheel }) => attest(wheel, options), rules: ['attestation-invalid'], says };
}

/** The wheel gets the good document of another file. */
function borrowed(id: string, fileOf: (target: Target) => Distribution, says: string): Case {
  return {
    id,
    attack: (target) => target.index.attest(target.wheel.filename, target.provenanceOf(fileOf(target))),
    rules: ['attestation-invalid'],
    says,
  };
}

/** The wheel gets a document that is changed after it was signed. */
function changed(id: string, change: (text: string) => string, says: string): Case {
  return {
    id,
    attack: ({ index, provenanceOf, wheel }) =>
      index.attest(wheel.filename, change(JSON.stringify(provenanceOf(wheel)))),
    rules: ['attestation-invalid'],
    says,
  };
}

const claiming = (overrides: SignerClaims) => ({ signer: github(ids, overrides) });
const withExtension = (number: number, value: Uint8Array): Partial<SignOptions> => ({
  extensions: (list) => [
    ...list.filter(({ oid }) => oid !== `${FULCIO_OID}.${number}`),
    { oid: `${FULCIO_OID}.${number}`, value },
  ],
});
const repository = 'https://github.com/acme/widget';

const SIGSTORE: readonly Case[] = [
  forged('certificate-of-another-instance', { fault: 'certificate-of-another-instance' }, 'the certificate'),
  forged('certificate-signature-changed', { fault: 'certificate-signature-changed' }, 'the certificate'),
  forged('certificate-expired', { fault: 'certificate-expired' }, 'the certificate'),
  forged('certificate-not-yet-valid', { fault: 'certificate-not-yet-valid' }, 'the certificate'),
  forged('no-sct', { fault: 'no-sct' }, 'the certificate'),
  forged('sct-of-another-log', { fault: 'sct-of-another-log' }, 'the certificate'),
  forged('sct-of-another-certificate', { fault: 'sct-of-another-certificate' }, 'the certificate'),
  forged('sct-twice', { fault: 'sct-twice' }, 'the certificate'),
  forged('signature-by-another-key', { fault: 'signature-by-another-key' }, 'does not verify'),
  forged('signature-of-another-statement', { fault: 'signature-of-another-statement' }, 'does not verify'),
  forged('no-log-entry', { fault: 'no-entry' }, '`transparency_entries`'),
  forged('log-entry-twice', { fault: 'entry-twice' }, '`transparency_entries`'),
  forged('log-entry-of-another-instance', { fault: 'entry-of-another-instance' }, 'not in the trusted root'),
  forged('log-entry-of-another-signature', { fault: 'entry-of-another-signature' }, 'another signature'),
  forged('log-entry-of-another-statement', { fault: 'entry-of-another-payload' }, 'another statement'),
  forged(
    'log-entry-of-another-certificate',
    { fault: 'entry-of-another-certificate' },
    'another certificate',
  ),
  forged('log-entry-without-proof', { fault: 'entry-without-inclusion' }, 'no inclusion proof'),
  forged('promise-of-another-entry', { fault: 'promise-of-another-entry' }, 'does not verify'),
  forged('proof-of-another-entry', { fault: 'proof-of-another-entry' }, 'does not verify'),
  forged('checkpoint-of-another-tree', { fault: 'checkpoint-of-another-tree' }, 'checkpoint'),
  forged('checkpoint-of-another-log', { fault: 'checkpoint-of-another-instance' }, 'checkpoint'),
  forged('log-time-changed', { fault: 'integrated-time-changed' }, 'does not verify'),
  forged(
    'timestamp-of-another-signature',
    { log: 'rekor-v2', timestamps: ['of-another-signature'] },
    'the time of signing',
  ),
  {
    id: 'no-time-of-signing',
    attack: ({ attest, wheel }) => attest(wheel, { log: 'rekor-v2' }),
    rules: ['attestation-unsupported'],
    says: 'no RFC 3161 timestamp',
  },
  {
    id: 'timestamp-of-another-instance',
    attack: ({ attest, wheel }) => attest(wheel, { log: 'rekor-v2', timestamps: ['of-another-instance'] }),
    rules: ['attestation-unsupported'],
    says: 'of an authority that the trusted root knows',
  },
  {
    id: 'key-instead-of-a-certificate',
    attack: ({ index, wheel }) => {
      const { privateKey } = createKeyPair();
      const attestation = signWithKey({ filename: wheel.filename, sha256: wheel.sha256, privateKey });
      const publisher = acme.publisher;
      index.attest(wheel.filename, provenance([{ publisher, attestations: [attestation] }]));
    },
    rules: ['attestation-unsupported'],
    says: 'signed by a key',
  },
];

const BINDING: readonly Case[] = [
  borrowed('provenance-of-another-file', ({ sdist }) => sdist, 'the attestation is about'),
  borrowed('provenance-of-another-version', ({ later }) => later, 'the attestation is about'),
  borrowed('provenance-of-another-project', () => makeWheel({ name: 'gadget' }), 'the attestation is about'),
  borrowed(
    'provenance-of-the-file-before-it-was-changed',
    ({ wheel: { name } }) => makeWheel({ name, content: 'as it was' }),
    'the attestation is about sha256',
  ),
  {
    id: 'old-wheel-under-a-new-name',
    attack: ({ index, provenanceOf, wheel, later }) => {
      const replayed = { ...wheel, version: later.version, filename: later.filename };
      index.publish(replayed, { provenance: provenanceOf(wheel) });
      return [replayed];
    },
    rules: ['attestation-invalid'],
    says: 'the attestation is about',
  },
  {
    id: 'another-platform-under-the-name',
    attack: ({ index, provenanceOf, wheel: { name } }) => {
      const [one, other] = ['win_amd64', 'any'].map((platform) =>
        makeWheel({ name, content: 'one', tag: `py3-none-${platform}` }),
      );
      if (one === undefined || other === undefined) return [];
      index.publish({ ...one, filename: other.filename }, { provenance: provenanceOf(one) });
      return [{ ...one, filename: other.filename }];
    },
    rules: ['attestation-invalid'],
    says: 'the attestation is about',
  },
  {
    id: 'two-subjects',
    attack: ({ attest, wheel, sdist }) =>
      attest(wheel, {
        statement: {
          _type: 'https://in-toto.io/Statement/v1',
          subject: [wheel, sdist].map(({ filename, sha256 }) => ({ name: filename, digest: { sha256 } })),
          predicateType: 'https://docs.pypi.org/attestations/publish/v1',
          predicate: null,
        },
      }),
    rules: ['attestation-invalid'],
    says: '`subject`',
  },
  {
    id: 'member-twice-in-the-statement',
    attack: ({ attest, wheel: { filename, sha256 }, wheel, sdist }) =>
      attest(wheel, {
        statement: `{"_type":"https://in-toto.io/Statement/v1","subject":[{"name":"${filename}","digest":{"sha256":"${sdist.sha256}","sha256":"${sha256}"}}],"predicateType":"https://docs.pypi.org/attestations/publish/v1","predicate":null}`,
      }),
    rules: ['attestation-invalid'],
    says: 'has the member `sha256` twice',
  },
  forged('statement-is-null', { statement: null }, 'the statement is not an object'),
  forged(
    'statement-of-another-kind',
    { statement: { _type: 'https://in-toto.io/Statement/v0.1' } },
    'the statement',
  ),
  {
    id: 'predicate-of-another-kind',
    attack: ({ attest, wheel }) => attest(wheel, { predicateType: 'https://example.org/looks-fine/v1' }),
    rules: ['attestation-unsupported'],
    says: 'predicate type',
  },
  forged('publish-predicate-with-content', { predicate: { url: 'https://example.org' } }, 'is not empty'),
];

const DOCUMENT: readonly Case[] = [
  changed('empty-bundles', () => '{"version":1,"attestation_bundles":[]}', 'is empty'),
  changed(
    'empty-attestations',
    () => '{"version":1,"attestation_bundles":[{"publisher":{"kind":"GitHub"},"attestations":[]}]}',
    'is empty',
  ),
  changed('unknown-version', (text) => text.replace('"version":1', '"version":2'), 'not of version 1'),
  changed('not-json', (text) => text.slice(0, -1), 'is not JSON'),
  changed(
    'member-twice-in-the-document',
    (text) => text.replace('"version":1', '"version":1,"attestation_bundles":[],"version":1'),
    'twice',
  ),
  changed('nested-too-deep', () => `${'['.repeat(5000)}${']'.repeat(5000)}`, 'nested deeper'),
  {
    id: 'same-attestation-twice',
    attack: ({ index, bundlesOf, wheel }) => {
      const bundles = bundlesOf(wheel, acme);
      index.attest(wheel.filename, provenance([...bundles, ...bundles]));
    },
    rules: ['attestation-invalid'],
    says: 'there twice',
  },
  {
    id: 'two-of-one-predicate-type',
    attack: ({ index, bundlesOf, wheel }) => {
      const attestations = [...bundlesOf(wheel, acme), ...bundlesOf(wheel, acme)].flatMap(
        (bundle) => bundle.attestations,
      );
      index.attest(wheel.filename, provenance([{ publisher: acme.publisher, attestations }]));
    },
    rules: ['attestation-invalid'],
    says: 'two attestations of one predicate type',
  },
  {
    id: 'bad-attestation-beside-a-good-one',
    attack: ({ index, bundlesOf, wheel }) => {
      const bad = { predicateType: SLSA_V1, predicate: {}, fault: 'signature-by-another-key' } as const;
      index.attest(wheel.filename, provenance([...bundlesOf(wheel, acme), ...bundlesOf(wheel, acme, bad)]));
    },
    rules: ['attestation-invalid'],
    says: 'attestation 2 of 2',
  },
];

const CLAIMS: readonly Case[] = [
  forged('claim-twice', { extensions: (list) => [...list, claimExtension(12, repository)] }, 'twice'),
  forged('claim-that-is-no-utf8string', withExtension(12, Buffer.from(repository)), '57264.1.12'),
  forged(
    'claim-as-another-kind-of-string',
    withExtension(12, der.tlv(0x16, Buffer.from(repository))),
    'is not a UTF8String',
  ),
  forged(
    'claim-of-two-values',
    withExtension(12, Buffer.concat([der.utf8String(repository), der.utf8String('x')])),
    '57264.1.12',
  ),
  forged(
    'repository-of-another-host',
    claiming({ sourceRepositoryUri: 'https://github.com.evil.example/acme/widget' }),
    'is not a repository of',
  ),
  forged(
    'repository-with-user-info',
    claiming({ sourceRepositoryUri: 'https://github.com@evil.example/acme/widget' }),
    'is not a repository of',
  ),
  forged(
    'repository-with-a-dot-segment',
    claiming({ sourceRepositoryUri: 'https://github.com/acme/..' }),
    'is not a repository of',
  ),
  forged(
    'repository-with-confusable-letters',
    claiming({ sourceRepositoryUri: 'https://github.com/аcme/widget' }),
    'is not a repository of',
  ),
  forged(
    'repository-with-unprintable-characters',
    claiming({ sourceRepositoryUri: 'https://github.com/acme/widget\u202e' }),
    'unprintable',
  ),
  forged(
    'repository-with-two-names',
    claiming({ sourceRepositoryUri: 'https://github.com/acme/widget repository-id=11' }),
    'is not a repository of',
  ),
  forged(
    'signer-name-that-is-not-the-signer',
    claiming({
      subjectAlternativeName: {
        type: 'uri',
        value: 'https://github.com/mallory/widget/.github/workflows/release.yml@refs/tags/v1.0.0',
      },
    }),
    'is not its Build Signer URI',
  ),
  forged(
    'top-level-workflow-of-another-repository',
    claiming({
      buildConfigUri: 'https://github.com/mallory/widget/.github/workflows/release.yml@refs/tags/v1.0.0',
    }),
    'Build Config URI',
  ),
  forged(
    'two-signer-names',
    { alternativeNames: ['a', 'b'].map((owner) => generalName.uri(`https://github.com/${owner}/widget`)) },
    '2 subject alternative names',
  ),
  forged(
    'id-that-is-no-number',
    claiming({ sourceRepositoryIdentifier: '11 owner-id=22' }),
    'is not a decimal number',
  ),
  forged(
    'certificate-of-an-authority',
    {
      extensions: (list) => [
        ...list,
        { oid: '2.5.29.19', critical: true, value: der.sequence(der.boolean(true)) },
      ],
    },
    'certificate',
  ),
  forged(
    'unknown-critical-extension',
    { extensions: (list) => [...list, { oid: '1.2.3.4', critical: true, value: der.sequence() }] },
    'critical extension',
  ),
  {
    id: 'issuer-that-resembles-one',
    attack: ({ attest, wheel }) =>
      attest(wheel, claiming({ issuer: 'https://token.actions.githubusercontent.com/acme' })),
    rules: ['attestation-unsupported'],
    says: 'not a Trusted Publisher',
  },
  {
    id: 'issuer-with-another-spelling',
    attack: ({ attest, wheel }) =>
      attest(wheel, claiming({ issuer: 'https://token.actions.githubusercontent.com/' })),
    rules: ['attestation-unsupported'],
    says: 'not a Trusted Publisher',
  },
];

tryCases([...SIGSTORE, ...BINDING, ...DOCUMENT, ...CLAIMS], { isForgery: true });
