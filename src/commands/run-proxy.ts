import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { incompleteError, inputError, type ProvpinError } from '../errors.ts';
import type { Report } from '../model.ts';
import type { IndexConfiguration, PackageIndex } from '../package-index/contract.ts';
import { argumentsForPipAlone } from '../pip/index.ts';
import { silentIndexNote } from '../policy/silent-index.ts';
import { printable, withoutUserinfo } from '../printable.ts';
import { createHandler } from '../proxy/handler.ts';
import { createPlaces } from '../proxy/places.ts';
import type { PlainAnswer } from '../proxy/plain-answer.ts';
import { startServer } from '../proxy/server.ts';
import type { Conclusion } from '../proxy/conclusion.ts';
import { createSession, type Session } from '../proxy/session.ts';
import { createSpool } from '../proxy/spool.ts';
import { exitCodeOf } from '../report/exit-code.ts';
import { cacheAnswersUnder } from './cache-answers.ts';
import type { CommandContext, CommandResult } from './contract.ts';
import { chooseCacheDirectory, configureIndex, openIndex } from './open-index.ts';
import { allowedNotes, openBase } from './open-base.ts';
import { openProvenanceFile } from './open-provenance-file.ts';
import { openTrust } from './open-trust.ts';
import { refuseUnwritablePlaces } from './output-places.ts';
import { runProxied } from './proxied-program.ts';
import { openReceipts } from './receipt-book.ts';
import { record } from './record.ts';
import { renderReport, writeReports } from './render.ts';

/** Of all files together of which a part was asked for; larger ones are sent as a whole. */
const SPOOL_BYTES = 1024 ** 3;

/** Files that go on to clients as they come, at once. */
const PLACES = 128;
/** Milliseconds for which a client may take nothing of one, while others wait for a place. */
const PATIENCE = 10_000;

/**
 * Serves until it is interrupted, or until the program has ended, and then reports on all that was asked for.
 *
 * @throws ProvpinError: exit code 2 for inputs that cannot be read, 3 when nothing could be checked
 */
export async function runProxy(context: CommandContext): Promise<CommandResult> {
  const { settings } = context;
  refuseArguments(settings.pipArgs);
  await refuseUnwritablePlaces(settings);
  const { file, notes } = await openProvenanceFile(settings);
  const base = await openBase(context, file.entries);
  const receipts = await openReceipts(settings.receipts);
  const cacheDir = chooseCacheDirectory(context);
  const configuration = configureIndex(context);
  if (configuration.indexes.length === 0) throw inputError('usage', 'no index is configured to be served');
  if (configuration.findLinks.length > 0) context.warn('`--find-links` is not served, only indexes are');
  const trust = await openTrust(context, file.entries, { configuration, cacheDir });
  const index = openIndex(context, configuration, cacheDir, { isLongLived: true });
  try {
    await trust.verifier(); // what cannot check anything does not begin to serve
    const session = createSession({
      index,
      verifier: trust.verifier,
      cacheAnswers: cacheAnswersUnder(settings, [
        file.entries,
        ...(base === undefined ? [] : [base.entries]),
      ]),
      entries: file.entries,
      terms: {
        tofu: settings.tofu,
        strict: settings.strict,
        pins: settings.pins,
        acceptUnsigned: settings.acceptUnsigned,
        ...(receipts.previous === undefined ? {} : { receipts: receipts.previous }),
        ...(base === undefined ? {} : { base }),
      },
      today: () => new Date().toISOString().slice(0, 'YYYY-MM-DD'.length),
      signal: context.signal,
      onRefusal: ({ filename }, { rule, message }) =>
        context.warn(`refused \`${filename}\`: ${rule}: ${message}`),
      onFailure: (message) => context.warn(message),
    });
    const problems = await serve(context, { index, session, configuration, cacheDir });
    const conclusion = session.conclude();
    const { outcome, problems: notRecorded } = await record(file, conclusion.judgement);
    const notKept = await receipts.keep(conclusion.packages, outcome.packages);
    return await finish(
      context,
      {
        ...outcome,
        notes: [...notes, ...allowedNotes(base, file.entries), ...outcome.notes, ...notesOn(conclusion)],
      },
      { conclusion, problems: [...problems, ...notRecorded, ...notKept] },
    );
  } finally {
    await Promise.all([index.close(), trust.close()]);
  }
}

function refuseArguments(pipArgs: readonly string[]): void {
  const [argument] = argumentsForPipAlone(pipArgs);
  if (argument === undefined) return;
  throw inputError('usage', `\`${withoutUserinfo(argument)}\` is not an option of \`provpin proxy\``, [
    'a program to run goes after `--`: `provpin proxy -- pip install requests`',
  ]);
}

interface Served {
  readonly index: PackageIndex;
  readonly session: Session;
  readonly configuration: IndexConfiguration;
  readonly cacheDir: string | undefined;
}

/** @returns what went wrong with the program, if there was one */
async function serve(
  context: CommandContext,
  { index, session, configuration, cacheDir }: Served,
): Promise<readonly ProvpinError[]> {
  const { settings, signal, stderr } = context;
  const spool = createSpool<PlainAnswer>(cacheDir ?? tmpdir(), SPOOL_BYTES);
  const handler = createHandler({ index, session, spool, places: createPlaces(PLACES, PATIENCE) });
  let isUsed = false;
  const server = await startServer(settings.port, async (request, response) => {
    isUsed = true;
    await handler(request, response);
  });
  try {
    refuseItself(configuration, server.port);
    const url = `http://127.0.0.1:${server.port}/simple/`;
    if (settings.program.length > 0) {
      const problems = await runProxied(context, url);
      return isUsed || problems.length > 0 ? problems : [unusedError(settings.program)];
    }
    stderr(`serving \`${url}\` until interrupted\n`);
    if (!signal.aborted) await once(signal, 'abort');
    return [];
  } finally {
    await index.close();
    await server.close();
    await spool.close();
  }
}

/** Whatever it installed came from elsewhere, and a session in which nothing was checked must not look like one that held. */
function unusedError([command = '']: readonly string[]): ProvpinError {
  return incompleteError('proxy-unused', `\`${printable(command)}\` asked the proxy for nothing`, [
    'where everything was there already, there was nothing to check; `provpin installed` checks what is there',
    'a lock with URLs (`uv sync --frozen`, `pip install -r pylock.toml`) leads around the proxy: check it with `provpin -L LOCK`',
  ]);
}

/** pip may be configured to ask the proxy, and that is where the index comes from. */
function refuseItself({ indexes }: IndexConfiguration, port: number): void {
  const own = indexes
    .map(({ url }) => new URL(url))
    .find(
      ({ hostname, port: theirs }) =>
        /^(?:localhost|127\..*|\[::1\])$/.test(hostname) && theirs === String(port),
    );
  if (own === undefined) return;
  throw inputError('usage', `the index \`${printable(own.href)}\` is this proxy itself`, [
    'name the one to ask: `provpin proxy -i https://pypi.org/simple`',
  ]);
}

function notesOn({ packages, entries, delivered, missed }: Conclusion): readonly string[] {
  const total = packages.reduce((sum, { files }) => sum + files.length, 0);
  const silence = silentIndexNote(packages, entries);
  return [
    `${delivered} of the ${total} ${total === 1 ? 'file' : 'files'} that were asked for ${delivered === 1 ? 'was' : 'were'} let through`,
    ...Array.from(missed, ([what, reason]) => `${what} could not be had: ${reason}`),
    ...(silence === undefined ? [] : [silence]),
  ];
}

interface End {
  readonly conclusion: Conclusion;
  readonly problems: readonly ProvpinError[];
}

/** What could not be had, in the end, was not checked; whether the program needed it is not known here. */
async function finish(
  context: CommandContext,
  report: Report,
  { conclusion, problems }: End,
): Promise<CommandResult> {
  const outcome = report.outcome === 'ok' && conclusion.missed.size > 0 ? 'incomplete' : report.outcome;
  const final = { ...report, outcome };
  const all = [...problems, ...(await writeReports(context, final))];
  const exitCode = exitCodeOf(final);
  return {
    exitCode: exitCode === 0 && all.length > 0 ? 3 : exitCode,
    output: renderReport(context, final),
    problems: all,
  };
}
