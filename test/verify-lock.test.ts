import { TrustedRoot } from '@sigstore/protobuf-specs';
import { describe, expect, test } from 'vitest';

import { createVerifier } from '../src/attestation/verify.ts';
import type { FileOutcome, Lock, LockedFile, LockedPackage, PublisherClaim } from '../src/model.ts';
import type { HashLookup, PackageIndex, ProvenanceLookup } from '../src/package-index/contract.ts';
import { verifyLock, type VerifyLockDependencies } from '../src/verify-lock.ts';
import { parsePublicKey } from '../src/attestation/public-key.ts';
import { createSigningKey } from './support/keys.ts';
import { fakeIndex } from './support/fake-index.ts';
import { github, googleCloud, person, type Signer } from './support/signers.ts';
import {
  createTestSigstore,
  KONFLUX_BUILDER,
  konfluxStatement,
  provenance,
  PUBLISH_V1,
  signWithKey,
  SLSA_V1,
  type KeySignOptions,
} from './support/signing.ts';

const sigstore = createTestSigstore();
const verifier = createVerifier(TrustedRoot.fromJSON(sigstore.trustedRoot));

const sha256 = 'a5'.repeat(32);
const filename = 'widget-1.0-py3-none-any.whl';
const FILE: LockedFile = { kind: 'wheel', filename, hashes: { sha256 } };
const PACKAGE: LockedPackage = { name: 'widget', version: '1.0', files: [FILE] };

const lockOf = (...packages: readonly LockedPackage[]): Lock => ({ source: 'pylock.toml', packages });

function documentBy(...signers: readonly Signer[]): Uint8Array {
  const bundles = signers.map((signer) => ({
    publisher: signer.publisher,
    attestations: [sigstore.sign({ signer, filename, sha256 })],
  }));
  return Buffer.from(JSON.stringify(provenance(bundles)));
}

const found = (
  document: Uint8Array,
  fromCache = false,
  place: { readonly index?: string } = {},
): ProvenanceLookup => ({
  kind: 'found',
  document,
  url: 'https://index.example/provenance',
  fromCache,
  ...place,
});
const ABSENT: ProvenanceLookup = {
  kind: 'absent',
  indexes: [],
  reason: 'none',
  uploadTime: '2026-01-31T12:00:00Z',
};
const UNAVAILABLE: ProvenanceLookup = { kind: 'unavailable', cause: 'refused', reason: '403' };

/** An index that gives one answer, another one when the cache is passed by, and remembers what it was told to. */
function indexOf(
  lookup: ProvenanceLookup,
  fresh: ProvenanceLookup = lookup,
  hashed: HashLookup = { kind: 'hashed', sha256 },
) {
  const remembered: string[] = [];
  const index = fakeIndex({
    findProvenance: async (_, options) => Promise.resolve(options?.bypassCache === true ? fresh : lookup),
    hashArtifact: async () => Promise.resolve(hashed),
    remember: async (key) => {
      remembered.push(key);
      return Promise.resolve();
    },
  });
  return { index, remembered };
}

async function outcomeOf(
  index: PackageIndex,
  locked: LockedPackage = PACKAGE,
  more: Partial<VerifyLockDependencies> = {},
): Promise<FileOutcome | undefined> {
  const dependencies = { index, verifier: async () => Promise.resolve(verifier), cacheAnswers: () => true };
  const [observed] = await verifyLock([lockOf(locked)], { ...dependencies, ...more });
  return observed?.files[0]?.outcome;
}

/** What the evidence of a file by this signer has. */
async function evidenceBy(signer: Signer): Promise<readonly string[]> {
  const outcome = await outcomeOf(indexOf(found(documentBy(signer))).index);
  return outcome?.kind === 'signed' ? Object.keys(outcome.signatures[0].evidence) : [];
}

describe('a file', () => {
  test('that is signed has its signers, and its provenance is remembered', async () => {
    const { index, remembered } = indexOf(found(documentBy(github())));
    expect(await outcomeOf(index)).toMatchObject({
      kind: 'signed',
      signatures: [
        {
          identity: { kind: 'GitHub', uri: 'https://github.com/acme/widget' },
          evidence: { predicateType: 'https://docs.pypi.org/attestations/publish/v1' },
        },
      ],
      claimMismatches: [],
    });
    expect(remembered).toEqual([sha256]);
  });

  test('has only the evidence that its certificate has', async () => {
    const always = ['predicateType', 'signedAt', 'log'];
    expect(await evidenceBy(googleCloud())).toEqual(always);
    const ofForge = ['commit', 'ref', 'runUri', 'buildSigner', 'buildConfig'];
    expect(await evidenceBy(github())).toEqual([...always, ...ofForge]);
  });

  test('that the index says another published is signed, and the disagreement is kept', async () => {
    const claimed = { ...github(), publisher: github({ repository: 'mallory/x' }).publisher };
    const outcome = await outcomeOf(indexOf(found(documentBy(claimed))).index);
    const mismatches = outcome?.kind === 'signed' ? outcome.claimMismatches : [];
    expect(mismatches.map((mismatch) => mismatch.claimed).join()).toContain('mallory/x');
  });

  test.each([
    ['absent', ABSENT, { kind: 'unsigned', reason: 'none' }],
    ['unavailable', UNAVAILABLE, UNAVAILABLE],
    ['not JSON', found(Buffer.from('x')), { kind: 'invalid' }],
    ['by a person', found(documentBy(person())), { kind: 'unsupported' }],
    ['by a person beside a repository', found(documentBy(github(), person())), { kind: 'unsupported' }],
    ['by two persons', found(documentBy(person(), person())), { kind: 'unsupported' }],
    [
      'by somebody whose claims do not fit together',
      found(documentBy(github(), github({}, { sourceRepositoryUri: 'https://gitlab.com/acme/widget' }))),
      { kind: 'invalid' },
    ],
  ])('whose provenance is %s', async (_, lookup, expected) => {
    const { index, remembered } = indexOf(lookup);
    expect(await outcomeOf(index)).toMatchObject(expected);
    expect(remembered).toEqual([]);
  });

  test('is given the upload time of the index, or else of the lock', async () => {
    const dependencies = { verifier: async () => Promise.resolve(verifier), cacheAnswers: () => true };
    const uploadTimeOf = async (lookup: ProvenanceLookup) => {
      const locked = { ...PACKAGE, files: [{ ...FILE, uploadTime: '2020-01-01T00:00:00Z' }] };
      const [observed] = await verifyLock([lockOf(locked)], {
        ...dependencies,
        index: indexOf(lookup).index,
      });
      return observed?.files[0]?.uploadTime;
    };
    expect(await uploadTimeOf(ABSENT)).toBe('2026-01-31T12:00:00Z');
    expect(await uploadTimeOf(UNAVAILABLE)).toBe('2020-01-01T00:00:00Z');
  });
});

describe('a file that a key signed', () => {
  const key = createSigningKey('ed25519');
  const publicKey = parsePublicKey(key.pem);
  const INDEX = 'https://index.example/simple';
  /** What comes of a document that the key has signed, and that is from there. */
  const outcomeFrom = async (
    place: { readonly index?: string },
    publisher: PublisherClaim,
    more: Partial<KeySignOptions> = {},
  ) => {
    if (typeof publicKey === 'string') throw new Error(publicKey);
    const attestation = signWithKey({ filename, sha256, privateKey: key.privateKey, ...more });
    const document = Buffer.from(JSON.stringify(provenance([{ publisher, attestations: [attestation] }])));
    const trusted = { key: publicKey, scope: { kind: 'index', url: new URL(INDEX) } } as const;
    const withKey = createVerifier(TrustedRoot.fromJSON(sigstore.trustedRoot), [trusted]);
    return await outcomeOf(indexOf(found(document, false, place)).index, PACKAGE, {
      verifier: async () => Promise.resolve(withKey),
    });
  };

  test('has what it says of the build, and who the index says uploaded it', async () => {
    const user = { kind: 'Pulp User', prn: 'prn:auth.user:111' };
    const statement = konfluxStatement({ filename, sha256 });
    expect(await outcomeFrom({ index: INDEX }, user, { statement })).toMatchObject({
      kind: 'signed',
      signatures: [
        {
          identity: { kind: 'key', uri: key.identity },
          evidence: {
            build: { builder: KONFLUX_BUILDER, finishedOn: '2026-02-19T16:59:23.000Z' },
            uploader: user.prn,
          },
        },
      ],
    });
  });

  test('has no more evidence than there is', async () => {
    const outcome = await outcomeFrom({ index: INDEX }, { kind: 'other' });
    const evidence = outcome?.kind === 'signed' ? outcome.signatures[0].evidence : outcome;
    expect(evidence).toEqual({ predicateType: PUBLISH_V1 });
  });

  test.each([
    ['another index', { index: 'https://other.example/simple' }],
    ['nobody knows where', {}],
  ])('for one index is not signed when it comes from %s', async (_, place) => {
    const outcome = await outcomeFrom(place, { kind: 'other' });
    expect(outcome?.kind).toBeOneOf(['invalid', 'unsupported']);
  });
});

describe('what the cache has', () => {
  const cached = found(documentBy(github()), true);

  test('answers when it verifies and is nothing new', async () => {
    const { index, remembered } = indexOf(cached, UNAVAILABLE);
    expect(await outcomeOf(index)).toMatchObject({ kind: 'signed' });
    expect(remembered).toEqual([]);
  });

  test.each([
    ['does not verify', found(Buffer.from('{}'), true), true],
    ['is by nobody who is recognised', found(documentBy(person()), true), true],
    ['is news', cached, false],
  ])('is passed by when it %s', async (_, lookup, answers) => {
    const { index } = indexOf(lookup, ABSENT);
    expect(await outcomeOf(index, PACKAGE, { cacheAnswers: () => answers })).toMatchObject({
      kind: 'unsigned',
    });
  });
});

describe('a file that the lock pins by other hashes', () => {
  const locked: LockedPackage = {
    ...PACKAGE,
    index: 'https://index.example/simple',
    files: [
      { ...FILE, url: `https://files.example/${filename}`, size: 3, hashes: { sha256, md5: '0'.repeat(32) } },
    ],
  };
  const lookup = found(documentBy(github()));

  test.each([
    ['is hashed', { kind: 'hashed', sha256 }, { kind: 'signed' }],
    ['and is another one', { kind: 'mismatch', reason: 'md5' }, { kind: 'invalid', reason: 'md5' }],
    [
      'and cannot be had',
      { kind: 'unavailable', cause: 'unreachable', reason: 'timeout' },
      { kind: 'unavailable', cause: 'unreachable' },
    ],
  ] as const)('%s', async (_, hashed, expected) => {
    const { index } = indexOf(lookup, lookup, hashed);
    expect(await outcomeOf(index, locked)).toMatchObject(expected);
    const sizeless = { ...PACKAGE, files: [{ ...FILE, hashes: {} }] };
    expect(await outcomeOf(index, sizeless)).toMatchObject(expected);
  });
});

describe('a package', () => {
  const dependencies = {
    ...indexOf(ABSENT),
    verifier: async () => Promise.reject(new Error('nothing is to be verified')),
    cacheAnswers: () => true,
  };

  test('that is not covered, or a file that is not, is there with its reason', async () => {
    const packages = await verifyLock(
      [
        lockOf(
          { name: 'local', files: [], notCovered: 'a local directory', line: 3 },
          {
            ...PACKAGE,
            files: [
              { ...FILE, notCovered: 'a local file' },
              { ...FILE, hashes: {}, notCovered: 'x' },
            ],
          },
        ),
      ],
      dependencies,
    );
    expect(packages).toEqual([
      { name: 'local', files: [], notCovered: 'a local directory', line: 3, lock: 'pylock.toml' },
      {
        name: 'widget',
        version: '1.0',
        lock: 'pylock.toml',
        files: [
          { filename, sha256, outcome: { kind: 'not-covered', reason: 'a local file' } },
          { filename, outcome: { kind: 'not-covered', reason: 'x' } },
        ],
      },
    ]);
  });

  test('has its files that no index could name, as what could not be checked', async () => {
    const unavailable = { cause: 'unreachable', reason: 'timeout' } as const;
    const [observed] = await verifyLock(
      [
        lockOf({
          ...PACKAGE,
          files: [],
          unnamed: [
            { hashes: { sha256 }, line: 7, unavailable },
            { hashes: { md5: '0'.repeat(32) } },
            { hashes: {} },
          ],
        }),
      ],
      dependencies,
    );
    const unknown = { kind: 'unavailable', cause: 'unlisted', reason: 'its name is not known' };
    expect(observed?.files).toEqual([
      { filename: `sha256:${sha256}`, sha256, line: 7, outcome: { kind: 'unavailable', ...unavailable } },
      { filename: `md5:${'0'.repeat(32)}`, outcome: unknown },
      { filename: 'any file', outcome: unknown },
    ]);
  });

  test('has what its lock says of its signers, and each signature which of that it bears out', async () => {
    const theirs = { kind: 'GitHub', repository: 'acme/widget', workflow: 'release.yml' };
    const attestationIdentities = [theirs, { ...theirs, repository: 'mallory/widget' }];
    const [observed] = await verifyLock([lockOf({ ...PACKAGE, attestationIdentities })], {
      ...dependencies,
      index: indexOf(found(documentBy(github()))).index,
      verifier: async () => Promise.resolve(verifier),
    });
    expect(observed?.attestationIdentities).toEqual(attestationIdentities);
    const outcome = observed?.files[0]?.outcome;
    expect(outcome?.kind === 'signed' && outcome.signatures[0].confirms).toEqual([theirs]);
  });

  test('without a version has that of its file', async () => {
    const { version: _, ...unversioned } = PACKAGE;
    expect(await outcomeOf(indexOf(found(documentBy(github()))).index, unversioned)).toMatchObject({
      kind: 'signed',
    });
    const nameless = { ...unversioned, files: [{ ...FILE, filename: 'x' }] };
    expect(await outcomeOf(indexOf(ABSENT).index, nameless)).toMatchObject({ kind: 'invalid' });
  });

  test('is one of several locks, and each file is told as it is done', async () => {
    const told: (readonly [number, number, string])[] = [];
    await verifyLock([lockOf(PACKAGE), lockOf(PACKAGE, PACKAGE)], {
      ...dependencies,
      onProgress: (...step) => told.push(step),
    });
    expect(told).toEqual([1, 2, 3].map((done) => [done, 3, filename]));
  });
});

test('two predicates of one signer are two signatures', async () => {
  const { publisher } = github();
  const attestations = [
    sigstore.sign({ filename, sha256 }),
    sigstore.sign({ filename, sha256, predicateType: SLSA_V1, predicate: {} }),
  ];
  const document = Buffer.from(JSON.stringify(provenance([{ publisher, attestations }])));
  const outcome = await outcomeOf(indexOf(found(document)).index);
  expect(outcome?.kind === 'signed' && outcome.signatures.length).toBe(2);
});

test('a file is verified while others are fetched', async () => {
  const { promise: verified, resolve: onProgress } = Promise.withResolvers<void>();
  const { index } = indexOf(found(documentBy(github())));
  const slow: PackageIndex = {
    ...index,
    findProvenance: async (artifact) => {
      if (artifact.sha256 === sha256) return await index.findProvenance(artifact);
      await verified;
      return ABSENT;
    },
  };
  const files = [{ ...FILE, hashes: { sha256: 'b6'.repeat(32) } }, FILE];
  const dependencies = { verifier: async () => Promise.resolve(verifier), cacheAnswers: () => true };
  const [observed] = await verifyLock([lockOf({ ...PACKAGE, files })], {
    ...dependencies,
    index: slow,
    onProgress: () => onProgress(),
  });
  expect(observed?.files.map(({ outcome }) => outcome.kind)).toEqual(['unsigned', 'signed']);
});

test('a file that several locks pin is asked about once, and one that they pin in another way is not', async () => {
  const { index } = indexOf(found(documentBy(github())));
  const asked: string[] = [];
  const counting: PackageIndex = {
    ...index,
    findProvenance: async (artifact, options) => {
      asked.push(artifact.sha256);
      return await index.findProvenance(artifact, options);
    },
  };
  const again = { ...PACKAGE, files: [{ ...FILE, line: 7 }] };
  const other = { ...PACKAGE, files: [{ ...FILE, hashes: { sha256: 'b6'.repeat(32) } }] };
  const locks = [lockOf(PACKAGE), lockOf(again), lockOf(other)];
  const dependencies = { verifier: async () => Promise.resolve(verifier), cacheAnswers: () => true };
  const observed = await verifyLock(locks, { ...dependencies, index: counting });
  expect(asked.toSorted()).toEqual([sha256, 'b6'.repeat(32)].toSorted());
  expect(observed.map(({ files: [file] }) => [file?.outcome.kind, file?.line])).toEqual([
    ['signed', undefined],
    ['signed', 7],
    ['invalid', undefined],
  ]);
});
