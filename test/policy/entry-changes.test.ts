import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import type { Entry } from '../../src/model.ts';
import { CHANGE_KINDS, effectOf } from '../../src/policy/change-kinds.ts';
import { covers } from '../../src/policy/compare.ts';
import { byGravest, changesByName, entryChanges, gravestEffect } from '../../src/policy/entry-changes.ts';
import { facetsOf } from '../../src/policy/entry-facets.ts';
import { demo, entriesOf, github, judged, signed, uncovered, unsigned } from './fixture.ts';

const IDS = 'repository-id=11 owner-id=22';
const ACME = 'https://github.com/acme/demo';
const MALLORY = 'https://github.com/mallory/demo';

/** `kind effect` of each change. */
function changesOf(before: readonly string[], after: readonly string[]): readonly string[] {
  return entryChanges(entriesOf(...before), entriesOf(...after)).map(
    ({ kind, effect }) => `${effect} ${kind}`,
  );
}

describe('what a change comes to', () => {
  test.for<readonly [readonly string[], readonly string[], readonly string[]]>([
    // The same.
    [[], [], []],
    [[`demo ${ACME} ${IDS}`], [`Demo   ${ACME} owner-id=22 repository-id=11  # said otherwise`], []],
    [[`demo==1.0 ${ACME}`], [`demo==1.0.0 ${ACME}`], []],
    [[`demo ${ACME}`, `demo ${MALLORY}`], [`demo ${MALLORY}`, `demo ${ACME}`], []],
    [[`demo ${ACME} ${IDS}`], [`demo https://github.com/Acme/Demo ${IDS}`], ['same respelled']],
    [[`demo ${ACME}`], [`demo ${ACME}`, `demo ${ACME} ${IDS}`], ['same redundant']],
    [[`demo ${ACME}`, `demo ${ACME} ${IDS}`], [`demo ${ACME}`], ['same redundant']],
    [[`demo ${ACME} ref=a**b`], [`demo ${ACME} ref=a*b`], ['same respelled']],
    // New.
    [[], [`demo ${ACME}`], ['new first-use']],
    [[], [`demo ${ACME}`, `demo==2.0 unsigned`], ['new unsigned-new', 'new first-use']],
    // Another identity.
    [[`demo ${ACME} ${IDS}`], [`demo ${MALLORY} repository-id=66 owner-id=67`], ['weaker replaced']],
    [[`demo ${ACME} ${IDS}`], [`demo ${MALLORY}`], ['weaker replaced']],
    [[`demo ${ACME} ${IDS}`], [`demo https://gitlab.com/acme/demo ${IDS}`], ['weaker replaced']],
    [[`demo ${ACME} ${IDS}`], [`demo ${ACME} repository-id=77 owner-id=22`], ['weaker recreated']],
    [[`demo ${ACME} owner-id=22`], [`demo ${ACME} owner-id=23`], ['weaker recreated']],
    [[`demo ${ACME} ${IDS}`], [`demo ${MALLORY} repository-id=11 owner-id=67`], ['weaker transferred']],
    [[`demo ${ACME} ${IDS}`], [`demo https://github.com/acme/other ${IDS}`], ['changed renamed']],
    [
      [`demo ${ACME} ${IDS}`],
      [`demo https://github.com/acme/other repository-id=11`],
      ['weaker ids-dropped', 'changed renamed'],
    ],
    [[`demo mailto:a@x.org`], [`demo mailto:A@x.org`], ['weaker replaced']],
    // The same identity, less sure.
    [[`demo ${ACME} ${IDS}`], [`demo ${ACME}`], ['weaker ids-dropped', 'weaker ids-dropped']],
    [[`demo ${ACME} ${IDS}`], [`demo ${ACME} repository-id=11`], ['weaker ids-dropped']],
    [[`demo ${ACME} workflow=a.yml`], [`demo ${ACME}`], ['weaker attribute-dropped']],
    [[`demo ${ACME} workflow=a.yml`], [`demo ${ACME} workflow=b.yml`], ['changed attribute-changed']],
    [[`demo ${ACME} ref=refs/tags/v*`], [`demo ${ACME} ref=tags`], ['weaker attribute-loosened']],
    [[`demo ${ACME} ref=refs/tags/v*`], [`demo ${ACME} ref=refs/*/v*`], ['weaker attribute-loosened']],
    [[`demo ${ACME} ref=tags`], [`demo ${ACME} ref=branches`], ['changed attribute-changed']],
    [[`demo ${ACME} ref=tags`], [`demo ${ACME} ref=refs/tags/v*`], ['stricter attribute-tightened']],
    [
      [`demo https://circleci.com/x owner-id=1`],
      [`demo https://circleci.com/x owner-id=2`],
      ['changed attribute-changed'],
    ],
    [[`demo==1.0 ${ACME}`], [`demo ${ACME}`], ['weaker version-widened']],
    [[`demo==1.0 ${ACME}`], [`demo==2.0 ${ACME}`], ['changed version-moved']],
    [[`demo==1.0 ${ACME}`], [`demo==1.0 ${ACME}`, `demo==2.0 ${ACME}`], ['changed version-added']],
    [[`demo==1.0 ${ACME} ${IDS}`], [`demo==1.0 ${ACME} ${IDS}`, `demo==2.0 ${ACME}`], ['weaker alternative']],
    // More lines.
    [[`demo ${ACME} ${IDS}`], [`demo ${ACME} ${IDS}`, `demo ${MALLORY}`], ['weaker alternative']],
    [[`demo ${ACME} ${IDS}`], [`demo ${ACME} ${IDS}`, `demo ${ACME}`], ['weaker alternative']],
    [[`demo ${ACME} ${IDS}`], [`demo ${ACME} ${IDS}`, `demo==9.9 ${MALLORY}`], ['weaker alternative']],
    [
      [`demo ${ACME} ${IDS}`],
      [`demo ${ACME} ${IDS} ref=tags`, `demo ${MALLORY}`],
      ['weaker alternative', 'stricter attribute-added'],
    ],
    // Unsigned.
    [[`demo ${ACME}`], [`demo unsigned`], ['weaker unsigned-instead']],
    [[`demo ${ACME}`], [`demo==2.0 unsigned`], ['weaker unsigned-instead']],
    [[`demo==2.0 ${ACME}`], [`demo unsigned`], ['weaker unsigned-instead', 'weaker version-widened']],
    [[`demo ${ACME}`], [`demo ${ACME}`, `demo==2.0 unsigned`], ['weaker unsigned-beside']],
    [[`demo==1.0 unsigned`], [`demo==1.0 unsigned`, `demo==2.0 unsigned`], ['weaker unsigned-beside']],
    [[`demo==1.0 unsigned`], [`demo unsigned`], ['weaker version-widened']],
    [[`demo unsigned`], [`demo==1.0 unsigned`], ['changed unsigned-narrowed']],
    [[`demo unsigned until=2027-01-01`], [`demo unsigned until=2027-02-01`], ['weaker until-extended']],
    [[`demo unsigned until=2027-01-01`], [`demo unsigned`], ['weaker until-extended']],
    [[`demo unsigned`], [`demo unsigned until=2027-01-01`], ['stricter until-shortened']],
    [[`demo unsigned until=2027-02-01`], [`demo unsigned until=2027-01-01`], ['stricter until-shortened']],
    [[`demo unsigned`], [`demo ${ACME}`], ['changed signed-now']],
    [[`demo unsigned`], [`demo unsigned`, `demo ${ACME}`], ['changed signed-now']],
    // Fewer lines.
    [[`demo ${ACME} ${IDS}`], [], ['weaker removed']],
    [[`demo unsigned`], [], ['weaker removed']],
    [[`demo ${ACME}`, `demo==1.0 unsigned`], [`demo==1.0 unsigned`], ['weaker removed']],
    [[`demo ${ACME}`, `demo ${MALLORY}`], [`demo ${ACME}`], ['stricter alternative-removed']],
    [[`demo ${ACME}`, `demo==1.0 unsigned`], [`demo ${ACME}`], ['stricter alternative-removed']],
    [[`demo ${ACME}`], [`demo==1.0 ${ACME}`], ['stricter version-narrowed']],
    [[`demo ${ACME}`], [`demo ${ACME} workflow=a.yml`], ['stricter attribute-added']],
  ])('%j to %j', ([before, after, expected]) => {
    expect(changesOf(before, after)).toEqual(expected);
  });

  test('as many lines as are compared are', () => {
    const lines = Array.from({ length: 200 }, (_, at) => `demo ${ACME} workflow=${at}.yml`);
    const narrower = lines.map((line) => `${line} ref=tags`);
    const changes = entryChanges(entriesOf(...lines), entriesOf(...narrower));
    expect(new Set(changes.map(({ kind }) => kind))).toEqual(new Set(['attribute-added']));
  });

  test('too many lines to compare are all taken for the worst', () => {
    const lines = Array.from({ length: 500 }, (_, at) => `demo ${ACME} workflow=${at}.yml`);
    const narrower = lines.map((line) => `${line} ref=tags`);
    const changes = entryChanges(entriesOf(...lines), entriesOf(...narrower));
    expect(new Set(changes.map(({ kind }) => kind))).toEqual(new Set(['alternative', 'alternative-removed']));
    expect(changes).toHaveLength(1000);
  });

  test('every kind has its effect, the graver effects first', () => {
    const effects = CHANGE_KINDS.map((kind) => effectOf(kind));
    expect([...new Set(effects)]).toEqual(['weaker', 'changed', 'stricter', 'new', 'same']);
    expect(effects).toEqual(
      effects.toSorted((a, b) => [...new Set(effects)].indexOf(a) - [...new Set(effects)].indexOf(b)),
    );
  });
});

/** `BEFORE>AFTER kind`, by the numbers of the lines. */
function placesOf(before: readonly string[], after: readonly string[]): readonly string[] {
  return entryChanges(entriesOf(...before), entriesOf(...after)).map(
    (change) => `${change.before?.line ?? ''}>${change.after?.line ?? ''} ${change.kind}`,
  );
}

describe('which line was made of which', () => {
  const OTHER = 'https://github.com/acme/other';
  const OTHERS = 'https://github.com/others/demo';
  test.for<readonly [string, readonly string[], readonly string[], readonly string[]]>([
    [
      'one that allows what it did, before one of the same name',
      [`demo ${ACME} workflow=b.yml`, `demo ${ACME} workflow=a.yml ref=tags`],
      [`demo ${ACME} workflow=a.yml`],
      ['2>1 attribute-dropped', '1> alternative-removed'],
    ],
    [
      'a signer, before `unsigned`',
      ['demo unsigned', `demo ${MALLORY}`],
      [`demo ${ACME}`],
      ['2>1 replaced', '1> alternative-removed'],
    ],
    [
      'one of the same name, before one of the same id',
      [`demo ${OTHER} repository-id=11`, `demo ${ACME} repository-id=77`],
      [`demo ${ACME} repository-id=11`],
      ['2>1 recreated', '1> alternative-removed'],
    ],
    [
      'one of the same id, before any other',
      [`demo ${MALLORY}`, `demo ${OTHER} repository-id=11`],
      [`demo ${ACME} repository-id=11`],
      ['2>1 renamed', '1> alternative-removed'],
    ],
    [
      'one for this version, before one for another',
      [`demo==1.0 ${MALLORY}`, `demo ${OTHERS}`],
      [`demo==2.0 ${ACME}`],
      ['2>1 replaced', '2>1 version-narrowed', '1> alternative-removed'],
    ],
    [
      'none, where one that stays allows it',
      [`demo ${ACME}`, `demo ${ACME} workflow=a.yml`],
      [`demo ${ACME}`, `demo ${ACME} workflow=a.yml ref=tags`],
      ['>2 redundant', '2> redundant'],
    ],
    [
      'none but one that allowed it, where there was one',
      [`demo ${MALLORY}`, `demo ${ACME}`],
      [`demo ${ACME} repository-id=11`, `demo ${ACME} workflow=a.yml`],
      ['2>1 attribute-added', '1> alternative-removed', '>2 redundant'],
    ],
  ])('%s', ([, before, after, expected]) => {
    expect(placesOf(before, after)).toEqual(expected);
  });
});

describe('says what a line that was made of none, or became none, comes to', () => {
  test.for<readonly [readonly string[], readonly string[], readonly string[]]>([
    [[], [`demo ${ACME}`], ['this signer is trusted from now on']],
    [
      [],
      [`demo ${ACME}`, 'demo==2.0 unsigned'],
      [
        'nobody signs it, and that is acknowledged',
        'this signer is trusted from now on, beside other lines of this change',
      ],
    ],
    [
      [`demo ${ACME}`],
      [`demo ${ACME}`, `demo ${ACME} ${IDS}`],
      ['says nothing new: another line allows it already'],
    ],
    [
      [`demo ${ACME}`],
      [`demo ${ACME}`, 'demo==2.0 unsigned'],
      ['`2.0` may be unsigned beside a recorded signer'],
    ],
    [
      [`demo ${ACME}`],
      [`demo ${ACME}`, 'demo unsigned'],
      ['every version may be unsigned beside a recorded signer'],
    ],
    [['demo==1.0 unsigned'], ['demo==1.0 unsigned', 'demo==2.0 unsigned'], ['`2.0` may be unsigned, too']],
    [
      ['demo unsigned'],
      ['demo unsigned', `demo ${ACME}`],
      ['a signer is recorded; `unsigned` stays acknowledged'],
    ],
    [
      [`demo==1.0 ${ACME}`, `demo==3.0 ${MALLORY}`],
      [`demo==1.0 ${ACME}`, `demo==3.0 ${MALLORY}`, `demo==2.0 ${ACME}`],
      ['`2.0` is allowed, too, by a signer of another version'],
    ],
    [
      [`demo ${ACME} ${IDS}`, 'demo https://github.com/others/demo'],
      [`demo ${ACME} ${IDS}`, 'demo https://github.com/others/demo', `demo ${ACME}`],
      ['another line for the recorded identity; a signer has to agree with one of them only'],
    ],
    [
      [`demo ${ACME}`],
      [`demo ${ACME}`, `demo ${MALLORY}`],
      ['another identity is accepted beside the recorded one'],
    ],
    [[`demo ${ACME}`, `demo ${ACME} ${IDS}`], [`demo ${ACME}`], ['removed; another line still allows it']],
    [[`demo ${ACME}`, `demo ${MALLORY}`], [`demo ${ACME}`], ['one alternative less']],
    // As long as something is acknowledged of the version, TOFU records nobody.
    [
      ['demo unsigned until=2027-01-01', 'demo==1.0 unsigned'],
      ['demo unsigned until=2027-01-01'],
      ['one alternative less'],
    ],
    [
      ['demo==1.0 unsigned', 'demo==2.0 unsigned'],
      ['demo==1.0 unsigned'],
      ['nothing is recorded any more: the next TOFU run trusts whoever signs it'],
    ],
    [
      [`demo ${ACME}`, 'demo unsigned'],
      ['demo unsigned'],
      ['no signer is recorded any more: unsigned files pass, and the next TOFU run trusts whoever signs'],
    ],
  ])('%j to %j', ([before, after, expected]) => {
    const changes = entryChanges(entriesOf(...before), entriesOf(...after));
    expect(changes.map(({ message }) => message)).toEqual(expected);
  });
});

describe('of several names', () => {
  const before = entriesOf(`b ${ACME}`, `same ${ACME}`, `gone ${ACME}`);
  const after = entriesOf(`b ${ACME} ${IDS}`, `same ${ACME}`, `a ${ACME}`);

  test('what differs is told in the order of the names, and nothing of what does not', () => {
    const told = [...changesByName(before, after)].map(
      ([name, changes]) => `${name}: ${changes.map(({ kind }) => kind).join(', ')}`,
    );
    expect(told).toEqual(['a: first-use', 'b: attribute-added, attribute-added', 'gone: removed']);
  });

  test('the gravest comes first', () => {
    const told = [...changesByName(before, after).entries()].toSorted(([, a], [, b]) => byGravest(a, b));
    expect(told.map(([name]) => name)).toEqual(['gone', 'b', 'a']);
    expect(told.map(([, changes]) => gravestEffect(changes))).toEqual(['weaker', 'stricter', 'new']);
  });

  test('no change is graver than none', () => {
    expect(gravestEffect([])).toBe('same');
    const some = entryChanges(before, after);
    expect([byGravest([], some), byGravest(some, []), byGravest([], [])]).toEqual([0, 0, 0]);
  });
});

/** Lines that differ in one thing each, so that between them is every small edit of a line. */
const LINES = entriesOf(
  `demo ${ACME}`,
  `demo ${ACME} repository-id=11`,
  `demo ${ACME} ${IDS}`,
  `demo ${ACME} repository-id=77 owner-id=22`,
  `demo ${ACME} repository-id=11 owner-id=88`,
  `demo ${ACME} owner-id=22`,
  `demo https://github.com/Acme/Demo ${IDS}`,
  `demo https://github.com/acme/other ${IDS}`,
  `demo ${MALLORY} repository-id=66`,
  `demo ${ACME} workflow=a.yml`,
  `demo ${ACME} workflow=b.yml`,
  `demo ${ACME} ref=tags`,
  `demo ${ACME} ref=refs/tags/v*`,
  `demo ${ACME} ref=*`,
  `demo==1.0 ${ACME}`,
  `demo==2.0 ${ACME}`,
  `demo==1.0 ${MALLORY} repository-id=66`,
  `demo unsigned`,
  `demo==1.0 unsigned`,
  `demo unsigned until=2026-01-01`,
  `demo unsigned until=2027-01-01`,
  `demo==1.0 unsigned until=2027-01-01`,
);

/** Every set of at most two of them. */
const SETS = LINES.flatMap((one, at) => [[one], ...LINES.slice(at + 1).map((other) => [one, other])]).concat([
  [],
]);

const NOBODY = { workflow: 'c.yml', ref: 'refs/heads/main' };
const SIGNERS = [
  github('acme/demo', NOBODY),
  github('acme/demo', { 'repository-id': '11', 'owner-id': '22', ...NOBODY }),
  github('acme/demo', { 'repository-id': '77', 'owner-id': '22', ...NOBODY }),
  github('acme/demo', { 'repository-id': '11', 'owner-id': '88', ...NOBODY }),
  github('acme/demo', { 'repository-id': '11', 'owner-id': '22', workflow: 'a.yml', ref: 'refs/tags/v1' }),
  github('acme/demo', { 'repository-id': '11', 'owner-id': '22', workflow: 'b.yml', ref: 'refs/tags/w' }),
  github('acme/demo', { 'repository-id': '11', 'owner-id': '22', workflow: 'a.yml', ref: 'tags' }),
  github('acme/other', { 'repository-id': '11', 'owner-id': '22', ...NOBODY }),
  github('mallory/demo', { 'repository-id': '66', 'owner-id': '67', ...NOBODY }),
];
const SUBJECTS = ['1.0', '2.0'].flatMap((version) =>
  [
    ...SIGNERS.map((by) => [signed('demo-1.whl', by)]),
    ...SIGNERS.slice(1, 3).map((by) => [signed('demo-1.whl', by), unsigned('demo-2.whl')]),
    [unsigned('demo-2.whl')],
    [uncovered('demo-3.whl')],
  ].map((files) => demo(files, { version })),
);
const TERMS = [{}, { strict: true }, { tofu: true }, { today: '2025-01-01' }];
const CASES = SUBJECTS.flatMap((subject) => TERMS.map((terms) => ({ subject, terms })));

const entries = fc.uniqueArray(fc.constantFrom(...LINES), { maxLength: 4 });

function isFlagged(before: readonly Entry[], after: readonly Entry[]): boolean {
  return ['weaker', 'changed'].includes(gravestEffect(entryChanges(before, after)));
}

/** Which of the cases pass, for each of some sets. */
function passingCases(
  sets: readonly (readonly Entry[])[],
): ReadonlyMap<readonly Entry[], readonly boolean[]> {
  return new Map(
    sets.map((set) => [
      set,
      CASES.map(({ subject, terms }) => judged([subject], [], terms, set).outcome === 'ok'),
    ]),
  );
}

describe('by the judge itself', () => {
  test('every change of a line or two by which something passes that did not is flagged', () => {
    const passing = passingCases(SETS);
    const wrong = SETS.filter((before) => before.length > 0).flatMap((before) =>
      SETS.filter((after) => !isFlagged(before, after)).flatMap((after) => {
        const passed = CASES.find(
          (_, at) => passing.get(after)?.[at] === true && passing.get(before)?.[at] === false,
        );
        return passed === undefined ? [] : [{ before, after, passed }];
      }),
    );
    expect(wrong).toEqual([]);
  });

  test('whatever passes by a line passes by every line that covers it', () => {
    const single = SETS.filter((set) => set.length === 1);
    const passing = passingCases(single);
    const pairs = single.flatMap(([wider]) => single.map(([narrower]) => ({ wider, narrower })));
    const wrong = pairs.filter(({ wider, narrower }) => {
      if (wider === undefined || narrower === undefined || !covers(wider, narrower)) return false;
      const [w, n] = [wider, narrower].map((line) =>
        passing.get(SETS.find(([one, other]) => one === line && other === undefined) ?? []),
      );
      return CASES.some(({ terms }, at) => terms.strict === true && n?.[at] === true && w?.[at] === false);
    });
    expect(wrong).toEqual([]);
    expect(pairs.length).toBe(LINES.length ** 2);
  });
});

test('what passes by a base passes by its entries alone', () => {
  const set = fc.constantFrom(...SETS);
  expect(() =>
    fc.assert(
      fc.property(set, set, fc.constantFrom(...SUBJECTS), fc.boolean(), (before, after, subject, strict) => {
        const base = { entries: before, label: 'main', allowed: new Set<string>() };
        const isPassing = (then: readonly Entry[], terms: object) =>
          judged([subject], [], { strict, ...terms }, then).outcome === 'ok';
        return !isPassing(after, { base }) || isPassing(before, {});
      }),
      { numRuns: 3_000 },
    ),
  ).not.toThrow();
});

const passes = (subject: (typeof SUBJECTS)[number], set: readonly Entry[], terms: object): boolean =>
  judged([subject], [], terms, set).outcome === 'ok';

test('what passes after a change that passed by a base passes before it: no change prepares for the next one', () => {
  const change = fc
    .record({ before: fc.constantFrom(...SETS), more: entries, kept: fc.boolean() })
    .map(({ before, more, kept }) => ({ before, after: kept ? [...new Set([...before, ...more])] : more }));
  expect(() =>
    fc.assert(
      fc.property(
        change,
        fc.constantFrom(...SUBJECTS),
        fc.boolean(),
        ({ before, after }, subject, strict) => {
          const base = { entries: before, label: 'main', allowed: new Set<string>() };
          if (!passes(subject, after, { strict, base })) return true;
          return SUBJECTS.every(
            (next) => !passes(next, after, { strict }) || passes(next, before, { strict }),
          );
        },
      ),
      { numRuns: 3_000 },
    ),
  ).not.toThrow();
});

describe('whatever the entries', () => {
  test('a file and itself, in whatever order, do not differ', () => {
    fc.assert(
      fc.property(entries, (all) => {
        expect(entryChanges(all, all.toReversed())).toEqual([]);
      }),
    );
  });

  test('one way stricter is the other way flagged, and the same is the same both ways', () => {
    expect(() =>
      fc.assert(
        fc.property(entries, entries, (before, after) => {
          fc.pre(before.length > 0 && after.length > 0);
          const effect = gravestEffect(entryChanges(before, after));
          if (effect === 'stricter') return isFlagged(after, before);
          return effect !== 'same' || gravestEffect(entryChanges(after, before)) === 'same';
        }),
        { numRuns: 2_000 },
      ),
    ).not.toThrow();
  });

  test('a line that was made of one that does not cover it has a facet that is flagged; one that is covered has none that is weaker', () => {
    const pairs = LINES.flatMap((before) => LINES.map((after) => ({ before, after })));
    const wrong = pairs.filter(({ before, after }) => {
      const effects = new Set(facetsOf(before, after).map(({ kind }) => effectOf(kind)));
      if (covers(before, after)) return effects.has('weaker');
      return !effects.has('weaker') && !effects.has('changed');
    });
    expect(wrong).toEqual([]);
  });

  test('every entry that differs is spoken of, and none that does not', () => {
    fc.assert(
      fc.property(entries, entries, (before, after) => {
        const changes = entryChanges(before, after);
        const [was, is] = [new Set(before), new Set(after)];
        expect(new Set(changes.flatMap((change) => change.before ?? []))).toEqual(
          new Set(before.filter((one) => !is.has(one))),
        );
        expect(new Set(changes.flatMap((change) => change.after ?? []))).toEqual(
          new Set(after.filter((one) => !was.has(one))),
        );
      }),
    );
  });
});
