import {
  defaultBase,
  formerPath,
  openRepository,
  pathInRepository,
  readAtCommit,
  resolveCommit,
  type Base,
} from '../git.ts';
import { normalizeName } from '../distribution-filename.ts';
import type { ProvenanceFile } from '../provenance-file/contract.ts';
import { emptyProvenanceFile } from '../provenance-file/parse.ts';
import { parseProvenanceBytes } from '../provenance-file/read.ts';
import type { CommandContext } from './contract.ts';

/** The provenance file as a git revision has it. */
export interface BaseFile {
  readonly file: ProvenanceFile;
  /** What people should be told the revision is. */
  readonly label: string;
  /** Whether the revision has the file. */
  readonly isThere: boolean;
  /** Its path there, where that was another one. */
  readonly formerPath?: string;
}

/** Characters of a commit that people are shown. */
const SHORT = 12;

/**
 * The provenance file of the settings, at a revision.
 *
 * @param revision as the user gives it; without one, where the work in the work tree set out from
 * @throws ProvpinError: exit code 2 without repository or revision, or for a file that is not valid; 3 when the clone lacks it
 */
export async function readBase(
  { settings, env, signal }: CommandContext,
  revision: string | undefined,
): Promise<BaseFile> {
  const repository = await openRepository({ cwd: process.cwd(), env, signal });
  const path = pathInRepository(repository, settings.provenanceFile);
  const base: Base =
    revision === undefined
      ? await defaultBase(repository, env)
      : { commit: await resolveCommit(repository, revision), label: revision };
  const short = base.commit.slice(0, SHORT);
  // In messages it stands between names in backticks, which it must not end or begin.
  const named = base.label.replaceAll('`', "'");
  const label = base.commit.startsWith(named) ? short : `${named} (${short})`;
  const read = async (name: string): Promise<ProvenanceFile | undefined> => {
    const bytes = await readAtCommit(repository, base.commit, name);
    return bytes === undefined ? undefined : parseProvenanceBytes(bytes, `${short}:${name}`);
  };
  const file = await read(path);
  if (file !== undefined) return { file, label, isThere: true };
  const former = await formerPath(repository, base.commit, path);
  const renamed = former === undefined ? undefined : await read(former);
  if (former === undefined || renamed === undefined)
    return { file: emptyProvenanceFile(`${short}:${path}`), label, isThere: false };
  return { file: renamed, label, isThere: true, formerPath: former };
}

/** Says which names of `--allow` allow nothing: a typing error must not go unnoticed. */
export function warnOfUselessAllows({ settings, warn }: CommandContext, changed: Iterable<string>): void {
  const names = new Set(changed);
  for (const name of settings.allow)
    if (!names.has(normalizeName(name)))
      warn(`\`--allow ${name}\` allows nothing: its entries did not change`);
}
