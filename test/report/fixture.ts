import { createHash } from 'node:crypto';
import {
  RULE_IDS,
  type Build,
  type Finding,
  type Identity,
  type ObservedSignature,
  type Report,
  type ReportedFile,
  type ReportedPackage,
  type RuleId,
  type Status,
} from '../../src/model.ts';
import { RULES } from '../../src/policy/index.ts';
import type { RenderOptions } from '../../src/report/contract.ts';

export const OPTIONS: RenderOptions = {
  color: false,
  verbose: false,
  provenanceFile: '.provenance.txt',
  fromRoot: (path) => path,
  sha256: (text, encoding) => createHash('sha256').update(text).digest(encoding),
  rules: RULES,
};

export const GITHUB: Identity = {
  kind: 'GitHub',
  uri: 'https://github.com/certifi/python-certifi',
  attributes: {
    runner: 'github-hosted',
    'owner-id': '1191234',
    'repository-id': '2384843',
    workflow: 'release.yml',
    environment: 'pypi',
    ref: 'refs/tags/2025.11.12',
    trigger: 'release',
  },
};

export const GOOGLE: Identity = {
  kind: 'Google Cloud',
  uri: 'mailto:publisher@project.iam.gserviceaccount.com',
  attributes: {},
};

export function signatureOf(identity: Identity): ObservedSignature {
  return {
    identity,
    evidence: {
      predicateType: 'https://docs.pypi.org/attestations/publish/v1',
      signedAt: new Date('2025-11-12T02:54:51Z'),
      log: { keyId: 'wNI9atQGlz+VWfO6LRygH4QUfY/8W4RFwiT5i5WRgB0=', index: '694071111' },
      commit: '9b3a9a9d8d2a1a5e0a4b6c7d8e9f00112233445566',
      ref: 'refs/tags/2025.11.12',
      runUri: 'https://github.com/certifi/python-certifi/actions/runs/19284000000/attempts/1',
      buildSigner:
        'https://github.com/certifi/python-certifi/.github/workflows/release.yml@refs/tags/2025.11.12',
    },
  };
}

function file(name: string, status: Status, more: Partial<ReportedFile> = {}): ReportedFile {
  return { name, sha256: 'ab'.repeat(32), status, ...more };
}

function reported(name: string, version: string, status: Status, more: Partial<ReportedPackage> = {}) {
  return { name, version, status, identities: [], files: [], ...more } satisfies ReportedPackage;
}

const certifi = reported('certifi', '2025.11.12', 'verified', {
  identities: [GITHUB],
  files: [
    file('certifi-2025.11.12.tar.gz', 'verified', { signatures: [signatureOf(GITHUB)] }),
    file('certifi-2025.11.12-py3-none-any.whl', 'verified', { signatures: [signatureOf(GITHUB)] }),
  ],
});

const idna = reported('idna', '3.11', 'recorded', {
  identities: [GOOGLE],
  files: [file('idna-3.11-py3-none-any.whl', 'recorded', { signatures: [signatureOf(GOOGLE)] })],
});

const requests = reported('requests', '2.32.5', 'unsigned', {
  reason: 'no provenance at https://pypi.org',
  files: [
    file('requests-2.32.5-py3-none-any.whl', 'unsigned', { reason: 'no provenance at https://pypi.org' }),
  ],
});

const six = reported('six', '1.17.0', 'unavailable', {
  reason: 'https://pypi.org answered 503',
  files: [
    file('six-1.17.0-py2.py3-none-any.whl', 'unavailable', { reason: 'https://pypi.org answered 503' }),
  ],
});

const local: ReportedPackage = {
  name: 'local-tool',
  status: 'not-covered',
  identities: [],
  files: [],
  reason: 'a directory',
};

/** One failed package for each rule that is about a package of the lock. */
function failing(rule: RuleId): { readonly reported: ReportedPackage; readonly finding: Finding } {
  const name = `x-${rule}`;
  const filename = `${name.replaceAll('-', '_')}-1.0.tar.gz`;
  const warning = rule === 'signature-drift' || rule === 'release-inconsistent';
  const status = warning ? 'verified' : 'failed';
  return {
    reported: reported(name, '1.0', status, {
      identities: [GITHUB],
      files: [file(filename, status, warning ? {} : { reason: `fails ${rule}` })],
    }),
    finding: {
      rule,
      level: warning ? 'warning' : 'error',
      package: name,
      version: '1.0',
      file: filename,
      recorded: `https://github.com/recorded/${name} repository-id=1`,
      observed: `https://github.com/observed/${name} repository-id=2`,
      message: `\`${name}\` 1.0 breaks \`${rule}\``,
      help: `review it, then \`provpin --tofu --accept ${name}\``,
      entryLine: 12,
      lock: 'pylock.toml',
      lockLine: 34,
    },
  };
}

const ELSEWHERE: ReadonlySet<RuleId> = new Set(['provenance-unavailable', 'not-covered', 'entry-unused']);
const failures = RULE_IDS.filter((rule) => !ELSEWHERE.has(rule)).map(failing);

const elsewhere: readonly Finding[] = [
  {
    rule: 'provenance-unavailable',
    level: 'error',
    package: 'six',
    version: '1.17.0',
    message: 'the provenance of `six` 1.17.0 could not be fetched: https://pypi.org answered 503',
    help: 'run it again',
  },
  {
    rule: 'not-covered',
    level: 'warning',
    package: 'local-tool',
    message: '`local-tool` is a directory: no index says who published it',
    help: 'review it yourself',
  },
  {
    rule: 'entry-unused',
    level: 'warning',
    package: 'gone',
    message: '`gone` is recorded, and not in the lock',
    help: 'delete line 3 of `.provenance.txt`',
    entryLine: 3,
  },
];

/** Every rule and every status. */
export const EVERYTHING: Report = {
  outcome: 'findings',
  packages: [six, ...failures.map((failure) => failure.reported), requests, local, idna, certifi],
  findings: [...elsewhere, ...failures.map((failure) => failure.finding)],
  notes: ['1 entry was written to `.provenance.txt`'],
};

export const ALL_HELD: Report = {
  outcome: 'ok',
  packages: [requests, idna, certifi],
  findings: [],
  notes: [],
};

export const EMPTY: Report = { outcome: 'ok', packages: [], findings: [], notes: [] };

/** Signatures by a key: one over what was built how, and one over nothing of the kind. */
const KEY: Identity = { kind: 'key', uri: `key:sha256:${'cd'.repeat(32)}`, attributes: {} };
const BUILD = {
  builder: 'https://builder.example/1',
  buildType: 'wheel',
  finishedOn: '2026-01-02T03:04:05Z',
};
const built = (build: Build): ObservedSignature => ({
  identity: KEY,
  evidence: { predicateType: 'https://slsa.dev/provenance/v1', build },
});
const keySigned: ObservedSignature = { identity: KEY, evidence: { predicateType: 'x' } };

/** Packages as an environment has them: compared with their wheels, with one that is none, and with nothing. */
export const INSTALLED: Report = {
  outcome: 'findings',
  packages: [
    reported('built', '2.0', 'failed', {
      identities: [KEY],
      files: [file('built-2.0.whl', 'failed', { signatures: [built(BUILD), built({}), keySigned] })],
      history: {
        kind: 'known',
        older: 1,
        releases: [
          { version: '1.1', standing: 'same', signers: [KEY.uri], files: 2, checked: 1 },
          {
            version: '1.0',
            standing: 'other',
            signers: [GITHUB.uri],
            signedAt: new Date('2025-01-01T00:00:00Z'),
            files: 1,
            checked: 1,
          },
        ],
      },
      installation: {
        kind: 'compared',
        wheel: 'built-2.0.whl',
        foundBy: '`pylock.toml`',
        takenFrom: "pip's cache",
        files: 3,
        held: 1,
        deviations: [
          { kind: 'missing', path: 'built/b.py' },
          { kind: 'changed', path: 'built/a.pyc', reason: 'it is not what its source compiles to' },
        ],
      },
    }),
    reported('garbled', '1.0', 'failed', {
      files: [{ name: 'garbled-1.0.whl', status: 'failed', reason: 'it is no wheel' }],
      history: { kind: 'unavailable', reason: '403' },
      installation: { kind: 'unreadable', wheel: 'garbled-1.0.whl', reason: 'it is no wheel' },
    }),
    local,
  ],
  findings: [],
  notes: [],
};

/** A report as long as the locks of big applications, with one failure in the middle. */
export function longReport(size: number): Report {
  const packages = Array.from({ length: size }, (_, i) => {
    const name = `package-${String(i).padStart(4, '0')}`;
    return reported(name, `1.${i}`, i === size / 2 ? 'failed' : 'verified', {
      identities: [{ ...GITHUB, uri: `https://github.com/owner/${name}` }],
      files: [file(`${name}-1.${i}.tar.gz`, i === size / 2 ? 'failed' : 'verified')],
    });
  });
  const name = packages[size / 2]?.name ?? '';
  const finding = failures[0]?.finding;
  return {
    outcome: 'findings',
    packages,
    findings: finding === undefined ? [] : [{ ...finding, package: name, version: `1.${size / 2}` }],
    notes: [],
  };
}
