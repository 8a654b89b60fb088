import type { Peers } from './peers.ts';

export interface Setup {
  /** Kept between runs. */
  readonly cache: string;
  readonly temporary: string;
  /** Only as much as shows that it runs. */
  readonly quick: boolean;
  readonly peers: Peers;
}

/** A cell: a figure with its unit, or words. */
export type Cell = string | { readonly value: number; readonly unit: 'ms' | 'MB' | '×' | '' };

/** A table of figures. */
export interface Table {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
  /** Why a peer that should be in it is not. */
  readonly missing?: string;
}

/** The column of what somebody takes, in terms of what sigstore for Python does. */
export const OF_SIGSTORE_PYTHON = 'of sigstore for Python';

export const ms = (value: number): Cell => ({ value, unit: 'ms' });
export const megabytes = (value: number): Cell => ({ value, unit: 'MB' });
export const times = (value: number): Cell => ({ value, unit: '×' });
/** Nothing where there is nothing to compare with. */
export const ratio = (value: number | undefined, base: number | undefined): Cell =>
  value === undefined || base === undefined ? '' : times(value / base);
export const count = (value: number): Cell => ({ value, unit: '' });

export interface Measurement {
  /** Names the table, and its place in docs/performance.md. */
  readonly id: string;
  readonly measure: (setup: Setup) => Promise<Table>;
}

export interface Section extends Table {
  readonly id: string;
}
