import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { TrustedRoot } from '@sigstore/protobuf-specs';
import { DEFAULT_MIRROR_URL, getTrustedRoot } from '@sigstore/tuf';

import { incompleteError, inputError, messageOf } from '../errors.ts';
import { printable } from '../printable.ts';
import { parseTrustedRoot } from './trusted-root-content.ts';
import type { Embedded } from './trusted-root-embedded.ts';
import { rootCause, unreachableReason } from './tuf-failure.ts';
import { copyTufState, readTufState, TRUSTED_ROOT_TARGET } from './tuf-state.ts';

const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);

export interface TrustedRootOptions {
  /** Where the TUF client keeps its state, in a folder `tuf`; without it every run starts from what ships with the package. */
  readonly cacheDir?: string;
  /** No network at all. */
  readonly offline: boolean;
  /** Takes a line for people. */
  readonly warn: (line: string) => void;
  /** A mirror of Sigstore's TUF repository, or another repository with `rootPath`; https, or http on loopback. */
  readonly mirrorUrl?: string;
  /** The `root.json` that the TUF client starts from, instead of Sigstore's. */
  readonly rootPath?: string;
}

/** A TUF repository, with where its state is kept and what trust in it starts from. */
interface Repository {
  readonly url: string;
  readonly host: string;
  /** What the TUF client calls the repository's folder. */
  readonly folder: string;
  /** Where state is kept between runs; absent without a cache directory. */
  readonly keptDir?: string;
  /** The `root.json` that is trusted to begin with. */
  readonly rootMetadata: Buffer;
  /** What serves when there is nothing better; absent when the trust does not start from Sigstore's own root. */
  readonly fallback?: TrustedRoot;
}

/**
 * The trusted root of a TUF repository, as `loadTrustedRoot` describes it for `tuf`.
 *
 * @param options of `loadTrustedRoot`
 * @param embedded what the trust starts from, and what serves last
 */
export async function trustedRootFromTuf(
  options: TrustedRootOptions,
  embedded: Embedded,
): Promise<TrustedRoot> {
  const repository = await describeRepository(options, embedded);
  if (options.offline) return (await readKept(repository)) ?? lastResort(repository, 'there is no network');
  const answer = await askRepository(repository);
  if (answer.kind === 'verified') return answer.trustedRoot;
  const kept = await readKept(repository);
  const serving = kept ?? lastResort(repository, answer.reason);
  const which = kept === undefined ? 'that ships with provpin' : 'of the last run';
  options.warn(
    `the TUF repository \`${repository.host}\` could not be reached (${answer.reason}): using the trusted root ${which}`,
  );
  return serving;
}

async function describeRepository(options: TrustedRootOptions, embedded: Embedded): Promise<Repository> {
  const url = new URL(checkedUrl(options.mirrorUrl ?? DEFAULT_MIRROR_URL));
  const folder = encodeURIComponent(url.host + url.pathname.replace(/\/$/, ''));
  return {
    url: url.href.replace(/\/$/, ''),
    host: url.host,
    folder,
    ...(options.cacheDir !== undefined && { keptDir: join(options.cacheDir, 'tuf', folder) }),
    ...(options.rootPath === undefined
      ? { rootMetadata: embedded.rootMetadata, fallback: embedded.trustedRoot }
      : { rootMetadata: await readRootMetadata(options.rootPath) }),
  };
}

function checkedUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol === 'https:' || (url?.protocol === 'http:' && LOOPBACK.has(url.hostname))) {
    return url.href;
  }
  throw inputError('trusted-root-mirror', `the TUF mirror \`${printable(text)}\` is not an https URL`);
}

async function readRootMetadata(path: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (error) {
    const reason = printable(messageOf(error));
    throw inputError('trusted-root-unreadable', `cannot read \`${printable(path)}\`: ${reason}`, [], error);
  }
}

function lastResort(repository: Repository, reason: string): TrustedRoot {
  if (repository.fallback !== undefined) return repository.fallback;
  throw incompleteError(
    'trusted-root-unavailable',
    `no trusted root of the TUF repository \`${repository.host}\` is at hand: ${reason}`,
  );
}

type Answer =
  | { readonly kind: 'verified'; readonly trustedRoot: TrustedRoot }
  | { readonly kind: 'unreachable'; readonly reason: string };

/**
 * Runs the TUF client in a directory of its own, so that runs at the same time cannot see each other's half-written files.
 * It always starts from the root that is trusted to begin with, never from a kept one: a TUF client takes its local
 * `root.json` for granted, so whoever could write there could replace every key. The kept timestamp guards against a rollback.
 */
async function askRepository(repository: Repository): Promise<Answer> {
  const workDir = await makeWorkDir();
  try {
    const state = join(workDir, repository.folder);
    const rootPath = join(workDir, 'root.json');
    await writeFile(rootPath, repository.rootMetadata);
    if (repository.keptDir !== undefined) await copyTufState(repository.keptDir, state);
    await getTrustedRoot({ cachePath: workDir, mirrorURL: repository.url, rootPath, forceInit: true });
    const trustedRoot = parseTrustedRoot(await readFile(join(state, 'targets', TRUSTED_ROOT_TARGET)));
    if (repository.keptDir !== undefined) await copyTufState(state, repository.keptDir);
    return { kind: 'verified', trustedRoot };
  } catch (error) {
    const reason = unreachableReason(error);
    if (reason !== undefined) return { kind: 'unreachable', reason: printable(reason, 200) };
    throw incompleteError(
      'trusted-root-invalid',
      `what the TUF repository \`${repository.host}\` answers does not verify: ${printable(rootCause(error), 300)}`,
      [
        'a wrong clock, a proxy that answers itself, or an attack; `--trusted-root embedded` does without the network',
      ],
      error,
    );
  } finally {
    await rm(workDir, { recursive: true, force: true });
  }
}

async function makeWorkDir(): Promise<string> {
  try {
    return await mkdtemp(join(tmpdir(), 'provpin-tuf-'));
  } catch (error) {
    const reason = printable(messageOf(error), 300);
    throw incompleteError('trusted-root-unavailable', `no temporary directory: ${reason}`, [], error);
  }
}

async function readKept({ keptDir, rootMetadata }: Repository): Promise<TrustedRoot | undefined> {
  return keptDir === undefined ? undefined : await readTufState(keptDir, rootMetadata);
}
