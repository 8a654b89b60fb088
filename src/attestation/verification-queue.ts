import { availableParallelism } from 'node:os';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { extname } from 'node:path';

import { TrustedRoot } from '@sigstore/protobuf-specs';

import type { ProvenanceVerdict, Subject } from './contract.ts';
import { type AttestationVerifier, verifyProvenance } from './verify.ts';

/** What is to be verified: the parameters of `verifyProvenance`. */
export interface VerificationTask {
  readonly document: Uint8Array;
  readonly subject: Subject;
}

export interface VerificationQueue {
  /** As `verifyProvenance`, when its turn comes. */
  readonly verify: (document: Uint8Array, subject: Subject) => Promise<ProvenanceVerdict>;
  /** Ends the threads; what is still waiting fails. */
  readonly close: () => Promise<void>;
}

export interface QueueOptions {
  /** Threads beside this one. */
  readonly threads: number;
  /** How many documents must be expected for threads to be started. */
  readonly worthIt: number;
  /** How many of them must have come before: of most locks few files are signed. */
  readonly proof: number;
}

/** A thread takes as long to start as twenty documents to be verified, and 30 MB. */
const DEFAULTS: QueueOptions = { threads: Math.min(availableParallelism() - 1, 3), worthIt: 64, proof: 16 };

/** At most what a thread is given at once, and what this one leaves to each as long as more may come. */
const SHARE = 16;

/** Beside this module, in `src`, in `dist` and in the bundle. */
const WORKER = new URL(`./verification-worker${extname(import.meta.url)}`, import.meta.url);

interface Waiting extends VerificationTask {
  readonly resolve: (verdict: ProvenanceVerdict) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Verifies documents with more threads where there are many. This thread helps, one document at a time, whenever the network
 * leaves it time to: a request that goes out late is what all wait for.
 * A thread that fails gives back what it was given, and is not started again: this one goes on without it.
 *
 * @param expected how many documents there may be
 */
export function createVerificationQueue(
  verifier: AttestationVerifier,
  expected: number,
  { threads: threadCount, worthIt, proof }: QueueOptions = DEFAULTS,
): VerificationQueue {
  const waiting: Waiting[] = [];
  const threads: VerificationThread[] = [];
  // Keys stay in this thread; with them there are few signatures of certificates, and those by keys are soon verified.
  let started = verifier.keys.length > 0 || expected < worthIt;
  let arrived = 0;
  let working = false;
  const isLeftToThreads = (): boolean => {
    const ready = arrived < expected ? threads.filter(({ isReady }) => isReady()).length : 0;
    return waiting.length <= SHARE * ready;
  };
  const work = async (): Promise<void> => {
    if (working) return;
    working = true;
    while (!isLeftToThreads()) {
      const before = arrived;
      await nextTurn();
      const task = arrived === before && !isLeftToThreads() ? waiting.shift() : undefined;
      if (task === undefined) continue;
      const { document, subject, resolve, reject } = task;
      await verifyProvenance(document, subject, verifier).then(resolve, reject);
    }
    working = false;
  };
  const giveBack = (tasks: readonly Waiting[]): void => {
    waiting.unshift(...tasks);
    void work();
  };
  const start = (): void => {
    started = true;
    const trustedRoot = TrustedRoot.toJSON(verifier.trustedRoot);
    for (let left = threadCount; left > 0; left -= 1)
      threads.push(startThread(trustedRoot, waiting, giveBack));
  };
  return {
    verify: async (document, subject) =>
      await new Promise((resolve, reject) => {
        arrived += 1;
        waiting.push({ document, subject, resolve, reject });
        if (!started && arrived >= proof) start();
        for (const thread of threads) thread.takeMore();
        void work();
      }),
    close: async () => {
      for (const { reject } of waiting.splice(0)) reject(new Error('the verification was ended'));
      await Promise.all(threads.map(async ({ end }) => await end()));
    },
  };
}

interface VerificationThread {
  /** Whether it takes what is waiting: once it is started, and as long as it has not failed. */
  readonly isReady: () => boolean;
  /** Called when there is more to do; for a thread that has nothing. */
  readonly takeMore: () => void;
  readonly end: () => Promise<void>;
}

/**
 * @param waiting what there is to do: the thread takes from it
 * @param giveBack gets what a thread that failed has not done
 */
function startThread(
  trustedRoot: unknown,
  waiting: Waiting[],
  giveBack: (tasks: readonly Waiting[]) => void,
): VerificationThread {
  const { Worker } = process.getBuiltinModule('node:worker_threads');
  const worker = new Worker(WORKER, {
    workerData: trustedRoot,
    resourceLimits: { maxYoungGenerationSizeMb: 4 },
  });
  let isReady = false;
  let isIdle = false;
  let taken: readonly Waiting[] = [];
  const takeMore = (): void => {
    if (!isIdle || waiting.length === 0) return;
    isIdle = false;
    taken = waiting.splice(0, Math.min(SHARE, Math.ceil(waiting.length / 2)));
    worker.postMessage(taken.map(({ document, subject }): VerificationTask => ({ document, subject })));
  };
  const fail = (): void => {
    isReady = false;
    isIdle = false;
    giveBack(taken);
    taken = [];
  };
  worker.on('message', (verdicts: readonly ProvenanceVerdict[]) => {
    for (const [at, { resolve, reject }] of taken.entries()) {
      const verdict = verdicts[at];
      if (verdict === undefined) reject(new Error('a thread gave no verdict'));
      else resolve(verdict);
    }
    taken = [];
    isReady = true;
    isIdle = true;
    takeMore();
  });
  worker.on('error', fail);
  worker.on('exit', fail);
  return {
    isReady: () => isReady,
    takeMore,
    end: async () => {
      for (const { reject } of taken) reject(new Error('the verification was ended'));
      taken = [];
      await worker.terminate();
    },
  };
}
