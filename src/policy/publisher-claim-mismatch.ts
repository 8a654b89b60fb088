import type { Rule } from './contract.ts';
import { filesWith, groupSightings } from './files.ts';
import { packageFinding, recordedSide } from './finding.ts';
import { quoted, spellIdentity } from './spelling.ts';

export const publisherClaimMismatch: Rule = {
  id: 'publisher-claim-mismatch',
  summary: 'the index names another publisher than the certificate',
  scope: 'package',
  judge: ({ package: subject, entries }) => {
    const mismatches = filesWith(subject.files, 'signed').flatMap((file) =>
      file.outcome.claimMismatches.map(({ claimed, certified }) => ({ file, claimed, certified })),
    );
    return groupSightings(mismatches, ({ claimed, certified }) => [claimed, certified]).map(
      ({ example, files }) =>
        packageFinding(subject, {
          rule: 'publisher-claim-mismatch',
          level: 'error',
          what: `has a publisher claim that its certificate does not bear out: claimed ${quoted(example.claimed)}, certified ${quoted(example.certified)}`,
          files,
          ...recordedSide(entries),
          observed: spellIdentity(example.file.outcome.signatures[0].identity),
          help: 'tell the index: what it shows to people is not who signed; entries are compared with the certificate only',
        }),
    );
  },
};
