import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';

import type { Finding } from '../../src/model.ts';
import { makeSdist, makeWheel, type Distribution } from '../support/distributions.ts';
import {
  activestate,
  circleci,
  github,
  gitlab,
  googleCloud,
  person,
  type Signer,
} from '../support/signers.ts';
import { provenance, SLSA_V1 } from '../support/signing.ts';
import { createSetting, entryLine, idsOf, parseReport, rulesOf, type Setting } from './setting.ts';

const widget = makeWheel({ name: 'widget' });
const sdist = makeSdist({ name: 'widget' });
const both = [widget, sdist];
const plain = makeWheel({ name: 'plain', version: '2.0' });

const acme = github({ environment: 'pypi' });
const recorded = `https://github.com/acme/widget ${idsOf(acme)}`;
const line = entryLine('widget', recorded);

const VCS = `
[[packages]]
name = "sources"
version = "1.0"
[packages.vcs]
type = "git"
url = "https://example.org/sources.git"
commit-id = "0123456789012345678901234567890123456789"
`;

let setting: Setting;
beforeAll(async () => {
  setting = await createSetting();
});
afterAll(async () => setting.close());

/** A package of two files that is signed and recorded, and one that nobody signed. */
beforeEach(async () => {
  setting.publish(both, acme);
  setting.publish([plain], null);
  setting.index.clearRequests();
  await setting.lock([...both, plain]);
  await setting.workspace.write('.provenance.txt', line);
});

const fileText = async () => setting.workspace.read('.provenance.txt');

interface Change {
  readonly what: string;
  readonly change: () => unknown;
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Errors, unless it begins with `warning:`. */
  readonly rules: readonly string[];
  readonly exitCode: number;
  /** Of the first finding. */
  readonly finding?: Partial<Pick<Finding, 'recorded' | 'observed'>>;
}

const attestBoth = (options: Parameters<Setting['attestationOf']>[1]) => {
  for (const file of both) setting.index.attest(file.filename, setting.attestationOf(file, options));
};

/** The provenance file with one line more. */
const addLine = async (name: string, rest: string) =>
  setting.workspace.write('.provenance.txt', line + entryLine(name, rest));

const record = async (rest: string) => setting.workspace.write('.provenance.txt', entryLine('widget', rest));

const ids = { repositoryId: '11', ownerId: '22' } as const;

const CHANGES: readonly Change[] = [
  { what: 'nothing', change: () => undefined, rules: [], exitCode: 0 },
  {
    what: 'another repository signs',
    change: () => attestBoth({ signer: github({ repository: 'mallory/widget' }) }),
    rules: ['publisher-changed'],
    exitCode: 1,
    finding: {
      recorded,
      observed: `https://github.com/mallory/widget ${idsOf(github({ repository: 'mallory/widget' }))}`,
    },
  },
  {
    what: 'another repository signs the sdist alone',
    change: () => setting.index.attest(sdist.filename, setting.attestationOf(sdist, { signer: gitlab() })),
    rules: ['publisher-changed', 'warning: release-inconsistent'],
    exitCode: 1,
    finding: { recorded, observed: `https://gitlab.com/acme/tools/widget ${idsOf(gitlab())}` },
  },
  {
    what: 'a package that nobody signed is signed',
    change: () => setting.index.attest(plain.filename, setting.attestationOf(plain)),
    rules: ['publisher-unknown'],
    exitCode: 1,
    finding: { observed: recorded },
  },
  {
    what: 'no file is signed any more',
    change: () => both.forEach(({ filename }) => setting.index.attest(filename, undefined)),
    rules: ['attestation-lost'],
    exitCode: 1,
    finding: { recorded },
  },
  {
    what: 'the sdist is not signed any more',
    change: () => setting.index.attest(sdist.filename, undefined),
    rules: ['attestation-partial'],
    exitCode: 1,
    finding: { recorded },
  },
  {
    what: 'the list of bundles is empty',
    change: () => both.forEach(({ filename }) => setting.index.attest(filename, provenance([]))),
    rules: ['attestation-invalid'],
    exitCode: 1,
  },
  {
    what: 'the wheel has the provenance of the sdist',
    change: () => setting.index.attest(widget.filename, setting.attestationOf(sdist, { signer: acme })),
    rules: ['attestation-invalid'],
    exitCode: 1,
  },
  {
    what: 'the wheel is another one of the same name',
    change: async () => {
      const poisoned = makeWheel({ name: 'widget', content: 'import os' });
      setting.index.replace(widget.filename, poisoned.bytes);
      await setting.lock([poisoned, sdist, plain]);
    },
    rules: ['attestation-invalid'],
    exitCode: 1,
  },
  {
    what: 'a bad attestation stands beside the good one',
    change: () => {
      const { attestation_bundles: good } = setting.attestationOf(widget, { signer: acme });
      const { attestation_bundles: bad } = setting.attestationOf(widget, {
        signer: acme,
        predicateType: SLSA_V1,
        predicate: {},
        fault: 'signature-by-another-key',
      });
      setting.index.attest(widget.filename, provenance([...good, ...bad]));
    },
    rules: ['attestation-invalid'],
    exitCode: 1,
  },
  {
    what: 'a foreign signature stands beside the good one',
    change: () => {
      const { attestation_bundles: good } = setting.attestationOf(widget, { signer: acme });
      const { attestation_bundles: foreign } = setting.attestationOf(widget, {
        signer: github({ repository: 'mallory/widget' }),
        predicateType: SLSA_V1,
        predicate: {},
      });
      setting.index.attest(widget.filename, provenance([...good, ...foreign]));
    },
    rules: ['publisher-changed', 'warning: release-inconsistent'],
    exitCode: 1,
  },
  {
    what: 'the repository has another name',
    change: async () => {
      await record('https://github.com/acme/widget repository-id=11 owner-id=22');
      attestBoth({ signer: github({ repository: 'acme/widget-ng', ...ids }) });
    },
    rules: ['repository-renamed'],
    exitCode: 1,
    finding: {
      recorded: 'https://github.com/acme/widget repository-id=11 owner-id=22',
      observed: 'https://github.com/acme/widget-ng repository-id=11 owner-id=22',
    },
  },
  {
    what: 'the repository has another owner',
    change: async () => {
      await record('https://github.com/acme/widget repository-id=11 owner-id=22');
      attestBoth({ signer: github({ repository: 'mallory/widget', repositoryId: '11', ownerId: '33' }) });
    },
    rules: ['repository-transferred'],
    exitCode: 1,
    finding: {
      recorded: 'https://github.com/acme/widget repository-id=11 owner-id=22',
      observed: 'https://github.com/mallory/widget repository-id=11 owner-id=33',
    },
  },
  {
    what: 'the repository was deleted and made again',
    change: async () => {
      await record('https://github.com/acme/widget repository-id=11 owner-id=22');
      attestBoth({ signer: github({ repositoryId: '44', ownerId: '22' }) });
    },
    rules: ['repository-recreated'],
    exitCode: 1,
    finding: {
      recorded: 'https://github.com/acme/widget repository-id=11 owner-id=22',
      observed: 'https://github.com/acme/widget repository-id=44 owner-id=22',
    },
  },
  {
    what: 'the ids are gone from the certificate',
    change: () =>
      attestBoth({
        signer: github(
          {},
          { sourceRepositoryIdentifier: undefined, sourceRepositoryOwnerIdentifier: undefined },
        ),
      }),
    rules: ['attribute-changed'],
    exitCode: 1,
    finding: { recorded, observed: 'https://github.com/acme/widget repository-id=(none) owner-id=(none)' },
  },
  {
    what: 'another workflow than the recorded one signs',
    change: async () => {
      await record('https://github.com/acme/widget workflow=release.yml');
      attestBoth({ signer: github({ workflow: 'nightly.yml' }) });
    },
    rules: ['attribute-changed'],
    exitCode: 1,
    finding: {
      recorded: 'https://github.com/acme/widget workflow=release.yml',
      observed: `${recorded} workflow=nightly.yml`,
    },
  },
  {
    what: 'the index names another publisher than the certificate',
    change: () => {
      const { attestation_bundles: bundles } = setting.attestationOf(widget, { signer: acme });
      const { publisher } = github({ repository: 'mallory/widget' });
      setting.index.attest(widget.filename, provenance(bundles.map((bundle) => ({ ...bundle, publisher }))));
    },
    rules: ['publisher-claim-mismatch'],
    exitCode: 1,
  },
  {
    what: 'a person signs',
    change: () => attestBoth({ signer: person() }),
    rules: ['attestation-unsupported'],
    exitCode: 1,
  },
  {
    what: 'everything has to be signed',
    change: () => undefined,
    env: { STRICT: '1' },
    rules: ['attestation-missing'],
    exitCode: 1,
  },
  {
    what: 'everything has to be signed, and what is not is acknowledged',
    change: async () => addLine('plain', 'unsigned'),
    env: { STRICT: '1' },
    rules: [],
    exitCode: 0,
  },
  {
    what: 'what was acknowledged as unsigned is signed',
    change: async () => {
      await addLine('plain', 'unsigned');
      setting.index.attest(plain.filename, setting.attestationOf(plain));
    },
    rules: ['publisher-unknown'],
    exitCode: 1,
    finding: { recorded: 'unsigned', observed: recorded },
  },
  {
    what: 'the acknowledgement has ended',
    change: async () => addLine('plain==2.0', 'unsigned until=2020-01-01'),
    rules: ['allowance-expired'],
    exitCode: 1,
    finding: { recorded: 'unsigned until=2020-01-01' },
  },
  {
    what: 'the acknowledgement has not ended',
    change: async () => addLine('plain==2.0', 'unsigned until=2999-12-31'),
    env: { STRICT: '1' },
    rules: [],
    exitCode: 0,
  },
  {
    what: 'the acknowledgement is of another version',
    change: async () => addLine('plain==1.0', 'unsigned'),
    env: { STRICT: '1' },
    rules: ['warning: entry-unused', 'attestation-missing'],
    exitCode: 1,
  },
  {
    what: 'an entry is for no package of the lock',
    change: async () => addLine('gone', 'https://github.com/acme/gone'),
    rules: ['warning: entry-unused'],
    exitCode: 0,
    finding: { recorded: 'https://github.com/acme/gone' },
  },
  {
    what: 'a package comes from a repository',
    change: async () => appendToLock(VCS),
    rules: ['warning: not-covered'],
    exitCode: 0,
  },
  {
    what: 'a package comes from a repository, and everything has to be signed',
    change: async () => appendToLock(VCS),
    args: ['--strict'],
    rules: ['attestation-missing', 'not-covered'],
    exitCode: 1,
  },
  {
    what: 'a recorded package comes from a repository',
    change: async () => {
      await appendToLock(VCS);
      await addLine('sources', 'https://github.com/acme/sources');
    },
    rules: ['not-covered'],
    exitCode: 1,
    finding: { recorded: 'https://github.com/acme/sources' },
  },
];

/** The ids of a signer, as options of another one. */
const idsBy = ({ claims }: Signer) => ({
  repositoryId: claims.sourceRepositoryIdentifier ?? '',
  ownerId: claims.sourceRepositoryOwnerIdentifier ?? '',
});

async function appendToLock(text: string) {
  await setting.workspace.write('pylock.toml', (await setting.workspace.read('pylock.toml')) + text);
}

describe('the gate', () => {
  test.for(CHANGES)('$what', async ({ change, args = [], env = {}, finding = {}, rules, exitCode }) => {
    await change();
    const before = await fileText();
    const result = await setting.check(['--format', 'json', '--no-cache', ...args], {
      env,
    });
    const report = parseReport(result.stdout);
    const found = rulesOf(report).map(([rule, level]) => (level === 'error' ? rule : `${level}: ${rule}`));
    expect([result.exitCode, result.stderr, found]).toEqual([exitCode, '', rules]);
    expect(report.findings[0] ?? {}).toMatchObject(finding);
    for (const { help } of report.findings) expect(help).not.toBe('');
    expect(await fileText()).toBe(before);
  });

  test('what is wrong counts for more than what could not be checked', async () => {
    setting.index.attest(sdist.filename, undefined);
    const lift = setting.index.fail(`/integrity/widget/1.0.0/${widget.filename}`, {
      kind: 'status',
      status: 403,
    });
    try {
      const { exitCode, stdout } = await setting.check(['--format', 'json', '--no-cache']);
      expect(exitCode).toBe(1);
      expect(parseReport(stdout)).toMatchObject({ outcome: 'findings', summary: { packages: 2, failed: 1 } });
      expect(rulesOf(parseReport(stdout)).map(([rule]) => rule)).toContain('provenance-unavailable');
    } finally {
      lift();
    }
  });
});

const SIGNERS = [
  ['activated', activestate(), 'https://platform.activestate.com/acme/widget'],
  ['built', googleCloud(), 'mailto:publisher@acme-build.iam.gserviceaccount.com'],
  [
    'circled',
    circleci(),
    'https://circleci.com/api/v2/projects/3f0c6a51-9f0e-4d61-8f43-0a4bb1f6a111/pipeline-definitions/7c1d2f86-51f5-4c4e-9a38-64d33a36b222',
  ],
  ['hubbed', github(), `https://github.com/acme/widget ${idsOf(github())}`],
  ['labbed', gitlab(), `https://gitlab.com/acme/tools/widget ${idsOf(gitlab())}`],
] as const;

/** A wheel by each of these signers, and more in the lock. */
async function publishAndLock(
  signed: readonly (readonly [name: string, signer: Signer, ...unknown[]])[],
  more: readonly Distribution[] = [],
) {
  const files = signed.map(([name, signer]) => {
    const file = makeWheel({ name });
    setting.publish([file], signer);
    return file;
  });
  await setting.lock([...files, ...more]);
}

/** Publishes and locks a package a publisher kind, and one that is unsigned. */
async function everyKind() {
  await publishAndLock(SIGNERS, [plain]);
  await rm(join(setting.workspace.project, '.provenance.txt'));
}

describe('TOFU', () => {
  test('records every signer of a first run; the next run passes, and writes nothing', async () => {
    await everyKind();
    const first = await setting.check(['--format', 'json'], { env: { TOFU: '1' } });
    expect(first).toMatchObject({ exitCode: 0, stderr: '' });
    expect(parseReport(first.stdout)).toMatchObject({
      outcome: 'ok',
      summary: { packages: 6, recorded: 5, unsigned: 1 },
      findings: [],
    });
    const text = SIGNERS.map(([name, , rest]) => entryLine(name, rest));
    expect(await fileText()).toBe(text.join(''));

    const path = join(setting.workspace.project, '.provenance.txt');
    const before = await stat(path);
    for (const env of [{}, { TOFU: '1' }]) {
      const { exitCode, stdout } = await setting.check(['--format', 'json'], { env });
      expect(exitCode).toBe(0);
      expect(parseReport(stdout).summary).toMatchObject({
        packages: 6,
        verified: 5,
        unsigned: 1,
        recorded: 0,
      });
    }
    expect(await fileText()).toBe(text.join(''));
    expect((await stat(path)).ino).toBe(before.ino);
    expect(await readdir(setting.workspace.project)).toEqual(['.provenance.txt', 'pylock.toml', 'root.json']);
  });

  test('adds what is new; changes, drops and accepts nothing that is recorded otherwise', async () => {
    const names = [
      'changed',
      'lost',
      'invalid',
      'partial',
      'renamed',
      'drifted',
      'unsupported',
      'signed-now',
    ];
    const files = [...names, 'new'].flatMap((name) => [makeWheel({ name }), makeSdist({ name })]);
    setting.publish(files, acme);
    const attest = (name: string, options: Parameters<Setting['attestationOf']>[1]) => {
      for (const file of files.filter((candidate) => candidate.name === name))
        setting.index.attest(file.filename, setting.attestationOf(file, options));
    };
    attest('changed', { signer: gitlab() });
    attest('invalid', { signer: acme, fault: 'no-sct' });
    attest('renamed', { signer: github({ ...idsBy(acme), repository: 'acme/other' }) });
    attest('drifted', { signer: github({ workflow: 'nightly.yml' }) });
    attest('unsupported', { signer: person() });
    for (const { name, filename } of files)
      if (name === 'lost' || (name === 'partial' && filename.endsWith('.gz')))
        setting.index.attest(filename, undefined);
    await setting.lock(files);
    const lines = names.map((name) => {
      if (name === 'signed-now') return entryLine(name, 'unsigned');
      return entryLine(
        name,
        name === 'drifted' ? 'https://github.com/acme/widget workflow=release.yml' : recorded,
      );
    });
    const before = `# ours\n\n${lines.toReversed().join('')}`;
    await setting.workspace.write('.provenance.txt', before);

    const { exitCode, stdout } = await setting.check(['--format', 'json', '--tofu']);
    expect(exitCode).toBe(1);
    const failed = parseReport(stdout).packages.filter(({ status }) => status === 'failed');
    expect(failed.map(({ name }) => name)).toEqual(names.toSorted());
    const after = await fileText();
    expect(after.split('\n').filter((text) => !before.split('\n').includes(text))).toEqual([
      entryLine('new', recorded).trimEnd(),
    ]);
    expect(after.split('\n').filter((text) => !text.startsWith('new '))).toEqual(before.split('\n'));
  });

  test('`--accept-unsigned` writes down what is unsigned, and STRICT passes it from then on', async () => {
    expect(await setting.check(['--strict'])).toMatchObject({ exitCode: 1 });
    const { exitCode } = await setting.check(['--accept-unsigned'], { env: { TOFU: '1' } });
    expect(exitCode).toBe(0);
    expect(await fileText()).toBe(entryLine('plain', 'unsigned') + line);
    expect(await setting.check(['--strict'])).toMatchObject({ exitCode: 0 });
    const alone = await setting.check(['--accept-unsigned']);
    expect([alone.exitCode, alone.stdout]).toEqual([2, '']);
    expect(alone.stderr).toContain('`--accept-unsigned`');
  });
});

describe('--accept', () => {
  test('replaces the entries of one package, shows before and after, and the gate passes', async () => {
    setting.index.attest(plain.filename, setting.attestationOf(plain));
    for (const file of both)
      setting.index.attest(file.filename, setting.attestationOf(file, { signer: gitlab() }));
    const now = `https://gitlab.com/acme/tools/widget ${idsOf(gitlab())}`;
    const { exitCode, stdout } = await setting.check(['--no-cache', '--accept', 'Widget']);
    expect(exitCode).toBe(1); // for `plain`, which nobody accepted
    expect(stdout).toContain(`- ${line}`.trimEnd());
    expect(stdout).toContain(`+ ${entryLine('widget', now)}`.trimEnd());
    expect(await fileText()).toBe(entryLine('widget', now));
    await setting.lock(both);
    expect(await setting.check(['--no-cache'])).toMatchObject({ exitCode: 0 });
  });

  test('accepts no file that does not verify', async () => {
    setting.index.attest(widget.filename, setting.attestationOf(widget, { signer: acme, fault: 'no-entry' }));
    const { exitCode, stdout } = await setting.check(['--no-cache', '--accept', 'widget']);
    expect([exitCode, await fileText()]).toEqual([1, line]);
    expect(stdout).toContain('`widget` was not accepted');
  });

  test('refuses a name that is not in the lock', async () => {
    const { exitCode, stdout, stderr } = await setting.check(['--accept', 'wigdet']);
    expect([exitCode, stdout, await fileText()]).toEqual([2, '', line]);
    expect(stderr).toContain('`wigdet`');
  });
});

describe('--pin', () => {
  const pins = {
    none: '',
    ids: ` ${idsOf(acme)}`,
    workflow: ' workflow=release.yml',
    'ids,workflow,environment,ref,trigger,runner': ` ${idsOf(acme)} workflow=release.yml environment=pypi ref=tags trigger=release runner=github-hosted`,
  };

  test.for(Object.entries(pins))('%s', async ([list, attributes]) => {
    await setting.workspace.write('.provenance.txt', '');
    const { exitCode } = await setting.check(['--tofu', '--pin', list]);
    expect(exitCode).toBe(0);
    expect(await fileText()).toBe(entryLine('widget', `https://github.com/acme/widget${attributes}`));
    expect(await setting.check()).toMatchObject({ exitCode: 0 });
  });

  test('everything that is pinned is enforced', async () => {
    await setting.workspace.write('.provenance.txt', '');
    await setting.check(['--tofu', '--pin', 'workflow,environment,ref,trigger,runner']);
    const drifts = {
      workflow: { environment: 'pypi', workflow: 'nightly.yml' },
      environment: { environment: 'staging' },
      ref: { environment: 'pypi', ref: 'refs/heads/main' },
      trigger: { environment: 'pypi', trigger: 'workflow_dispatch' },
      runner: { environment: 'pypi', runner: 'self-hosted' },
    };
    for (const [attribute, options] of Object.entries(drifts)) {
      setting.publish(both, github(options));
      const { exitCode, stdout } = await setting.check(['--no-cache', '--format', 'json']);
      const { findings } = parseReport(stdout);
      expect([attribute, exitCode, findings.map(({ rule }) => rule)]).toEqual([
        attribute,
        1,
        ['attribute-changed'],
      ]);
      expect(findings[0]?.observed).toContain(`${attribute}=${Object.values(options).at(-1)}`);
    }
  });

  test('an unknown attribute of the file is an error with its line', async () => {
    await setting.workspace.write(
      '.provenance.txt',
      entryLine('widget', 'https://github.com/acme/widget workfow=x'),
    );
    const { exitCode, stderr } = await setting.check();
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(/^error: [^\n]*\.provenance\.txt[^\n]*1[^\n]*workfow/);
  });
});

/** What `pypi-verify-now` 0.8.1 writes: `f"{name:<49} {url}"`, sorted by name, and nothing else. */
const PREDECESSOR = [
  'certifi                                           https://github.com/certifi/python-certifi',
  'jeepney                                           https://gitlab.com/takluyver/jeepney',
  'zstandard-bindings-with-a-name-that-is-longer-than-49 https://github.com/acme/zstandard',
]
  .map((text) => `${text}\n`)
  .join('');

describe('files of `pypi-verify-now`', () => {
  beforeEach(async () =>
    publishAndLock([
      ['certifi', github({ repository: 'certifi/python-certifi' })],
      ['jeepney', gitlab({ repository: 'takluyver/jeepney' })],
      ['zstandard-bindings-with-a-name-that-is-longer-than-49', github({ repository: 'acme/zstandard' })],
    ]),
  );

  test('pass as they are', async () => {
    await setting.workspace.write('.provenance.txt', PREDECESSOR);
    const { exitCode, stdout } = await setting.check(['--format', 'json'], { env: { TOFU: '1' } });
    expect(exitCode).toBe(0);
    expect(parseReport(stdout).summary).toMatchObject({ verified: 3 });
    expect(await fileText()).toBe(PREDECESSOR);
  });

  test('are what `--pin none` writes, byte for byte', async () => {
    await setting.workspace.write('.provenance.txt', '');
    await setting.check(['--tofu', '--pin', 'none']);
    expect(await fileText()).toBe(PREDECESSOR);
  });
});

describe('the environment and its options', () => {
  test.for([
    ['FILENAME', [], { FILENAME: 'policy/who.txt' }],
    ['--provenance-file', ['--provenance-file', 'policy/who.txt'], {}],
    ['--config-path', ['--config-path=policy/who.txt'], {}],
    ['an option before the variable', ['--provenance-file', 'policy/who.txt'], { FILENAME: 'other.txt' }],
  ] as const)('%s names the provenance file', async ([, args, env]) => {
    await setting.workspace.write('policy/who.txt', '');
    const { exitCode, stdout } = await setting.check(['--tofu', ...args], { env });
    expect(exitCode).toBe(0);
    expect(stdout).toContain('`policy/who.txt`');
    expect(await setting.workspace.read('policy/who.txt')).toBe(line);
    expect(await fileText()).toBe(line);
  });

  test.for([
    ['TOFU', 'true'],
    ['TOFU', '2'],
    ['STRICT', 'yes'],
    ['STRICT', ' 1'],
  ] as const)('%s=%j is refused: a gate must not be off by a typing error', async ([name, value]) => {
    const { exitCode, stdout, stderr } = await setting.check([], { env: { [name]: value } });
    expect([exitCode, stdout]).toEqual([2, '']);
    expect(stderr).toContain(`\`${name}\` is \`${value}\``);
    expect(await fileText()).toBe(line);
  });

  test.for([
    ['TOFU', '0'],
    ['TOFU', ''],
    ['STRICT', '0'],
  ] as const)('%s=%j is off', async ([name, value]) => {
    await setting.workspace.write('.provenance.txt', '');
    const { exitCode, stdout } = await setting.check(['--format', 'json'], { env: { [name]: value } });
    expect([exitCode, rulesOf(parseReport(stdout))]).toEqual([1, [['publisher-unknown', 'error']]]);
    expect(await fileText()).toBe('');
  });
});
