import { normalizeName } from '../distribution-filename.ts';
import { byGravest, changesByName, gravestEffect } from '../policy/entry-changes.ts';
import type { ProvenanceFile } from '../provenance-file/contract.ts';
import { contentOf } from '../provenance-file/entry-order.ts';
import { formatProvenanceFile } from '../provenance-file/format.ts';
import type { PackageDiff, ProvenanceDiff, Side } from './contract.ts';
import { hunksOf } from './unified.ts';

/** A file, and what to call it. */
export interface ComparedFile extends Side {
  readonly file: ProvenanceFile;
}

/**
 * What changed between two provenance files.
 *
 * @param allow names whose changes somebody has looked at, as given
 */
export function compareFiles(
  before: ComparedFile,
  after: ComparedFile,
  allow: readonly string[],
): Omit<ProvenanceDiff, 'notes'> {
  const [was, is] = [formatProvenanceFile(before.file), formatProvenanceFile(after.file)];
  const isSameText = was === is;
  return {
    before: { label: before.label, isThere: before.isThere },
    after: { label: after.label, isThere: after.isThere },
    packages: packagesOf(before.file, after.file, new Set(allow.map((name) => normalizeName(name)))),
    hunks: isSameText ? [] : hunksOf(was, is),
    isSameText,
  };
}

function packagesOf(
  before: ProvenanceFile,
  after: ProvenanceFile,
  allowed: ReadonlySet<string>,
): readonly PackageDiff[] {
  const was = new Set(before.entries.map((entry) => contentOf(entry)));
  const stays = Map.groupBy(
    after.entries.filter((entry) => was.has(contentOf(entry))),
    ({ name }) => name,
  );
  return [...changesByName(before.entries, after.entries)]
    .map(([name, changes]) => ({
      name,
      effect: gravestEffect(changes),
      isAllowed: allowed.has(name),
      kept: stays.get(name) ?? [],
      changes,
    }))
    .toSorted((a, b) => byGravest(a.changes, b.changes));
}

/** What nobody has allowed, of names that had entries: everything but first uses and other spellings of the same. */
export function unallowed({ packages }: Pick<ProvenanceDiff, 'packages'>): readonly PackageDiff[] {
  return packages.filter(
    ({ effect, isAllowed }) =>
      !isAllowed && (effect === 'weaker' || effect === 'changed' || effect === 'stricter'),
  );
}
