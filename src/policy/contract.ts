import type { Entry, Finding, ObservedPackage, RuleId } from '../model.ts';

/** What a rule of one package may look at. No I/O, no clock: today is a value. */
export interface PackageInput {
  readonly package: ObservedPackage;
  /** The entries that apply to this package's name and version, in the file's order. */
  readonly entries: readonly Entry[];
  readonly strict: boolean;
  /** YYYY-MM-DD, UTC. */
  readonly today: string;
}

/** What a rule of the whole run may look at. */
export interface RunInput {
  readonly packages: readonly ObservedPackage[];
  readonly entries: readonly Entry[];
  readonly strict: boolean;
  readonly today: string;
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
