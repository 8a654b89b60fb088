import { liveAllowances } from './allowance.ts';
import type { Rule } from './contract.ts';
import { filesWith } from './files.ts';
import { packageFinding, recordedSide } from './finding.ts';
import { quoted } from './spelling.ts';

export const attestationPartial: Rule = {
  id: 'attestation-partial',
  summary: 'some files of a version are signed, and others are not',
  scope: 'package',
  judge: ({ package: subject, entries, today }) => {
    const unsigned = filesWith(subject.files, 'unsigned');
    const isSigned = filesWith(subject.files, 'signed').length > 0;
    if (unsigned.length === 0 || !isSigned || liveAllowances(entries, today).length > 0) return [];
    const line = subject.version === undefined ? subject.name : `${subject.name}==${subject.version}`;
    return [
      packageFinding(subject, {
        rule: 'attestation-partial',
        level: 'error',
        what: 'has files that are not signed beside files that are',
        files: unsigned,
        help: `ask the project where the unsigned files come from; then acknowledge them with a line ${quoted(`${line} unsigned`)}`,
        ...recordedSide(entries),
        observed: 'unsigned',
      }),
    ];
  },
};
