import type { Entry } from '../model.ts';
import type { JudgeInput } from '../policy/judge.ts';

/** What files are judged by: the entries, and the terms with those of a base in them. */
type Grounds = Pick<JudgeInput, 'entries' | 'base'>;

/** The part that is about some packages: entries of others say nothing about a session that was not asked for them. */
export function groundsAbout(names: ReadonlySet<string>, { entries, base }: Grounds): Grounds {
  const isAbout = ({ name }: Entry): boolean => names.has(name);
  return {
    entries: entries.filter(isAbout),
    ...(base === undefined ? {} : { base: { ...base, entries: base.entries.filter(isAbout) } }),
  };
}
