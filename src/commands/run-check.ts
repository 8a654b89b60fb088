import { ProvpinError } from '../errors.ts';
import type { Deviation, Entry, Lock, ObservedPackage } from '../model.ts';
import type { PackageIndex } from '../package-index/contract.ts';
import type { BaseFacts } from '../policy/contract.ts';
import { judge, type Judgement } from '../policy/judge.ts';
import { silentIndexNote } from '../policy/silent-index.ts';
import { listInWords } from '../printable.ts';
import { exitCodeOf } from '../report/exit-code.ts';
import { verifyLock } from '../verify-lock.ts';
import { collectLocks } from './collect.ts';
import type { CommandContext, CommandResult } from './contract.ts';
import { planLockOutput } from './lock-output.ts';
import { refuseUnwritablePlaces } from './output-places.ts';
import { chooseCacheDirectory, configureIndex, openIndex } from './open-index.ts';
import { allowedNotes, openBase } from './open-base.ts';
import { openProvenanceFile } from './open-provenance-file.ts';
import { openTrust } from './open-trust.ts';
import type { Settings } from './settings.ts';
import { openReceipts, type ReceiptBook } from './receipt-book.ts';
import { record, type Outcome } from './record.ts';
import { renderReport, writeReports } from './render.ts';
import { verification, type Sources } from './verification.ts';

/** What passed a check. */
export interface PassedCheck {
  readonly locks: readonly Lock[];
  /** Those of all locks, in their order. */
  readonly packages: readonly ObservedPackage[];
  /** Open as long as this is used. */
  readonly index: PackageIndex;
  readonly cacheDir: string | undefined;
}

/** Where files and their provenance come from in this run. */
export interface CheckSources {
  readonly index: PackageIndex;
  readonly cacheDir: string | undefined;
}

/** What is known beside the provenance of the files. */
export interface Observation {
  readonly packages: readonly ObservedPackage[];
  /** Files of an environment that no package of it has. */
  readonly unowned: readonly Deviation[];
  readonly notes: readonly string[];
}

/** What a command does around the check. */
export interface CheckSteps {
  /** The locks, where they are not those that the settings name, or have pip make. */
  readonly collect?: (sources: CheckSources) => Promise<readonly Lock[]>;
  /** Adds to the packages, which are those of the locks in their order. */
  readonly complete?: (packages: readonly ObservedPackage[]) => Observation;
  /** Set when the locks have a part only of what the entries are for: of the others nothing is said. */
  readonly isPart?: true;
  /** What records, in words, where it is not this command with `--tofu`. */
  readonly recordedBy?: string;
  /** Refuses locks that the command could do nothing with, before an index is asked about them. */
  readonly admit?: (locks: readonly Lock[], sources: CheckSources) => Promise<void>;
  /** Called when the check has passed, and only then. */
  readonly whenPassed?: (passed: PassedCheck) => Promise<void>;
}

/**
 * The check that commands share: collect, observe, judge, record, report.
 *
 * @throws ProvpinError: exit code 2 for inputs that cannot be read, 3 when there can be no verdict
 */
export async function runCheck(context: CommandContext, steps: CheckSteps = {}): Promise<CommandResult> {
  const { settings } = context;
  await refuseUnwritablePlaces(settings);
  const { file, notes: notesOnFile } = await openProvenanceFile(settings, steps.recordedBy);
  const base = await openBase(context, file.entries);
  const receipts = await openReceipts(settings.receipts);
  const cacheDir = chooseCacheDirectory(context);
  const configuration = configureIndex(context);
  const trust = await openTrust(context, file.entries, { configuration, cacheDir });
  const index = openIndex(context, configuration, cacheDir);
  try {
    const locks = await (steps.collect?.({ index, cacheDir }) ?? collectLocks(context, index, cacheDir));
    await steps.admit?.(locks, { index, cacheDir });
    const lockOutput = planLockOutput(settings.output, locks);
    const known = [file.entries, ...(base === undefined ? [] : [base.entries])];
    const observed = await observe(context, locks, { index, trust, known });
    const observation = steps.complete?.(observed) ?? { packages: observed, unowned: [], notes: [] };
    const { packages } = observation;
    context.signal.throwIfAborted(); // what was interrupted says nothing about the packages
    const judgement = judgeAll(context, observation, {
      entries: entriesFor(locks, file.entries, steps.isPart === true),
      base: base && { ...base, entries: entriesFor(locks, base.entries, steps.isPart === true) },
      receipts,
    });
    const recorded = await record(file, judgement);
    const outcome = await withHistories(context, recorded.outcome, locks, { index, trust, known });
    const notKept = await receipts.keep(packages, outcome.packages);
    const exitCode = exitCodeOf(outcome);
    const silence = silentIndexNote(packages, file.entries);
    const written = await lockOutput(packages, exitCode === 0);
    const notes = [
      ...notesOnFile,
      ...allowedNotes(base, file.entries),
      ...outcome.notes,
      ...emptyNotes(locks),
      ...leftOutNotes(settings, locks),
      ...observation.notes,
      ...written.notes,
      ...(silence === undefined ? [] : [silence]),
    ];
    const report = { ...outcome, notes };
    const problems = [
      ...recorded.problems,
      ...notKept,
      ...written.problems,
      ...(await writeReports(context, report)),
    ];
    const output = renderReport(context, report);
    if (exitCode !== 0 || problems.length > 0)
      return { exitCode: exitCode === 0 ? 3 : exitCode, output, problems };
    const failure = await failureOf(context, steps.whenPassed?.({ locks, packages, index, cacheDir }));
    return failure === undefined ? { exitCode, output } : { exitCode: 3, output, problems: [failure] };
  } finally {
    await Promise.all([index.close(), trust.close()]);
  }
}

/** What fails behind a check must not take the report with it: it may tell of what was recorded. */
async function failureOf(
  { signal }: CommandContext,
  step: Promise<void> | undefined,
): Promise<ProvpinError | undefined> {
  try {
    await step;
    return undefined;
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof ProvpinError && error.exitCode === 3) return error;
    throw error;
  }
}

/** Packages that the run leaves out have entries that are not for this run. */
function entriesFor(locks: readonly Lock[], entries: readonly Entry[], isPart: boolean): readonly Entry[] {
  const checked = new Set(locks.flatMap(({ packages }) => packages.map(({ name }) => name)));
  const leftOut = new Set(locks.flatMap((lock) => lock.leftOut ?? []));
  return entries.filter(({ name }) => checked.has(name) || !(isPart || leftOut.has(name)));
}

/** That nothing was wrong with nothing is true, and not what somebody meant to hear. */
function emptyNotes(locks: readonly Lock[]): readonly string[] {
  return locks
    .filter(({ packages, leftOut = [] }) => packages.length + leftOut.length === 0)
    .map(({ source }) => `\`${source}\` has no packages: nothing of it was checked`);
}

function leftOutNotes({ only }: Settings, locks: readonly Lock[]): readonly string[] {
  const groups = listInWords(only.map((name) => `\`${name}\``));
  return locks.flatMap(({ source, packages, leftOut = [] }) => {
    if (leftOut.length === 0) return [];
    const total = packages.length + leftOut.length;
    return [
      `only ${groups} of \`${source}\`: ${leftOut.length} of its ${total} packages are left out, and not checked`,
    ];
  });
}

async function observe(
  context: CommandContext,
  locks: readonly Lock[],
  sources: Sources,
): Promise<readonly ObservedPackage[]> {
  const { progress, settings } = context;
  try {
    return await verifyLock(locks, {
      ...verification(context, sources),
      ...(settings.quiet ? {} : { onProgress: progress.update }),
    });
  } finally {
    progress.done();
  }
}

/**
 * The releases before what this run has recorded, for whoever reads its report. They come after the verdict, and change nothing
 * about it.
 */
async function withHistories(
  context: CommandContext,
  outcome: Outcome,
  locks: readonly Lock[],
  sources: Sources,
): Promise<Outcome> {
  const { history: count, offline } = context.settings;
  if (count === 0 || offline || outcome.packages.every(({ status }) => status !== 'recorded')) return outcome;
  const { releaseHistory } = await import('../release-history.ts');
  const indexes = new Map(
    locks.flatMap(({ packages }) => packages.map(({ name, index }) => [name, index] as const)),
  );
  const reported = await Promise.all(
    outcome.packages.map(async (one) => {
      const { name, version, status, identities } = one;
      if (status !== 'recorded' || version === undefined) return one;
      const index = indexes.get(name);
      const subject = { name, version, identities, ...(index === undefined ? {} : { index }) };
      return { ...one, history: await releaseHistory(subject, count, verification(context, sources)) };
    }),
  );
  context.signal.throwIfAborted();
  return { ...outcome, packages: reported };
}

/** What packages are judged by. */
interface Recorded {
  readonly entries: readonly Entry[];
  readonly base: BaseFacts | undefined;
  readonly receipts: ReceiptBook;
}

function judgeAll(
  { settings, now }: CommandContext,
  { packages, unowned }: Observation,
  { entries, base, receipts }: Recorded,
): Judgement {
  const { tofu, strict, pins, accept, acceptUnsigned } = settings;
  return judge({
    packages,
    unowned,
    entries,
    tofu,
    strict,
    pins,
    accept,
    acceptUnsigned,
    today: now.toISOString().slice(0, 'YYYY-MM-DD'.length),
    ...(receipts.previous === undefined ? {} : { receipts: receipts.previous }),
    ...(base === undefined ? {} : { base }),
  });
}
