/** Who signs: an attacker who can upload, by a stolen token or as somebody whom the index trusts. */
import { makeWheel } from '../support/distributions.ts';
import { github, gitlab, person } from '../support/signers.ts';
import { provenance, SLSA_V1 } from '../support/signing.ts';
import { acme, ids, mallory, RECORDED, tryCases, type Case } from './batch.ts';

const slsa = { predicateType: SLSA_V1, predicate: {} };

const manylinux = (name: string, at = 14, content = '') =>
  makeWheel({ name, content, tag: `cp3${at}-cp3${at}-manylinux_2_17_x86_64` });

const CASES: readonly Case[] = [
  {
    id: 'stolen-token-unsigned-release',
    attack: ({ publish, later }) => {
      publish([later], null);
      return [later];
    },
    rules: ['attestation-lost'],
  },
  {
    id: 'stolen-token-unsigned-wheel',
    attack: ({ publish, both, wheel }) => {
      const added = manylinux(wheel.name);
      publish([added], null);
      return [...both, added];
    },
    rules: ['attestation-partial'],
  },
  {
    id: 'stolen-token-own-repository',
    attack: ({ publish, later }) => {
      publish([later], mallory);
      return [later];
    },
    rules: ['publisher-changed'],
  },
  {
    id: 'own-repository-on-another-host',
    attack: ({ publish, both }) => publish(both, gitlab({ repository: 'acme/widget', ...ids })),
    rules: ['publisher-changed'],
  },
  {
    id: 'own-repository-with-a-similar-name',
    attack: ({ publish, both }) =>
      publish(both, github({ repository: 'acrne/widget', repositoryId: '666', ownerId: '667' })),
    rules: ['publisher-changed'],
  },
  {
    id: 'own-repository-calls-their-workflow',
    attack: ({ publish, both }) => {
      const uri = 'https://github.com/acme/widget/.github/workflows/release.yml@refs/tags/v1.0.0';
      const signer = { buildSignerUri: uri, subjectAlternativeName: { type: 'uri', value: uri } } as const;
      publish(both, github({ repository: 'mallory/widget', repositoryId: '666', ownerId: '667' }, signer));
    },
    rules: ['publisher-changed'],
  },
  {
    id: 'repository-recreated',
    attack: ({ publish, both }) => publish(both, github({ repositoryId: '666', ownerId: '22' })),
    rules: ['repository-recreated'],
  },
  {
    id: 'account-recreated',
    attack: ({ publish, both }) => publish(both, github({ repositoryId: '666', ownerId: '667' })),
    rules: ['repository-recreated'],
  },
  {
    id: 'recreated-beside-an-alternative',
    recorded: [RECORDED, 'https://gitlab.com/acme/widget'],
    attack: ({ publish, both }) => publish(both, github({ repositoryId: '666', ownerId: '667' })),
    rules: ['repository-recreated'],
  },
  {
    id: 'repository-transferred',
    attack: ({ publish, both }) =>
      publish(both, github({ repository: 'mallory/widget', repositoryId: '11', ownerId: '667' })),
    rules: ['repository-transferred'],
  },
  {
    id: 'repository-renamed',
    attack: ({ publish, both }) => publish(both, github({ repository: 'acme/gadget', ...ids })),
    rules: ['repository-renamed'],
  },
  {
    id: 'ids-left-out',
    attack: ({ publish, both }) =>
      publish(
        both,
        github(ids, { sourceRepositoryIdentifier: undefined, sourceRepositoryOwnerIdentifier: undefined }),
      ),
    rules: ['attribute-changed'],
  },
  {
    id: 'person-signs',
    attack: ({ publish, both }) => publish(both, person('release@acme.example')),
    rules: ['attestation-unsupported'],
  },
  {
    id: 'another-workflow-signs',
    recorded: [`${RECORDED} workflow=release.yml`],
    attack: ({ publish, both }) => publish(both, github({ ...ids, workflow: 'test.yml' })),
    rules: ['attribute-changed'],
  },
  {
    id: 'branch-that-looks-like-a-tag',
    recorded: [`${RECORDED} ref=tags`],
    attack: ({ publish, both }) => publish(both, github({ ...ids, ref: 'refs/heads/refs/tags/v1.0.0' })),
    rules: ['attribute-changed'],
  },
  {
    id: 'another-environment-signs',
    recorded: [`${RECORDED} environment=pypi`],
    attack: ({ publish, both }) => publish(both, github({ ...ids, environment: 'PyPI' })),
    rules: ['attribute-changed'],
  },
  {
    id: 'self-hosted-runner-pinned',
    recorded: [`${RECORDED} runner=github-hosted`],
    attack: ({ publish, both }) => publish(both, github({ ...ids, runner: 'self-hosted' })),
    rules: ['attribute-changed'],
  },
  {
    id: 'foreign-bundle-beside-a-good-one',
    attack: ({ index, bundlesOf, wheel }) => {
      const bundles = [...bundlesOf(wheel, acme), ...bundlesOf(wheel, mallory, slsa)];
      index.attest(wheel.filename, provenance(bundles));
    },
    rules: ['publisher-changed', 'warning: release-inconsistent'],
  },
  {
    id: 'foreign-attestation-in-a-good-bundle',
    attack: ({ index, bundlesOf, wheel }) => {
      const bundles = [...bundlesOf(wheel, acme), ...bundlesOf(wheel, mallory, slsa)];
      const attestations = bundles.flatMap((bundle) => bundle.attestations);
      index.attest(wheel.filename, provenance([{ publisher: acme.publisher, attestations }]));
    },
    rules: ['publisher-changed', 'publisher-claim-mismatch', 'warning: release-inconsistent'],
  },
  {
    id: 'one-wheel-of-forty-foreign',
    attack: ({ publish, wheel: { name } }) => {
      const [poisoned = manylinux(name), ...others] = fortyWheels(name);
      publish(others, acme);
      publish([poisoned], mallory);
      return [...others, poisoned];
    },
    rules: ['publisher-changed', 'warning: release-inconsistent'],
    says: 'cp30-cp30-manylinux_2_17_x86_64.whl` (1 of 40 files)',
  },
  {
    id: 'one-wheel-of-forty-replaced',
    attack: ({ index, publish, wheel: { name } }) => {
      const [good = manylinux(name), ...others] = fortyWheels(name);
      const poisoned = manylinux(name, 0, 'import os');
      publish([good, ...others], acme);
      index.replace(good.filename, poisoned.bytes);
      return [...others, poisoned];
    },
    rules: ['attestation-invalid'],
    says: 'cp30-cp30-manylinux_2_17_x86_64.whl` (1 of 40 files)',
  },
  {
    id: 'unsigned-package-signed-by-a-stranger',
    recorded: ['unsigned'],
    attack: ({ publish, both }) => publish(both, mallory),
    rules: ['publisher-unknown'],
  },
  {
    id: 'allowance-of-another-version',
    recorded: [RECORDED, '==1.0.0 unsigned'],
    attack: ({ publish, later }) => {
      publish([later], null);
      return [later];
    },
    rules: ['attestation-lost', 'warning: entry-unused'],
  },
  {
    id: 'allowance-that-has-ended',
    recorded: [RECORDED, 'unsigned until=2026-01-31'],
    attack: ({ publish, later }) => {
      publish([later], null);
      return [later];
    },
    rules: ['allowance-expired', 'attestation-lost'],
  },
  {
    id: 'unsigned-beside-another-version',
    recorded: [`==1.0.0 ${RECORDED}`],
    attack: ({ publish, later }) => {
      publish([later], null);
      return [later];
    },
    rules: ['attestation-lost', 'warning: entry-unused'],
  },
  {
    id: 'recorded-for-another-version',
    recorded: [`==1.0.0 ${RECORDED}`],
    attack: ({ publish, later }) => {
      publish([later], mallory);
      return [later];
    },
    rules: ['publisher-unknown', 'warning: entry-unused'],
  },
  {
    id: 'two-versions-one-foreign',
    attack: ({ publish, both, later }) => {
      publish([later], mallory);
      return [...both, later];
    },
    rules: ['publisher-changed'],
  },
  {
    id: 'first-use-beside-an-unsigned-version',
    recorded: [],
    attack: ({ publish, both, later }) => {
      publish([later], null);
      return [...both, later];
    },
    rules: ['publisher-unknown'],
  },
  {
    id: 'index-hides-one-provenance',
    attack: ({ index, sdist }) => index.attest(sdist.filename, undefined),
    rules: ['attestation-partial'],
  },
  {
    id: 'index-hides-the-provenance-of-a-package',
    attack: ({ index, both }) => both.forEach(({ filename }) => index.attest(filename, undefined)),
    rules: ['attestation-lost'],
  },
  {
    id: 'index-forges-the-claim',
    attack: ({ index, bundlesOf, both }) => {
      for (const file of both) {
        const bundles = bundlesOf(file, mallory).map((bundle) => ({ ...bundle, publisher: acme.publisher }));
        index.attest(file.filename, provenance(bundles));
      }
    },
    rules: ['publisher-changed', 'publisher-claim-mismatch'],
  },
  {
    id: 'index-misnames-the-publisher',
    attack: ({ index, bundlesOf, wheel }) => {
      const bundles = bundlesOf(wheel, acme).map((bundle) => ({ ...bundle, publisher: mallory.publisher }));
      index.attest(wheel.filename, provenance(bundles));
    },
    rules: ['publisher-claim-mismatch'],
  },
];

function fortyWheels(name: string) {
  return Array.from({ length: 40 }, (_, at) => manylinux(name, at));
}

tryCases(CASES);
