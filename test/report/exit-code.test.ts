import { describe, expect, test } from 'vitest';
import type { Finding, Report, ReportedPackage, RuleId, Status } from '../../src/model.ts';
import { exitCodeOf, outcomeOf } from '../../src/report/exit-code.ts';

function packageOf(status: Status): ReportedPackage {
  return { name: 'a', version: '1', status, identities: [], files: [] };
}

function findingOf(level: Finding['level'], rule: RuleId): Finding {
  return { rule, level, package: 'a', message: 'm', help: 'h' };
}

const unavailable = findingOf('error', 'provenance-unavailable');

describe('outcome and exit code', () => {
  test.each<[string, readonly Status[], readonly Finding[], Report['outcome'], number]>([
    ['nothing in the lock', [], [], 'ok', 0],
    ['all held', ['verified', 'recorded', 'unsigned', 'not-covered'], [], 'ok', 0],
    ['a warning', ['verified'], [findingOf('warning', 'signature-drift')], 'ok', 0],
    ['an error', ['failed'], [findingOf('error', 'publisher-changed')], 'findings', 1],
    ['an error about no package', ['verified'], [findingOf('error', 'not-covered')], 'findings', 1],
    ['a failed package without a finding', ['failed'], [], 'findings', 1],
    ['not reachable', ['unavailable', 'verified'], [unavailable], 'incomplete', 3],
    ['not reachable, without a finding', ['unavailable'], [], 'incomplete', 3],
    ['not reachable, of a package that seems fine', ['verified'], [unavailable], 'incomplete', 3],
    [
      '1 wins over 3',
      ['unavailable', 'failed'],
      [unavailable, findingOf('error', 'publisher-changed')],
      'findings',
      1,
    ],
  ])('%s', (_, statuses, findings, outcome, exitCode) => {
    const judged = { packages: statuses.map(packageOf), findings };
    expect(outcomeOf(judged)).toBe(outcome);
    expect(exitCodeOf({ ...judged, outcome, notes: [] })).toBe(exitCode);
  });
});
