import { normalizeName } from '../distribution-filename.ts';
import { inputError } from '../errors.ts';
import type { Entry } from '../model.ts';
import type { BaseFacts } from '../policy/contract.ts';
import { changesByName } from '../policy/entry-changes.ts';
import { readBase, warnOfUselessAllows } from './base.ts';
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
  const { file, label } = await readBase(context, revision === 'auto' ? undefined : revision);
  warnOfUselessAllows(context, changesByName(file.entries, entries).keys());
  return { entries: file.entries, label, allowed: new Set(allow.map((name) => normalizeName(name))) };
}
