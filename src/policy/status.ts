import type {
  Entry,
  FileOutcome,
  Finding,
  Identity,
  ObservedFile,
  ReportedFile,
  ReportedPackage,
  RuleId,
  Status,
} from '../model.ts';
import { ATTRIBUTE_NAMES } from '../model.ts';
import { identityEntries } from './allowance.ts';
import { nearestEntry } from './compare.ts';
import type { PackageInput } from './contract.ts';
import { observedIdentities } from './files.ts';
import { compareText, spellIdentity } from './spelling.ts';

/** What the status of a file depends on, beside the file. */
interface Verdicts {
  readonly recorded: readonly Entry[];
  /** Entries that this run writes. */
  readonly written: ReadonlySet<Entry>;
  /** Rules that found an error in the package. */
  readonly errors: ReadonlySet<RuleId>;
}

/** The worst comes first: a package is what the first of these is that any of its files is. */
const PRECEDENCE: readonly Status[] = [
  'failed',
  'unavailable',
  'unsigned',
  'not-covered',
  'recorded',
  'verified',
];

/**
 * A package as it is reported. It is `verified` or `recorded` only when it has files and every one of them is; each status
 * rests on the files themselves, so that a finding that was not made cannot let a file pass.
 *
 * @param findings those about this package
 * @param written the entries that this run adds or puts in the place of others
 */
export function reportPackage(
  { package: subject, entries }: PackageInput,
  findings: readonly Finding[],
  written: ReadonlySet<Entry>,
): ReportedPackage {
  const errors = new Set(findings.filter(({ level }) => level === 'error').map(({ rule }) => rule));
  const verdicts: Verdicts = { recorded: identityEntries(entries), written, errors };
  const files = subject.files.map((file) => reportFile(file, verdicts));
  const status = statusOf(files, errors, subject.notCovered);
  const reason = subject.notCovered ?? files.find((file) => file.status === status)?.reason;
  return {
    name: subject.name,
    ...(subject.version === undefined ? {} : { version: subject.version }),
    status,
    identities: distinctIdentities(observedIdentities(subject.files)),
    files,
    ...(reason === undefined ? {} : { reason }),
    ...(subject.installation === undefined ? {} : { installation: subject.installation }),
  };
}

function statusOf(
  files: readonly ReportedFile[],
  errors: ReadonlySet<RuleId>,
  notCovered: string | undefined,
): Status {
  if ([...errors].some((rule) => rule !== 'provenance-unavailable')) return 'failed';
  const statuses = new Set(files.map((file) => file.status));
  if (notCovered !== undefined || files.length === 0) statuses.add('not-covered');
  return PRECEDENCE.find((status) => statuses.has(status)) ?? 'failed';
}

function reportFile(file: ObservedFile, verdicts: Verdicts): ReportedFile {
  const { status, reason } = judgeFile(file.outcome, verdicts);
  return {
    name: file.filename,
    ...(file.sha256 === undefined ? {} : { sha256: file.sha256 }),
    status,
    ...(reason === undefined ? {} : { reason }),
    ...(file.outcome.kind === 'signed' ? { signatures: file.outcome.signatures } : {}),
  };
}

const UNSIGNED_ERRORS: readonly RuleId[] = [
  'attestation-lost',
  'attestation-partial',
  'attestation-missing',
  'allowance-expired',
];

function judgeFile(outcome: FileOutcome, verdicts: Verdicts): Pick<ReportedFile, 'status' | 'reason'> {
  const { errors } = verdicts;
  switch (outcome.kind) {
    case 'signed':
      return judgeSigned(outcome, verdicts);
    case 'unsigned': {
      const isRefused = UNSIGNED_ERRORS.some((rule) => errors.has(rule));
      return { status: isRefused ? 'failed' : 'unsigned', reason: outcome.reason };
    }
    case 'not-covered':
      return { status: errors.has('not-covered') ? 'failed' : 'not-covered', reason: outcome.reason };
    case 'unavailable':
      return { status: 'unavailable', reason: outcome.reason };
    case 'invalid':
    case 'unsupported':
    default:
      return { status: 'failed', reason: outcome.reason };
  }
}

function judgeSigned(
  { signatures, claimMismatches }: Extract<FileOutcome, { kind: 'signed' }>,
  { recorded, written }: Verdicts,
): Pick<ReportedFile, 'status' | 'reason'> {
  const judged = signatures.map(({ identity }) => ({ identity, nearest: nearestEntry(recorded, identity) }));
  const stranger = judged.find(({ nearest }) => nearest?.relation.kind !== 'same');
  if (stranger !== undefined) {
    return {
      status: 'failed',
      reason: `no entry is for ${spellIdentity(stranger.identity, stranger.nearest?.entry)}`,
    };
  }
  if (claimMismatches.length > 0) return { status: 'failed', reason: 'the index names another publisher' };
  const isNew = judged.some(({ nearest }) => nearest !== undefined && written.has(nearest.entry));
  return { status: isNew ? 'recorded' : 'verified' };
}

function distinctIdentities(identities: readonly Identity[]): readonly Identity[] {
  const byText = new Map(identities.map((identity) => [textOf(identity), identity]));
  return [...byText].toSorted(([a], [b]) => compareText(a, b)).map(([, identity]) => identity);
}

function textOf({ kind, uri, attributes }: Identity): string {
  return JSON.stringify([uri, kind, ...ATTRIBUTE_NAMES.map((name) => attributes[name] ?? null)]);
}
