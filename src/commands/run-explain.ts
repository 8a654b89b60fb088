import { inputError } from '../errors.ts';
import type { Explanation } from '../explanation/contract.ts';
import { EXPLANATION_FORMATS } from '../explanation/index.ts';
import type { Entry, FileOutcome, ObservedPackage } from '../model.ts';
import { argumentsForPipAlone } from '../pip/index.ts';
import { observedIdentities } from '../policy/files.ts';
import { printable, withoutUserinfo } from '../printable.ts';
import { applicableEntries } from '../provenance-file/applicable.ts';
import { readProvenanceFile } from '../provenance-file/read.ts';
import { releaseHistory } from '../release-history.ts';
import { verifyLock } from '../verify-lock.ts';
import type { CommandContext, CommandResult } from './contract.ts';
import { findSubjects, type Subject } from './explain-subjects.ts';
import { chooseCacheDirectory, configureIndex, openIndex } from './open-index.ts';
import { openTrust } from './open-trust.ts';
import { verification, type Sources } from './verification.ts';

/**
 * Explains what is named: exit code 1 when provenance does not verify, 3 when something could not be looked at.
 *
 * @throws ProvpinError: exit code 2 for what is not to be found, 3 when an index does not say
 */
export async function runExplain(context: CommandContext): Promise<CommandResult> {
  const { settings, color } = context;
  const targets = targetsOf(settings.pipArgs);
  const { entries } = await readProvenanceFile(settings.provenanceFile);
  const cacheDir = chooseCacheDirectory(context);
  const configuration = configureIndex(context);
  const trust = await openTrust(context, entries, { configuration, cacheDir });
  const index = openIndex(context, configuration, cacheDir);
  try {
    const subjects = (
      await Promise.all(targets.map(async (one) => await findSubjects(context, one, index)))
    ).flat();
    const sources = { index, trust, known: [entries] };
    const explanations = await Promise.all(
      subjects.map(async (subject) => await explainSubject(context, subject, { ...sources, entries })),
    );
    context.signal.throwIfAborted();
    const format = EXPLANATION_FORMATS.find(({ id }) => id === settings.format) ?? EXPLANATION_FORMATS[0];
    return {
      exitCode: exitCodeOf(explanations),
      output: format.render(explanations, { color, provenanceFile: settings.provenanceFile }),
    };
  } finally {
    await Promise.all([index.close(), trust.close()]);
  }
}

function targetsOf(pipArgs: readonly string[]): readonly string[] {
  const targets = argumentsForPipAlone(pipArgs);
  const option = targets.find((target) => target.startsWith('-'));
  if (option !== undefined)
    throw inputError(
      'usage',
      `\`provpin explain\` does not take \`${printable(withoutUserinfo(option), 200)}\``,
    );
  if (targets.length === 0)
    throw inputError('usage', '`provpin explain` needs to know what', [
      'name a package, a package in a version (`demo==1.0`), or a wheel or sdist',
    ]);
  return targets;
}

async function explainSubject(
  context: CommandContext,
  { locked, source }: Subject,
  { entries, ...sources }: Sources & { readonly entries: readonly Entry[] },
): Promise<Explanation> {
  const dependencies = verification(context, sources);
  const [observed] = await verifyLock([{ source, packages: [locked] }], dependencies);
  const { files = [] }: Partial<ObservedPackage> = observed ?? {};
  const { name, version, index } = locked;
  const { history: count, offline } = context.settings;
  const isHistoryWanted = count > 0 && !offline && version !== undefined;
  const history = isHistoryWanted
    ? await releaseHistory(
        { name, version, identities: observedIdentities(files), ...(index === undefined ? {} : { index }) },
        count,
        dependencies,
      )
    : undefined;
  return {
    name,
    ...(version === undefined ? {} : { version }),
    source,
    files,
    entries: applicableEntries(entries, name, version),
    ...(history === undefined ? {} : { history }),
  };
}

function exitCodeOf(explanations: readonly Explanation[]): 0 | 1 | 3 {
  const kinds: ReadonlySet<FileOutcome['kind']> = new Set(
    explanations.flatMap(({ files }) => files.map(({ outcome }) => outcome.kind)),
  );
  if (kinds.has('invalid') || kinds.has('unsupported')) return 1;
  return kinds.has('unavailable') ? 3 : 0;
}
