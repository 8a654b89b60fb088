import type { Rule } from './contract.ts';
import { filesWith } from './files.ts';
import { packageFinding, recordedSide } from './finding.ts';

const CAUSES = {
  refused: {
    what: 'could not be checked, since its index refused to answer',
    help: 'check the credentials and the permissions for this index, and whether its URL is that of an index, then run again',
  },
  unreachable: {
    what: 'could not be checked, since its index gave no answer that could be used',
    help: 'run again later (without `--offline`, if that was given); a package is never taken for unsigned because an index does not answer',
  },
  unlisted: {
    what: 'could not be checked',
    help: 'name the index that the lock is from (`--index-url`), or lock again; do not install it before: what has the hash of the lock is not what the index lists',
  },
} as const;

export const provenanceUnavailable: Rule = {
  id: 'provenance-unavailable',
  summary: 'the index did not answer, so nothing is known',
  scope: 'package',
  judge: ({ package: subject, entries }) =>
    (['refused', 'unreachable', 'unlisted'] as const).flatMap((cause) => {
      const files = filesWith(subject.files, 'unavailable').filter(({ outcome }) => outcome.cause === cause);
      const [first] = files;
      if (first === undefined) return [];
      const { reason } = first.outcome;
      return [
        packageFinding(subject, {
          rule: 'provenance-unavailable',
          level: 'error',
          ...CAUSES[cause],
          files,
          reason,
          ...recordedSide(entries),
          observed: 'unknown',
        }),
      ];
    }),
};
