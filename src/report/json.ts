import {
  ATTRIBUTE_NAMES,
  type Finding,
  type Identity,
  type ReleaseHistory,
  type Installation,
  type Report,
  type ReportedFile,
  type ReportedPackage,
} from '../model.ts';
import { printableJson } from '../printable.ts';
import type { ReportFormat } from './contract.ts';
import { sortedBy } from './sorted.ts';
import { countByStatus } from './summary.ts';

/**
 * The JSON report, in its own versioned shape (docs/schema/report-1.schema.json): members are only ever added within a
 * version. What is not known is null, never absent.
 */
export interface JsonReport {
  readonly schema: 'provpin.report/1';
  readonly outcome: 'ok' | 'findings' | 'incomplete';
  readonly summary: JsonSummary;
  readonly packages: readonly JsonPackage[];
  readonly findings: readonly JsonFinding[];
  readonly notes: readonly string[];
}

/** `packages` is the sum of the others. */
export interface JsonSummary {
  readonly packages: number;
  readonly verified: number;
  readonly recorded: number;
  readonly unsigned: number;
  readonly failed: number;
  readonly unavailable: number;
  readonly notCovered: number;
}

export interface JsonPackage {
  readonly name: string;
  readonly version: string | null;
  readonly status: string;
  readonly identities: readonly JsonIdentity[];
  readonly files: readonly JsonFile[];
  /** Of what was recorded in this run; null for the others. */
  readonly history: JsonHistory | null;
  /** Of a package that is installed, and was compared; null otherwise. */
  readonly installed: JsonInstallation | null;
}

export interface JsonHistory {
  /** The latest first; null when they could not be looked at. */
  readonly releases:
    | readonly {
        readonly version: string;
        readonly standing: string;
        readonly signers: readonly string[];
        readonly signedAt: string | null;
        readonly files: number;
        readonly checked: number;
      }[]
    | null;
  /** Older ones that nobody looked at; null when that is not known. */
  readonly older: number | null;
  readonly reason: string | null;
}

export interface JsonInstallation {
  /** Name of the wheel that the files were compared with. */
  readonly wheel: string;
  readonly foundBy: string | null;
  readonly takenFrom: string | null;
  /** How many files the wheel has an environment have, and how many are as they should be. */
  readonly files: number;
  readonly held: number;
  readonly deviations: readonly {
    readonly kind: string;
    readonly path: string;
    readonly reason: string | null;
  }[];
  /** Why nothing was compared; null when everything was. */
  readonly unreadable: string | null;
}

export interface JsonIdentity {
  readonly kind: string;
  readonly uri: string;
  readonly attributes: Readonly<Record<string, string>>;
}

export interface JsonFile {
  readonly name: string;
  readonly sha256: string | null;
  readonly status: string;
  /** One for each signature by a key with SLSA provenance. */
  readonly builds: readonly JsonBuild[];
}

/** What the signer says of the build. */
export interface JsonBuild {
  readonly builder: string | null;
  readonly buildType: string | null;
  /** RFC 3339, UTC. */
  readonly finishedOn: string | null;
}

export interface JsonFinding {
  readonly rule: string;
  readonly level: 'error' | 'warning';
  readonly package: string;
  readonly version: string | null;
  readonly file: string | null;
  readonly recorded: string | null;
  readonly observed: string | null;
  /** 1-based line of the provenance file. */
  readonly entryLine: number | null;
  /** The lock, and a 1-based line of it. */
  readonly lock: string | null;
  readonly lockLine: number | null;
  readonly message: string;
  readonly help: string;
}

export const jsonFormat: ReportFormat = {
  id: 'json',
  summary: 'for programs: provpin.report/1 (docs/schema/report-1.schema.json)',
  render: (report) => `${printableJson(toJsonReport(report), 2)}\n`,
};

/** Sorted throughout, so that two runs compare line by line. */
export function toJsonReport(report: Report): JsonReport {
  return {
    schema: 'provpin.report/1',
    outcome: report.outcome,
    summary: toSummary(report),
    packages: sortedBy(report.packages.map(toPackage), (p) => [p.name, p.version ?? '', JSON.stringify(p)]),
    findings: sortedBy(report.findings.map(toFinding), (f) => [
      f.package,
      f.version ?? '',
      f.rule,
      f.file ?? '',
      JSON.stringify(f),
    ]),
    notes: [...report.notes],
  };
}

function toSummary({ packages }: Report): JsonSummary {
  const {
    verified,
    recorded,
    unsigned,
    failed,
    unavailable,
    'not-covered': notCovered,
  } = countByStatus(packages);
  return { packages: packages.length, verified, recorded, unsigned, failed, unavailable, notCovered };
}

function toPackage({
  name,
  version,
  status,
  identities,
  files,
  history,
  installation,
}: ReportedPackage): JsonPackage {
  return {
    name,
    version: version ?? null,
    status,
    identities: sortedBy(identities.map(toIdentity), (identity) => [identity.uri, JSON.stringify(identity)]),
    files: sortedBy(files.map(toFile), (file) => [file.name, file.sha256 ?? '']),
    history: history === undefined ? null : toJsonHistory(history),
    installed: installation === undefined ? null : toInstallation(installation),
  };
}

export function toJsonHistory(history: ReleaseHistory): JsonHistory {
  if (history.kind === 'unavailable') return { releases: null, older: null, reason: history.reason };
  return {
    releases: history.releases.map(({ version, standing, signers, signedAt, files, checked }) => ({
      version,
      standing,
      signers: [...signers],
      signedAt: signedAt?.toISOString() ?? null,
      files,
      checked,
    })),
    older: history.older,
    reason: null,
  };
}

function toFile({ name, sha256, status, signatures = [] }: ReportedFile): JsonFile {
  const builds = signatures.flatMap(({ evidence: { build } }): readonly JsonBuild[] =>
    build === undefined
      ? []
      : [
          {
            builder: build.builder ?? null,
            buildType: build.buildType ?? null,
            finishedOn: build.finishedOn ?? null,
          },
        ],
  );
  return {
    name,
    sha256: sha256 ?? null,
    status,
    builds: sortedBy(builds, (build) => [JSON.stringify(build)]),
  };
}

function toInstallation(installation: Installation): JsonInstallation {
  if (installation.kind === 'unreadable') {
    const { wheel, reason } = installation;
    return {
      wheel,
      foundBy: null,
      takenFrom: null,
      files: 0,
      held: 0,
      deviations: [],
      unreadable: reason,
    };
  }
  const { wheel, foundBy, takenFrom, files, held, deviations } = installation;
  return {
    wheel,
    foundBy,
    takenFrom,
    files,
    held,
    deviations: sortedBy(
      deviations.map(({ kind, path, reason }) => ({ kind, path, reason: reason ?? null })),
      ({ path, kind }) => [path, kind],
    ),
    unreadable: null,
  };
}

function toIdentity({ kind, uri, attributes }: Identity): JsonIdentity {
  const present = ATTRIBUTE_NAMES.flatMap((name) => {
    const value = attributes[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  return { kind, uri, attributes: Object.fromEntries(present) };
}

function toFinding(finding: Finding): JsonFinding {
  return {
    rule: finding.rule,
    level: finding.level,
    package: finding.package,
    version: finding.version ?? null,
    file: finding.file ?? null,
    recorded: finding.recorded ?? null,
    observed: finding.observed ?? null,
    entryLine: finding.entryLine ?? null,
    lock: finding.lock ?? null,
    lockLine: finding.lockLine ?? null,
    message: finding.message,
    help: finding.help,
  };
}
