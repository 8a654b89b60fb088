/**
 * Packages and files that a lock lists more than once.
 */
import type { LockedFile, LockedPackage } from '../model.ts';

/** What is listed twice, with nothing different but its lines, counts once: the first time. */
export function distinctPackages(packages: readonly LockedPackage[]): readonly LockedPackage[] {
  return withoutRepeats(packages, contentKey);
}

/** The same for packages with nothing different but their lines. */
export function contentKey(locked: LockedPackage): string {
  return JSON.stringify({
    ...contentOf(locked),
    files: locked.files.map(contentOf),
    unnamed: locked.unnamed?.map(contentOf),
  });
}

export function distinctFiles(files: readonly LockedFile[]): readonly LockedFile[] {
  return withoutRepeats(files, (file) => JSON.stringify(contentOf(file)));
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

function withoutRepeats<T>(items: readonly T[], keyOf: (item: T) => string): readonly T[] {
  const first = new Map<string, T>();
  for (const item of items) {
    const key = keyOf(item);
    if (!first.has(key)) first.set(key, item);
  }
  return [...first.values()];
}

function contentOf<T extends { readonly line?: number }>(item: T) {
  return { ...item, line: undefined };
}
