import { expiredAllowances, liveAllowances } from './allowance.ts';
import type { Rule } from './contract.ts';
import { filesWith } from './files.ts';
import { packageFinding } from './finding.ts';
import { spellEntry } from './spelling.ts';

export const allowanceExpired: Rule = {
  id: 'allowance-expired',
  summary: 'not signed, and the acknowledgement of that has ended',
  scope: 'package',
  judge: ({ package: subject, entries, today }) => {
    const unsigned = filesWith(subject.files, 'unsigned');
    const [expired] = expiredAllowances(entries, today);
    if (unsigned.length === 0 || expired === undefined || liveAllowances(entries, today).length > 0)
      return [];
    return [
      packageFinding(subject, {
        rule: 'allowance-expired',
        level: 'error',
        what: `is not signed, and its allowance ended with ${expired.until ?? 'its date'}`,
        files: unsigned,
        help: 'decide anew: move to a signed version, or give the line a later `until=`',
        recorded: spellEntry(expired),
        observed: 'unsigned',
        entry: expired,
      }),
    ];
  },
};
