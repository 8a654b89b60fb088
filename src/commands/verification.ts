import type { Entry } from '../model.ts';
import type { PackageIndex } from '../package-index/contract.ts';
import type { VerifyLockDependencies } from '../verify-lock.ts';
import { cacheAnswersUnder } from './cache-answers.ts';
import type { CommandContext } from './contract.ts';
import type { Trust } from './trust.ts';

/** What a file is judged by: who serves its provenance, whom the certificates are trusted by, and what is known already. */
export interface Sources {
  readonly index: PackageIndex;
  readonly trust: Trust;
  /** Entries that all have to allow a signer before a cache is believed. */
  readonly known: readonly (readonly Entry[])[];
}

/** What it takes to verify files, as the settings say. */
export function verification(
  { settings }: CommandContext,
  { index, trust, known }: Sources,
): VerifyLockDependencies {
  return {
    index,
    verifier: trust.verifier,
    cacheAnswers: cacheAnswersUnder(settings, known),
  };
}
