import type { AttestationVerifier } from './attestation/verify.ts';
import type { ProvenanceVerdict, Subject, VerifiedAttestation } from './attestation/contract.ts';
import type { VerificationQueue } from './attestation/verification-queue.ts';
import { pulpUserOf } from './attestation/pulp-user.ts';
import { parseDistributionFilename } from './distribution-filename.ts';
import { compareClaim, confirmsAttestationIdentity, identifySigner } from './identity/index.ts';
import type {
  Evidence,
  FileOutcome,
  Identity,
  Lock,
  LockedFile,
  LockedPackage,
  ObservedFile,
  ObservedPackage,
  ObservedSignature,
  PublisherClaim,
  UnnamedFile,
} from './model.ts';
import { limitConcurrency, shareByKey } from './package-index/concurrency.ts';
import type { ArtifactRef, PackageIndex, ProvenanceLookup } from './package-index/contract.ts';

/** Files under way at once: enough for the most requests that there can be, and a bound for the documents in memory. */
const MAX_FILES = 256;

export type SignedOutcome = Extract<FileOutcome, { readonly kind: 'signed' }>;

/** What the story needs from outside. */
export interface VerifyLockDependencies {
  readonly index: PackageIndex;
  /** The verifier with its trusted root; asked for only when there is something to verify. */
  readonly verifier: () => Promise<AttestationVerifier>;
  /**
   * Whether a cached document that verified may answer for the index. Whoever can write to a cache can sign the file, too, as
   * themselves: what is news to the provenance file is for the index to say.
   */
  readonly cacheAnswers: (artifact: ArtifactRef, signed: SignedOutcome) => boolean;
  /** Told after each file. */
  readonly onProgress?: (done: number, total: number, filename: string) => void;
}

interface Steps extends VerifyLockDependencies {
  /** Locks have files in common, which are fetched and verified once. */
  readonly share: (key: string, check: () => Promise<CheckedFile>) => Promise<CheckedFile>;
  readonly verify: (document: Uint8Array, subject: Subject) => Promise<ProvenanceVerdict>;
  readonly keepOnce: KeepOnce;
}

/**
 * Fetches and verifies the provenance of every file of the locks: one is verified while others are fetched, and the index
 * client bounds the requests.
 * What an index, a network or a document does wrong is an outcome, not an exception.
 *
 * @throws ProvpinError, exit code 3, when no trusted root can be had although there is something to verify
 */
export async function verifyLock(
  locks: readonly Lock[],
  dependencies: VerifyLockDependencies,
): Promise<readonly ObservedPackage[]> {
  const { verify, close } = createVerification(dependencies.verifier, filesOf(locks));
  try {
    return await observeLocks(locks, {
      ...dependencies,
      verify,
      share: shareByKey<CheckedFile>(),
      keepOnce: createKeepOnce(),
    });
  } finally {
    await close();
  }
}

function filesOf(locks: readonly Lock[]): number {
  return locks.flatMap(({ packages }) => packages).reduce((sum, { files }) => sum + files.length, 0);
}

/** Nothing of it is loaded as long as nothing is signed. */
function createVerification(verifier: VerifyLockDependencies['verifier'], files: number): VerificationQueue {
  let opening: Promise<VerificationQueue> | undefined;
  const open = async (): Promise<VerificationQueue> => {
    const { createVerificationQueue } = await import('./attestation/verification-queue.ts');
    return createVerificationQueue(await verifier(), files);
  };
  return {
    verify: async (document, subject) => await (await (opening ??= open())).verify(document, subject),
    close: async () => {
      const queue = await opening?.catch(() => undefined);
      await queue?.close();
    },
  };
}

async function observeLocks(locks: readonly Lock[], steps: Steps): Promise<readonly ObservedPackage[]> {
  const limit = limitConcurrency(MAX_FILES);
  const packages = locks.flatMap((lock) => lock.packages.map((locked) => ({ locked, lock: lock.source })));
  const total = filesOf(locks);
  let done = 0;
  const observe = async (locked: LockedPackage, file: LockedFile): Promise<ObservedFile> => {
    const observed = await limit(async () => await observeFile(locked, file, steps));
    steps.onProgress?.(++done, total, file.filename);
    return observed;
  };
  return await Promise.all(
    packages.map(async ({ locked, lock }) => ({
      name: locked.name,
      ...(locked.version === undefined ? {} : { version: locked.version }),
      files: [
        ...(await Promise.all(locked.files.map(async (file) => await observe(locked, file)))),
        ...(locked.unnamed ?? []).map(observeUnnamed),
      ],
      ...(locked.notCovered === undefined ? {} : { notCovered: locked.notCovered }),
      ...(locked.attestationIdentities === undefined
        ? {}
        : { attestationIdentities: locked.attestationIdentities }),
      ...(locked.line === undefined ? {} : { line: locked.line }),
      lock,
    })),
  );
}

type CheckedFile = Pick<ObservedFile, 'sha256' | 'outcome' | 'uploadTime'>;

async function observeFile(locked: LockedPackage, file: LockedFile, steps: Steps): Promise<ObservedFile> {
  const { line, ...pinned } = file;
  const place = { filename: file.filename, ...(line === undefined ? {} : { line }) };
  if (file.notCovered !== undefined) {
    return { ...place, ...sha256Of(file), outcome: { kind: 'not-covered', reason: file.notCovered } };
  }
  const { name, version, index, attestationIdentities } = locked;
  const key = JSON.stringify([name, version, index, attestationIdentities, locked.files.length, pinned]);
  return { ...place, ...(await steps.share(key, async () => await checkFile(locked, file, steps))) };
}

async function checkFile(locked: LockedPackage, file: LockedFile, steps: Steps): Promise<CheckedFile> {
  const identified = await identifyArtifact(locked, file, steps.index);
  if (identified.kind !== 'artifact') return { outcome: identified };
  const { artifact } = identified;
  const { outcome, lookup } = await checkProvenance(artifact, locked, steps);
  const uploadTime = ('uploadTime' in lookup ? lookup.uploadTime : undefined) ?? file.uploadTime;
  return { sha256: artifact.sha256, outcome, ...(uploadTime === undefined ? {} : { uploadTime }) };
}

/** What has no name cannot be looked up. Perhaps nobody has asked an index for it yet; it is not checked either way. */
function observeUnnamed({ hashes, line, unavailable }: UnnamedFile): ObservedFile {
  const [[algorithm, digest] = []] = Object.entries(hashes);
  const { cause, reason } = unavailable ?? { cause: 'unlisted', reason: 'its name is not known' };
  return {
    filename: algorithm === undefined ? 'any file' : `${algorithm}:${digest}`,
    ...sha256Of({ hashes }),
    outcome: { kind: 'unavailable', cause, reason },
    ...(line === undefined ? {} : { line }),
  };
}

function sha256Of(file: Pick<LockedFile, 'hashes'>): { readonly sha256?: string } {
  const sha256 = file.hashes['sha256'];
  return sha256 === undefined ? {} : { sha256 };
}

type Identified =
  | { readonly kind: 'artifact'; readonly artifact: ArtifactRef }
  | Extract<FileOutcome, { kind: 'invalid' | 'unavailable' }>;

/**
 * A file that the lock pins by anything else than one sha256 is downloaded and hashed, and must have all the hashes that the
 * lock gives: pip installs a file that has *any* of them, so that one of another file beside the signed sha256 would be enough
 * to have that installed.
 */
async function identifyArtifact(
  locked: LockedPackage,
  file: LockedFile,
  index: PackageIndex,
): Promise<Identified> {
  const version = locked.version ?? parseDistributionFilename(file.filename, locked.name)?.version;
  if (version === undefined)
    return { kind: 'invalid', reason: `the lock gives no version for \`${locked.name}\`` };
  const place = {
    name: locked.name,
    version,
    filename: file.filename,
    filesOfPackage: locked.files.length,
    ...(locked.index === undefined ? {} : { index: locked.index }),
    ...(file.url === undefined ? {} : { url: file.url }),
  };
  const known = file.hashes['sha256'];
  if (known !== undefined && Object.keys(file.hashes).length === 1)
    return { kind: 'artifact', artifact: { ...place, sha256: known } };
  const hashed = await index.hashArtifact({
    ...place,
    hashes: file.hashes,
    ...(file.size === undefined ? {} : { size: file.size }),
  });
  switch (hashed.kind) {
    case 'hashed':
      return { kind: 'artifact', artifact: { ...place, sha256: hashed.sha256 } };
    case 'mismatch':
      return { kind: 'invalid', reason: hashed.reason };
    case 'unavailable':
      return hashed;
  }
}

interface Checked {
  readonly outcome: FileOutcome;
  readonly lookup: ProvenanceLookup;
}

/** Only what the index serves now may fail a file, or have its signer recorded: the cache saves asking it again, no more. */
async function checkProvenance(
  artifact: ArtifactRef,
  locked: LockedPackage,
  dependencies: Steps,
): Promise<Checked> {
  const lookup = await dependencies.index.findProvenance(artifact);
  const outcome = await judgeLookup(artifact, lookup, locked, dependencies);
  if (lookup.kind !== 'found') return { outcome, lookup };
  if (lookup.fromCache && !(outcome.kind === 'signed' && dependencies.cacheAnswers(artifact, outcome))) {
    const fresh = await dependencies.index.findProvenance(artifact, { bypassCache: true });
    return { outcome: await judgeLookup(artifact, fresh, locked, dependencies), lookup: fresh };
  }
  if (!lookup.fromCache && outcome.kind === 'signed')
    await dependencies.index.remember(artifact.sha256, lookup.document);
  return { outcome, lookup };
}

async function judgeLookup(
  artifact: ArtifactRef,
  lookup: ProvenanceLookup,
  { attestationIdentities = [] }: LockedPackage,
  { verify, keepOnce }: Steps,
): Promise<FileOutcome> {
  switch (lookup.kind) {
    case 'absent':
      return { kind: 'unsigned', reason: lookup.reason };
    case 'unavailable':
    case 'not-covered':
      return lookup;
    case 'found': {
      const subject = lookup.index === undefined ? artifact : { ...artifact, servedBy: lookup.index };
      const verdict = await verify(lookup.document, subject);
      return verdict.kind === 'verified'
        ? identifySigners(verdict.attestations, attestationIdentities, keepOnce)
        : verdict;
    }
  }
}

/** Every attestation must have a recognised signer: one that has none beside one that has is not passed over. */
function identifySigners(
  attestations: readonly [VerifiedAttestation, ...VerifiedAttestation[]],
  stated: readonly PublisherClaim[],
  keepOnce: KeepOnce,
): FileOutcome {
  const signatures: ObservedSignature[] = [];
  const claimMismatches: { claimed: string; certified: string }[] = [];
  let unsupported: FileOutcome | undefined;
  for (const attestation of attestations) {
    const identification = identifySigner(attestation);
    if (identification.kind === 'invalid') return identification;
    if (identification.kind === 'unsupported') {
      unsupported ??= identification;
      continue;
    }
    const { identity } = identification;
    const claims = attestation.kind === 'key' ? undefined : attestation.claims;
    const confirms = stated.filter((one) => confirmsAttestationIdentity(one, identity, claims));
    signatures.push({
      identity: withTextsOnce(identity, keepOnce),
      evidence: toEvidence(attestation, keepOnce),
      ...(confirms.length === 0 ? {} : { confirms }),
    });
    const mismatch = attestation.publisher && compareClaim(attestation.publisher, identity, claims);
    if (mismatch !== undefined) claimMismatches.push(mismatch);
  }
  const [first, ...rest] = signatures;
  if (unsupported !== undefined) return unsupported;
  if (first === undefined) return { kind: 'invalid', reason: 'no attestation has a signer' };
  return { kind: 'signed', signatures: [first, ...rest], claimMismatches };
}

function withTextsOnce({ kind, uri, attributes }: Identity, keepOnce: KeepOnce): Identity {
  const kept = Object.entries(attributes).map(([name, value]) => [name, keepOnce(value)] as const);
  return { kind, uri: keepOnce(uri), attributes: Object.fromEntries(kept) };
}

function toEvidence(attestation: VerifiedAttestation, keepOnce: KeepOnce): Evidence {
  const predicateType = keepOnce(attestation.predicateType);
  if (attestation.kind === 'key') {
    const { build, publisher } = attestation;
    const uploader = pulpUserOf(publisher);
    return {
      predicateType,
      ...(build === undefined ? {} : { build }),
      ...(uploader === undefined ? {} : { uploader }),
    };
  }
  const { signedAt, log, claims } = attestation;
  const { sourceRepositoryDigest, sourceRepositoryRef, runInvocationUri, buildSignerUri, buildConfigUri } =
    claims;
  return {
    predicateType,
    signedAt,
    log: { keyId: keepOnce(log.keyId), index: log.index },
    ...(sourceRepositoryDigest === undefined ? {} : { commit: keepOnce(sourceRepositoryDigest) }),
    ...(sourceRepositoryRef === undefined ? {} : { ref: keepOnce(sourceRepositoryRef) }),
    ...(runInvocationUri === undefined ? {} : { runUri: keepOnce(runInvocationUri) }),
    ...(buildSignerUri === undefined ? {} : { buildSigner: keepOnce(buildSignerUri) }),
    ...(buildConfigUri === undefined ? {} : { buildConfig: keepOnce(buildConfigUri) }),
  };
}

/** Hands out the text that it was given first of those that are equal. */
type KeepOnce = (text: string) => string;

/**
 * The files of a release are signed alike, and each certificate comes with words of its own: most of what is kept of a large lock
 * would be copies.
 */
function createKeepOnce(): KeepOnce {
  const texts = new Map<string, string>();
  return (text) => {
    const known = texts.get(text);
    if (known === undefined) texts.set(text, text);
    return known ?? text;
  };
}
