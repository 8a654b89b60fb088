import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Attributes, Identity } from '../../src/model.ts';
import { comparableUri, compare, nearestEntry } from '../../src/policy/compare.ts';
import { ACME, entriesOf, github, gitlab, GOOGLE } from './fixture.ts';

const KEY = `key:sha256:${'ab'.repeat(32)}`;

function relationOf(line: string, identity: Identity): string | undefined {
  return nearestEntry(entriesOf(line), identity)?.relation.kind;
}

const ids = (repository?: string, owner?: string): Attributes => ({
  ...(repository === undefined ? {} : { 'repository-id': repository }),
  ...(owner === undefined ? {} : { 'owner-id': owner }),
});

describe('compare: one repository on one host', () => {
  const BOTH = 'repository-id=11 owner-id=22';
  test.each<[recorded: string, path: string, observed: Attributes, relation: string]>([
    // both ids recorded
    [BOTH, 'acme/demo', ids('11', '22'), 'same'],
    [BOTH, 'ACME/Demo', ids('11', '22'), 'same'],
    [BOTH, 'acme/renamed', ids('11', '22'), 'renamed'],
    [BOTH, 'acme-inc/demo', ids('11', '22'), 'renamed'],
    [BOTH, 'acme/renamed', ids('11'), 'renamed'],
    [BOTH, 'other/demo', ids('11', '99'), 'transferred'],
    [BOTH, 'acme/demo', ids('11', '99'), 'transferred'],
    [BOTH, 'acme/demo', ids('77', '22'), 'recreated'],
    [BOTH, 'acme/demo', ids('77', '99'), 'recreated'],
    [BOTH, 'acme/demo', ids('77'), 'recreated'],
    [BOTH, 'acme/demo', ids(undefined, '99'), 'recreated'],
    [BOTH, 'acme/demo', ids(undefined, '22'), 'attribute-changed'],
    [BOTH, 'acme/demo', ids('11'), 'attribute-changed'],
    [BOTH, 'acme/demo', ids(), 'attribute-changed'],
    [BOTH, 'acme/other', ids('77', '22'), 'different'],
    [BOTH, 'acme/other', ids(undefined, '22'), 'different'],
    [BOTH, 'acme/other', ids(), 'different'],
    [BOTH, 'mallory/demo', ids('77', '99'), 'different'],
    // the repository's id only
    ['repository-id=11', 'acme/demo', ids('11', '99'), 'same'],
    ['repository-id=11', 'other/demo', ids('11', '99'), 'renamed'],
    ['repository-id=11', 'acme/demo', ids('77', '22'), 'recreated'],
    ['repository-id=11', 'acme/demo', ids(undefined, '22'), 'attribute-changed'],
    ['repository-id=11', 'acme/other', ids('77', '22'), 'different'],
    // the owner's id only
    ['owner-id=22', 'acme/demo', ids('11', '22'), 'same'],
    ['owner-id=22', 'acme/demo', ids('11', '99'), 'recreated'],
    ['owner-id=22', 'acme/demo', ids('11'), 'attribute-changed'],
    ['owner-id=22', 'acme/other', ids('11', '22'), 'different'],
    ['owner-id=22', 'mallory/demo', ids('11', '99'), 'different'],
    // two columns: the name only
    ['', 'acme/demo', ids('11', '22'), 'same'],
    ['', 'AcMe/dEmO', ids(), 'same'],
    ['', 'acme/demo2', ids('11', '22'), 'different'],
    ['', 'acme', ids('11', '22'), 'different'],
  ])('recorded %j, observed %s %j: %s', (recorded, path, observed, relation) => {
    expect(relationOf(`demo ${ACME} ${recorded}`, github(path, observed))).toBe(relation);
    expect(relationOf(`demo https://gitlab.com/acme/demo ${recorded}`, gitlab(path, observed))).toBe(
      relation,
    );
  });

  test.each<[line: string, identity: Identity, relation: string]>([
    ['an id of another host says nothing', gitlab('acme/demo'), 'different'],
    ['nor under another name', gitlab('acme/other'), 'different'],
    ['a service account is no repository', GOOGLE, 'different'],
  ])('%s', (_, identity, relation) => {
    expect(relationOf(`demo ${ACME} repository-id=11 owner-id=22`, identity)).toBe(relation);
  });
});

describe('compare: identities without ids', () => {
  test.each<[line: string, observed: string, relation: string]>([
    [GOOGLE.uri, GOOGLE.uri, 'same'],
    [GOOGLE.uri, 'mailto:Publisher@acme.iam.gserviceaccount.com', 'different'],
    [GOOGLE.uri, 'mailto:publisher@mallory.iam.gserviceaccount.com', 'different'],
    [`${GOOGLE.uri} repository-id=1`, GOOGLE.uri, 'attribute-changed'],
    [KEY, KEY, 'same'],
    [KEY, KEY.replace('ab', 'ac'), 'different'],
    ['https://platform.activestate.com/Org/p', 'https://platform.activestate.com/Org/p', 'same'],
    ['https://platform.activestate.com/Org/p', 'https://platform.activestate.com/org/p', 'different'],
    ['unsigned', ACME, 'different'],
  ])('recorded %s, observed %s: %s', (line, uri, relation) => {
    expect(relationOf(`demo ${line}`, { kind: 'key', uri, attributes: {} })).toBe(relation);
  });

  test('an id does not make two service accounts one', () => {
    const observed: Identity = { ...GOOGLE, uri: 'mailto:x@y.iam.gserviceaccount.com', attributes: ids('1') };
    expect(relationOf(`demo ${GOOGLE.uri} repository-id=1`, observed)).toBe('different');
  });
});

describe('compare: attributes', () => {
  const observed = github('acme/demo', {
    'repository-id': '11',
    'owner-id': '22',
    workflow: 'release.yml',
    environment: 'pypi',
    ref: 'refs/tags/v2.0',
    trigger: 'release',
    runner: 'github-hosted',
  });

  test.each<[attributes: string, changed: readonly string[]]>([
    ['', []],
    ['workflow=release.yml environment=pypi ref=refs/tags/v2.0 trigger=release runner=github-hosted', []],
    ['ref=tags', []],
    ['ref=refs/tags/v*', []],
    ['ref=branches', ['ref']],
    ['ref=refs/heads/*', ['ref']],
    ['workflow=Release.yml', ['workflow']],
    ['workflow=release.yaml', ['workflow']],
    ['workflow=*', ['workflow']],
    ['environment=PyPI', ['environment']],
    ['trigger=push', ['trigger']],
    ['runner=self-hosted', ['runner']],
    ['workflow=x.yml trigger=push repository-id=11', ['workflow', 'trigger']],
  ])('%j: changed %j', (attributes, changed) => {
    const nearest = nearestEntry(entriesOf(`demo ${ACME} ${attributes}`), observed);
    const changes = nearest?.relation.kind === 'attribute-changed' ? nearest.relation.changes : [];
    expect(changes.map(({ attribute }) => attribute)).toEqual(changed);
    expect(nearest?.relation.kind).toBe(changed.length === 0 ? 'same' : 'attribute-changed');
  });

  test.each([
    'repository-id=11',
    'owner-id=22',
    'workflow=a',
    'environment=a',
    'ref=tags',
    'trigger=a',
    'runner=a',
  ])('a recorded %s that the certificate does not have never holds', (attribute) => {
    const nearest = nearestEntry(entriesOf(`demo ${ACME} ${attribute}`), github('acme/demo', {}));
    const [name = '', recorded] = attribute.split('=');
    expect(nearest?.relation).toEqual({
      kind: 'attribute-changed',
      changes: [{ attribute: name, recorded }],
    });
  });
});

describe('comparableUri', () => {
  test.each([
    ['https://github.com/Acme/Demo', 'https://github.com/acme/demo'],
    ['https://GitLab.com/A/B/C', 'https://gitlab.com/a/b/c'],
    ['https://github.com.mallory.example/Acme/Demo', 'https://github.com.mallory.example/Acme/Demo'],
    ['https://mallory.example/https://github.com/Acme', 'https://mallory.example/https://github.com/Acme'],
    ['https://circleci.com/api/v2/projects/AB', 'https://circleci.com/api/v2/projects/AB'],
    ['mailto:A@b.c', 'mailto:A@b.c'],
    ['https://github.com/\u212Ait/\u0130', 'https://github.com/\u212Ait/\u0130'],
  ])('%s is compared as %s', (uri, expected) => {
    expect(comparableUri(uri)).toBe(expected);
  });
});

describe('nearestEntry: alternatives', () => {
  const SAME = `demo ${ACME} repository-id=11 owner-id=22`;
  const CHANGED = `demo ${ACME} workflow=other.yml`;
  const RENAMED = 'demo https://github.com/acme/old repository-id=11 owner-id=22';
  const TRANSFERRED = 'demo https://github.com/old/demo repository-id=11 owner-id=99';
  const RECREATED = `demo ${ACME} repository-id=77 owner-id=22`;
  const DIFFERENT = 'demo https://github.com/somebody/else';
  const inOrder = [SAME, RECREATED, TRANSFERRED, CHANGED, RENAMED, DIFFERENT];
  const kinds = ['same', 'recreated', 'transferred', 'attribute-changed', 'renamed', 'different'];

  test.each(inOrder.map((line, index) => [kinds[index] ?? '', line] as const))(
    'one that is %s comes before every milder one, wherever it stands',
    (kind, line) => {
      const milder = inOrder.slice(inOrder.indexOf(line));
      fc.assert(
        fc.property(fc.shuffledSubarray(milder), (others) => {
          const lines = [...others.filter((other) => other !== line), line];
          expect(nearestEntry(entriesOf(...lines), github())?.relation.kind).toBe(kind);
        }),
      );
    },
  );

  test('among equals the first of the file is named', () => {
    const nearest = nearestEntry(entriesOf(DIFFERENT, 'demo https://github.com/x/y'), github());
    expect(nearest?.entry.line).toBe(1);
  });

  test('no entry, no relation', () => {
    expect(nearestEntry([], github())).toBeUndefined();
  });

  test('attributes of two alternatives do not add up to one that holds', () => {
    const lines = [
      `demo ${ACME} workflow=release.yml trigger=push`,
      `demo ${ACME} workflow=x.yml trigger=release`,
    ];
    const observed = github('acme/demo', { workflow: 'release.yml', trigger: 'release' });
    expect(nearestEntry(entriesOf(...lines), observed)?.relation.kind).toBe('attribute-changed');
  });
});

test('an identity is the same as the entry that spells all of it', () => {
  const value = fc.stringMatching(/^[a-z0-9./*-]{1,12}$/);
  const attributes = fc.record(
    {
      'repository-id': value,
      'owner-id': value,
      workflow: value,
      environment: value,
      trigger: value,
      runner: value,
    },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(attributes, attributes, (recorded, observed) => {
      const entry = { name: 'demo', identity: ACME, attributes: recorded };
      const holds = Object.entries(recorded).every(([name, wanted]) =>
        Object.entries(observed).some(([other, found]) => name === other && wanted === found),
      );
      expect(compare(entry, github('acme/demo', recorded)).kind).toBe('same');
      expect(compare(entry, github('acme/demo', observed)).kind === 'same').toBe(holds);
    }),
  );
});
