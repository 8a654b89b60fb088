import type { Receipt } from './contract.ts';

/** A package of the lock that was checked. */
export interface LockedVersion {
  /** Normalised (PEP 503). */
  readonly name: string;
  readonly version?: string;
}

/**
 * The receipts to keep after a run.
 *
 * - An attestation that this run saw again has the receipt of this run.
 * - Any other receipt of a version in the lock stays: it may be of a file that another platform locks, or whose provenance has
 *   vanished since, or was replaced, or of other bytes under the same name, which is when it matters.
 * - Of each package in the lock, one version that is not in the lock stays, the one signed last: what comes next is compared with
 *   it, and it is the way back.
 * - What is of no package in the lock stays: another lock of the project may share the file.
 *
 * So the file grows by packages, not by releases. What goes is in the history of version control.
 */
export function mergeReceipts(
  previous: readonly Receipt[],
  current: readonly Receipt[],
  lock: readonly LockedVersion[],
): readonly Receipt[] {
  const renewed = new Set(current.map(attestationKey));
  const others = previous.filter((receipt) => !renewed.has(attestationKey(receipt)));
  const names = new Set(lock.map(({ name }) => name));
  const versions = new Set([
    ...lock.map(({ name, version }) => versionKey(name, version)),
    ...current.map((receipt) => versionKey(receipt.package, receipt.version)),
  ]);
  const isPassed = (receipt: Receipt): boolean =>
    names.has(receipt.package) && !versions.has(versionKey(receipt.package, receipt.version));
  const passed = Map.groupBy(others.filter(isPassed), (receipt) => receipt.package);
  return [
    ...current,
    ...others.filter((receipt) => !isPassed(receipt)),
    ...[...passed.values()].flatMap(lastSignedVersion),
  ];
}

function versionKey(name: string, version: string | undefined): string {
  return JSON.stringify([name, version ?? null]);
}

/** What makes two receipts speak of one attestation, whatever else they say of it. */
function attestationKey({ predicateType, sha256, signedAt, builtAt, log, ...receipt }: Receipt): string {
  const file = [receipt.package, receipt.version, receipt.file, sha256];
  return JSON.stringify([
    ...file,
    predicateType,
    receipt.identity,
    signedAt ?? null,
    builtAt ?? null,
    log?.keyId ?? null,
    log?.index ?? null,
  ]);
}

/** The receipts of the version that has the latest time of signing. */
function lastSignedVersion(receipts: readonly Receipt[]): readonly Receipt[] {
  const last = receipts.reduce((latest, receipt) => (isLater(receipt, latest) ? receipt : latest));
  return receipts.filter(({ version }) => version === last.version);
}

/** All times have one form, in UTC, so that their order is that of their texts; the version settles a tie. */
function isLater(a: Receipt, b: Receipt): boolean {
  return timeOf(a) === timeOf(b) ? a.version > b.version : timeOf(a) > timeOf(b);
}

/** Of signing, or else of the build. */
function timeOf({ signedAt, builtAt }: Receipt): string {
  return signedAt ?? builtAt ?? '';
}
