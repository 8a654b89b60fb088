import type { Entry, Lock, ObservedPackage } from '../model.ts';
import type { PackageIndex } from '../package-index/contract.ts';
import type { BaseFacts } from '../policy/contract.ts';
import { judge, type Judgement } from '../policy/judge.ts';
import { silentIndexNote } from '../policy/silent-index.ts';
import { listInWords } from '../printable.ts';
import { readProvenanceFile } from '../provenance-file/read.ts';
import { exitCodeOf } from '../report/exit-code.ts';
import { verifyLock } from '../verify-lock.ts';
import { cacheAnswersUnder } from './cache-answers.ts';
import { chooseInput } from './choose-input.ts';
import { collectLocks } from './collect.ts';
import type { CommandContext, CommandResult } from './contract.ts';
import { planLockOutput } from './lock-output.ts';
import { refuseMissingDirectories } from './output-places.ts';
import { chooseCacheDirectory, configureIndex, openIndex } from './open-index.ts';
import { openBase } from './open-base.ts';
import { openTrust } from './open-trust.ts';
import type { Settings } from './options.ts';
import { openReceipts, type ReceiptBook } from './receipt-book.ts';
import { record } from './record.ts';
import { renderReport, writeReports } from './render.ts';
import type { Trust } from './trust.ts';

/** What passed a check. */
export interface PassedCheck {
  readonly locks: readonly Lock[];
  /** Those of all locks, in their order. */
  readonly packages: readonly ObservedPackage[];
  /** Open as long as this is used. */
  readonly index: PackageIndex;
  readonly cacheDir: string | undefined;
}

/** What a command does around the check. */
export interface CheckSteps {
  /** Refuses locks that the command could do nothing with, before an index is asked about them. */
  readonly admit?: (locks: readonly Lock[]) => void;
  /** Called when the check has passed, and only then. */
  readonly whenPassed?: (passed: PassedCheck) => Promise<void>;
}

/**
 * The check that commands share: collect, observe, judge, record, report.
 *
 * @throws ProvpinError: exit code 2 for inputs that cannot be read, 3 when there can be no verdict
 */
export async function runCheck(asked: CommandContext, steps: CheckSteps = {}): Promise<CommandResult> {
  const context = await chooseInput(asked);
  const { settings } = context;
  await refuseMissingDirectories(settings);
  const file = await readProvenanceFile(settings.provenanceFile);
  const base = await openBase(context, file.entries);
  const receipts = await openReceipts(settings.receipts);
  const cacheDir = chooseCacheDirectory(context);
  const configuration = configureIndex(context);
  const index = openIndex(context, configuration, cacheDir);
  try {
    const trust = await openTrust(context, file.entries, { configuration, cacheDir });
    const locks = await collectLocks(context, index, cacheDir);
    steps.admit?.(locks);
    const lockOutput = planLockOutput(settings.output, locks);
    const known = [file.entries, ...(base === undefined ? [] : [base.entries])];
    const packages = await observe(context, locks, { index, trust, known });
    context.signal.throwIfAborted(); // what was interrupted says nothing about the packages
    const leftOut = leftOutOf(locks);
    const isJudged = ({ name }: Entry): boolean => !leftOut.has(name);
    const judgement = judgeAll(context, packages, {
      entries: file.entries.filter(isJudged),
      base: base && { ...base, entries: base.entries.filter(isJudged) },
      receipts,
    });
    const outcome = await record(file, judgement);
    await receipts.keep(packages, outcome.packages);
    const exitCode = exitCodeOf(outcome);
    const silence = silentIndexNote(packages, file.entries);
    const notes = [
      ...outcome.notes,
      ...emptyNotes(locks),
      ...leftOutNotes(settings, locks),
      ...(await lockOutput(packages, exitCode === 0)),
      ...(silence === undefined ? [] : [silence]),
    ];
    const report = { ...outcome, notes };
    const problems = await writeReports(context, report);
    const output = renderReport(context, report);
    if (exitCode !== 0 || problems.length > 0)
      return { exitCode: exitCode === 0 ? 3 : exitCode, output, problems };
    await steps.whenPassed?.({ locks, packages, index, cacheDir });
    return { exitCode, output };
  } finally {
    await index.close();
  }
}

/** What other groups need than those that are asked for has entries that are not for this run. */
function leftOutOf(locks: readonly Lock[]): ReadonlySet<string> {
  const checked = new Set(locks.flatMap(({ packages }) => packages.map(({ name }) => name)));
  return new Set(locks.flatMap((lock) => lock.leftOut ?? []).filter((name) => !checked.has(name)));
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

/** What a file is judged by: who serves its provenance, whom the certificates are trusted by, and what is known already. */
interface Sources {
  readonly index: PackageIndex;
  readonly trust: Trust;
  /** Entries that all have to allow a signer before a cache is believed. */
  readonly known: readonly (readonly Entry[])[];
}

async function observe(
  { progress, settings }: CommandContext,
  locks: readonly Lock[],
  { index, trust, known }: Sources,
): Promise<readonly ObservedPackage[]> {
  try {
    return await verifyLock(locks, {
      index,
      verifier: trust.verifier,
      cacheAnswers: cacheAnswersUnder(settings, known),
      ...(settings.quiet ? {} : { onProgress: progress.update }),
    });
  } finally {
    progress.done();
  }
}

/** What packages are judged by. */
interface Recorded {
  readonly entries: readonly Entry[];
  readonly base: BaseFacts | undefined;
  readonly receipts: ReceiptBook;
}

function judgeAll(
  { settings, now }: CommandContext,
  packages: readonly ObservedPackage[],
  { entries, base, receipts }: Recorded,
): Judgement {
  const { tofu, strict, pins, accept, acceptUnsigned } = settings;
  return judge({
    packages,
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
