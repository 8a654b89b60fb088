import { describe, expect, test } from 'vitest';
import type { AttributeName, Identity, ObservedFile } from '../../src/model.ts';
import { ATTRIBUTE_NAMES } from '../../src/model.ts';
import type { RecordingTerms } from '../../src/policy/record.ts';
import { accepted, firstUse } from '../../src/policy/record.ts';
import { formatEntry } from '../../src/provenance-file/format.ts';
import {
  ACME,
  demo,
  entriesOf,
  github,
  GOOGLE,
  IDS,
  invalid,
  MALLORY,
  misclaimed,
  signed,
  signedTwice,
  TODAY,
  unavailable,
  uncovered,
  unsigned,
  unsupported,
} from './fixture.ts';

const LINE = `demo ${ACME} repository-id=11 owner-id=22`;
const FULL = github('acme/demo', {
  ...IDS,
  workflow: 'release.yml',
  environment: 'pypi',
  ref: 'refs/tags/v2.0',
  trigger: 'release',
  runner: 'github-hosted',
});

function termsWith(overrides: Partial<RecordingTerms> = {}): RecordingTerms {
  return {
    strict: false,
    today: TODAY,
    pins: ['repository-id', 'owner-id'],
    acceptUnsigned: false,
    ...overrides,
  };
}

const spell = (entries: Parameters<typeof formatEntry>[0][]) =>
  entries.map((entry) => formatEntry(entry).replace(/ +/, ' '));

function firstUseOf(
  files: readonly ObservedFile[],
  overrides: Partial<RecordingTerms> = {},
  lines: string[] = [],
) {
  return spell([...firstUse([demo(files)], entriesOf(...lines), termsWith(overrides))]);
}

describe('firstUse: what is written of an identity', () => {
  test.each<[string, readonly AttributeName[], string]>([
    ['none', [], `demo ${ACME}`],
    ['ids', ['repository-id', 'owner-id'], LINE],
    ['workflow', ['workflow'], `demo ${ACME} workflow=release.yml`],
    ['ref, which for a tag is its class', ['ref'], `demo ${ACME} ref=tags`],
    [
      'all',
      ATTRIBUTE_NAMES,
      `${LINE} workflow=release.yml environment=pypi ref=tags trigger=release runner=github-hosted`,
    ],
  ])('--pin %s', (_, pins, line) => {
    expect(firstUseOf([signed('a.whl', FULL)], { pins })).toEqual([line]);
  });

  test('a branch is pinned as it is', () => {
    const identity = github('acme/demo', { ref: 'refs/heads/main' });
    expect(firstUseOf([signed('a.whl', identity)], { pins: ['ref'] })).toEqual([
      `demo ${ACME} ref=refs/heads/main`,
    ]);
  });

  test('an attribute that the certificate does not have is not pinned', () => {
    expect(firstUseOf([signed('a.whl', GOOGLE)], { pins: ATTRIBUTE_NAMES })).toEqual([`demo ${GOOGLE.uri}`]);
  });

  test('an identity in two spellings is one entry', () => {
    expect(firstUseOf([signed('a.whl'), signed('b.whl', github('Acme/Demo'))])).toHaveLength(1);
  });

  test('of one repository with and without its ids, the line that allows both: beside it the other would be void', () => {
    const files = [signed('a.whl'), signed('b.whl', github('acme/demo', {}))];
    expect(firstUseOf(files)).toEqual([`demo ${ACME}`]);
  });

  test('every signer of one file is recorded', () => {
    expect(firstUseOf([signedTwice('a.whl', [GOOGLE, github()])])).toEqual([LINE, `demo ${GOOGLE.uri}`]);
  });
});

test('where the lock gives no version, nothing is acknowledged for every version beside an identity', () => {
  const files = [signed('a.whl'), unsigned('b.whl')];
  expect(firstUse([{ name: 'demo', files }], [], termsWith({ acceptUnsigned: true }))).toEqual([]);
});

test('only of a ref is the class what is pinned', () => {
  const file = signed('a.whl', github('acme/demo', { environment: 'refs/tags/v1', ref: 'refs/tags/v1' }));
  expect(firstUseOf([file], { pins: ['environment', 'ref'] })).toEqual([
    `demo ${ACME} environment=refs/tags/v1 ref=tags`,
  ]);
});

const older = (...files: readonly ObservedFile[]) => demo(files, { version: '1.0' });

describe('firstUse: versions of one name stand and fall together', () => {
  const newer = demo([signed('b.whl')]);
  test.each<[string, ReturnType<typeof demo>, string[], string[], string[]]>([
    ['signed alike', older(signed('a.whl')), [], [LINE], [LINE]],
    [
      'signed by another',
      older(signed('a.whl', GOOGLE)),
      [],
      [LINE, `demo ${GOOGLE.uri}`],
      [LINE, `demo ${GOOGLE.uri}`],
    ],
    ['unsigned', older(unsigned('a.whl')), [], [], [LINE, 'demo==1.0 unsigned']],
    ['unsigned, as acknowledged', older(unsigned('a.whl')), ['demo==1.0 unsigned'], [LINE], [LINE]],
    [
      'unsigned, as acknowledged until yesterday',
      older(unsigned('a.whl')),
      ['demo==1.0 unsigned until=2026-11-20'],
      [],
      [],
    ],
    ['invalid', older(invalid('a.whl')), [], [], []],
    ['unsupported', older(unsupported('a.whl')), [], [], []],
    ['unavailable', older(unavailable('a.whl')), [], [], []],
    ['not covered', { ...older(), notCovered: 'a directory' }, [], [], []],
  ])('beside one that is %s', (_, sibling, lines, added, addedUnsigned) => {
    const entries = entriesOf(...lines);
    expect(spell([...firstUse([sibling, newer], entries, termsWith())])).toEqual(added);
    expect(spell([...firstUse([newer, sibling], entries, termsWith({ acceptUnsigned: true }))])).toEqual(
      addedUnsigned,
    );
  });
});

function accept(files: readonly ObservedFile[], lines: string[], overrides: Partial<RecordingTerms> = {}) {
  const { replacements, refused } = accepted(
    ['demo'],
    [demo(files)],
    entriesOf(...lines),
    termsWith(overrides),
  );
  if (refused.length > 0) return 'refused';
  return spell([...(replacements.get('demo') ?? [])]);
}

describe('accepted', () => {
  test.each<[string, readonly ObservedFile[], string[], string[] | 'refused']>([
    [
      'another publisher',
      [signed('a.whl', MALLORY)],
      [LINE],
      [`demo ${MALLORY.uri} repository-id=666 owner-id=667`],
    ],
    [
      'a new name',
      [signed('a.whl', github('acme/new'))],
      [LINE],
      ['demo https://github.com/acme/new repository-id=11 owner-id=22'],
    ],
    ['two publishers', [signed('a.whl'), signed('b.whl', GOOGLE)], [LINE], [LINE, `demo ${GOOGLE.uri}`]],
    ['a name of which nothing is recorded', [signed('a.whl')], [], [LINE]],
    ['a name that is acknowledged as unsigned', [signed('a.whl')], ['demo unsigned'], [LINE]],
    [
      'lines for other versions stay',
      [signed('a.whl')],
      [`demo==1.0 ${MALLORY.uri}`],
      [LINE, `demo==1.0 ${MALLORY.uri}`],
    ],
    [
      'a line for this version stays one for it',
      [signed('a.whl')],
      [`demo==2.0 ${MALLORY.uri}`],
      [LINE.replace('demo ', 'demo==2.0 ')],
    ],
    ['what is as recorded', [signed('a.whl')], [LINE], []],
    ['an alternative that is not seen', [signed('a.whl')], [LINE, `demo ${GOOGLE.uri}`], [LINE]],
    ['two columns get the ids', [signed('a.whl')], [`demo ${ACME}`], [LINE]],
    ['unsigned now, for this version only', [unsigned('a.whl')], [LINE], ['demo==2.0 unsigned']],
    [
      'unsigned, and an allowance that ended',
      [unsigned('a.whl')],
      ['demo unsigned until=2026-11-20'],
      ['demo==2.0 unsigned'],
    ],
    [
      'unsigned, and an allowance in force',
      [unsigned('a.whl')],
      [LINE, 'demo unsigned until=2030-01-01'],
      ['demo unsigned until=2030-01-01'],
    ],
    ['partly signed', [signed('a.whl'), unsigned('b.whl')], [LINE], 'refused'],
    [
      'partly signed by another, and an allowance in force',
      [signed('a.whl', GOOGLE), unsigned('b.whl')],
      [LINE, 'demo==2.0 unsigned'],
      [`demo ${GOOGLE.uri}`, 'demo==2.0 unsigned'],
    ],
    ['signed, and an allowance that is not needed', [signed('a.whl')], [LINE, 'demo unsigned'], [LINE]],
    ['invalid', [invalid('a.whl')], [LINE], 'refused'],
    ['invalid beside another publisher', [signed('a.whl', MALLORY), invalid('b.whl')], [LINE], 'refused'],
    ['unsupported beside unsigned', [unsigned('a.whl'), unsupported('b.whl')], [LINE], 'refused'],
    [
      'unavailable beside another publisher',
      [signed('a.whl', MALLORY), unavailable('b.whl')],
      [LINE],
      'refused',
    ],
    ['claimed to be somebody else', [misclaimed('a.whl', 'x', 'y')], [LINE], 'refused'],
    ['no file', [], [LINE], 'refused'],
    [
      'not covered, which verifies nothing: what is for another version does not stand in',
      [uncovered('a.whl')],
      [LINE, 'demo==1.0 unsigned'],
      'refused',
    ],
  ])('%s', (_, files, lines, expected) => {
    expect(accept(files, lines)).toEqual(expected);
  });

  test('--accept-unsigned acknowledges the unsigned files of this version', () => {
    const files = [signed('a.whl', GOOGLE), unsigned('b.whl')];
    expect(accept(files, [LINE], { acceptUnsigned: true })).toEqual([
      `demo ${GOOGLE.uri}`,
      'demo==2.0 unsigned',
    ]);
  });

  test.each<[string, string, Identity, string]>([
    [
      'in its words where it holds',
      'workflow=old.yml ref=refs/tags/v*',
      FULL,
      'workflow=release.yml ref=refs/tags/v*',
    ],
    ['with the new value where it does not', 'ref=branches', FULL, 'ref=refs/tags/v2.0'],
    [
      'unless there is no new value',
      'environment=pypi workflow=old.yml',
      github('acme/demo', { ...IDS, workflow: 'new.yml' }),
      'workflow=new.yml',
    ],
  ])('what a line pins stays pinned, %s', (_, before, identity, after) => {
    expect(accept([signed('a.whl', identity)], [`${LINE} ${before}`], { pins: [] })).toEqual([
      `${LINE} ${after}`,
    ]);
  });

  test('pins are added to what stays pinned', () => {
    const lines = [`demo ${ACME} workflow=old.yml`];
    expect(accept([signed('a.whl', FULL)], lines, { pins: ['repository-id'] })).toEqual([
      `demo ${ACME} repository-id=11 workflow=release.yml`,
    ]);
  });

  test('names are compared normalised, taken once, and unknown ones returned as given', () => {
    const packages = [demo([signed('a.whl')], { name: 'my-demo' })];
    const given = ['My_Demo', 'my.demo', 'Nobody_Here'];
    const { replacements, unknown, refused } = accepted(given, packages, [], termsWith());
    expect([...replacements.keys()]).toEqual(['my-demo']);
    expect(unknown).toEqual(['Nobody_Here']);
    expect(refused).toEqual([]);
  });
});
