import type { Entry, ObservedPackage } from '../model.ts';
import { judge, type JudgeInput, type Judgement } from '../policy/judge.ts';
import { groundsAbout } from './about.ts';
import { packagesOf, type SeenFile } from './seen-file.ts';

/** What a session comes to. */
export interface Conclusion {
  /** Of every file that was asked for; `additions` are what is to be recorded. */
  readonly judgement: Judgement;
  readonly packages: readonly ObservedPackage[];
  /** Those of the provenance file that are about a package that was asked for. */
  readonly entries: readonly Entry[];
  /** Files that were sent. */
  readonly delivered: number;
  /** What could not be had, with the reason. */
  readonly missed: ReadonlyMap<string, string>;
}

export interface SessionFacts {
  readonly seen: readonly SeenFile[];
  /** What the session would add to the provenance file. */
  readonly additions: readonly Entry[];
  readonly missed: ReadonlyMap<string, string>;
  /** Of the provenance file. */
  readonly entries: readonly Entry[];
  readonly terms: Omit<JudgeInput, 'packages' | 'entries' | 'tofu' | 'accept' | 'added'>;
}

/**
 * Judges all files of a session together, under what it has added: what was refused has its finding, too. As in a check, nothing
 * is recorded of a name of which anything is wrong. Entries of other names say nothing about a session.
 */
export function concludeSession({ seen, additions, missed, entries, terms }: SessionFacts): Conclusion {
  const packages = packagesOf(seen);
  const names = new Set(packages.map(({ name }) => name));
  const about = groundsAbout(names, { ...terms, entries });
  const judgeWith = (added: readonly Entry[]): Judgement =>
    judge({
      ...terms,
      ...about,
      tofu: false,
      packages,
      entries: [...about.entries, ...added],
      added,
      accept: [],
    });
  const failed = new Set(
    judgeWith(additions)
      .packages.filter(({ status }) => status === 'failed')
      .map(({ name }) => name),
  );
  const kept = additions.filter(({ name }) => !failed.has(name));
  return {
    judgement: { ...judgeWith(kept), additions: kept },
    packages,
    entries: about.entries,
    delivered: seen.filter(({ isDelivered }) => isDelivered).length,
    missed,
  };
}
