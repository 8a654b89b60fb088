import { describe, expect, test } from 'vitest';
import type { ObservedFile, PublisherClaim } from '../../src/model.ts';
import {
  ACME,
  demo,
  findingsOf,
  gitlab,
  invalid,
  judged,
  MALLORY,
  signed,
  unavailable,
  uncovered,
  unsigned,
  verdictsOf,
} from './fixture.ts';

const RULE = 'lock-identity-mismatch';
const LINE = `demo ${ACME} repository-id=11 owner-id=22`;
const STATED = { kind: 'GitHub', repository: 'acme/demo', workflow: 'release.yml' };
const OTHER = { kind: 'GitLab', repository: 'acme/demo', workflow_filepath: '.gitlab-ci.yml' };

/** A signed file whose signatures bear out what is stated. */
function confirming(file: ObservedFile, ...confirms: readonly PublisherClaim[]): ObservedFile {
  if (file.outcome.kind !== 'signed') throw new Error('only a signature can bear out anything');
  const [first, ...others] = file.outcome.signatures;
  return {
    ...file,
    outcome: { ...file.outcome, signatures: [{ ...first, confirms }, ...others] },
  };
}

describe('lock-identity-mismatch', () => {
  test.each<[string, readonly ObservedFile[], readonly PublisherClaim[] | undefined, number]>([
    ['nothing stated', [signed('a.whl')], undefined, 0],
    ['stated and borne out', [confirming(signed('a.whl'), STATED)], [STATED], 0],
    [
      'two stated, each borne out by a file',
      [confirming(signed('a.whl'), STATED), confirming(signed('b.whl', gitlab()), OTHER)],
      [STATED, OTHER],
      0,
    ],
    ['signed by another, so that neither is borne out', [signed('a.whl')], [STATED], 2],
    [
      'one file by another',
      [confirming(signed('a.whl'), STATED), signed('b.whl', MALLORY), signed('c.whl', MALLORY)],
      [STATED],
      1,
    ],
    ['one more stated', [confirming(signed('a.whl'), STATED)], [STATED, OTHER], 1],
    ['stated of what is not signed', [unsigned('a.whl')], [STATED], 1],
    ['stated of what does not verify', [invalid('a.whl')], [STATED], 1],
    ['stated of a file that nobody can check', [uncovered('a.whl')], [STATED], 1],
    ['stated of a package without files', [], [STATED], 1],
    [
      'an unsigned file beside one that bears it out',
      [confirming(signed('a.whl'), STATED), unsigned('b.whl')],
      [STATED],
      0,
    ],
    ['nothing known yet', [unavailable('a.whl')], [STATED], 0],
    [
      'a stranger beside what is not known yet',
      [signed('a.whl', MALLORY), unavailable('b.whl')],
      [STATED],
      1,
    ],
  ])('%s', (_, files, attestationIdentities, count) => {
    const subject = demo(files, attestationIdentities === undefined ? {} : { attestationIdentities });
    for (const lines of [[], [LINE], ['demo unsigned']]) {
      expect(verdictsOf(findingsOf(RULE, subject, lines))).toEqual(
        Array<string>(count).fill(`error ${RULE}`),
      );
    }
  });

  test('says what the lock has, and who signed; nothing of it can forge a line', () => {
    const stated = { ...STATED, repository: 'acme/demo\n::error::', x: 7 };
    const [unknown, unproven] = findingsOf(
      RULE,
      demo([signed('a.whl', MALLORY)], { attestationIdentities: [stated] }),
      [LINE],
    );
    const recorded = String.raw`GitHub repository="acme/demo\n::error::" workflow="release.yml" x=7`;
    const observed = 'https://github.com/mallory/demo repository-id=666 owner-id=667';
    expect(unknown).toMatchObject({ recorded, observed });
    expect(unproven).toMatchObject({ recorded, observed });
  });

  test('tells of every stranger, and names every identity that the lock has', () => {
    const files = [signed('a.whl', MALLORY), signed('b.whl', gitlab())];
    const findings = findingsOf(RULE, demo(files, { attestationIdentities: [STATED, OTHER] }), []);
    const [github_, gitlab_] = [
      'GitHub repository="acme/demo" workflow="release.yml"',
      'GitLab repository="acme/demo" workflow_filepath=".gitlab-ci.yml"',
    ];
    const seen = [
      'https://github.com/mallory/demo repository-id=666 owner-id=667',
      'https://gitlab.com/acme/demo repository-id=11 owner-id=22',
    ];
    expect(findings.map(({ recorded, observed, file }) => [recorded, observed, file])).toEqual([
      [`${github_} or ${gitlab_}`, seen[0], 'a.whl'],
      [`${github_} or ${gitlab_}`, seen[1], 'b.whl'],
      [github_, seen.join(' and '), undefined],
      [gitlab_, seen.join(' and '), undefined],
    ]);
    expect(findings[0]?.message).toContain('is signed by a publisher that is not among');
    expect(findings[2]?.message).toContain('that no signature of its files bears out');
  });

  test('says that nobody signed', () => {
    const [finding] = findingsOf(RULE, demo([unsigned('a.whl')], { attestationIdentities: [STATED] }), []);
    expect(finding?.observed).toBe('no verified signature');
  });

  test.each([{ tofu: true }, { accept: ['demo'] }])('no entry settles it: %j', (overrides) => {
    const subject = demo([signed('a.whl', MALLORY)], { attestationIdentities: [STATED] });
    const judgement = judged([subject], overrides.tofu === true ? [] : [LINE], overrides);
    expect(judgement).toMatchObject({ outcome: 'findings', additions: [] });
    expect(judgement.replacements.size).toBe(0);
  });
});
