import type { ObservedPackage } from '../model.ts';
import { identityEntries, liveAllowances } from './allowance.ts';
import type { PackageInput, Rule } from './contract.ts';
import { filesWith } from './files.ts';
import { packageFinding, recordedSide } from './finding.ts';
import { quoted } from './spelling.ts';

const NO_FILE = 'the lock pins no file of it, and does not say why';

export const notCovered: Rule = {
  id: 'not-covered',
  summary: 'what the lock installs has no index that could serve provenance',
  scope: 'package',
  judge: (input) => {
    const { package: subject, named } = input;
    const reason = reasonOf(subject);
    if (reason === undefined) return [];
    const recorded = recordedSide(named);
    const isRecorded = recorded.entry !== undefined;
    return [
      packageFinding(subject, {
        rule: 'not-covered',
        level: isAllowed(input) ? 'warning' : 'error',
        what: isRecorded
          ? 'cannot be checked, although a publisher is recorded'
          : 'cannot be checked, since no index serves it',
        files: filesWith(subject.files, 'not-covered'),
        reason,
        help: isRecorded
          ? 'take it from an index again; or delete the recorded lines, if the change of source is meant'
          : `review its source by hand; for STRICT, acknowledge it with a line ${quoted(`${subject.name} unsigned`)}`,
        ...recorded,
      }),
    ];
  },
};

function reasonOf({ notCovered: reason, files }: ObservedPackage): string | undefined {
  if (reason !== undefined) return reason;
  if (files.length === 0) return NO_FILE;
  return filesWith(files, 'not-covered')[0]?.outcome.reason;
}

/**
 * Whatever version an identity is recorded for, it must not be got rid of by swapping the index for another source; and a
 * package without files and without a reason is no package of a lock that means well.
 */
function isAllowed({ package: subject, named, entries, strict, today }: PackageInput): boolean {
  if (identityEntries(named).length > 0) return false;
  if (subject.notCovered === undefined && subject.files.length === 0) return false;
  return !strict || liveAllowances(entries, today).length > 0;
}
