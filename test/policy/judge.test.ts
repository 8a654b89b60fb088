import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Entry, Finding, Identity, ObservedFile, ObservedPackage, Status } from '../../src/model.ts';
import { STATUSES } from '../../src/model.ts';
import { identityEntries } from '../../src/policy/allowance.ts';
import { nearestEntry } from '../../src/policy/compare.ts';
import { observedIdentities } from '../../src/policy/files.ts';
import { judge, outcomeOf } from '../../src/policy/judge.ts';
import { formatEntry } from '../../src/provenance-file/format.ts';
import { applicableEntries } from '../../src/provenance-file/applicable.ts';
import {
  ACME,
  demo,
  entriesOf,
  github,
  gitlab,
  GOOGLE,
  IDS,
  invalid,
  judged,
  MALLORY,
  misclaimed,
  signed,
  TODAY,
  unavailable,
  uncovered,
  unsigned,
  unsupported,
  verdictsOf,
} from './fixture.ts';

const LINE = `demo ${ACME} repository-id=11 owner-id=22`;
const REBORN = github('acme/demo', { ...IDS, 'repository-id': '77' });
const RENAMED = github('acme/new');
const TRANSFERRED = github('new/demo', { ...IDS, 'owner-id': '99' });

/** An entry in one line, without the padding of its column. */
const spell = (entry: Entry) => formatEntry(entry).replace(/ +/, ' ');

const OUTCOMES = new Map([
  ['failed', 'findings'],
  ['unavailable', 'incomplete'],
]);

const MODES = [
  {},
  { strict: true },
  { tofu: true },
  { tofu: true, strict: true },
  { tofu: true, acceptUnsigned: true },
  { tofu: true, strict: true, acceptUnsigned: true },
];

const by = (identity: Identity) => [signed('a.whl', identity)];

describe('judge: one package', () => {
  const ONE = by(github());
  const TWO = [...ONE, signed('b.whl', GOOGLE)];
  const NONE = [unsigned('b.whl')];
  const PARTLY = [...ONE, ...NONE];
  const MALLORYS = by(MALLORY);
  const MISCLAIMED = [misclaimed('a.whl', 'x', 'y')];
  const [BAD, ODD, AWAY, LOCAL] = [
    invalid('x.whl'),
    unsupported('x.whl'),
    unavailable('x.whl'),
    uncovered('x.whl'),
  ];
  const VCS = demo([], { notCovered: 'a VCS requirement' });
  const UNVERSIONED: ObservedPackage = { name: 'demo', files: PARTLY };

  // Statuses: in a check, STRICT, TOFU, TOFU STRICT, and both TOFU again with --accept-unsigned; one word is for all six. Then
  // the lines that TOFU adds, and those that it adds with --accept-unsigned where these are others.
  // prettier-ignore
  test.each<[string, readonly ObservedFile[] | ObservedPackage, string[], string, string[], string[]?]>([
    // nothing recorded
    ['signed',                            ONE,             [], 'failed failed recorded recorded recorded recorded', [LINE]],
    ['signed by two',                     TWO,             [], 'failed failed recorded recorded recorded recorded', [LINE, `demo ${GOOGLE.uri}`]],
    ['unsigned',                          NONE,            [], 'unsigned failed unsigned failed unsigned unsigned', [], ['demo unsigned']],
    ['partly signed',                     PARTLY,          [], 'failed failed failed failed unsigned unsigned', [], [LINE, 'demo==2.0 unsigned']],
    ['partly signed, no version',         UNVERSIONED,     [], 'failed', []],
    ['invalid',                           [BAD],           [], 'failed', []],
    ['invalid beside signed',             [BAD, ...ONE],   [], 'failed', []],
    ['invalid beside unsigned',           [BAD, ...NONE],  [], 'failed', []],
    ['unsupported',                       [ODD],           [], 'failed', []],
    ['unsupported beside signed',         [ODD, ...ONE],   [], 'failed', []],
    ['claimed to be somebody else',       MISCLAIMED,      [], 'failed', []],
    ['unavailable',                       [AWAY],          [], 'unavailable', []],
    ['unavailable beside signed',         [AWAY, ...ONE],  [], 'failed', []],
    ['unavailable beside unsigned',       [AWAY, ...NONE], [], 'unavailable failed unavailable failed unavailable failed', []],
    ['a VCS requirement',                 VCS,             [], 'not-covered failed not-covered failed not-covered failed', []],
    ['a local file',                      [LOCAL],         [], 'not-covered failed not-covered failed not-covered failed', []],
    ['a local file beside signed',        [LOCAL, ...ONE], [], 'failed', []],
    ['no file',                           demo([]),        [], 'failed', []],
    // an identity recorded
    ['signed as recorded',                ONE,             [LINE], 'verified', []],
    ['signed as recorded by name',        ONE,             [`demo ${ACME}`], 'verified', []],
    ['signed as one of two',              ONE,             [`demo ${GOOGLE.uri}`, LINE], 'verified', []],
    ['signed by another',                 MALLORYS,        [LINE], 'failed', []],
    ['re-created',                        by(REBORN),      [LINE], 'failed', []],
    ['transferred',                       by(TRANSFERRED), [LINE], 'failed', []],
    ['renamed',                           by(RENAMED),     [LINE], 'failed', []],
    ['unsigned now',                      NONE,            [LINE], 'failed', []],
    ['partly signed now',                 PARTLY,          [LINE], 'failed', []],
    ['unsigned, allowed beside',          NONE,            [LINE, 'demo unsigned'], 'unsigned', []],
    ['partly signed, allowed beside',     PARTLY,          [LINE, 'demo==2.0 unsigned'], 'unsigned', []],
    ['signed, unsigned allowed beside',   ONE,             [LINE, 'demo unsigned'], 'verified', []],
    ['signed by another, allowed beside', MALLORYS,        [LINE, 'demo unsigned'], 'failed', []],
    ['a VCS requirement now',             VCS,             [LINE], 'failed', []],
    ['unavailable now',                   [AWAY],          [LINE], 'unavailable', []],
    // recorded for another version
    ['signed, line for 1.0',              ONE,             [`demo==1.0 ${ACME}`], 'failed', []],
    ['unsigned, line for 1.0',            NONE,            [`demo==1.0 ${ACME}`], 'failed', []],
    ['signed, 1.0 unsigned',              ONE,             ['demo==1.0 unsigned'], 'failed failed recorded recorded recorded recorded', [LINE]],
    ['unsigned, 1.0 unsigned',            NONE,            ['demo==1.0 unsigned'], 'unsigned failed unsigned failed unsigned failed', []],
    ['partly signed, 1.0 unsigned',       PARTLY,          ['demo==1.0 unsigned'], 'failed', []],
    // acknowledged as unsigned
    ['unsigned, allowed',                 NONE,            ['demo unsigned'], 'unsigned', []],
    ['unsigned, allowed until today',     NONE,            [`demo unsigned until=${TODAY}`], 'unsigned', []],
    ['unsigned, no longer allowed',       NONE,            ['demo unsigned until=2026-11-20'], 'failed', []],
    ['signed, allowed unsigned',          ONE,             ['demo unsigned'], 'failed', []],
    ['signed, allowed no longer',         ONE,             ['demo unsigned until=2026-11-20'], 'failed', []],
    ['a VCS requirement, allowed',        VCS,             ['demo unsigned'], 'not-covered', []],
  ])('%s', (_, files, lines, statuses, added, addedUnsigned = added) => {
    const subject = 'files' in files ? files : demo(files);
    const expected = statuses.includes(' ') ? statuses : MODES.map(() => statuses).join(' ');
    const judgements = MODES.map((mode) => judged([subject], lines, mode));
    expect(judgements.map(({ packages }) => packages[0]?.status).join(' ')).toBe(expected);
    expect(judgements.map(({ additions }) => additions.map((entry) => spell(entry)))).toEqual([
      [],
      [],
      added,
      added,
      addedUnsigned,
      addedUnsigned,
    ]);
    for (const { outcome, packages } of judgements) {
      const [{ status } = { status: 'failed' }] = packages;
      expect(outcome).toBe(OUTCOMES.get(status) ?? 'ok');
    }
  });

  test('what is recorded in this run has no finding any more, and is reported as recorded', () => {
    const [file = unsigned('a.whl')] = ONE;
    const signatures = file.outcome.kind === 'signed' ? file.outcome.signatures : [];
    expect(judged([demo(ONE)], [], { tofu: true })).toEqual({
      outcome: 'ok',
      packages: [
        {
          name: 'demo',
          version: '2.0',
          status: 'recorded',
          identities: [github()],
          files: [{ name: 'a.whl', sha256: file.sha256, status: 'recorded', signatures }],
        },
      ],
      findings: [],
      additions: [{ name: 'demo', identity: ACME, attributes: IDS }],
      replacements: new Map(),
      refusedAccepts: [],
      unknownAccepts: [],
    });
  });
});

const ONE_FILE = [signed('a.whl')];

describe('judge: several packages', () => {
  test('two versions of one name are both judged, and what they have in common is added once', () => {
    const versions = [demo(ONE_FILE), demo([signed('b.whl')], { version: '3.0' })];
    const { packages, additions } = judged(versions, [], { tofu: true });
    expect(packages.map(({ version, status }) => [version, status])).toEqual([
      ['2.0', 'recorded'],
      ['3.0', 'recorded'],
    ]);
    expect(additions.map((entry) => spell(entry))).toEqual([LINE]);
  });

  test('a line for one version judges that version only', () => {
    const versions = [demo(ONE_FILE), demo([signed('b.whl', MALLORY)], { version: '3.0' })];
    const { packages } = judged(versions, [`demo==3.0 ${MALLORY.uri}`, `demo==2 ${ACME}`]);
    expect(packages.map(({ status }) => status)).toEqual(['verified', 'verified']);
    const swapped = judged(versions, [`demo==2.0 ${MALLORY.uri}`, `demo==3 ${ACME}`]);
    expect(swapped.packages.map(({ status }) => status)).toEqual(['failed', 'failed']);
  });

  test('findings and packages are sorted, whatever the order of the lock', () => {
    const packages = [
      demo([invalid('b.whl'), unsigned('c.whl')]),
      demo([signed('a.whl', MALLORY)], { version: '1.0' }),
      demo([signed('a.whl')], { name: 'able' }),
      demo([signed('z.whl', GOOGLE), signed('a.whl', MALLORY)], { name: 'zoo' }),
    ];
    const lines = [LINE, 'unused unsigned'];
    const expected = judged(packages, lines);
    expect(
      expected.findings.map((finding) => [finding.package, finding.version, finding.rule, finding.file]),
    ).toEqual([
      ['able', '2.0', 'publisher-unknown', 'a.whl'],
      ['demo', '1.0', 'publisher-changed', 'a.whl'],
      ['demo', '2.0', 'attestation-invalid', 'b.whl'],
      ['demo', '2.0', 'attestation-lost', 'c.whl'],
      ['unused', undefined, 'entry-unused', undefined],
      ['zoo', '2.0', 'publisher-unknown', 'a.whl'],
      ['zoo', '2.0', 'publisher-unknown', 'z.whl'],
      ['zoo', '2.0', 'release-inconsistent', 'a.whl'],
    ]);
    expect(expected.packages.map(({ name, version }) => `${name} ${version}`)).toEqual([
      'able 2.0',
      'demo 1.0',
      'demo 2.0',
      'zoo 2.0',
    ]);
    expect(judged(packages.toReversed(), lines)).toEqual(expected);
  });

  test('findings of one rule are sorted by file', () => {
    const files = [misclaimed('z.whl', 'a', 'acme'), misclaimed('a.whl', 'b', 'acme')];
    expect(judged([demo(files)], [LINE]).findings.map(({ file }) => file)).toEqual(['a.whl', 'z.whl']);
  });

  test('receipts reach the rules, and only raise warnings', () => {
    const drifted = signed('a.whl', github('acme/demo', { ...IDS, runner: 'self-hosted' }));
    const facts = {
      package: 'demo',
      version: '1.0',
      file: 'old.whl',
      predicateType: 'https://docs.pypi.org/attestations/publish/v1',
      sha256: 'ab',
      identity: ACME,
      signedAt: '2026-01-01T00:00:00.000Z',
      runner: 'github-hosted',
    };
    const judgement = judged([demo([drifted])], [LINE], {
      receipts: [facts, { ...facts, package: 'other' }],
    });
    expect(verdictsOf(judgement.findings)).toEqual(['warning signature-drift']);
    expect(judgement.outcome).toBe('ok');
    expect(
      judged([demo([drifted], { name: 'elsewhere' })], [`elsewhere ${ACME}`], { receipts: [facts] }).findings,
    ).toEqual([]);
  });
});

describe('judge: --accept', () => {
  const MOVED = [demo(by(TRANSFERRED))];
  const NEW_LINE = 'demo https://github.com/new/demo repository-id=11 owner-id=99';

  test('judges by what the lines become, and by nothing of what they were', () => {
    const judgement = judged(MOVED, [LINE, 'demo==1.0 unsigned', 'zoo unsigned'], { accept: ['Demo'] });
    expect(
      [...judgement.replacements].map(([name, entries]) => [name, entries.map((entry) => spell(entry))]),
    ).toEqual([['demo', [NEW_LINE, 'demo==1.0 unsigned']]]);
    expect(judgement.packages.map(({ status }) => status)).toEqual(['recorded']);
    expect(judgement.findings.map(({ rule, package: name }) => [rule, name])).toEqual([
      ['entry-unused', 'demo'],
      ['entry-unused', 'zoo'],
    ]);
    expect(judgement.additions).toEqual([]);
  });

  test('leaves the findings of a name that would not hold even then', () => {
    const packages = [demo([...by(TRANSFERRED), invalid('b.whl')])];
    const judgement = judged(packages, [LINE], { accept: ['demo', 'nobody'], tofu: true });
    expect(judgement).toMatchObject({
      outcome: 'findings',
      refusedAccepts: ['demo'],
      unknownAccepts: ['nobody'],
    });
    expect(judgement.replacements.size).toBe(0);
    expect(judgement.findings).toEqual(judged(packages, [LINE]).findings);
  });

  test('in a TOFU run, concerns the accepted name only', () => {
    const packages = [...MOVED, demo(by(MALLORY), { name: 'other' }), demo(by(GOOGLE), { name: 'third' })];
    const judgement = judged(packages, [LINE, `other ${ACME}`], { accept: ['demo'], tofu: true });
    expect([...judgement.replacements.keys()]).toEqual(['demo']);
    expect(judgement.additions.map((entry) => spell(entry))).toEqual([`third ${GOOGLE.uri}`]);
    expect(judgement.packages.map(({ status }) => status)).toEqual(['recorded', 'failed', 'recorded']);
  });
});

describe('outcomeOf', () => {
  const finding = { package: 'demo', message: '', help: '' };
  const warning = { ...finding, level: 'warning', rule: 'release-inconsistent' } as const;
  const unreachable = { ...finding, level: 'error', rule: 'provenance-unavailable' } as const;
  const changed = { ...finding, level: 'error', rule: 'publisher-changed' } as const;
  test.each([
    ['nothing', [], [], 'ok'],
    ['warnings', [], [warning], 'ok'],
    ['something unavailable', [], [warning, unreachable], 'incomplete'],
    ['something wrong', [], [changed, warning], 'findings'],
    ['both: what is wrong wins', [], [unreachable, changed], 'findings'],
    ['a package that failed without a finding', ['verified', 'failed'], [], 'findings'],
    ['a package that is unavailable without a finding', ['unavailable', 'unsigned'], [], 'incomplete'],
    ['packages that pass', ['verified', 'recorded', 'unsigned', 'not-covered'], [], 'ok'],
  ] satisfies [string, Status[], Finding[], string][])('%s', (_, statuses, findings, outcome) => {
    expect(
      outcomeOf(
        statuses.map((status) => ({ status })),
        findings,
      ),
    ).toBe(outcome);
  });
});

const isGood = (status: Status) => status === 'verified' || status === 'recorded';

describe('properties', () => {
  const filename = fc.stringMatching(/^[a-z]{1,3}$/).map((name) => `${name}.whl`);
  const identity = fc.constantFrom(
    github(),
    github('ACME/demo'),
    RENAMED,
    REBORN,
    TRANSFERRED,
    github('acme/demo', {}),
    github('acme/demo', { ...IDS, workflow: 'release.yml', ref: 'refs/tags/v1' }),
    gitlab(),
    GOOGLE,
    MALLORY,
  );
  const signedFile = fc.tuple(filename, identity).map(([named, signer]) => signed(named, signer));
  const hostileFile = fc.oneof(
    filename.map((name) => invalid(name)),
    filename.map((name) => unsupported(name)),
    filename.map((name) => unavailable(name)),
    filename.map((name) => misclaimed(name, 'x', 'y')),
  );
  const anyFile = fc.oneof(
    { weight: 6, arbitrary: signedFile },
    { weight: 3, arbitrary: filename.map((name) => unsigned(name)) },
    { weight: 1, arbitrary: filename.map((name) => uncovered(name)) },
    { weight: 1, arbitrary: hostileFile },
  );
  const name = fc.constantFrom('demo', 'other');
  const version = fc.constantFrom('1.0', '2.0');
  const anyPackage = fc.oneof(
    {
      weight: 9,
      arbitrary: fc
        .tuple(name, version, fc.array(anyFile, { maxLength: 4 }))
        .map(([named, versioned, files]) => demo(files, { name: named, version: versioned })),
    },
    { weight: 1, arbitrary: name.map((named) => demo([], { name: named, notCovered: 'a directory' })) },
  );
  const packages = fc.array(anyPackage, { maxLength: 5 });
  const line = fc.constantFrom(
    LINE,
    `demo ${ACME}`,
    `demo ${ACME} workflow=release.yml ref=tags`,
    `demo==1.0 ${ACME} repository-id=11`,
    `demo==2.0 ${MALLORY.uri}`,
    'demo unsigned',
    'demo==1.0 unsigned',
    'demo==2.0 unsigned until=2026-11-20',
    `other ${GOOGLE.uri}`,
    'other unsigned until=2030-01-01',
  );
  const lines = fc.uniqueArray(line, { maxLength: 4 });
  const mode = fc.record({
    strict: fc.boolean(),
    acceptUnsigned: fc.boolean(),
    accept: fc.subarray(['demo', 'OTHER', 'nobody']),
  });
  const RUNS = { numRuns: 500 };

  test('TOFU only adds, only to names without an identity, and what it writes passes the next check', () => {
    fc.assert(
      fc.property(packages, lines, mode, (observed, recorded, { strict, acceptUnsigned }) => {
        const before = entriesOf(...recorded);
        const frozen = structuredClone(before);
        const { additions, replacements, findings } = judged(observed, recorded, {
          tofu: true,
          strict,
          acceptUnsigned,
        });
        expect(before).toEqual(frozen);
        expect(replacements.size).toBe(0);
        for (const { name: added } of additions) {
          expect(identityEntries(before).filter((entry) => entry.name === added)).toEqual([]);
          expect(
            findings.filter((finding) => finding.package === added && finding.level === 'error'),
          ).toEqual([]);
        }
        const next = judge({
          packages: observed,
          entries: [...before, ...additions],
          tofu: false,
          strict,
          pins: [],
          acceptUnsigned: false,
          accept: [],
          today: TODAY,
        });
        expect(next.findings).toEqual(findings);
      }),
      RUNS,
    );
  });

  test('an identity that equals none of the entries is always an error', () => {
    fc.assert(
      fc.property(packages, lines, fc.boolean(), (observed, recorded, strict) => {
        const entries = entriesOf(...recorded);
        const { packages: reported, findings } = judged(observed, recorded, { strict });
        for (const subject of observed) {
          const applicable = identityEntries(applicableEntries(entries, subject.name, subject.version));
          const isStranger = observedIdentities(subject.files).some(
            (seen) => nearestEntry(applicable, seen)?.relation.kind !== 'same',
          );
          if (!isStranger) continue;
          const isThis = (other: { name?: string; package?: string; version?: string }) =>
            (other.name ?? other.package) === subject.name && other.version === subject.version;
          expect(findings.some((finding) => finding.level === 'error' && isThis(finding))).toBe(true);
          expect(reported.filter((other) => isThis(other)).some(({ status }) => status === 'failed')).toBe(
            true,
          );
        }
      }),
      RUNS,
    );
  });

  // TOFU and `--accept` are there to record whoever signs, so that a stranger is tried without them.
  test('a hostile file added to any package never passes', () => {
    const stranger = filename.map((file) =>
      signed(file, github('stranger/danger', { 'repository-id': '5' })),
    );
    const hostileAddition = fc.oneof(
      fc.record({ hostile: hostileFile, tofu: fc.boolean(), accept: fc.subarray(['demo', 'other']) }),
      fc.record({ hostile: stranger, tofu: fc.constant(false), accept: fc.constant([]) }),
    );
    fc.assert(
      fc.property(
        anyPackage,
        hostileAddition,
        fc.nat(),
        lines,
        mode,
        (subject, addition, at, recorded, how) => {
          const { hostile, tofu, accept } = addition;
          const files = subject.files.toSpliced(at % (subject.files.length + 1), 0, hostile);
          const judgement = judged([{ ...subject, files }], recorded, { ...how, tofu, accept });
          expect(['failed', 'unavailable']).toContain(judgement.packages[0]?.status);
          expect(judgement.outcome).not.toBe('ok');
          expect([judgement.additions, judgement.replacements.size]).toEqual([[], 0]);
        },
      ),
      RUNS,
    );
  });

  test('no file that did not verify is reported as verified, and every package has one status', () => {
    fc.assert(
      fc.property(packages, lines, mode, fc.boolean(), (observed, recorded, how, tofu) => {
        const { packages: reported, outcome, findings } = judged(observed, recorded, { ...how, tofu });
        expect(reported).toHaveLength(observed.length);
        const counts = STATUSES.map((status) => reported.filter((one) => one.status === status).length);
        expect(counts.reduce((sum, count) => sum + count, 0)).toBe(observed.length);
        const passed = reported.filter(({ status }) => isGood(status));
        expect(
          passed.every(({ files }) => files.length > 0 && files.every((file) => isGood(file.status))),
        ).toBe(true);
        const checked = reported.flatMap(({ files }) => files.filter(({ status }) => isGood(status)));
        const verified = observed.flatMap(({ files }) =>
          files.filter((file) => file.outcome.kind === 'signed'),
        );
        expect(checked.length).toBeLessThanOrEqual(verified.length);
        expect(outcome === 'ok').toBe(
          reported.every(({ status }) => status !== 'failed' && status !== 'unavailable'),
        );
        expect(outcomeOf(reported, findings)).toBe(outcome);
      }),
      RUNS,
    );
  });

  test('--accept changes accepted names only, and never writes what does not hold', () => {
    fc.assert(
      fc.property(packages, lines, mode, (observed, recorded, how) => {
        const { replacements, refusedAccepts, unknownAccepts, findings } = judged(observed, recorded, how);
        const present = new Set(observed.map((subject) => subject.name));
        const accepted = how.accept.map((given) => given.toLowerCase());
        expect(unknownAccepts).toEqual(how.accept.filter((given) => !present.has(given.toLowerCase())));
        for (const [replaced, entries] of replacements) {
          expect(accepted).toContain(replaced);
          expect(entries.length).toBeGreaterThan(0);
          expect(entries.every((entry) => entry.name === replaced)).toBe(true);
          expect(
            findings.filter((finding) => finding.package === replaced && finding.level === 'error'),
          ).toEqual([]);
        }
        expect(refusedAccepts.every((refused) => !replacements.has(refused))).toBe(true);
      }),
      RUNS,
    );
  });
});
