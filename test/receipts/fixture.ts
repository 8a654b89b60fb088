import * as fc from 'fast-check';
import type {
  FileOutcome,
  Identity,
  ObservedFile,
  ObservedPackage,
  ObservedSignature,
  ReportedPackage,
  Status,
} from '../../src/model.ts';
import type { Receipt } from '../../src/receipts/contract.ts';

export const IDENTITY: Identity = {
  kind: 'GitHub',
  uri: 'https://github.com/certifi/python-certifi',
  attributes: {
    'repository-id': '2384843',
    workflow: 'release.yml',
    environment: 'pypi',
    ref: 'refs/tags/1.0',
    trigger: 'release',
    runner: 'github-hosted',
    builder: 'https://builder.example',
  },
};

export const SIGNATURE: ObservedSignature = {
  identity: IDENTITY,
  evidence: {
    predicateType: 'https://docs.pypi.org/attestations/publish/v1',
    signedAt: new Date('2026-01-31T12:00:00Z'),
    log: { keyId: 'wNI9atQGlz+VWfO6LRygH4QUfY/8W4RFwiT5i5WRgB0=', index: '694071111' },
    commit: '0123456789abcdef0123456789abcdef01234567',
    ref: 'refs/tags/1.0',
    runUri: 'https://github.com/certifi/python-certifi/actions/runs/1/attempts/1',
    buildSigner: 'https://github.com/certifi/python-certifi/.github/workflows/release.yml@refs/tags/1.0',
    build: { buildType: 'https://builder.example/wheel@v1', finishedOn: '2026-01-31T11:00:00.000Z' },
  },
};

export const RECEIPT: Receipt = {
  package: 'certifi',
  version: '1.0',
  file: 'certifi-1.0.tar.gz',
  predicateType: 'https://docs.pypi.org/attestations/publish/v1',
  sha256: 'ab'.repeat(32),
  identity: 'https://github.com/certifi/python-certifi',
  signedAt: '2026-01-31T12:00:00.000Z',
  log: { keyId: 'wNI9atQGlz+VWfO6LRygH4QUfY/8W4RFwiT5i5WRgB0=', index: '694071111' },
  workflow: 'release.yml',
  environment: 'pypi',
  ref: 'refs/tags/1.0',
  trigger: 'release',
  runner: 'github-hosted',
  commit: '0123456789abcdef0123456789abcdef01234567',
  runUri: 'https://github.com/certifi/python-certifi/actions/runs/1/attempts/1',
  buildSigner: 'https://github.com/certifi/python-certifi/.github/workflows/release.yml@refs/tags/1.0',
  builder: 'https://builder.example',
  buildType: 'https://builder.example/wheel@v1',
  builtAt: '2026-01-31T11:00:00.000Z',
};

export function receipt(changes: Partial<Receipt>): Receipt {
  return { ...RECEIPT, ...changes };
}

export function signed(filename: string, ...signatures: readonly ObservedSignature[]): ObservedFile {
  const [first = SIGNATURE, ...rest] = signatures;
  const outcome: FileOutcome = { kind: 'signed', signatures: [first, ...rest], claimMismatches: [] };
  return { filename, sha256: 'ab'.repeat(32), outcome };
}

export function observed(name: string, version: string, ...files: readonly ObservedFile[]): ObservedPackage {
  return { name, version, files };
}

/** The verdict that every file of a package has the same status. */
export function verdict(subject: ObservedPackage, status: Status, fileStatus = status): ReportedPackage {
  return {
    name: subject.name,
    ...(subject.version === undefined ? {} : { version: subject.version }),
    status,
    identities: [],
    files: subject.files.map(({ filename, sha256 }) =>
      sha256 === undefined
        ? { name: filename, status: fileStatus }
        : { name: filename, sha256, status: fileStatus },
    ),
  };
}

const text = fc.string({ unit: 'binary', minLength: 1, maxLength: 20 });
const time = fc
  .date({ min: new Date('2024-01-01'), max: new Date('2030-01-01'), noInvalidDate: true })
  .map((date) => date.toISOString());

/** Any receipt that can be: few names and versions, so that they meet. */
export const anyReceipt: fc.Arbitrary<Receipt> = fc.record(
  {
    package: fc.constantFrom('a', 'a-b', 'b'),
    version: fc.constantFrom('1.0', '1.0.1', '2.0'),
    file: fc.constantFrom('x.tar.gz', 'x.whl', 'y.whl'),
    predicateType: fc.constantFrom('urn:publish', 'urn:slsa'),
    sha256: fc.constantFrom('ab'.repeat(32), 'cd'.repeat(32)),
    identity: text,
    signedAt: time,
    log: fc.record({ keyId: fc.constant('YWJj'), index: fc.nat().map(String) }),
    workflow: text,
    environment: text,
    ref: text,
    trigger: text,
    runner: text,
    commit: text,
    runUri: text,
    buildSigner: text,
    builder: text,
    buildType: text,
    builtAt: time,
  },
  { requiredKeys: ['package', 'version', 'file', 'predicateType', 'sha256', 'identity'] },
);
