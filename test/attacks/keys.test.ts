/** What a public key may be made to vouch for: signatures without a certificate. */
import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { afterAll, beforeAll, beforeEach } from 'vitest';

import { createSetting, entryLine, type Setting } from '../e2e/setting.ts';
import { makeWheel, type Distribution } from '../support/distributions.ts';
import { createSigningKey, forPssAlone, identityOf } from '../support/keys.ts';
import {
  konfluxStatement,
  provenance,
  signWithKey,
  type Attestation,
  type KeySignOptions,
  type StatementOptions,
} from '../support/signing.ts';
import { tryAttacks, type Attack } from './attack.ts';
import { acme, RECORDED, tryCases, type Case, type Target } from './batch.ts';

const COMPANY = createSigningKey('rsa-4096');
const MALLORY = createSigningKey('rsa');
/** Mallory's key, given for RSA-PSS alone. */
const ONLY_PSS = forPssAlone(MALLORY);
const PULP_USER = { kind: 'Pulp User', prn: 'prn:auth.user:111' };
const BUILDER = 'builder=https://konflux-ci.dev/calunga';

function keySigned(file: StatementOptions, options: Partial<KeySignOptions> = {}): Attestation {
  const { filename, sha256 } = file;
  const statement = konfluxStatement({ filename, sha256 });
  return signWithKey({ filename, sha256, privateKey: COMPANY.privateKey, statement, ...options });
}

function serve(
  index: Setting['index'],
  { filename }: Distribution,
  ...attestations: readonly Attestation[]
): void {
  index.attest(filename, provenance([{ publisher: PULP_USER, attestations }]));
}

/** Wheel and sdist are signed by the company's key, the wheel in this way. */
function signedByKey(
  id: string,
  options: (target: Target) => Partial<KeySignOptions>,
  rest: Pick<Case, 'rules' | 'says'> & Partial<Case>,
): Case {
  return {
    id,
    attack: (target) => {
      serve(target.index, target.sdist, keySigned(target.sdist));
      serve(target.index, target.wheel, keySigned(target.wheel, options(target)));
    },
    recorded: [COMPANY.identity],
    ...rest,
  };
}

const invalid = (says: string) => ({ rules: ['attestation-invalid'], says });
const unsupported = (says: string) => ({ rules: ['attestation-unsupported'], says });
const byMallory = () => ({ privateKey: MALLORY.privateKey });
const nothing = () => ({});

const FORGERIES: readonly Case[] = [
  signedByKey('key-not-given', nothing, unsupported('none of the keys that are given is for it')),
  signedByKey('key-of-somebody-else', byMallory, invalid('is not by the key that is given for it')),
  signedByKey('key-of-another-package', nothing, unsupported('none of the keys that are given is for it')),
  signedByKey('key-of-another-index', nothing, unsupported('none of the keys that are given is for it')),
  signedByKey('key-given-for-another-package', byMallory, invalid('is not by the key that is given for it')),
  signedByKey(
    'key-signed-another-wheel',
    ({ later }) => ({ statement: konfluxStatement(later) }),
    invalid('the attestation is about'),
  ),
  signedByKey(
    'key-signed-other-bytes',
    ({ wheel, later }) => ({
      statement: konfluxStatement({ filename: wheel.filename, sha256: later.sha256 }),
    }),
    invalid('the attestation is about sha256'),
  ),
  signedByKey(
    'key-signed-two-subjects',
    ({ wheel, later }) => {
      const { subject, ...rest } = konfluxStatement(wheel);
      return { statement: { ...rest, subject: [...subject, ...konfluxStatement(later).subject] } };
    },
    invalid('`subject`'),
  ),
  signedByKey(
    'key-signed-another-wheel-inside',
    ({ wheel, later }) => ({
      statement: { ...konfluxStatement(wheel), predicate: konfluxStatement(later).predicate },
    }),
    invalid('the attestation is about'),
  ),
  signedByKey(
    'key-signed-another-payload-type',
    () => ({ payloadType: 'application/vnd.dsse+json' }),
    invalid('is not by the key that is given for it'),
  ),
  signedByKey(
    'key-signed-with-sha1',
    () => ({ hash: 'sha1' }),
    invalid('is not by the key that is given for it'),
  ),
  signedByKey('key-signed-payload-changed', nothing, {
    attack: ({ index, wheel, sdist, later }) => {
      const [old, { envelope }] = [keySigned(later), keySigned(wheel)];
      serve(index, sdist, keySigned(sdist));
      serve(index, wheel, { ...old, envelope: { ...old.envelope, statement: envelope.statement } });
    },
    ...invalid('is not by the key that is given for it'),
  }),
  signedByKey('key-for-another-padding', nothing, {
    attack: ({ index, both }) => both.forEach((file) => serve(index, file, keySigned(file, byMallory()))),
    recorded: [identityOf(ONLY_PSS)],
    ...invalid('is not by the key that is given for it'),
  }),
  {
    id: 'certificate-stripped-off',
    attack: (target) => strip(target),
    ...unsupported('signed by a key'),
  },
  {
    id: 'certificate-stripped-off-beside-a-key',
    attack: (target) => strip(target),
    ...invalid('is not by the key that is given for it'),
  },
];

function strip({ index, wheel, bundlesOf }: Target): void {
  const [signed] = bundlesOf(wheel, acme).flatMap(({ attestations }) => attestations);
  if (signed !== undefined) serve(index, wheel, { ...signed, verification_material: null });
}

const SIGNERS: readonly Case[] = [
  signedByKey('key-for-a-package-of-a-repository', nothing, {
    recorded: [RECORDED],
    rules: ['publisher-changed'],
    says: 'a publisher that is not the recorded one',
  }),
  signedByKey('key-beside-a-certificate', nothing, {
    recorded: [RECORDED],
    attack: ({ index, wheel, bundlesOf }) => {
      const bundles = [...bundlesOf(wheel, acme), { publisher: PULP_USER, attestations: [keySigned(wheel)] }];
      index.attest(wheel.filename, provenance(bundles));
    },
    rules: ['publisher-changed', 'warning: release-inconsistent'],
    says: 'a publisher that is not the recorded one',
  }),
  signedByKey('key-that-is-not-recorded', nothing, {
    recorded: [MALLORY.identity],
    rules: ['publisher-changed'],
    says: 'a publisher that is not the recorded one',
  }),
  signedByKey(
    'builder-changed',
    ({ wheel }) => ({ statement: konfluxStatement(wheel, 'https://elsewhere.example') }),
    {
      recorded: [`${COMPANY.identity} ${BUILDER}`],
      rules: ['attribute-changed'],
      says: '`builder` is `https://elsewhere.example`',
    },
  ),
  signedByKey('publisher-claimed-beside-a-key', nothing, {
    attack: ({ index, wheel, sdist }) => {
      serve(index, sdist, keySigned(sdist));
      index.attest(
        wheel.filename,
        provenance([{ publisher: acme.publisher, attestations: [keySigned(wheel)] }]),
      );
    },
    rules: ['publisher-claim-mismatch'],
    says: 'GitHub',
  }),
];

/** Which key is for what; the keys of everybody are there. */
async function giveKeys({ workspace }: Setting): Promise<readonly string[]> {
  await workspace.write('company.pem', COMPANY.pem);
  await workspace.write('mallory.pem', MALLORY.pem);
  await workspace.write('pss.pem', ONLY_PSS);
  const keys = [
    'key-of-somebody-else=company.pem',
    'key-of-another-packag=company.pem',
    'https://another.example/simple=company.pem',
    'key-given-for-another-package=company.pem',
    'another-package=mallory.pem',
    'key-signed-*=company.pem',
    'key-for-another-padding=pss.pem',
    'certificate-stripped-off-beside-a-key=company.pem',
    ...SIGNERS.map(({ id }) => `${id}=company.pem`),
  ];
  return keys.flatMap((key) => ['--key', key]);
}

tryCases(FORGERIES, { isForgery: true, prepare: giveKeys });
tryCases(SIGNERS, { prepare: giveKeys });

const wheel = makeWheel({ name: 'widget' });
let setting: Setting;
beforeAll(async () => {
  setting = await createSetting();
});
afterAll(async () => setting.close());
beforeEach(async () => {
  setting.index.publish(wheel, {
    provenance: provenance([{ publisher: PULP_USER, attestations: [keySigned(wheel)] }]),
  });
  await setting.lock([wheel]);
  await setting.workspace.write('.provenance.txt', entryLine('widget', COMPANY.identity));
});

/** A file for `--key` that is refused before anything is asked of an index. */
function refused(id: string, pem: string, says: string): Attack {
  return {
    id,
    attack: async ({ workspace }) => workspace.write('key.pem', pem),
    args: ['--key', 'widget=key.pem'],
    exitCode: 2,
    rules: [],
    says,
  };
}

const pemOf = (key: KeyObject) => key.export({ type: 'spki', format: 'pem' }).toString();
const weak = (modulusLength: number, publicExponent: number) =>
  pemOf(generateKeyPairSync('rsa', { modulusLength, publicExponent }).publicKey);

tryAttacks(
  [
    refused('key-that-is-short', weak(1024, 65_537), 'has an RSA key of 1024 bits'),
    refused('key-with-a-small-exponent', weak(2048, 3), 'has an RSA key with the exponent 3'),
    refused('two-keys-in-a-file', COMPANY.pem + MALLORY.pem, 'has 2 public keys'),
    refused(
      'key-that-is-private',
      COMPANY.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
      'has a private key in it',
    ),
  ],
  () => setting,
);
