import type { Rule } from './contract.ts';
import { filesWith } from './files.ts';
import { packageFinding, recordedSide } from './finding.ts';

export const attestationInvalid: Rule = {
  id: 'attestation-invalid',
  summary: 'there is provenance, and it does not verify',
  scope: 'package',
  judge: ({ package: subject, entries }) => {
    const files = filesWith(subject.files, 'invalid');
    const [first] = files;
    if (first === undefined) return [];
    return [
      packageFinding(subject, {
        rule: 'attestation-invalid',
        level: 'error',
        what: 'has provenance that does not verify',
        files,
        reason: first.outcome.reason,
        ...recordedSide(entries),
        observed: 'nobody: what is there does not verify',
        help: 'do not install it; tell the index and the project; nothing accepts this, since nobody is known to have signed it',
      }),
    ];
  },
};
