/** An index, a Sigstore instance and a project directory: what the tool meets when somebody runs it. */
import type { Deviation, Finding, RuleId, Status } from '../../src/model.ts';
import type { Distribution } from '../support/distributions.ts';
import { startIndex, type IndexOptions, type TestIndex } from '../support/package-index.ts';
import { pylock } from '../support/pylock.ts';
import { startProvpin } from '../support/run-provpin.ts';
import { github, type Signer } from '../support/signers.ts';
import {
  createTestSigstore,
  type Provenance,
  type SignOptions,
  type TestSigstore,
} from '../support/signing.ts';
import {
  createWorkspace,
  type RunningProgram,
  type RunOptions,
  type RunResult,
  type Workspace,
} from '../support/workspace.ts';

export interface Setting {
  readonly index: TestIndex;
  readonly sigstore: TestSigstore;
  readonly workspace: Workspace;
  /** The provenance of a file, by `github()` unless something else is said. */
  readonly attestationOf: (file: Distribution, options?: Partial<SignOptions>) => Provenance;
  /** Puts files on the index; signed unless the signer is null. */
  readonly publish: (files: readonly Distribution[], signer?: Signer | null) => void;
  /** Writes a lock of these files; its name is `pylock.toml` unless something else is said. */
  readonly lock: (files: readonly Distribution[], name?: string) => Promise<string>;
  /** Runs the tool on `pylock.toml`, with this index and this Sigstore instance. */
  readonly check: (args?: readonly string[], options?: RunOptions) => Promise<RunResult>;
  readonly start: (args?: readonly string[], options?: RunOptions) => RunningProgram;
  readonly close: () => Promise<void>;
}

export async function createSetting(options: IndexOptions = {}): Promise<Setting> {
  const [index, workspace] = await Promise.all([startIndex(options), createWorkspace()]);
  const sigstore = createTestSigstore();
  await workspace.write('root.json', JSON.stringify(sigstore.trustedRoot));
  const attestationOf: Setting['attestationOf'] = ({ filename, sha256 }, more) =>
    sigstore.provenanceOf({ signer: github(), filename, sha256, ...more });
  const start: Setting['start'] = (args = [], runOptions) =>
    startProvpin(workspace, [...ON_A_LOCK, ...args, '--index-url', index.simpleUrl], runOptions);
  return {
    index,
    sigstore,
    workspace,
    attestationOf,
    publish: (files, signer = github()) => {
      for (const file of files)
        index.publish(file, signer === null ? {} : { provenance: attestationOf(file, { signer }) });
    },
    lock: async (files, name = 'pylock.toml') =>
      await workspace.write(name, pylock(files, { origin: index.origin })),
    check: async (args, runOptions) => await start(args, runOptions).finished,
    start,
    close: async () => {
      await Promise.all([index.close(), workspace.remove()]);
    },
  };
}

const ON_A_LOCK = ['-L', 'pylock.toml', '--trusted-root', 'root.json'];

/** The JSON report, as far as the tests look at it. */
export interface JsonReport {
  readonly outcome: string;
  readonly summary: Readonly<Record<string, number>>;
  readonly packages: readonly {
    readonly name: string;
    readonly version: string | null;
    readonly status: Status;
    readonly identities: readonly { readonly kind: string; readonly uri: string }[];
    readonly files: readonly { readonly name: string; readonly status: Status }[];
    readonly installed: {
      readonly files: number;
      readonly held: number;
      readonly deviations: readonly Deviation[];
    } | null;
  }[];
  readonly findings: readonly Finding[];
}

// Both ends are ours: `--format json` has just written it.
export const parseReport: (text: string) => JsonReport = JSON.parse;

/** Each rule that found something, once, and the level at which it did. */
export function rulesOf({ findings }: JsonReport): readonly (readonly [RuleId, Finding['level']])[] {
  return [
    ...new Map(findings.map(({ rule, level }) => [`${rule} ${level}`, [rule, level] as const])).values(),
  ];
}

/** An entry as the provenance file has it. */
export function entryLine(name: string, rest: string): string {
  return `${name.padEnd(49)} ${rest}\n`;
}

/** `repository-id=… owner-id=…`, as the certificates of a signer have them. */
export function idsOf({ claims }: Signer): string {
  const { sourceRepositoryIdentifier = '', sourceRepositoryOwnerIdentifier = '' } = claims;
  return `repository-id=${sourceRepositoryIdentifier} owner-id=${sourceRepositoryOwnerIdentifier}`;
}
