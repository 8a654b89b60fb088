import type { Terms } from '../../src/policy/apply-rules.ts';
import { packageInput } from '../../src/policy/apply-rules.ts';
import { RULES } from '../../src/policy/index.ts';
import type { JudgeInput, Judgement } from '../../src/policy/judge.ts';
import { judge } from '../../src/policy/judge.ts';
import type {
  Attributes,
  Entry,
  Evidence,
  FileOutcome,
  Finding,
  Identity,
  ObservedFile,
  ObservedPackage,
  RuleId,
} from '../../src/model.ts';
import { parseProvenanceFile } from '../../src/provenance-file/parse.ts';

export const TODAY = '2026-11-21';
export const IDS: Attributes = { 'repository-id': '11', 'owner-id': '22' };
export const ACME = 'https://github.com/acme/demo';

export function github(path = 'acme/demo', attributes: Attributes = IDS): Identity {
  return { kind: 'GitHub', uri: `https://github.com/${path}`, attributes };
}

export function gitlab(path = 'acme/demo', attributes: Attributes = IDS): Identity {
  return { kind: 'GitLab', uri: `https://gitlab.com/${path}`, attributes };
}

export const GOOGLE: Identity = {
  kind: 'Google Cloud',
  uri: 'mailto:publisher@acme.iam.gserviceaccount.com',
  attributes: {},
};

/** Somebody who has nothing to do with the project. */
export const MALLORY = github('mallory/demo', { 'repository-id': '666', 'owner-id': '667' });

function evidence(overrides: Partial<Evidence>): Evidence {
  return {
    predicateType: 'https://docs.pypi.org/attestations/publish/v1',
    signedAt: new Date('2026-03-01T12:00:00Z'),
    commit: 'c0ffee',
    ...overrides,
  };
}

function fileWith(filename: string, outcome: FileOutcome): ObservedFile {
  return { filename, sha256: sha256Of(filename), outcome };
}

/** Not a hash of anything: a value of that shape, and another one for another name. */
export function sha256Of(filename: string): string {
  return Buffer.from(filename).toString('hex').padEnd(64, '0').slice(-64);
}

export function signed(filename: string, by: Identity = github(), how: Partial<Evidence> = {}): ObservedFile {
  return signedTwice(filename, [by], how);
}

export function signedTwice(
  filename: string,
  [first, ...others]: readonly [Identity, ...Identity[]],
  how: Partial<Evidence> = {},
): ObservedFile {
  const signatureOf = (identity: Identity) => ({ identity, evidence: evidence(how) });
  return fileWith(filename, {
    kind: 'signed',
    signatures: [signatureOf(first), ...others.map((identity) => signatureOf(identity))],
    claimMismatches: [],
  });
}

export function misclaimed(filename: string, claimed: string, certified: string): ObservedFile {
  const file = signed(filename);
  if (file.outcome.kind !== 'signed') throw new Error('signed() makes signed files');
  return { ...file, outcome: { ...file.outcome, claimMismatches: [{ claimed, certified }] } };
}

export const unsigned = (filename: string) =>
  fileWith(filename, { kind: 'unsigned', reason: 'the index has no provenance of it' });
export const invalid = (filename: string, reason = 'the signature does not verify') =>
  fileWith(filename, { kind: 'invalid', reason });
export const unsupported = (filename: string) =>
  fileWith(filename, { kind: 'unsupported', reason: 'signed by a person' });
export const unavailable = (filename: string, cause: 'refused' | 'unreachable' = 'unreachable') =>
  fileWith(filename, { kind: 'unavailable', cause, reason: `${cause} by pypi.org` });
export const uncovered = (filename: string) =>
  fileWith(filename, { kind: 'not-covered', reason: 'a local file' });

/** Version 2.0 of `demo`, line 7 of its lock. */
export function demo(
  files: readonly ObservedFile[],
  overrides: Partial<ObservedPackage> = {},
): ObservedPackage {
  return { name: 'demo', version: '2.0', files, line: 7, lock: 'pylock.toml', ...overrides };
}

export function wheels(count: number, make: (filename: string) => ObservedFile): readonly ObservedFile[] {
  return Array.from({ length: count }, (_, index) => make(`demo-2.0-cp3${index}-none-any.whl`));
}

/** Entries as the lines of a provenance file, read by its parser. */
export function entriesOf(...lines: readonly string[]): readonly Entry[] {
  return parseProvenanceFile(lines.join('\n'), '.provenance.txt').entries;
}

/** What one rule says of one package. */
export function findingsOf(
  id: RuleId,
  subject: ObservedPackage,
  lines: readonly string[],
  terms: Partial<Terms> = {},
): readonly Finding[] {
  const named = entriesOf(...lines).filter((entry) => entry.name === subject.name);
  const input = packageInput(subject, named, { strict: false, today: TODAY, ...terms });
  const findings = RULES.flatMap((rule) =>
    rule.id === id && rule.scope === 'package' ? rule.judge(input) : [],
  );
  if (findings.some(({ rule }) => rule !== id)) throw new Error('a finding under the name of another rule');
  return findings;
}

/** A whole judgement; a check run that pins the ids unless said otherwise. */
export function judged(
  packages: readonly ObservedPackage[],
  lines: readonly string[],
  overrides: Partial<Omit<JudgeInput, 'packages' | 'entries'>> = {},
  entries = entriesOf(...lines),
): Judgement {
  return judge({
    packages,
    entries,
    tofu: false,
    strict: false,
    pins: ['repository-id', 'owner-id'],
    acceptUnsigned: false,
    accept: [],
    today: TODAY,
    ...overrides,
  });
}

/** Findings, short: the level and the rule of each. */
export function verdictsOf(findings: readonly Finding[]): readonly string[] {
  return findings.map(({ level, rule }) => `${level} ${rule}`);
}
