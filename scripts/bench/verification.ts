/**
 * Verifies every document of a world in one process, once a round, in one of several ways: `node verification.ts DIRECTORY
 * PACKAGES WHEELS WAY ROUNDS`. By the program as it is published, whose threads have less to read than those of the modules. Prints milliseconds of CPU and of the clock a document, of each round, as JSON.
 */
import { generateKeyPairSync, type KeyObject, sign, verify } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { TrustedRoot } from '@sigstore/protobuf-specs';
import type { createVerificationQueue as CreateVerificationQueue } from '../../src/attestation/verification-queue.ts';
import type {
  AttestationVerifier,
  createVerifier as CreateVerifier,
  verifyProvenance as VerifyProvenance,
} from '../../src/attestation/verify.ts';
import { createPlainVerifier } from '../../test/attestation/plain-verifier.ts';
import { documentOf, makeWorld } from './world.ts';

/** What the bundle has in this part (`scripts/bundle.ts`). */
interface Published {
  readonly createVerificationQueue: typeof CreateVerificationQueue;
  readonly createVerifier: typeof CreateVerifier;
  readonly verifyProvenance: typeof VerifyProvenance;
}

const DIST = fileURLToPath(new URL('../../dist', import.meta.url));
const part = readdirSync(DIST).find((name) => name.startsWith('provpin-attestation-'));
if (part === undefined) throw new Error('the program is not built: `npm run build`');
const published: unknown = await import(join(DIST, part));
if (!isPublished(published)) throw new Error(`\`${part}\` is not the part that verifies`);
const { createVerificationQueue, createVerifier, verifyProvenance } = published;

const [directory = '', packages, wheels, way = '', rounds] = process.argv.slice(2);
const world = await makeWorld(directory, Number(packages), Number(wheels));
const root = await readFile(join(world.directory, 'root.json'), 'utf8');
const parseRoot: (text: string) => object = JSON.parse;
const trustedRoot = TrustedRoot.fromJSON(parseRoot(root));
const tasks = await Promise.all(
  world.files.map(async (file) => ({ document: await documentOf(world, file), subject: file })),
);

const results: { cpu: number; wall: number }[] = [];
const round = wayOf();
for (let left = Number(rounds); left > 0; left -= 1) {
  const [cpu, wall] = [process.cpuUsage(), performance.now()];
  await round();
  const { user, system } = process.cpuUsage(cpu);
  results.push({
    cpu: (user + system) / 1000 / tasks.length,
    wall: (performance.now() - wall) / tasks.length,
  });
}
process.stdout.write(JSON.stringify(results));
process.exit(); // the threads of the queue

function isPublished(module: unknown): module is Published {
  return typeof module === 'object' && module !== null && 'createVerificationQueue' in module;
}

function wayOf(): () => Promise<void> {
  if (way === 'crypto' || way === 'crypto-threads') return rawCrypto(way === 'crypto-threads');
  if (way === 'first') {
    return async () => await verifyAll(createVerifier(trustedRoot));
  }
  if (way === 'threads') {
    const { verify: enqueue } = createVerificationQueue(createVerifier(trustedRoot), tasks.length);
    return async () =>
      expectVerified(
        await Promise.all(tasks.map(async (task) => await enqueue(task.document, task.subject))),
      );
  }
  const verifier = way === 'plain' ? createPlainVerifier(trustedRoot) : createVerifier(trustedRoot);
  return async () => await verifyAll(verifier);
}

async function verifyAll(verifier: AttestationVerifier): Promise<void> {
  for (const { document, subject } of tasks)
    expectVerified([await verifyProvenance(document, subject, verifier)]);
}

/**
 * What cannot be saved: the certificate by P-384; its SCT, the log's promise and checkpoint, and the statement by P-256. On one
 * thread, or on those that Node.js has for such things.
 */
function rawCrypto(onThreads: boolean): () => Promise<void> {
  const message = Buffer.alloc(1500);
  const verifyElsewhere = promisify<string, Buffer, KeyObject, Buffer, boolean>(verify);
  const [slow, fast] = (['P-384', 'P-256'] as const).map((namedCurve) => {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve });
    const args = ['sha256', message, publicKey, sign('sha256', message, privateKey)] as const;
    return async () => (onThreads ? await verifyElsewhere(...args) : verify(...args));
  });
  const steps = [slow, fast, fast, fast, fast];
  return async () => {
    const verdicts = await Promise.all(tasks.flatMap(() => steps.map(async (step) => await step?.())));
    if (verdicts.some((isValid) => isValid !== true)) throw new Error('no signature');
  };
}

function expectVerified(verdicts: readonly { readonly kind: string }[]): void {
  if (verdicts.some(({ kind }) => kind !== 'verified'))
    throw new Error('what is signed well does not verify');
}
