import type { FuzzTarget } from '../contract.ts';
import { certificate, logEntry, provenance, statement } from './attestation.ts';
import { locks } from './lock.ts';
import { names } from './names.ts';
import { netrc, pipConf } from './pip-settings.ts';
import { pipOutput } from './pip-output.ts';
import { provenanceFile } from './provenance-file.ts';
import { receipts } from './receipts.ts';
import { simplePage } from './simple-page.ts';
import { marshal, wheelMetadata, wheelRecord } from './wheel.ts';

/** Every target; adding one is a file here, and a line. */
export const TARGETS: readonly FuzzTarget[] = [
  ...locks,
  pipOutput,
  provenance,
  statement,
  certificate,
  logEntry,
  provenanceFile,
  receipts,
  simplePage,
  pipConf,
  netrc,
  names,
  wheelRecord,
  wheelMetadata,
  marshal,
];
