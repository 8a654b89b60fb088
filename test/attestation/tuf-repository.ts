/** A TUF repository on loopback, with keys of its own, that can also be what an attacker would make of it. */
import { createHash, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

import { Metadata, MetadataKind, Signature } from '@tufjs/models';

export interface TufKey {
  readonly id: string;
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
}

export interface Release {
  readonly version: number;
  /** The content of `trusted_root.json`. */
  readonly content: string;
  readonly expires?: string;
  /** Signs all that this release has. */
  readonly key: TufKey;
  readonly rootVersion?: number;
  /** Which keys the root names, and which sign it; by default the one. */
  readonly rootKeys?: readonly TufKey[];
  readonly rootSigners?: readonly TufKey[];
}

/** Path to content, as a TUF client asks for it (consistent snapshots). */
export type Files = Readonly<Record<string, string>>;

const FAR = '2099-01-01T00:00:00Z';

export function createTufKey(): TufKey {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const id = createHash('sha256')
    .update(publicKey.export({ format: 'der', type: 'spki' }))
    .digest('hex');
  return { id, publicKey, privateKey };
}

/** Everything that a release consists of; `ROOT.root.json` included. */
export function release(options: Release): Files {
  const { version, content, key, expires = FAR, rootVersion = 1 } = options;
  const { rootKeys = [key], rootSigners = rootKeys } = options;
  const sha256 = createHash('sha256').update(content).digest('hex');
  const common = { spec_version: '1.0.31', version, expires };
  const targets = signed(MetadataKind.Targets, [key], {
    ...common,
    _type: 'targets',
    targets: { 'trusted_root.json': { length: Buffer.byteLength(content), hashes: { sha256 } } },
  });
  const snapshot = signed(MetadataKind.Snapshot, [key], {
    ...common,
    _type: 'snapshot',
    meta: { 'targets.json': { version } },
  });
  const timestamp = signed(MetadataKind.Timestamp, [key], {
    ...common,
    _type: 'timestamp',
    meta: { 'snapshot.json': { version } },
  });
  return {
    [`/${rootVersion}.root.json`]: root(rootVersion, key, rootKeys, rootSigners),
    '/timestamp.json': timestamp,
    [`/${version}.snapshot.json`]: snapshot,
    [`/${version}.targets.json`]: targets,
    [`/targets/${sha256}.trusted_root.json`]: content,
  };
}

function root(version: number, key: TufKey, rootKeys: readonly TufKey[], signers: readonly TufKey[]): string {
  const role = { keyids: [key.id], threshold: 1 };
  const keys = [key, ...rootKeys].map(({ id, publicKey }) => {
    const pem = publicKey.export({ format: 'pem', type: 'spki' }).toString();
    return [id, { keytype: 'ed25519', scheme: 'ed25519', keyval: { public: pem } }] as const;
  });
  return signed(MetadataKind.Root, signers, {
    _type: 'root',
    spec_version: '1.0.31',
    version,
    expires: FAR,
    consistent_snapshot: true,
    keys: Object.fromEntries(keys),
    roles: {
      root: { keyids: rootKeys.map(({ id }) => id), threshold: 1 },
      timestamp: role,
      snapshot: role,
      targets: role,
    },
  });
}

type Json = Parameters<typeof Metadata.fromJSON>[1];

function signed(kind: MetadataKind, keys: readonly TufKey[], content: Json): string {
  const data = { signed: content, signatures: [] };
  const metadata = parse(kind, data);
  for (const { id, privateKey } of keys) {
    metadata.sign(
      (bytes) => new Signature({ keyID: id, sig: sign(null, bytes, privateKey).toString('hex') }),
    );
  }
  return JSON.stringify(metadata.toJSON());
}

function parse(kind: MetadataKind, data: Json) {
  switch (kind) {
    case MetadataKind.Root:
      return Metadata.fromJSON(kind, data);
    case MetadataKind.Timestamp:
      return Metadata.fromJSON(kind, data);
    case MetadataKind.Snapshot:
      return Metadata.fromJSON(kind, data);
    case MetadataKind.Targets:
      return Metadata.fromJSON(kind, data);
  }
}

export type Answer = { readonly status?: number; readonly body: string; readonly cut?: boolean };

export interface TufServer {
  readonly url: string;
  /** The paths that were asked for. */
  readonly requests: readonly string[];
  /** From now on. */
  readonly serve: (files: Files, answer?: (path: string) => Answer | undefined) => void;
  readonly close: () => Promise<void>;
}

/** Serves files, 404 for what is not there; `answer` goes before them. */
export async function startTufServer(): Promise<TufServer> {
  const requests: string[] = [];
  let current: { files: Files; answer?: (path: string) => Answer | undefined } = { files: {} };
  const server = createServer((request: IncomingMessage, response: ServerResponse) => {
    const path = request.url ?? '/';
    requests.push(path);
    const file = current.files[path];
    const found = file === undefined ? { status: 404, body: 'not found' } : { body: file };
    const { status = 200, body, cut = false }: Answer = current.answer?.(path) ?? found;
    if (cut) {
      response.writeHead(status, { 'content-length': Buffer.byteLength(body) + 100 });
      response.write(body, () => response.destroy());
      return;
    }
    response.writeHead(status).end(body);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    serve: (files, answer) => {
      current = answer === undefined ? { files } : { files, answer };
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
      });
    },
  };
}
