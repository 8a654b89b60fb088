/**
 * Packages and files that a lock lists more than once.
 */
import type { LockedFile, LockedPackage } from '../model.ts';

/** What is listed twice, with nothing different but its lines, counts once: the first time. */
export function distinctPackages(packages: readonly LockedPackage[]): readonly LockedPackage[] {
  return withoutRepeats(packages, contentOfPackage);
}

export function distinctFiles(files: readonly LockedFile[]): readonly LockedFile[] {
  return withoutRepeats(files, contentOf);
}

/** A file that has the name of another one and other hashes: one filename stands for one content, so one of them is a lie. */
export function contradiction(files: readonly LockedFile[]): LockedFile | undefined {
  const hashesOf = new Map<string, string>();
  return files.find(({ filename, hashes }) => {
    const text = JSON.stringify(hashes);
    const first = hashesOf.get(filename) ?? text;
    hashesOf.set(filename, first);
    return first !== text;
  });
}

function withoutRepeats<T>(items: readonly T[], contentIs: (item: T) => unknown): readonly T[] {
  const first = new Map<string, T>();
  for (const item of items) {
    const text = JSON.stringify(contentIs(item));
    if (!first.has(text)) first.set(text, item);
  }
  return [...first.values()];
}

function contentOf<T extends { readonly line?: number }>(item: T) {
  return { ...item, line: undefined };
}

function contentOfPackage(locked: LockedPackage) {
  return {
    ...contentOf(locked),
    files: locked.files.map(contentOf),
    unnamed: locked.unnamed?.map(contentOf),
  };
}
