import { TrustedRoot } from '@sigstore/protobuf-specs';
import { describe, expect, test } from 'vitest';

import { parsePublicKey } from '../src/attestation/public-key.ts';
import { createVerifier, type AttestationVerifier } from '../src/attestation/verify.ts';
import { incompleteError } from '../src/errors.ts';
import type { Identity } from '../src/model.ts';
import type { ProjectFile, ProjectListing, ProvenanceLookup } from '../src/package-index/contract.ts';
import { lockOf, releaseHistory, releasesIn, type HistorySubject } from '../src/release-history.ts';
import { fakeIndex } from './support/fake-index.ts';
import { createSigningKey } from './support/keys.ts';
import { github, person, type Signer } from './support/signers.ts';
import { createTestSigstore, provenance, signWithKey, type Attestation } from './support/signing.ts';

const sigstore = createTestSigstore();
const key = createSigningKey('ed25519');
const sha256 = 'a5'.repeat(32);
const wheel = (version: string, tag = 'py3'): ProjectFile => ({
  filename: `widget-${version}-${tag}-none-any.whl`,
  sha256,
});
const sdist = (version: string): ProjectFile => ({ filename: `widget-${version}.tar.gz`, sha256 });
const uploaded = (file: ProjectFile, uploadTime: string): ProjectFile => ({ ...file, uploadTime });

const ACME: Identity = {
  kind: 'GitHub',
  uri: 'https://github.com/acme/widget',
  attributes: { 'repository-id': '1', workflow: 'a.yml' },
};
const acme = github({ repositoryId: '1', ownerId: '2' });
const SUBJECT: HistorySubject = { name: 'widget', version: '9.0', identities: [ACME] };

const ABSENT: ProvenanceLookup = { kind: 'absent', indexes: [], reason: 'none' };
const found = (publisher: Signer['publisher'], attestation: Attestation): ProvenanceLookup => ({
  kind: 'found',
  document: Buffer.from(JSON.stringify(provenance([{ publisher, attestations: [attestation] }]))),
  url: 'https://index.example/provenance',
  fromCache: false,
});
/** What signs the file that it is asked for. */
type Signed = (filename: string) => ProvenanceLookup;
const by =
  (signer: Signer, at?: Date): Signed =>
  (filename) =>
    found(signer.publisher, sigstore.sign({ signer, filename, sha256, ...(at === undefined ? {} : { at }) }));
const byKey: Signed = (filename) =>
  found({ kind: 'key' }, signWithKey({ filename, sha256, privateKey: key.privateKey }));
const nobody: Signed = () => ABSENT;

async function verifier(): Promise<AttestationVerifier> {
  const parsed = parsePublicKey(key.pem);
  if (typeof parsed === 'string') throw new Error(parsed);
  return Promise.resolve(
    createVerifier(TrustedRoot.fromJSON(sigstore.trustedRoot), [
      { key: parsed, scope: { kind: 'everything' } },
    ]),
  );
}

async function historyOf(
  listing: Partial<ProjectListing>,
  signed: Signed = nobody,
  subject: HistorySubject = SUBJECT,
  more: { readonly verifier?: () => Promise<AttestationVerifier>; readonly count?: number } = {},
) {
  const asked: { readonly name: string; readonly index?: string }[] = [];
  const index = fakeIndex({
    listFiles: async (project) => {
      asked.push({
        name: project.name,
        ...(project.index === undefined ? {} : { index: project.index }),
      });
      return Promise.resolve({ files: [], failures: [], ...listing });
    },
    findProvenance: async (artifact) => {
      asked.push({
        name: artifact.filename,
        ...(artifact.index === undefined ? {} : { index: artifact.index }),
      });
      return Promise.resolve(signed(artifact.filename));
    },
  });
  const dependencies = { index, verifier: more.verifier ?? verifier, cacheAnswers: () => true };
  const history = await releaseHistory(subject, more.count ?? 3, dependencies);
  return { history, asked, releases: history.kind === 'known' ? history.releases : [] };
}

describe('a release before', () => {
  const two = [wheel('1.0'), sdist('1.0')];
  const ofWheel =
    (theirs: Signed, others: Signed): Signed =>
    (filename) =>
      (filename.endsWith('.whl') ? theirs : others)(filename);

  test.each<readonly [string, Signed, object]>([
    ['is signed by the same', by(acme), { standing: 'same', signers: [ACME.uri] }],
    [
      'is by the same whatever its workflow is',
      by(github({ repositoryId: '1', ownerId: '2', workflow: 'other.yml' })),
      { standing: 'same' },
    ],
    ['is by another', by(github({ repositoryId: '66' })), { standing: 'other', signers: [ACME.uri] }],
    [
      'is by the same and by another',
      ofWheel(by(acme), by(github({ repository: 'mallory/widget', repositoryId: '66' }))),
      { standing: 'other', signers: [ACME.uri, 'https://github.com/mallory/widget'] },
    ],
    ['is by a key, which says no time', byKey, { standing: 'other', signers: [key.identity] }],
    ['is unsigned', nobody, { standing: 'unsigned', signers: [] }],
    ['is signed in part', ofWheel(by(acme), nobody), { standing: 'partial', signers: [ACME.uri] }],
    [
      'does not verify',
      ofWheel(() => found({ kind: 'x' }, sigstore.sign({ filename: 'x', sha256 })), by(acme)),
      { standing: 'invalid' },
    ],
    ['is by nobody who is recognised', ofWheel(by(person()), by(acme)), { standing: 'invalid' }],
    [
      'could not be looked at, whatever else is wrong with it',
      ofWheel(() => ({ kind: 'unavailable', cause: 'refused', reason: '403' }), by(person())),
      { standing: 'unavailable' },
    ],
    [
      'has a file that no index can speak for',
      ofWheel(() => ({ kind: 'not-covered', reason: 'from a directory' }), by(acme)),
      { standing: 'unavailable' },
    ],
  ])('%s', async (_, signed, expected) => {
    const { releases } = await historyOf({ files: two }, signed);
    expect(releases).toEqual([
      expect.objectContaining({ ...expected, version: '1.0', files: 2, checked: 2 }),
    ]);
  });

  test('was signed when the first of its files was', async () => {
    const late = by(acme, new Date('2026-05-02T00:00:00Z'));
    const early = by(acme, new Date('2026-05-01T00:00:00Z'));
    const { releases } = await historyOf({ files: two }, ofWheel(early, late));
    expect(releases.map(({ signedAt }) => signedAt)).toEqual([new Date('2026-05-01T00:00:00Z')]);
    const keyed = await historyOf({ files: two }, byKey);
    expect(keyed.releases.map((release) => 'signedAt' in release)).toEqual([false]);
  });

  test('of which the index says no hash was not looked at', async () => {
    const { releases, asked } = await historyOf({ files: [{ filename: 'widget-1.0.tar.gz' }] }, by(acme));
    expect(releases).toEqual([
      { version: '1.0', standing: 'unavailable', signers: [], files: 1, checked: 0 },
    ]);
    expect(asked).toEqual([{ name: 'widget' }]);
  });

  test('is asked about where the lock has the package from', async () => {
    const index = 'https://index.example/simple';
    const { asked } = await historyOf({ files: [sdist('1.0')] }, nobody, { ...SUBJECT, index });
    expect(asked).toEqual([
      { name: 'widget', index },
      { name: 'widget-1.0.tar.gz', index },
    ]);
  });
});

describe('the releases before', () => {
  const files = ['1.10', '2.0', '1.9', '1.2'].map(sdist);
  const versions = async (version: string, listed = files, count = 9) => {
    const { history, releases } = await historyOf(
      { files: listed },
      nobody,
      { ...SUBJECT, version },
      { count },
    );
    return [releases.map((release) => release.version), history.kind === 'known' ? history.older : history];
  };

  test.each([
    ['of one that is listed', '2.0.0', [['1.10', '1.9', '1.2'], 0]],
    ['of one between', '1.9', [['1.2'], 0]],
    ['of one that is not listed', '1.9.5', [['1.9', '1.2'], 0]],
    ['of the first', '1.2', [[], 0]],
  ])('%s', async (_, version, expected) => {
    expect(await versions(version)).toEqual(expected);
  });

  test('are as many as are asked for, and how many there are more', async () => {
    expect(await versions('2.0', files, 2)).toEqual([['1.10', '1.9'], 1]);
  });

  test('by the time of upload are those uploaded before', async () => {
    const at = ['2026-01-04', '2026-01-03', '2026-01-02', '2026-01-01'];
    const timed = files.map((file, i) => uploaded(file, `${at[i]}T00:00:00Z`));
    expect(await versions('2.0', timed)).toEqual([['1.9', '1.2'], 0]);
  });
});

describe('there is no history', () => {
  test('where an index does not say what it lists', async () => {
    const failures = [{ cause: 'refused', reason: '403' }] as const;
    const { history } = await historyOf({ files: [sdist('1.0')], failures });
    expect(history).toEqual({ kind: 'unavailable', reason: '403' });
  });

  test('without a trusted root, and a bug is no reason', async () => {
    const files = [sdist('1.0')];
    const failing = async (thrown: Error) => {
      const noVerifier = async (): Promise<never> => Promise.reject(thrown);
      return await historyOf({ files }, by(acme), SUBJECT, { verifier: noVerifier });
    };
    expect((await failing(incompleteError('tuf', 'no root'))).history).toEqual({
      kind: 'unavailable',
      reason: 'no root',
    });
    await expect(failing(new TypeError('a bug'))).rejects.toThrow('a bug');
  });
});

describe('releases', () => {
  test('are of the project, spelled as the index spells them first, with every file', () => {
    const files = [sdist('1.0.0'), wheel('1.0'), { filename: 'gadget-3.0.tar.gz' }, { filename: 'widget' }];
    expect(releasesIn('widget', files)).toEqual([
      { version: '1.0.0', files: [sdist('1.0.0'), wheel('1.0')], uploadedAt: '' },
    ]);
  });

  test.each([
    ['the latest upload first', ['2026-03-01T00:00:00Z', '2026-01-01T00:00:00Z'], ['1.0', '3.0', '2.0']],
    [
      'the highest version first of what was uploaded at once',
      ['2026-02-01', '2026-02-01'],
      ['3.0', '2.0', '1.0'],
    ],
    ['by version where a time is not known', ['2026-03-01T00:00:00Z', undefined], ['3.0', '2.0', '1.0']],
    ['by version where a time is none', ['soon', '2026-03-01T00:00:00Z'], ['3.0', '2.0', '1.0']],
  ])('%s', (_, times, expected) => {
    const files = ['1.0', '2.0', '3.0'].map((version, at) => {
      const uploadTime = [...times, '2026-02-01'][at];
      return uploadTime === undefined ? sdist(version) : uploaded(sdist(version), uploadTime);
    });
    expect(releasesIn('widget', files).map(({ version }) => version)).toEqual(expected);
  });

  test('were uploaded with the first of their files', () => {
    const files = [uploaded(sdist('1.0'), '2026-02-01'), uploaded(wheel('1.0'), '2026-01-01')];
    expect(releasesIn('widget', files).map(({ uploadedAt }) => uploadedAt)).toEqual(['2026-01-01']);
  });
});

test('a release is locked as its sdist and then its wheels, by their names, and no more than are wanted', () => {
  const files = [
    wheel('1.0', 'py3'),
    wheel('1.0', 'cp311'),
    sdist('1.0'),
    { filename: 'widget-1.0-1-py3-none-any.whl' },
  ];
  const filenames = (most?: number) =>
    lockOf({ name: 'widget' }, { version: '1.0', files, uploadedAt: '' }, most).files.map(
      ({ filename, kind }) => [kind, filename],
    );
  expect(filenames()).toEqual([
    ['sdist', 'widget-1.0.tar.gz'],
    ['wheel', 'widget-1.0-cp311-none-any.whl'],
    ['wheel', 'widget-1.0-py3-none-any.whl'],
  ]);
  expect(filenames(2)).toHaveLength(2);
});
