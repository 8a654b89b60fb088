import { expect, test } from 'vitest';

import { facetsOf } from '../../src/policy/entry-facets.ts';
import { ACME, entriesOf } from './fixture.ts';

const IDS = 'repository-id=11 owner-id=22';
const OTHER = 'https://github.com/acme/other';
const MALLORY = 'https://github.com/mallory/demo';

test.for<readonly [before: string, after: string, facets: readonly string[]]>([
  [`demo ${ACME}`, 'demo https://github.com/Acme/Demo', ['respelled: spelled differently, and the same']],
  [`demo ${ACME}`, `demo ${MALLORY}`, ['replaced: another identity, in the place of the recorded one']],
  [`demo ${ACME} ${IDS}`, `demo ${OTHER} ${IDS}`, ['renamed: the same repository under another name']],
  [
    `demo ${ACME} repository-id=11`,
    `demo ${OTHER} repository-id=11`,
    ['renamed: the same repository under another name; whether its owner is the same is not recorded'],
  ],
  [
    `demo ${ACME} repository-id=11`,
    `demo ${OTHER} ${IDS}`,
    [
      'renamed: the same repository under another name; whether its owner is the same is not recorded',
      'attribute-added: `owner-id=22` is asked for now',
    ],
  ],
  [
    `demo ${ACME} ${IDS}`,
    `demo ${OTHER} repository-id=11`,
    [
      'renamed: the same repository under another name; whether its owner is the same is not recorded',
      'ids-dropped: `owner-id=22` is not asked for any more: a new owner would pass',
    ],
  ],
  [
    `demo ${ACME} ${IDS}`,
    `demo ${OTHER} repository-id=11 owner-id=99`,
    ['transferred: the same repository with another owner'],
  ],
  [
    `demo ${ACME} ${IDS}`,
    `demo ${ACME} repository-id=77 owner-id=22`,
    ['recreated: another repository of the same name: it, or its owner, was deleted and made anew'],
  ],
  [
    `demo ${ACME} repository-id=11`,
    `demo ${ACME}`,
    [
      'ids-dropped: `repository-id=11` is not asked for any more: a repository made anew under that name would pass',
    ],
  ],
  [
    `demo ${ACME} workflow=a.yml`,
    `demo ${ACME}`,
    ['attribute-dropped: `workflow=a.yml` is not asked for any more'],
  ],
  [
    `demo ${ACME} workflow=a.yml`,
    `demo ${ACME} workflow=b.yml`,
    ['attribute-changed: `workflow` is `b.yml` and was `a.yml`'],
  ],
  // Only in a ref is a star more than a character.
  [
    `demo ${ACME} workflow=a.yml`,
    `demo ${ACME} workflow=*.yml`,
    ['attribute-changed: `workflow` is `*.yml` and was `a.yml`'],
  ],
  [
    `demo ${ACME} ref=refs/tags/v1`,
    `demo ${ACME} ref=tags`,
    ['attribute-loosened: `ref` is `tags` and was `refs/tags/v1`: more is accepted'],
  ],
  [
    `demo ${ACME} ref=tags`,
    `demo ${ACME} ref=refs/tags/v1`,
    ['attribute-tightened: `ref` is `refs/tags/v1` and was `tags`: less is accepted'],
  ],
  [`demo==1.0 ${ACME}`, `demo ${ACME}`, ['version-widened: for every version, where it was for `1.0` only']],
  [`demo ${ACME}`, `demo==1.0 ${ACME}`, ['version-narrowed: for `1.0` only, where it was for every version']],
  [`demo==1.0 ${ACME}`, `demo==2.0 ${ACME}`, ['version-moved: for `2.0`, where it was for `1.0`']],
  [
    `demo ${ACME}`,
    'demo==1.0 unsigned',
    ['unsigned-instead: `unsigned` is acknowledged, where a signer was recorded'],
  ],
  [
    `demo==1.0 ${ACME}`,
    'demo unsigned',
    [
      'unsigned-instead: `unsigned` is acknowledged, where a signer was recorded',
      'version-widened: for every version, where it was for `1.0` only',
    ],
  ],
  [
    'demo unsigned',
    `demo==1.0 ${ACME}`,
    ['signed-now: a signer is recorded, where `unsigned` was acknowledged'],
  ],
  [
    'demo==1.0 unsigned',
    `demo ${ACME}`,
    [
      'signed-now: a signer is recorded, where `unsigned` was acknowledged',
      'version-widened: for every version, where it was for `1.0` only',
    ],
  ],
  [
    'demo unsigned',
    'demo==1.0 unsigned',
    ['unsigned-narrowed: for `1.0` only, where it was for every version'],
  ],
  [
    'demo unsigned until=2027-01-01',
    'demo unsigned',
    ['until-extended: without an end, where it ended with 2027-01-01'],
  ],
  [
    'demo unsigned until=2027-01-01',
    'demo unsigned until=2027-01-02',
    ['until-extended: ends with 2027-01-02, where it ended with 2027-01-01'],
  ],
  [
    'demo unsigned',
    'demo unsigned until=2027-01-01',
    ['until-shortened: ends with 2027-01-01, where it had no end'],
  ],
  [
    'demo unsigned until=2027-01-02',
    'demo unsigned until=2027-01-01',
    ['until-shortened: ends with 2027-01-01, where it ended with 2027-01-02'],
  ],
])('%s to %s', ([was, is, expected]) => {
  const [before] = entriesOf(was);
  const [after] = entriesOf(is);
  if (before === undefined || after === undefined) throw new Error('no line');
  expect(facetsOf(before, after).map(({ kind, message }) => `${kind}: ${message}`)).toEqual(expected);
});
