/** A thread that verifies: what `verification-queue.ts` sends it, with a verifier of its own for the same trusted root. */
import { parentPort, workerData } from 'node:worker_threads';

import { TrustedRoot } from '@sigstore/protobuf-specs';

import type { ProvenanceVerdict } from './contract.ts';
import type { VerificationTask } from './verification-queue.ts';
import { createVerifier, verifyProvenance } from './verify.ts';

const verifier = createVerifier(TrustedRoot.fromJSON(workerData));

parentPort?.on('message', (tasks: readonly VerificationTask[]) => {
  void verifyAll(tasks).then((verdicts) => parentPort?.postMessage(verdicts));
});
parentPort?.postMessage([]); // ready

async function verifyAll(tasks: readonly VerificationTask[]): Promise<readonly ProvenanceVerdict[]> {
  const verdicts: ProvenanceVerdict[] = [];
  for (const { document, subject } of tasks) {
    verdicts.push(await verifyProvenance(document, subject, verifier));
  }
  return verdicts;
}
