/** A parser of what comes from outside, with what must hold of it for every input. */
export interface FuzzTarget {
  readonly name: string;
  /** Valid inputs, between them with everything that the format has: where the corpus begins. */
  readonly seeds: readonly Uint8Array[];
  /** Words of the format, for the mutations to put in. */
  readonly tokens: readonly string[];
  /** Whether what a path of src covers is worth keeping an input for. */
  readonly covers: RegExp;
  /** What makes another input of this format of one; beside the mutations of bytes that every target gets. */
  readonly mutate?: Mutation;
  /** Throws for whatever does not hold, and lets through what was not expected to be thrown. */
  readonly check: (input: Uint8Array) => unknown;
}

/** Another input, or undefined where this mutation has nothing to change. */
export type Mutation = (input: Uint8Array, random: Random) => Uint8Array | undefined;

/** Numbers that one seed repeats. */
export interface Random {
  /** A whole number from 0 to `limit` - 1. */
  readonly below: (limit: number) => number;
  readonly pick: <T>(items: readonly [T, ...T[]]) => T;
}

/** An input for which something did not hold. */
export interface Failure {
  readonly reason: string;
  /** As small as it could be made. */
  readonly input: Uint8Array;
}

export interface FuzzResult {
  readonly executions: number;
  readonly corpus: number;
  /** Inputs that reached code that no seed does. */
  readonly kept: number;
  /** Characters of the covered sources that the seeds reach, that the corpus reaches, and that there are. */
  readonly coverage: { readonly seeds: number; readonly corpus: number; readonly total: number };
  readonly failures: readonly Failure[];
}
