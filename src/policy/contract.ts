import type { Deviation, Entry, Finding, ObservedPackage, RuleId } from '../model.ts';

/**
 * What a receipt of an earlier run says about one attestation, as far as drift is judged by it. Evidence, never trust: it can
 * raise a warning, and nothing else.
 */
export interface ReceiptFacts {
  /** Normalised (PEP 503). */
  readonly package: string;
  readonly version: string;
  readonly file: string;
  /** in-toto predicate type URI. */
  readonly predicateType: string;
  /** Lower-case hex. */
  readonly sha256: string;
  /** The identity's uri. */
  readonly identity: string;
  /** RFC 3339, UTC; a signature by a key has none. */
  readonly signedAt?: string;
  /** The end of the build that a key signed; RFC 3339, UTC. */
  readonly builtAt?: string;
  readonly log?: { readonly keyId: string; readonly index: string };
  readonly workflow?: string;
  readonly environment?: string;
  /** In full (`refs/tags/v1.0`); the rule compares only its class. */
  readonly ref?: string;
  readonly trigger?: string;
  readonly runner?: string;
  readonly builder?: string;
}

/** The entries of a revision that people have agreed on already, against which those of a change are held. */
export interface BaseFacts {
  readonly entries: readonly Entry[];
  /** What people should be told the revision is. */
  readonly label: string;
  /** Names whose entries may differ from it, normalised. */
  readonly allowed: ReadonlySet<string>;
}

/** What a rule of one package may look at. No I/O, no clock: today is a value. */
export interface PackageInput {
  readonly package: ObservedPackage;
  /** The entries that apply to this package's name and version, in the file's order. */
  readonly entries: readonly Entry[];
  /** Every entry of the package's name, whatever version it is for: `entries` and perhaps more. */
  readonly named: readonly Entry[];
  /** What earlier runs saw of the package, whatever version it had then; absent when no receipts are kept. */
  readonly previous?: readonly ReceiptFacts[];
  /** By the entries of the base; absent without one. */
  readonly base?: {
    readonly label: string;
    readonly named: readonly Entry[];
    readonly isAllowed: boolean;
    /** The errors that there would be by them, and are not by the entries of now. */
    readonly errors: readonly Finding[];
  };
  readonly strict: boolean;
  /** YYYY-MM-DD, UTC. */
  readonly today: string;
}

/** What a rule of the whole run may look at. */
export interface RunInput {
  readonly packages: readonly ObservedPackage[];
  readonly entries: readonly Entry[];
  readonly base?: BaseFacts & {
    /** Names with a finding `self-vouched`, which says it already. */
    readonly selfVouched: ReadonlySet<string>;
  };
  readonly strict: boolean;
  readonly today: string;
  /** Files of an environment that no package of it has. */
  readonly unowned?: readonly Deviation[];
}

interface RuleBase {
  readonly id: RuleId;
  /** One line, as in docs/rules.md. */
  readonly summary: string;
}

/** A rule: (recorded, observed) to findings. Adding one: a file that exports a Rule, and a line in `index.ts`. */
export type Rule =
  | (RuleBase & { readonly scope: 'package'; readonly judge: (input: PackageInput) => readonly Finding[] })
  | (RuleBase & { readonly scope: 'run'; readonly judge: (input: RunInput) => readonly Finding[] });
