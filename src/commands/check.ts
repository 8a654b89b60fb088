import type { Entry, Lock, ObservedPackage } from '../model.ts';
import type { PackageIndex } from '../package-index/contract.ts';
import { judge, type Judgement } from '../policy/judge.ts';
import { areRecorded } from '../policy/recorded.ts';
import { silentIndexNote } from '../policy/silent-index.ts';
import { readProvenanceFile } from '../provenance-file/read.ts';
import { exitCodeOf } from '../report/exit-code.ts';
import { verifyLock } from '../verify-lock.ts';
import { collectLocks } from './collect.ts';
import type { Command, CommandContext, CommandResult } from './contract.ts';
import { chooseCacheDirectory, openIndex } from './open-index.ts';
import { openReceipts, type ReceiptBook } from './receipt-book.ts';
import { record } from './record.ts';
import { renderReport, writeReports } from './render.ts';
import { createTrust, type Trust } from './trust.ts';

/** The default command: what is locked, who signed it, and does that agree with the provenance file. */
export const check: Command = {
  name: '',
  usage: [
    'provpin [options] [pip lock arguments ...]',
    '',
    'Checks who signed the Python packages that `pip lock` resolves, against the provenance file.',
    'What is not an option below goes to `pip lock` as it stands and in its order; `--` ends ours.',
  ],
  run,
};

async function run(context: CommandContext): Promise<CommandResult> {
  const { settings } = context;
  const file = await readProvenanceFile(settings.provenanceFile);
  const receipts = await openReceipts(settings.receipts);
  const cacheDir = chooseCacheDirectory(context);
  const index = openIndex(context, cacheDir);
  try {
    const trust = openTrust(context, file.entries, cacheDir);
    const locks = await collectLocks(context, index, cacheDir);
    const packages = await observe(context, locks, { index, trust, entries: file.entries });
    context.signal.throwIfAborted(); // what was interrupted says nothing about the packages
    const judgement = judgeAll(context, packages, file.entries, receipts);
    const outcome = await record(file, judgement);
    await receipts.keep(packages, outcome.packages);
    const silence = silentIndexNote(packages, file.entries);
    const report = { ...outcome, notes: [...outcome.notes, ...(silence === undefined ? [] : [silence])] };
    await writeReports(context, report);
    return { exitCode: exitCodeOf(report), output: renderReport(context, report) };
  } finally {
    await index.close();
  }
}

/** Where signatures are to be expected the trusted root will be needed, and is refreshed while pip resolves. */
function openTrust(context: CommandContext, entries: readonly Entry[], cacheDir: string | undefined): Trust {
  const { settings, warn } = context;
  const options = { offline: settings.offline, ...(cacheDir === undefined ? {} : { cacheDir }) };
  const trust = createTrust(settings.trustedRoot, options, warn);
  if (settings.tofu || entries.some(({ identity }) => identity !== 'unsigned')) trust.prepare();
  return trust;
}

/** What a file is judged by: who serves its provenance, whom the certificates are trusted by, and what is known already. */
interface Sources {
  readonly index: PackageIndex;
  readonly trust: Trust;
  readonly entries: readonly Entry[];
}

async function observe(
  { progress, settings }: CommandContext,
  locks: readonly Lock[],
  { index, trust, entries }: Sources,
): Promise<readonly ObservedPackage[]> {
  try {
    return await verifyLock(locks, {
      index,
      verifier: trust.verifier,
      // Offline there is nobody else to ask: enough to judge by, and not to record.
      cacheAnswers: (artifact, { signatures, claimMismatches }) =>
        (settings.offline && !settings.tofu && settings.accept.length === 0) ||
        (claimMismatches.length === 0 &&
          areRecorded(
            signatures.map(({ identity }) => identity),
            entries,
            artifact,
          )),
      ...(settings.quiet ? {} : { onProgress: progress.update }),
    });
  } finally {
    progress.done();
  }
}

function judgeAll(
  { settings, now }: CommandContext,
  packages: readonly ObservedPackage[],
  entries: readonly Entry[],
  receipts: ReceiptBook,
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
  });
}
