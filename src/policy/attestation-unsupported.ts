import type { Rule } from './contract.ts';
import { filesWith } from './files.ts';
import { packageFinding, recordedSide } from './finding.ts';

export const attestationUnsupported: Rule = {
  id: 'attestation-unsupported',
  summary: 'there is provenance of a kind that cannot be verified here',
  scope: 'package',
  judge: ({ package: subject, entries }) => {
    const files = filesWith(subject.files, 'unsupported');
    const [first] = files;
    if (first === undefined) return [];
    return [
      packageFinding(subject, {
        rule: 'attestation-unsupported',
        level: 'error',
        what: 'has provenance that this version cannot verify',
        files,
        reason: first.outcome.reason,
        ...recordedSide(entries),
        observed: 'nobody who is recognised',
        help: 'if a key signed it, give that (`--key`); otherwise check the file by other means, or use a version that a recognised publisher signed',
      }),
    ];
  },
};
