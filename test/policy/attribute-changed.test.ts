import { describe, expect, test } from 'vitest';
import { ACME, demo, findingsOf, github, IDS, signed, verdictsOf } from './fixture.ts';

const RULE = 'attribute-changed';
const OBSERVED = github('acme/demo', { ...IDS, workflow: 'evil.yml', ref: 'refs/heads/x', trigger: 'push' });

describe('attribute-changed', () => {
  test.each([
    ['nothing pinned', 'repository-id=11 owner-id=22', 0],
    ['a pinned value that holds', 'trigger=push', 0],
    ['a pinned value that differs', 'workflow=release.yml', 1],
    ['a pinned class that differs', 'ref=tags', 1],
    ['a pinned value that is not there', 'environment=pypi', 1],
    ['several at once', 'workflow=release.yml ref=tags environment=pypi', 1],
  ])('%s', (_, attributes, count) => {
    const findings = findingsOf(RULE, demo([signed('a.whl', OBSERVED)]), [`demo ${ACME} ${attributes}`]);
    expect(verdictsOf(findings)).toEqual(Array<string>(count).fill(`error ${RULE}`));
  });

  test('an alternative that allows it settles it', () => {
    const lines = [`demo ${ACME} workflow=release.yml`, `demo ${ACME} workflow=evil.yml`];
    expect(findingsOf(RULE, demo([signed('a.whl', OBSERVED)]), lines)).toEqual([]);
  });

  test('says each change, and both sides with every compared attribute', () => {
    const line = `demo ${ACME} repository-id=11 workflow=release.yml environment=pypi ref=refs/tags/*`;
    expect(findingsOf(RULE, demo([signed('a.whl', OBSERVED)]), [line])).toMatchObject([
      {
        message:
          '`demo` 2.0 is signed by the recorded publisher, but `workflow` is `evil.yml` and not `release.yml`, `environment` is not there and not `pypi`, `ref` is `refs/heads/x` and not `refs/tags/*`: `a.whl`',
        recorded: `${ACME} repository-id=11 workflow=release.yml environment=pypi ref=refs/tags/*`,
        observed: `${ACME} repository-id=11 owner-id=22 workflow=evil.yml environment=(none) ref=refs/heads/x`,
        entryLine: 1,
      },
    ]);
  });

  test('spells both values as the provenance file does', () => {
    const identity = github('acme/demo', { ...IDS, environment: 'prod` and not `prod' });
    const [finding] = findingsOf(RULE, demo([signed('a.whl', identity)]), [`demo ${ACME} environment=a%20b`]);
    expect(finding?.message).toContain("`environment` is `prod'%20and%20not%20'prod` and not `a%20b`");
  });

  test('an id that disappeared from the certificate is a finding', () => {
    const [finding] = findingsOf(RULE, demo([signed('a.whl', github('acme/demo', {}))]), [
      `demo ${ACME} repository-id=11`,
    ]);
    expect(finding?.observed).toBe(`${ACME} repository-id=(none)`);
  });
});
