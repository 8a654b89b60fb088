import { normalizeName } from '../distribution-filename.ts';
import { inputError } from '../errors.ts';
import type { Entry } from '../model.ts';
import type { BaseFacts } from '../policy/contract.ts';
import { changesByName } from '../policy/entry-changes.ts';
import { exact, printable } from '../printable.ts';
import type { ProvenanceFile } from '../provenance-file/contract.ts';
import { emptyProvenanceFile } from '../provenance-file/parse.ts';
import { readBase, warnOfUselessAllows, type BaseFile } from './base.ts';
import type { CommandContext } from './contract.ts';

/** What `--base` names; read before anything is asked of an index. */
export async function openBase(
  context: CommandContext,
  entries: readonly Entry[],
): Promise<BaseFacts | undefined> {
  const { base: revision, allow } = context.settings;
  if (revision === undefined) {
    if (allow.length > 0)
      throw inputError('usage', '`--allow` is for differences from `--base REV`, which is not given');
    return undefined;
  }
  const base = await readBase(context, revision === 'auto' ? undefined : revision);
  const file = agreedFile(context, base);
  const { label } = base;
  warnOfUselessAllows(context, changesByName(file.entries, entries).keys());
  return { entries: file.entries, label, allowed: new Set(allow.map((name) => normalizeName(name))) };
}

/** What `--allow` has let pass is said: nothing else in a report would tell it from what did not change. */
export function allowedNotes(base: BaseFacts | undefined, entries: readonly Entry[]): readonly string[] {
  if (base === undefined) return [];
  const [before, after] = [base.entries, entries].map((all) =>
    all.filter(({ name }) => base.allowed.has(name)),
  );
  const names = [...changesByName(before ?? [], after ?? []).keys()];
  return names.map(
    (name) =>
      `the entries of \`${name}\` differ from those of ${exact(base.label)}, which \`--allow\` lets pass`,
  );
}

/**
 * A file that the change has renamed to the provenance file was not the provenance file: whether anybody has agreed on its entries is
 * not known, and the change must not be what says so.
 */
function agreedFile(
  { settings, warn }: CommandContext,
  { file, label, formerPath }: BaseFile,
): ProvenanceFile {
  if (formerPath === undefined) return file;
  const { provenanceFile } = settings;
  warn(
    `${exact(label)} has no \`${printable(provenanceFile)}\`; that it was \`${printable(formerPath)}\` there is what the change says, and counts for nothing`,
  );
  return emptyProvenanceFile(provenanceFile);
}
