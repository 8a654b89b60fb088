import { identityEntries, liveAllowances } from './allowance.ts';
import type { Rule } from './contract.ts';
import { filesWith } from './files.ts';
import { packageFinding, recordedSide } from './finding.ts';
import { quoted } from './spelling.ts';

export const attestationLost: Rule = {
  id: 'attestation-lost',
  summary: 'a publisher is recorded, and nothing is signed any more',
  scope: 'package',
  judge: ({ package: subject, entries, named, today }) => {
    // Whatever version it is recorded for: to leave a signature out must not be easier than to forge one.
    const recorded = identityEntries(named);
    const unsigned = filesWith(subject.files, 'unsigned');
    const isSigned = filesWith(subject.files, 'signed').length > 0;
    if (recorded.length === 0 || unsigned.length === 0 || isSigned) return [];
    if (liveAllowances(entries, today).length > 0) return [];
    return [
      packageFinding(subject, {
        rule: 'attestation-lost',
        level: 'error',
        what: 'is not signed any more',
        files: unsigned,
        help: `ask the project why; a stolen upload token looks like this; an index that serves no attestations does too (${quoted('--attestations-from')}); ${quoted(`--accept ${subject.name}`)} records this version as ${quoted('unsigned')}`,
        ...recordedSide(named),
        observed: 'unsigned',
      }),
    ];
  },
};
