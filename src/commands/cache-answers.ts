import type { Entry } from '../model.ts';
import { areRecorded } from '../policy/recorded.ts';
import type { VerifyLockDependencies } from '../verify-lock.ts';
import type { Settings } from './settings.ts';

/**
 * When a cached document may answer for the index: for what the entries say already, and offline, where there is nobody else to
 * ask: enough to judge by, and not to record.
 *
 * @param known entries that all have to allow a signer
 */
export function cacheAnswersUnder(
  { offline, tofu, accept }: Settings,
  known: readonly (readonly Entry[])[],
): VerifyLockDependencies['cacheAnswers'] {
  return (artifact, { signatures, claimMismatches }) =>
    (offline && !tofu && accept.length === 0) ||
    (claimMismatches.length === 0 &&
      known.every((entries) =>
        areRecorded(
          signatures.map(({ identity }) => identity),
          entries,
          artifact,
        ),
      ));
}
