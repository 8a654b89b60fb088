import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

import { TrustedRoot } from '@sigstore/protobuf-specs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import type { Subject } from '../../src/attestation/contract.ts';
import { createVerificationQueue, type QueueOptions } from '../../src/attestation/verification-queue.ts';
import { parsePublicKey } from '../../src/attestation/public-key.ts';
import { verifyProvenance } from '../../src/attestation/verify.ts';
import { createKeyPair } from '../support/certificates.ts';
import { github, googleCloud } from '../support/signers.ts';
import { FAULTS, signWithKey, SLSA_V1, type SignOptions } from '../support/signing.ts';
import { createFixture, encode, provenanceOf, SUBJECT } from './fixture.ts';

const { sign, verifier } = createFixture();

/** Documents of every kind, good and bad; most have another subject, too. */
const OPTIONS: readonly Partial<SignOptions>[] = [
  ...FAULTS.map((fault) => ({ fault })),
  ...Array.from({ length: 40 }, (_, at) => ({ signer: github({ repository: `acme/widget-${at}` }) })),
  { log: 'rekor-v2', timestamps: ['good'] },
  { signer: googleCloud(), predicateType: SLSA_V1, predicate: {} },
];
const TASKS = OPTIONS.map((options, at) => {
  const sha256 = at.toString(16).padStart(64, '0');
  const subject: Subject = { ...SUBJECT, sha256 };
  return { document: encode(provenanceOf(sign({ sha256, ...options }))), subject };
});
const odd = { publisher: { kind: 'GitHub', ['__proto__']: { a: 1 }, list: [null, 'ü', 1.5] } };
const ODD = {
  document: Buffer.from(
    JSON.stringify({ version: 1, attestation_bundles: [{ ...odd, attestations: [sign()] }] }),
  ),
  subject: SUBJECT,
};
const ALL = [...TASKS, ODD, { document: Buffer.from('{'), subject: SUBJECT }];

/** Threads for whatever there is. */
const AT_ONCE = { worthIt: 1, proof: 1 };

let threads = 0;
const count = () => (threads += 1);
beforeEach(() => {
  threads = 0;
  process.on('worker', count);
});
afterEach(() => process.off('worker', count));

async function verifyAll(options: QueueOptions, used = verifier, tasks = ALL) {
  const queue = createVerificationQueue(used, tasks.length, options);
  try {
    return await Promise.all(
      tasks.map(async ({ document, subject }) => await queue.verify(document, subject)),
    );
  } finally {
    await queue.close();
  }
}

async function plainly() {
  return await Promise.all(
    ALL.map(async ({ document, subject }) => await verifyProvenance(document, subject, verifier)),
  );
}

describe('every document gets the verdict that it gets without a queue', () => {
  test.each([0, 1, 3])('with %i threads', async (threadCount) => {
    const verdicts = await verifyAll({ threads: threadCount, ...AT_ONCE });
    expect(verdicts).toEqual(await plainly());
    expect(threads).toBe(threadCount);
    const kinds = new Set(verdicts.map(({ kind }) => kind));
    expect(kinds).toEqual(new Set(['verified', 'invalid']));
  });

  test('with threads that cannot start', async () => {
    const unusable = { ...verifier, trustedRoot: TrustedRoot.fromJSON({ certificateAuthorities: [{}] }) };
    expect(await verifyAll({ threads: 2, ...AT_ONCE }, unusable)).toEqual(await plainly());
    expect(threads).toBe(2);
  });

  test('from a thread, whatever it is given', async () => {
    const worker = new Worker(new URL('../../src/attestation/verification-worker.ts', import.meta.url), {
      workerData: TrustedRoot.toJSON(verifier.trustedRoot),
    });
    try {
      expect(await once(worker, 'message')).toEqual([[]]); // it is ready
      worker.postMessage(ALL);
      expect(await once(worker, 'message')).toEqual([await plainly()]);
    } finally {
      await worker.terminate();
    }
  });

  test('and with keys, which no thread has, without threads', async () => {
    const pair = createKeyPair();
    const key = parsePublicKey(pair.publicKey.export({ type: 'spki', format: 'pem' }).toString());
    if (typeof key === 'string') throw new Error(key);
    const keys = [{ key, scope: { kind: 'everything' as const } }];
    const byKey = signWithKey({ ...SUBJECT, privateKey: pair.privateKey });
    const task = { document: encode(provenanceOf(byKey)), subject: SUBJECT };
    const verdicts = await verifyAll({ threads: 2, ...AT_ONCE }, { ...verifier, keys }, [...ALL, task]);
    expect(verdicts.at(-1)).toMatchObject({ kind: 'verified', attestations: [{ kind: 'key' }] });
    expect(verdicts.slice(0, -1)).toEqual(await plainly());
    expect(threads).toBe(0);
  });

  test('a few are not worth a thread', async () => {
    await verifyAll({ threads: 2, worthIt: 20, proof: 1 }, verifier, ALL.slice(0, 15));
    expect(threads).toBe(0);
  });

  test('nor are many that are hardly ever signed', async () => {
    const few = ALL.slice(0, 4);
    const queue = createVerificationQueue(verifier, 1000, { threads: 2, worthIt: 20, proof: 5 });
    const verify = async () =>
      await Promise.all(few.map(async ({ document, subject }) => await queue.verify(document, subject)));
    expect(await verify()).toEqual((await plainly()).slice(0, 4));
    expect(threads).toBe(0);
    await verify();
    expect(threads).toBe(2);
    await queue.close();
  });
});

/** A queue that expects more than comes, so that it leaves to its one thread what little there is. */
async function withReadyThread() {
  const started = once(process, 'worker');
  const queue = createVerificationQueue(verifier, 1000, { threads: 1, ...AT_ONCE });
  const first = queue.verify(ODD.document, ODD.subject);
  const events: unknown[] = await started;
  const [worker] = events;
  if (!(worker instanceof Worker)) throw new Error('no thread');
  await Promise.all([first, once(worker, 'message')]);
  return { queue, worker };
}

describe('what a thread was given', () => {
  test('gets the verdicts of that thread, each its own', async () => {
    const { queue, worker } = await withReadyThread();
    const given: number[] = [];
    worker.on('message', (verdicts: readonly unknown[]) => given.push(verdicts.length));
    const verdicts = [];
    for (let at = 0; at < ALL.length; at += 16) {
      const some = ALL.slice(at, at + 16).map(async (one) => await queue.verify(one.document, one.subject));
      verdicts.push(...(await Promise.all(some)));
    }
    expect(verdicts).toEqual(await plainly());
    expect(given.reduce((sum, some) => sum + some)).toBe(ALL.length);
    expect(Math.max(...given)).toBeGreaterThan(1);
    await queue.close();
  });

  test('is done by this thread where that one ends before it is', async () => {
    const { queue, worker } = await withReadyThread();
    const some = ALL.slice(-10);
    const verdicts = some.map(async ({ document, subject }) => await queue.verify(document, subject));
    await worker.terminate();
    expect(await Promise.all(verdicts)).toEqual((await plainly()).slice(-10));
    expect(await queue.verify(ODD.document, ODD.subject)).toEqual((await plainly()).at(-2));
    await queue.close();
  });
});

test('what is still waiting when the queue is closed fails, and the threads end', async () => {
  const queue = createVerificationQueue(verifier, ALL.length, { threads: 2, ...AT_ONCE });
  const outcomes = ALL.map(async ({ document, subject }) => await queue.verify(document, subject));
  const settled = Promise.allSettled(outcomes);
  await queue.close();
  const failures = (await settled).filter(({ status }) => status === 'rejected');
  expect(failures.length).toBeGreaterThan(0);
  expect(failures[0]).toMatchObject({ reason: new Error('the verification was ended') });
});
