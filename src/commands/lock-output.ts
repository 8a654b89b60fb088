import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { codeOf, incompleteError, inputError, messageOf, type ProvpinError } from '../errors.ts';
import { toAttestationIdentity } from '../identity/index.ts';
import { attestLock, relativePackage } from '../lock-source/index.ts';
import type { Lock, ObservedPackage, PublisherClaim } from '../model.ts';
import { writeProvenanceFile } from '../provenance-file/write.ts';

/** Writes the lock, when the check has passed. Never throws for a file that cannot be written: the verdict stands beside that. */
export type WriteLock = (packages: readonly ObservedPackage[], passed: boolean) => Promise<WrittenLock>;

export interface WrittenLock {
  /** What to tell about it. */
  readonly notes: readonly string[];
  readonly problems: readonly ProvpinError[];
}

/**
 * What `-o FILE` asks for: the lock that is checked, with the attestation identities that are verified.
 *
 * @param path undefined when the user wants none
 * @throws ProvpinError, exit code 2, for locks that cannot be written there
 */
export function planLockOutput(path: string | undefined, locks: readonly Lock[]): WriteLock {
  if (path === undefined) return async () => Promise.resolve({ notes: [], problems: [] });
  const { source, pylock } = onlyPylock(locks, '`--output` writes');
  const relative = relativePackage(pylock, source);
  if (relative !== undefined && directoryOf(source) !== directoryOf(path)) {
    throw inputError('lock-output', `the lock has \`${relative}\` at a path that is relative to the lock`, [
      `write it to the same directory: \`--output ${resolve(directoryOf(source), 'pylock.toml')}\``,
    ]);
  }
  return async (packages, passed) => {
    if (!passed)
      return { notes: [`\`${path}\` was not written, because the check did not pass`], problems: [] };
    const identities = new Map(
      packages.flatMap((one) => (one.line === undefined ? [] : [[one.line, identitiesOf(one)] as const])),
    );
    return await write(path, () => attestLock(pylock, source, identities));
  };
}

/**
 * The one lock by PEP 751 among the locks of a run.
 *
 * @param purpose the beginning of a sentence, e.g. `` `--output` writes ``
 * @throws ProvpinError, exit code 2, when there is none, or another lock as well
 */
export function onlyPylock(
  [lock, ...others]: readonly Lock[],
  purpose: string,
): Lock & { readonly pylock: string } {
  if (lock?.pylock === undefined || others.length > 0) {
    throw inputError('lock-output', `${purpose} one lock, of \`pip lock\` or a \`pylock.toml\``, [
      'other tools make one, too: `uv export --format pylock.toml`, `pdm export --format pylock`',
    ]);
  }
  if (lock.leftOut !== undefined && lock.leftOut.length > 0) {
    throw inputError('lock-output', `${purpose} a whole lock, and \`--only\` leaves a part of it unchecked`, [
      'have the lock made for these groups alone, e.g. by `uv export --only-group`',
    ]);
  }
  return { ...lock, pylock: lock.pylock };
}

/** What the lock is relative to; that of \`pip lock\` to the current directory. */
function directoryOf(path: string): string {
  return dirname(resolve(path));
}

/** Those that are verified, for a package of which the lock states none: what it states has been compared. */
function identitiesOf({ files, attestationIdentities }: ObservedPackage): readonly PublisherClaim[] {
  if (attestationIdentities !== undefined) return [];
  const claims = files
    .flatMap(({ outcome }) => (outcome.kind === 'signed' ? outcome.signatures : []))
    .flatMap(({ identity }) => toAttestationIdentity(identity) ?? []);
  const distinct = new Map(claims.map((claim) => [JSON.stringify(claim), claim]));
  return [...distinct].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, claim]) => claim);
}

async function write(path: string, make: () => string): Promise<WrittenLock> {
  try {
    await writeProvenanceFile(path, make(), await readIfThere(path));
    return { notes: [`the lock was written to \`${path}\``], problems: [] };
  } catch (error) {
    const hints = ['the check passed; the lock was not written'];
    const message = `the lock cannot be written to \`${path}\`: ${messageOf(error)}`;
    return { notes: [], problems: [incompleteError('lock-unwritable', message, hints, error)] };
  }
}

async function readIfThere(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return '';
    throw error;
  }
}
