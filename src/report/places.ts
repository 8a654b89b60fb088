import type { Finding } from '../model.ts';
import type { RenderOptions } from './contract.ts';

/** A line of a file of the repository. */
export interface Place {
  /** From the root of the repository. */
  readonly path: string;
  /** 1-based. */
  readonly line: number;
}

type Places = Pick<RenderOptions, 'provenanceFile' | 'fromRoot'>;

/** The lines that a finding is about: of the lock, which a pull request mostly changes, then of the provenance file. */
export function placesOf({ lock, lockLine, entryLine }: Finding, options: Places): readonly Place[] {
  const inLock = lock !== undefined && lockLine !== undefined ? [{ path: lock, line: lockLine }] : [];
  const inFile = entryLine === undefined ? [] : [{ path: options.provenanceFile, line: entryLine }];
  return [...inLock, ...inFile].map(({ path, line }) => ({ path: options.fromRoot(path), line }));
}

/** The same for media in which nothing is shown without a line: at the least, where an entry would stand. */
export function somePlacesOf(finding: Finding, options: Places): readonly [Place, ...Place[]] {
  const [first, ...rest] = placesOf(finding, options);
  return first === undefined
    ? [{ path: options.fromRoot(options.provenanceFile), line: 1 }]
    : [first, ...rest];
}
