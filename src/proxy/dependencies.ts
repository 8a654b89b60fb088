import type { PackageIndex } from '../package-index/contract.ts';
import type { Places } from './places.ts';
import type { PlainAnswer } from './plain-answer.ts';
import type { Session } from './session.ts';
import type { Spool } from './spool.ts';

/** What answering a request needs. */
export interface HandlerDependencies {
  readonly index: PackageIndex;
  readonly session: Session;
  readonly spool: Spool<PlainAnswer>;
  /** Of files that go on as they come. */
  readonly places: Places;
}
