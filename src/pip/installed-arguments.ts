/** The command line of `provpin installed`: names of packages, and those options of pip that say what it is about. */
import { isProjectName, normalizeName } from '../distribution-filename.ts';
import { inputError } from '../errors.ts';
import { printable, withoutUserinfo } from '../printable.ts';
import { readPipDefaults, type PipEnvironment } from './configuration.ts';
import { groupArguments, INDEX_OPTIONS, lockOptions, type ArgumentGroup } from './options.ts';

export interface InstalledArguments {
  /** Normalised (PEP 503); empty for everything. */
  readonly names: readonly string[];
  /** As pip's `--python`, which `PIP_PYTHON` and pip's configuration can say, too. */
  readonly python?: string;
}

/** @throws ProvpinError, exit code 2, for what is neither a name nor an option of pip that means something here */
export function readInstalledArguments(
  args: readonly string[],
  environment: PipEnvironment,
): InstalledArguments {
  const groups = groupArguments(args, lockOptions());
  for (const group of groups) refuseUseless(group);
  const options = groups.flatMap((group) => group.options);
  const python =
    options.findLast(({ name }) => name === '--python')?.value ??
    readPipDefaults(args, environment).get('--python');
  return {
    names: groups.flatMap(({ texts: [text = ''], options: own }) =>
      own.length > 0 ? [] : [normalizeName(text)],
    ),
    ...(python === undefined ? {} : { python }),
  };
}

function refuseUseless({ texts: [text = ''], options, isCut }: ArgumentGroup): void {
  const shown = `\`${printable(withoutUserinfo(text), 200)}\``;
  if (isCut) throw inputError('usage', `${shown} needs a value`);
  const isOption =
    options.length > 0 && options.every(({ name }) => name === '--python' || INDEX_OPTIONS.has(name));
  if (isOption || (options.length === 0 && isProjectName(text))) return;
  throw inputError('usage', `\`provpin installed\` does not know what to do with ${shown}`, [
    'it takes names of packages, `--python`, and what says where files come from (`--index-url` and the like)',
  ]);
}
