/** Starts `index-server.ts`. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  createEndEntity,
  createRootAuthority,
  generalName,
  SERVER_AUTH,
  subjectAlternativeName,
  toPem,
} from '../../test/support/certificates.ts';
import type { BenchFile, World } from './world.ts';

export type Protocol = 'http/1.1' | 'http/2';

export interface IndexOptions {
  readonly protocol: Protocol;
  /** Milliseconds until each answer. */
  readonly latency: number;
  /** Of a hundred files, how many have provenance. */
  readonly signedPercent: number;
  /** Whether it is PyPI, whose Integrity API has documents without a page; reached by a proxy, for the name is another's. */
  readonly isPypi: boolean;
}

/** Whether the files of a package have provenance; by the package, for one that is signed in part does not pass. */
export function isSigned({ name }: Pick<BenchFile, 'name'>, signedPercent: number): boolean {
  return (Number(/\d+$/.exec(name)) * signedPercent) % 100 < signedPercent;
}

export interface ServerSettings extends Omit<IndexOptions, 'signedPercent'> {
  readonly directory: string;
  readonly files: readonly (BenchFile & { readonly hasProvenance: boolean })[];
  readonly tls: { readonly cert: string; readonly key: string };
}

/** What an index was asked. */
export interface Counts {
  readonly requests: number;
  readonly connections: number;
  /** How many requests waited at once, in the mean, from the first to the last. */
  readonly inFlight: number;
}

export interface RunningIndex {
  readonly origin: string;
  /** URL of the proxy that leads to it, where it cannot be reached by its name. */
  readonly proxy?: string;
  /** A file with the certificate of its authority. */
  readonly certificate: string;
  /** Since it was last asked. */
  readonly counts: () => Promise<Counts>;
  readonly close: () => Promise<void>;
}

/** @param temporary a directory to write to */
export async function startIndex(
  world: World,
  { protocol, latency, signedPercent, isPypi }: IndexOptions,
  temporary: string,
): Promise<RunningIndex> {
  const root = createRootAuthority('benchmark');
  const host = isPypi ? 'pypi.org' : 'localhost';
  const name = subjectAlternativeName([generalName.dns(host)]);
  const { certificate, key } = createEndEntity(host, root, SERVER_AUTH, [name]);
  const tls = {
    cert: toPem(certificate),
    key: String(key.privateKey.export({ format: 'pem', type: 'pkcs8' })),
  };
  const settings = join(temporary, 'index.json');
  const authority = join(temporary, 'ca.pem');
  const { directory } = world;
  const files = world.files.map((file) => ({ ...file, hasProvenance: isSigned(file, signedPercent) }));
  await writeFile(
    settings,
    JSON.stringify({ protocol, latency, isPypi, directory, files, tls } satisfies ServerSettings),
  );
  await writeFile(authority, toPem(root.certificate));
  const child = fork(fileURLToPath(new URL('index-server.ts', import.meta.url)), [settings]);
  const next = async (): Promise<unknown> => {
    const messages: unknown[] = await once(child, 'message');
    return messages[0];
  };
  const { origin, proxy } = asPlace(await next());
  return {
    origin,
    ...(proxy === undefined ? {} : { proxy }),
    certificate: authority,
    counts: async () => {
      const answer = next();
      child.send('counts');
      return asCounts(await answer);
    },
    close: async () => {
      const end = once(child, 'exit');
      child.disconnect();
      await end;
    },
  };
}

function asPlace(value: unknown): Pick<RunningIndex, 'origin' | 'proxy'> {
  if (typeof value !== 'object' || value === null || !('origin' in value))
    throw new Error('the index did not say where it is');
  const proxy = 'proxy' in value ? { proxy: String(value.proxy) } : {};
  return { origin: String(value.origin), ...proxy };
}

function asCounts(value: unknown): Counts {
  if (
    typeof value === 'object' &&
    value !== null &&
    'requests' in value &&
    'connections' in value &&
    'inFlight' in value
  )
    return {
      requests: Number(value.requests),
      connections: Number(value.connections),
      inFlight: Number(value.inFlight),
    };
  throw new Error('the index gave no counts');
}
