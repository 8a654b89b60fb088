import { parseDistributionFilename, spelledVersion } from '../distribution-filename.ts';
import type { Lock, ObservedFile, ObservedPackage } from '../model.ts';
import type { ArtifactRef } from '../package-index/contract.ts';
import type { AskedFile } from './contract.ts';

/** A file that was asked for, with what was found out about it. */
export interface SeenFile {
  readonly file: AskedFile;
  readonly observed: ObservedFile;
  readonly isAdmitted: boolean;
  /** Whether all of it, or what was asked for of it, was sent. */
  readonly isDelivered: boolean;
}

/** What reports call the lock that there is none of. */
const SOURCE = 'provpin proxy';

export function keyOf({ project, filename, sha256 }: AskedFile): string {
  return JSON.stringify([project, filename, sha256]);
}

/** The file, as an index is asked for it. */
export function referenceTo({ project, filename, sha256 }: AskedFile): ArtifactRef {
  return { name: project, version: spelledVersion(filename, project) ?? '', filename, sha256 };
}

/** A lock of this one file. */
export function lockOf(file: AskedFile): Lock {
  const { name, version, filename, sha256 } = referenceTo(file);
  const kind = parseDistributionFilename(filename, name)?.kind ?? 'sdist';
  return {
    source: SOURCE,
    packages: [{ name, version, files: [{ kind, filename, hashes: { sha256 } }] }],
  };
}

/** The packages that files are of: those of one version are one, however its number is spelled. */
export function packagesOf(seen: readonly SeenFile[]): readonly ObservedPackage[] {
  const groups = Map.groupBy(seen, ({ file: { project, filename } }) =>
    JSON.stringify([project, parseDistributionFilename(filename, project)?.version ?? null]),
  );
  return [...groups.values()].flatMap((group) =>
    group.slice(0, 1).map(({ file }) => {
      const { name, version } = referenceTo(file);
      return { name, version, files: group.map(({ observed }) => observed), lock: SOURCE };
    }),
  );
}
