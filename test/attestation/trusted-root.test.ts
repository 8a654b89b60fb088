import { cp, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, describe, expect, test } from 'vitest';

import { ProvpinError } from '../../src/errors.ts';
import { loadTrustedRoot, type TrustedRoot } from '../../src/attestation/trusted-root.ts';
import { createVerifier, verifyProvenance } from '../../src/attestation/verify.ts';
import { createTestSigstore } from '../support/signing.ts';
import { encode, membersOf, provenanceOf, SUBJECT } from './fixture.ts';
import {
  type Answer,
  createTufKey,
  type Files,
  release,
  startTufServer,
  type TufKey,
  type TufServer,
} from './tuf-repository.ts';

/** A trusted root that can be told from others by the address of its log. */
function content(name: string): string {
  const root = JSON.stringify(createTestSigstore().trustedRoot);
  return root.replaceAll('https://rekor.sigstore.test', `https://${name}.test`);
}

function nameOf(root: TrustedRoot): string {
  return new URL(root.tlogs[0]?.baseUrl ?? 'https://none').hostname.replace(/\.test$/, '');
}

const ONE = content('one');
const TWO = content('two');
const EMBEDDED = 'rekor.sigstore.dev';

// Vitest cannot tell which of several tests that run at once has finished, so they are cleaned up after together.
const cleanups: (() => Promise<void>)[] = [];
afterAll(async () => {
  await Promise.all(cleanups.map(async (cleanUp) => await cleanUp()));
});

async function temporaryDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'provpin-test-'));
  cleanups.push(async () => await rm(directory, { recursive: true, force: true }));
  return directory;
}

interface Setting {
  readonly server: TufServer;
  readonly key: TufKey;
  readonly cacheDir: string;
  readonly directory: string;
  readonly warnings: readonly string[];
  readonly load: (change?: {
    readonly offline?: boolean;
    readonly cacheDir?: string;
    readonly mirrorUrl?: string;
    readonly rootPath?: string;
  }) => Promise<string>;
  /** Trust that starts from Sigstore's own root, at this server. */
  readonly loadSigstore: (offline?: boolean) => Promise<string>;
}

/** A repository whose first root is trusted, with release 2 of ONE. */
async function createSetting(): Promise<Setting> {
  const directory = await temporaryDirectory();
  const cacheDir = join(directory, 'cache');
  const key = createTufKey();
  const server = await startTufServer();
  cleanups.push(server.close);
  const files = release({ version: 2, content: ONE, key });
  server.serve(files);
  const rootPath = join(directory, 'first-root.json');
  await writeFile(rootPath, files['/1.root.json'] ?? '');
  const warnings: string[] = [];
  const warn = (line: string): number => warnings.push(line);
  const mirrorUrl = server.url;
  return {
    server,
    key,
    cacheDir,
    directory,
    warnings,
    load: async (change) =>
      nameOf(
        await loadTrustedRoot('tuf', { cacheDir, offline: false, warn, mirrorUrl, rootPath, ...change }),
      ),
    loadSigstore: async (offline = false) =>
      nameOf(await loadTrustedRoot('tuf', { cacheDir, offline, warn, mirrorUrl })),
  };
}

async function errorOf(promise: Promise<unknown>): Promise<ProvpinError> {
  const error: unknown = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof ProvpinError) return error;
  throw new Error(`not a ProvpinError: ${String(error)}`);
}

/** Where state is kept: the one folder of the one repository. */
async function keptDirectory({ cacheDir }: Setting): Promise<string> {
  const [folder = ''] = await readdir(join(cacheDir, 'tuf'));
  return join(cacheDir, 'tuf', folder);
}

const HTML = '<!doctype html><title>Please log in</title>';
const replaceIn =
  (path: string, change: (body: string) => string, files: Files) =>
  (asked: string): Answer | undefined =>
    asked === path ? { body: change(files[path] ?? '') } : undefined;

describe.concurrent('the TUF repository', () => {
  test('that answers gives its trusted root, again and when it has a new one', async () => {
    const setting = await createSetting();
    expect(await setting.load()).toBe('one');
    expect(await setting.load()).toBe('one');
    setting.server.serve(release({ version: 3, content: TWO, key: setting.key }));
    expect(await setting.load()).toBe('two');
    expect(setting.warnings).toEqual([]);
  });

  test('is asked for the trusted root itself only when that is new', async () => {
    const setting = await createSetting();
    await setting.load();
    const before = setting.server.requests.length;
    await setting.load();
    expect(setting.server.requests.slice(before)).toEqual(['/2.root.json', '/timestamp.json']);
  });

  test('does without a cache directory, and with one that cannot be written', async () => {
    const setting = await createSetting();
    const file = join(setting.directory, 'file');
    await writeFile(file, '');
    expect(await setting.load({ cacheDir: file })).toBe('one');
    const { rootPath, mirrorUrl } = {
      rootPath: join(setting.directory, 'first-root.json'),
      mirrorUrl: setting.server.url,
    };
    const root = await loadTrustedRoot('tuf', { offline: false, warn: () => undefined, mirrorUrl, rootPath });
    expect(nameOf(root)).toBe('one');
  });

  test('may change its keys when the old ones sign for the new', async () => {
    const setting = await createSetting();
    const next = createTufKey();
    const files = release({
      version: 3,
      content: TWO,
      key: next,
      rootVersion: 2,
      rootSigners: [next, setting.key],
    });
    setting.server.serve(files);
    expect(await setting.load()).toBe('two');
    expect(await setting.load({ offline: true })).toBe('two');
  });

  test('serves many runs at once', async () => {
    const setting = await createSetting();
    const runs = Array.from({ length: 8 }, async () => await setting.load());
    expect(new Set(await Promise.all(runs))).toEqual(new Set(['one']));
    expect(await setting.load({ offline: true })).toBe('one');
    const left = await readdir(join(await keptDirectory(setting)));
    expect(left.toSorted()).toEqual([
      'root.json',
      'snapshot.json',
      'targets',
      'targets.json',
      'timestamp.json',
    ]);
  });
});

type Attack = (setting: Setting) => {
  readonly files: Files;
  readonly answer?: (path: string) => Answer | undefined;
};

/** What a repository answers that must not be taken: release 2 has been seen before. */
const ATTACKS: readonly (readonly [string, Attack])[] = [
  ['HTML for everything', () => ({ files: {}, answer: () => ({ body: HTML }) })],
  ['JSON for everything', () => ({ files: {}, answer: () => ({ body: '{}' }) })],
  ['nothing for everything', () => ({ files: {}, answer: () => ({ body: '' }) })],
  ['404 for everything', () => ({ files: {} })],
  ['401 for everything', () => ({ files: {}, answer: () => ({ status: 401, body: '' }) })],
  [
    'a timestamp that is too long',
    () => ({
      files: {},
      answer: (path) => (path === '/timestamp.json' ? { body: ' '.repeat(100_000) } : undefined),
    }),
  ],
  ['another key', () => ({ files: release({ version: 3, content: TWO, key: createTufKey() }) })],
  [
    'another key, with a root that only that key signed',
    () => ({ files: release({ version: 3, content: TWO, key: createTufKey(), rootVersion: 2 }) }),
  ],
  [
    'a root of the wrong version',
    ({ key }) => {
      const files = release({ version: 3, content: TWO, key, rootVersion: 3 });
      return { files: { ...files, '/2.root.json': files['/3.root.json'] ?? '' } };
    },
  ],
  [
    'an expired release',
    ({ key }) => ({ files: release({ version: 3, content: TWO, key, expires: '2020-01-01T00:00:00Z' }) }),
  ],
  ['the release before the last', ({ key }) => ({ files: release({ version: 1, content: TWO, key }) })],
  ...['/timestamp.json', '/3.snapshot.json', '/3.targets.json'].map((path): readonly [string, Attack] => [
    `a ${path} with one digit changed`,
    ({ key }) => {
      const files = release({ version: 3, content: TWO, key });
      return { files, answer: replaceIn(path, (body) => body.replace('"version":3', '"version":4'), files) };
    },
  ]),
  [
    'another trusted root than the signed one',
    ({ key }) => {
      const files = release({ version: 3, content: TWO, key });
      return {
        files,
        answer: (path) => (path.startsWith('/targets/') ? { body: TWO.replace('two', 'tow') } : undefined),
      };
    },
  ],
  [
    'a signed trusted root that is none',
    ({ key }) => ({ files: release({ version: 3, content: '{}', key }) }),
  ],
  [
    'a signed trusted root that is HTML',
    ({ key }) => ({ files: release({ version: 3, content: HTML, key }) }),
  ],
];

describe.concurrent('a TUF repository that answers', () => {
  test.each(ATTACKS)('%s is invalid, and what was known before is kept', async (_, attack) => {
    const setting = await createSetting();
    expect(await setting.load()).toBe('one');
    const { files, answer } = attack(setting);
    setting.server.serve(files, answer);
    const error = await errorOf(setting.load());
    expect(error).toMatchObject({ code: 'trusted-root-invalid', exitCode: 3 });
    expect(error.message).toMatch(/^what the TUF repository `127\.0\.0\.1:\d+` answers does not verify: ./);
    expect(setting.warnings).toEqual([]);
    expect(await setting.load({ offline: true })).toBe('one');
    setting.server.serve(release({ version: 2, content: ONE, key: setting.key }));
    expect(await setting.load()).toBe('one');
  });
});

/** What is no answer. The TUF client tries some of these again, with pauses. */
const SILENCES: readonly (readonly [string, (path: string) => Answer | undefined, RegExp])[] = [
  ['500', () => ({ status: 500, body: HTML }), /\(HTTP 500\)/],
  ['503', () => ({ status: 503, body: '' }), /\(HTTP 503\)/],
  ['429', () => ({ status: 429, body: '' }), /\(HTTP 429\)/],
  [
    'half a timestamp',
    (path) => (path === '/timestamp.json' ? { body: '{', cut: true } : undefined),
    /\(.+\)/,
  ],
  [
    '500 for the snapshot',
    (path) => (path === '/3.snapshot.json' ? { status: 500, body: '' } : undefined),
    /Failed to download/,
  ],
  [
    'half the targets',
    (path) => (path === '/3.targets.json' ? { body: '{', cut: true } : undefined),
    /terminated/,
  ],
  [
    '500 for the trusted root',
    (path) => (path.startsWith('/targets/') ? { status: 500, body: '' } : undefined),
    /\(HTTP 500\)/,
  ],
];

describe.concurrent('a TUF repository that does not answer', () => {
  test.each(SILENCES)(
    '(%s) leaves the trusted root of the last run, with one warning',
    async (_, answer, reason) => {
      const setting = await createSetting();
      expect(await setting.load()).toBe('one');
      setting.server.serve(release({ version: 3, content: TWO, key: setting.key }), answer);
      expect(await setting.load()).toBe('one');
      expect(setting.warnings).toHaveLength(1);
      expect(setting.warnings[0]).toMatch(/^the TUF repository `127\.0\.0\.1:\d+` could not be reached \(/);
      expect(setting.warnings[0]).toMatch(/: using the trusted root of the last run$/);
      expect(setting.warnings[0]).toMatch(reason);
    },
  );

  test('and is not there at all leaves the one of the last run, or the embedded one', async () => {
    const setting = await createSetting();
    expect(await setting.load()).toBe('one');
    await setting.server.close();
    expect(await setting.load()).toBe('one');
    await rm(setting.cacheDir, { recursive: true });
    expect(await setting.loadSigstore()).toBe(EMBEDDED);
    expect(setting.warnings).toHaveLength(2);
    expect(setting.warnings[1]).toMatch(/ECONNREFUSED.*: using the trusted root that ships with provpin$/);
  });

  test('does not bring Sigstore into a trust that starts elsewhere', async () => {
    const setting = await createSetting();
    await setting.server.close();
    expect(await errorOf(setting.load())).toMatchObject({ code: 'trusted-root-unavailable', exitCode: 3 });
    expect(await errorOf(setting.load({ offline: true }))).toMatchObject({ exitCode: 3 });
  });
});

describe.concurrent('offline', () => {
  test('serves the trusted root of the last run, and asks nobody', async () => {
    const setting = await createSetting();
    await setting.load();
    const before = setting.server.requests.length;
    setting.server.serve(release({ version: 3, content: TWO, key: setting.key }));
    expect(await setting.load({ offline: true })).toBe('one');
    expect(await setting.loadSigstore(true)).toBe(EMBEDDED);
    expect(setting.server.requests).toHaveLength(before);
    expect(setting.warnings).toEqual([]);
  });
});

const KEPT = ['root.json', 'timestamp.json', 'snapshot.json', 'targets.json', 'targets/trusted_root.json'];
const DAMAGES: readonly (readonly [string, (path: string) => Promise<void>])[] = [
  ['empty', async (path) => await writeFile(path, '')],
  [
    'cut',
    async (path) => await writeFile(path, (await readFile(path)).subarray(0, (await stat(path)).size / 2)),
  ],
  [
    'changed',
    async (path) => {
      const text = await readFile(path, 'utf8');
      await writeFile(path, text.replaceAll('one', 'two').replace(/"version":\d/, '"version":7'));
    },
  ],
  ['missing', async (path) => await rm(path)],
  [
    'a directory',
    async (path) => {
      await rm(path);
      await mkdir(path);
    },
  ],
];
const DAMAGED = KEPT.flatMap((name) => DAMAGES.map(([how, damage]) => [name, how, damage] as const));

describe.concurrent('kept state', () => {
  test.each(DAMAGED)('with %s %s changes no trust', async (name, _, damage) => {
    const setting = await createSetting();
    await setting.load();
    await damage(join(await keptDirectory(setting), name));
    const offline = await setting.load({ offline: true }).catch((error: unknown) => membersOf(error)['code']);
    // Offline, timestamp and snapshot play no part: they say what is newest, which nobody can know then.
    const expected = ['timestamp.json', 'snapshot.json'].includes(name) ? 'one' : 'trusted-root-unavailable';
    expect(offline).toBe(expected);
    expect(await setting.load()).toBe('one');
  });

  test('of an attacker, consistent and signed by keys of his own, changes no trust', async () => {
    const [setting, attacker] = [await createSetting(), await createSetting()];
    attacker.server.serve(release({ version: 9, content: TWO, key: attacker.key }));
    expect(await attacker.load()).toBe('two');
    await setting.load();
    const kept = await keptDirectory(setting);
    await rm(kept, { recursive: true });
    await cp(await keptDirectory(attacker), kept, { recursive: true });
    expect(await errorOf(setting.load({ offline: true }))).toMatchObject({
      code: 'trusted-root-unavailable',
    });
    expect(await setting.load()).toBe('one');
    expect(await setting.load({ offline: true })).toBe('one');
  });

  test.each([
    ['the old keys alone', false],
    ['the old keys and its own', true],
  ])('whose root has new keys and is signed by %s: serves, %s', async (_, byItsOwn) => {
    const setting = await createSetting();
    await setting.load();
    const newKey = createTufKey();
    const rootSigners = byItsOwn ? [setting.key, newKey] : [setting.key];
    const renewed = {
      version: 1,
      content: ONE,
      key: setting.key,
      rootVersion: 2,
      rootKeys: [newKey],
      rootSigners,
    };
    await writeFile(join(await keptDirectory(setting), 'root.json'), release(renewed)['/2.root.json'] ?? '');
    const offline = await setting.load({ offline: true }).catch((error: unknown) => membersOf(error)['code']);
    expect(offline).toBe(byItsOwn ? 'one' : 'trusted-root-unavailable');
  });

  test('that begins with an older root than the one that is trusted to begin with does not serve', async () => {
    const setting = await createSetting();
    await setting.load();
    const newer = release({ version: 2, content: ONE, key: setting.key, rootVersion: 2 });
    const rootPath = join(setting.directory, 'newer-root.json');
    await writeFile(rootPath, newer['/2.root.json'] ?? '');
    // Of the same keys, as those of roots that follow one another often are: only its number says that it is an old one.
    expect(await errorOf(setting.load({ offline: true, rootPath }))).toMatchObject({
      code: 'trusted-root-unavailable',
    });
    expect(await setting.load({ offline: true })).toBe('one');
  });

  test('of another repository does not serve Sigstore', async () => {
    const setting = await createSetting();
    await setting.load();
    expect(await setting.loadSigstore(true)).toBe(EMBEDDED);
  });
});

describe('a mirror', () => {
  test.each([
    'http://tuf.example.org',
    'http://127.0.0.1.example.org',
    'http://localhost@example.org',
    'ftp://localhost',
    'file:///etc',
    'tuf.example.org',
    '',
  ])('at `%s` is refused before anything is asked', async (mirrorUrl) => {
    const error = await errorOf(loadTrustedRoot('tuf', { offline: false, warn: () => undefined, mirrorUrl }));
    expect(error).toMatchObject({ code: 'trusted-root-mirror', exitCode: 2 });
  });

  test('with a first root that cannot be read is a usage error', async () => {
    const options = {
      offline: true,
      warn: () => undefined,
      rootPath: join(await temporaryDirectory(), 'none.json'),
    };
    expect(await errorOf(loadTrustedRoot('tuf', options))).toMatchObject({
      code: 'trusted-root-unreadable',
      exitCode: 2,
    });
  });
});

describe('a trusted root from', () => {
  const options = { offline: true, warn: () => undefined };

  test('the packages is that of public Sigstore', async () => {
    const root = await loadTrustedRoot('embedded', options);
    expect(root.tlogs.map(({ baseUrl }) => baseUrl)).toContain('https://rekor.sigstore.dev');
    expect(root.certificateAuthorities.map(({ uri }) => uri)).toContain('https://fulcio.sigstore.dev');
  });

  test('a file verifies what its instance signed', async () => {
    const path = join(await temporaryDirectory(), 'trusted_root.json');
    const sigstore = createTestSigstore();
    await writeFile(path, JSON.stringify(sigstore.trustedRoot));
    const verifier = createVerifier(await loadTrustedRoot(path, options));
    const attestation = sigstore.sign({ filename: SUBJECT.filename, sha256: SUBJECT.sha256 });
    expect(await verifyProvenance(encode(provenanceOf(attestation)), SUBJECT, verifier)).toMatchObject({
      kind: 'verified',
    });
  });

  const valid = membersOf(JSON.parse(ONE));
  test.each([
    ['nothing', '', /JSON/],
    ['text', 'hello', /JSON/],
    ['null', 'null', /not a JSON object/],
    ['a number', '1', /not a JSON object/],
    ['an empty object', '{}', /media type/],
    ['a list', '[]', /media type/],
    [
      'another media type',
      { ...valid, mediaType: 'application/json' },
      /its media type is `application\/json`/,
    ],
    ['no authorities', { ...valid, certificateAuthorities: [] }, /no certificate authorities/],
    ['no logs', { ...valid, tlogs: [] }, /no transparency logs/],
    ['no certificate logs', { ...valid, ctlogs: undefined }, /no certificate transparency logs/],
    [
      'a log with a broken key',
      {
        ...valid,
        tlogs: [
          {
            publicKey: { rawBytes: 'AAAA', keyDetails: 'PKIX_ECDSA_P256_SHA_256' },
            logId: { keyId: 'AAAA' },
          },
        ],
      },
      /./,
    ],
    ['a log without a key', { ...valid, tlogs: [{ baseUrl: 'x' }] }, /./],
    ['text for logs', { ...valid, tlogs: 'x' }, /no transparency logs/],
    ['an escape sequence', { ...valid, mediaType: '\u001b[2J' }, /\\u\{1b\}/],
  ])('a file with %s is a usage error', async (_, input, reason) => {
    const path = join(await temporaryDirectory(), 'trusted_root.json');
    await writeFile(path, typeof input === 'string' ? input : JSON.stringify(input));
    const error = await errorOf(loadTrustedRoot(path, options));
    expect(error).toMatchObject({ code: 'trusted-root-malformed', exitCode: 2 });
    expect(error.message).toMatch(/^`.*trusted_root\.json` is not a Sigstore trusted root: .+$/);
    expect(error.message).toMatch(reason);
  });

  test.each(['a file that is not there', 'a directory'])('%s is a usage error', async (what) => {
    const directory = await temporaryDirectory();
    const error = await errorOf(
      loadTrustedRoot(what === 'a directory' ? directory : join(directory, 'x'), options),
    );
    expect(error).toMatchObject({ code: 'trusted-root-unreadable', exitCode: 2 });
    expect(error.hints).toHaveLength(1);
  });
});
