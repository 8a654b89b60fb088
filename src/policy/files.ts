import type { FileOutcome, Identity, ObservedFile } from '../model.ts';

/** A file whose outcome is known to be of kind K. */
export type FileWith<K extends FileOutcome['kind']> = ObservedFile & {
  readonly outcome: Extract<FileOutcome, { readonly kind: K }>;
};

/** The files with one kind of outcome, in their order. */
export function filesWith<K extends FileOutcome['kind']>(
  files: readonly ObservedFile[],
  kind: K,
): readonly FileWith<K>[] {
  return files.filter((file): file is FileWith<K> => file.outcome.kind === kind);
}

/** Sightings that are alike, and the files that they were made in. */
export interface Group<T> {
  readonly example: T;
  readonly files: readonly ObservedFile[];
}

/**
 * Groups what was seen in files, so that sixty wheels of one release do not make sixty findings.
 *
 * @param keyOf what makes two sightings alike, as plain data
 */
export function groupSightings<T extends { readonly file: ObservedFile }>(
  sightings: readonly T[],
  keyOf: (sighting: T) => readonly (string | number)[],
): readonly Group<T>[] {
  const groups = Map.groupBy(sightings, (sighting) => JSON.stringify(keyOf(sighting)));
  return [...groups.values()].flatMap((group) => {
    const [example] = group;
    return example === undefined ? [] : [{ example, files: [...new Set(group.map(({ file }) => file))] }];
  });
}

/** The identity of every attestation of every signed file, repeated as often as it signed. */
export function observedIdentities(files: readonly ObservedFile[]): readonly Identity[] {
  return filesWith(files, 'signed').flatMap(({ outcome }) =>
    outcome.signatures.map((signature) => signature.identity),
  );
}
