import { parseDistributionFilename } from '../distribution-filename.ts';
import type { ObservedFile, ObservedPackage, ObservedSignature, ReportedPackage } from '../model.ts';
import { OPTIONAL_MEMBERS, type Receipt } from './contract.ts';

/**
 * Receipts of this run: one for each attestation of each file that held, that is, all of whose signers are verified and recorded.
 * A package that failed leaves none: what is no base for trust is no base for comparing later runs either.
 *
 * @param packages what was observed
 * @param reported the verdicts on the same packages
 */
export function receiptsOf(
  packages: readonly ObservedPackage[],
  reported: readonly ReportedPackage[],
): readonly Receipt[] {
  const held = new Set(reported.flatMap(heldFiles));
  return packages.flatMap((observed) =>
    observed.files
      .filter((file) => held.has(fileKey(observed.name, observed.version, file.filename, file.sha256)))
      .flatMap((file) => fileReceipts(observed, file)),
  );
}

function heldFiles({ name, version, status, files }: ReportedPackage): string[] {
  if (status === 'failed') return [];
  return files
    .filter((file) => file.status === 'verified' || file.status === 'recorded')
    .map((file) => fileKey(name, version, file.name, file.sha256));
}

function fileKey(...parts: readonly (string | undefined)[]): string {
  return JSON.stringify(parts.map((part) => part ?? null));
}

function fileReceipts({ name, version }: ObservedPackage, file: ObservedFile): Receipt[] {
  const { outcome, filename, sha256 } = file;
  const known = version ?? parseDistributionFilename(filename, name)?.version;
  if (outcome.kind !== 'signed' || sha256 === undefined || known === undefined) return [];
  return outcome.signatures.map((signature) =>
    signatureReceipt({ package: name, version: known, file: filename, sha256 }, signature),
  );
}

function signatureReceipt(
  file: Pick<Receipt, 'package' | 'version' | 'file' | 'sha256'>,
  { identity, evidence }: ObservedSignature,
): Receipt {
  const { workflow, environment, ref, trigger, runner, builder } = identity.attributes;
  const { signedAt, commit, runUri, buildSigner, build } = evidence;
  const ofCertificate = { workflow, environment, ref, trigger, runner, commit, runUri, buildSigner };
  const optional = {
    ...ofCertificate,
    builder,
    buildType: build?.buildType,
    builtAt: build?.finishedOn,
  };
  return {
    ...file,
    predicateType: evidence.predicateType,
    identity: identity.uri,
    ...(signedAt === undefined ? {} : { signedAt: signedAt.toISOString() }),
    ...(evidence.log === undefined ? {} : { log: evidence.log }),
    ...Object.fromEntries(
      OPTIONAL_MEMBERS.filter((name) => optional[name] !== undefined).map((name) => [name, optional[name]]),
    ),
  };
}
