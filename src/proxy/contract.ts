import type { RuleId } from '../model.ts';

/** A file, by the parts of its URL at the proxy. */
export interface AskedFile {
  /** Normalised (PEP 503). */
  readonly project: string;
  /** Of a wheel or sdist of the project. */
  readonly filename: string;
  /** Lower-case hex. */
  readonly sha256: string;
}

/** What is to be done with a file. */
export type Verdict =
  | { readonly kind: 'admitted' }
  | { readonly kind: 'refused'; readonly rule: RuleId; readonly message: string; readonly help: string }
  /** It could not be checked, now. */
  | { readonly kind: 'unavailable'; readonly reason: string };
