import type { Entry, ObservedFile } from '../model.ts';
import { judge, type JudgeInput, type Judgement } from '../policy/judge.ts';
import { printable } from '../printable.ts';
import { verifyLock, type VerifyLockDependencies } from '../verify-lock.ts';
import { groundsAbout } from './about.ts';
import { concludeSession, type Conclusion } from './conclusion.ts';
import type { AskedFile, Verdict } from './contract.ts';
import { keyOf, lockOf, packagesOf, type SeenFile } from './seen-file.ts';

/** Files that a session knows; what is said of them takes memory. */
const MAX_FILES = 20_000;

type Refusal = Extract<Verdict, { kind: 'refused' }>;
type Denial = Exclude<Verdict, { kind: 'admitted' }>;

export interface SessionDependencies extends Pick<
  VerifyLockDependencies,
  'index' | 'verifier' | 'cacheAnswers'
> {
  /** Of the provenance file. */
  readonly entries: readonly Entry[];
  /** How a check would judge. */
  readonly terms: Pick<JudgeInput, 'tofu' | 'strict' | 'pins' | 'acceptUnsigned' | 'receipts' | 'base'>;
  /** YYYY-MM-DD, UTC. */
  readonly today: () => string;
  /** Aborted when the session ends; what is cut short by that says nothing about a file. */
  readonly signal: AbortSignal;
  /** Told of each file that is refused, once. */
  readonly onRefusal: (file: AskedFile, refusal: Refusal) => void;
  /** Told what could not be had or checked, and why, in one line; once, however often it is asked for. */
  readonly onFailure: (message: string) => void;
}

/** What one run of the proxy has been asked for, and what it makes of it. */
export interface Session {
  /**
   * Whether a file may be had: by the rules of a check, for the packages that it makes together with the files of its project
   * that have been admitted already. A refusal stands for the whole session; what could not be checked is checked anew.
   *
   * @throws what the verifier does, when it has no trusted root
   */
  readonly admit: (file: AskedFile) => Promise<Verdict>;
  /** The index has sent other bytes than it lists: the file is refused from now on. */
  readonly condemn: (file: AskedFile, reason: string) => Denial;
  readonly delivered: (file: AskedFile) => void;
  /** Something (a file, a page) could not be had; until it could, the session is incomplete. */
  readonly missed: (what: string, reason: string) => void;
  readonly had: (what: string) => void;
  readonly conclude: () => Conclusion;
}

/** Of each project, the files that were asked for; the order is that of their first request. */
interface State {
  readonly projects: Map<string, Map<string, SeenFile>>;
  /** What was decided, for good. */
  readonly verdicts: Map<string, Verdict>;
  /** What the session would add to the provenance file. */
  readonly additions: Entry[];
}

/** Begins a session, with nothing asked for. */
export function createSession(dependencies: SessionDependencies): Session {
  const { entries, terms, today, signal } = dependencies;
  const state: State = { projects: new Map(), verdicts: new Map(), additions: [] };
  const deciding = new Map<string, Promise<Verdict>>();
  const missed = new Map<string, string>();
  const tell = tellOnce(dependencies);
  const noteMissed = (what: string, reason: string): void => {
    if (signal.aborted) return;
    if (missed.size < MAX_FILES) missed.set(what, reason);
    tell(`${printable(what, 255)} could not be had: ${reason}`);
  };
  const decide = async (file: AskedFile): Promise<Verdict> => {
    if (allSeen(state).length >= MAX_FILES) {
      const reason = `this session has been asked for ${MAX_FILES} files: start another one`;
      noteMissed('another file', reason);
      return { kind: 'unavailable', reason };
    }
    const [observed] = (await verifyLock([lockOf(file)], dependencies)).flatMap(({ files }) => files);
    if (observed === undefined || signal.aborted)
      return { kind: 'unavailable', reason: 'the proxy is ending' };
    const verdict = settle(file, observed, verdictOf, state, dependencies);
    if (verdict.kind === 'unavailable') tell(verdict.reason);
    return verdict;
  };
  return {
    admit: async (file) => {
      const key = keyOf(file);
      const decided = state.verdicts.get(key);
      if (decided !== undefined) return decided;
      const running = deciding.get(key) ?? decide(file).finally(() => deciding.delete(key));
      deciding.set(key, running);
      return await running;
    },
    condemn: (file, reason) => {
      const { filename, sha256 } = file;
      const observed = { filename, sha256, outcome: { kind: 'invalid', reason } } as const;
      return settle(file, observed, denialOf, state, dependencies);
    },
    delivered: (file) => {
      const seen = state.projects.get(file.project);
      const one = seen?.get(keyOf(file));
      if (one !== undefined) seen?.set(keyOf(file), { ...one, isDelivered: true });
    },
    missed: noteMissed,
    had: (what) => {
      missed.delete(what);
    },
    conclude: () => {
      const { additions } = state;
      return concludeSession({
        seen: allSeen(state),
        additions,
        missed,
        entries,
        terms: { ...terms, today: today() },
      });
    },
  };
}

/** A client tries again, and that is nothing new. */
function tellOnce({ onFailure }: SessionDependencies): SessionDependencies['onFailure'] {
  const told = new Set<string>();
  return (message) => {
    if (told.has(message) || told.size >= MAX_FILES) return;
    told.add(message);
    onFailure(message);
  };
}

/** Waits for nothing: of two files that are decided at once, the second is judged by what the first has added. */
function settle<V extends Verdict>(
  file: AskedFile,
  observed: ObservedFile,
  decide: (judgement: Judgement, observed: ObservedFile) => V,
  { projects, verdicts, additions }: State,
  { entries, terms, today, onRefusal }: SessionDependencies,
): V {
  const seen = projects.get(file.project) ?? new Map<string, SeenFile>();
  const candidate = { file, observed, isAdmitted: true, isDelivered: false };
  const others = [...seen.values()].filter((one) => one.isAdmitted && keyOf(one.file) !== keyOf(file));
  const judgement = judge({
    ...terms,
    packages: packagesOf([...others, candidate]),
    ...groundsAbout(new Set([file.project]), { ...terms, entries: [...entries, ...additions] }),
    accept: [],
    today: today(),
  });
  const verdict = decide(judgement, observed);
  const isAdmitted = verdict.kind === 'admitted';
  projects.set(file.project, seen.set(keyOf(file), { ...candidate, isAdmitted }));
  if (verdict.kind !== 'unavailable') verdicts.set(keyOf(file), verdict);
  if (isAdmitted) additions.push(...judgement.additions);
  if (verdict.kind === 'refused') onRefusal(file, verdict);
  return verdict;
}

function allSeen({ projects }: State): readonly SeenFile[] {
  return [...projects.values()].flatMap((seen) => [...seen.values()]);
}

function verdictOf(judgement: Judgement, observed: ObservedFile): Verdict {
  const { kind } = observed.outcome;
  return judgement.outcome === 'ok' && (kind === 'signed' || kind === 'unsigned')
    ? { kind: 'admitted' }
    : denialOf(judgement);
}

function denialOf({ outcome, findings, packages }: Judgement): Denial {
  const reason =
    packages.find(({ status }) => status === 'failed' || status === 'unavailable')?.reason ??
    'it could not be checked';
  const errors = findings.filter(({ level }) => level === 'error');
  if (outcome !== 'findings') return { kind: 'unavailable', reason: errors[0]?.message ?? reason };
  const finding = errors.find(({ rule }) => rule !== 'provenance-unavailable');
  // A package that failed has a finding; if ever one had none, it would be refused all the same.
  const { rule, message, help } = finding ?? { rule: 'attestation-invalid', message: reason, help: reason };
  return { kind: 'refused', rule, message, help };
}
