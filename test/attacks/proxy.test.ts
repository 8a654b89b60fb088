/** Attacks on the proxy and through it: a hostile index, a hostile page in the browser, a client that asks for what it should not get. */
import { randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';

import { HELD_BACK } from '../../src/proxy/checked-stream.ts';
import {
  JSON_PAGE,
  parsePage,
  pathOf,
  startProxy,
  type Answer,
  type AskOptions,
  type RunningProxy,
} from '../e2e/proxy-client.ts';
import { createSetting, entryLine, parseReport, type Setting } from '../e2e/setting.ts';
import { makeWheel, type Distribution } from '../support/distributions.ts';
import { startIndex, type TestIndex } from '../support/package-index.ts';
import { rulesOfReport } from './attack.ts';
import { acme, mallory, RECORDED } from './batch.ts';
import { expectRow } from './rows.ts';

/** The package under attack: one wheel, signed by the recorded publisher. */
interface Target {
  readonly wheel: Distribution;
  /** Other bytes for the same name. */
  readonly poisoned: Distribution;
  readonly index: TestIndex;
  readonly setting: Setting;
  readonly proxy: RunningProxy;
}

const fileOf = (filename: string): RegExp => new RegExp(`^/files/${filename}$`);

function target(setting: Setting, id: string, content: string): Pick<Target, 'wheel' | 'poisoned'> {
  const wheel = makeWheel({ name: id, content });
  setting.publish([wheel], acme);
  return { wheel, poisoned: makeWheel({ name: id, content: `${content}#` }) };
}

const askForWheel = async ({ proxy, wheel }: Target) => [await proxy.file(wheel)];
const askForMetadata = async ({ proxy, wheel }: Target) => [await proxy.ask(`${pathOf(wheel)}.metadata`)];
const askWith = async ({ proxy, wheel }: Target, options: readonly AskOptions[]) =>
  await Promise.all(options.map(async (one) => proxy.file(wheel, one)));
const nothing = (): void => undefined;
const nowhere = { exitCode: 0, rules: [] } as const;
const incomplete = { exitCode: 3, rules: [] } as const;

/** The page of the package, forged in its one file. */
const forgePage = ({ wheel, index }: Target, file: object): void => {
  const entry = {
    filename: wheel.filename,
    url: `${index.origin}/files/${wheel.filename}`,
    hashes: { sha256: wheel.sha256 },
    provenance: `${index.origin}/integrity/${wheel.name}/${wheel.version}/${wheel.filename}/provenance`,
  };
  index.fail(`/simple/${wheel.name}/`, {
    kind: 'body',
    contentType: JSON_PAGE,
    body: JSON.stringify({
      meta: { 'api-version': '1.1' },
      name: wheel.name,
      files: [{ ...entry, ...file }],
    }),
  });
};

/** None of them is the path of a page or a file. */
function pathsAstray({ name, sha256, filename }: Distribution, { origin }: TestIndex): readonly string[] {
  return [
    `/files/${name}/${sha256}/../../${sha256}/${filename}`,
    `/files/${name}/${sha256}/..%2f..%2f${filename}`,
    `/files/${name}/${sha256}/%2e%2e/${filename}`,
    `/files/${name}/../${name}/${sha256}/${filename}`,
    `/files/${name}/${sha256}/${filename}%00.metadata`,
    `/files/${name}/${sha256}/${filename}/`,
    `/files/${name}/${sha256.toUpperCase()}/${filename}`,
    `/files/${name}/${sha256.slice(1)}/${filename}`,
    `/files/gadget/${sha256}/${filename}`,
    `/files/${name.toUpperCase()}/${sha256}/${filename}`,
    `//files/${name}/${sha256}/${filename}`,
    `/simple/${name}/../../etc/passwd`,
    '/simple/%2e%2e/',
    '/simple/..%5c..%5c/',
    `/simple/${name}%0d%0aX-Evil:%20yes/`,
    `${origin}/simple/${name}/`,
    '/%ff%fe/',
    '*',
  ];
}

describe('what is found', () => {
  interface Case {
    readonly id: string;
    /** After the page was read, unless it is the page that is changed. Returns what is asked for then, where that is not the wheel. */
    readonly attack: (target: Target) => Distribution | void;
    readonly headers?: Readonly<Record<string, string>>;
    readonly rules: readonly string[];
    readonly changesPage?: true;
    /** Longer than what is held back. */
    readonly isLarge?: true;
    /** Whether the client gets something before it is clear that it is another file; otherwise 403 and the rule. */
    readonly isSentInPart?: true;
  }

  const invalid = { rules: ['attestation-invalid'] };
  const CASES: readonly Case[] = [
    {
      id: 'proxy-file-switched-after-its-page',
      attack: ({ index, wheel, poisoned }) =>
        index.replace(wheel.filename, poisoned.bytes, { keepHash: true }),
      ...invalid,
    },
    {
      id: 'proxy-large-file-switched',
      // As many as the page says: with another number it would not be sent at all.
      attack: ({ index, wheel }) =>
        index.replace(wheel.filename, wheel.bytes.toReversed(), { keepHash: true }),
      isLarge: true,
      isSentInPart: true,
      ...invalid,
    },
    {
      id: 'proxy-part-of-a-switched-file',
      attack: ({ index, wheel, poisoned }) =>
        index.replace(wheel.filename, poisoned.bytes, { keepHash: true }),
      headers: { range: 'bytes=0-9' },
      isLarge: true,
      ...invalid,
    },
    {
      id: 'proxy-endless-file',
      attack: ({ index, wheel }) =>
        void index.fail(fileOf(wheel.filename), { kind: 'oversized', bytes: 32_000_000 }),
      ...invalid,
    },
    {
      id: 'proxy-redirected-file',
      attack: ({ index, setting, wheel, poisoned }) => {
        const other = { ...poisoned, filename: wheel.filename.replace('-1.0.0-', '-1.0.0-1-') };
        setting.publish([other], null);
        index.fail(fileOf(wheel.filename), { kind: 'redirect', to: `/files/${other.filename}` });
      },
      ...invalid,
    },
    {
      id: 'proxy-other-file-with-its-own-hash',
      changesPage: true,
      attack: ({ index, wheel, poisoned }) => {
        index.replace(wheel.filename, poisoned.bytes);
        return poisoned;
      },
      ...invalid,
    },
    {
      id: 'proxy-hidden-provenance',
      changesPage: true,
      attack: ({ index, wheel }) => index.attest(wheel.filename, undefined),
      rules: ['attestation-lost'],
    },
    {
      id: 'proxy-newer-version-of-somebody-else',
      changesPage: true,
      attack: ({ setting, wheel }) => {
        const newer = makeWheel({ name: wheel.name, version: '2.0.0' });
        setting.publish([newer], mallory);
        return newer;
      },
      rules: ['publisher-changed'],
    },
  ];

  let setting: Setting;
  const sessions = new Map<
    string,
    { readonly answers: ReadonlyMap<string, Answer>; readonly result: Result }
  >();
  type Result = Awaited<ReturnType<RunningProxy['end']>>;
  const targets = new Map<string, Target>();

  beforeAll(async () => {
    setting = await createSetting();
    const made = new Map(
      CASES.map(({ id, isLarge }) => {
        const content = isLarge === true ? `#${randomBytes(1_000_000).toString('hex')}` : '';
        return [id, target(setting, id, content)] as const;
      }),
    );
    const lines = CASES.map(({ id }) => entryLine(id, RECORDED)).toSorted();
    await setting.workspace.write('.provenance.txt', lines.join(''));
    const gate = await startProxy(setting, ['--no-cache']);
    const tofu = await startProxy(setting, ['--no-cache', '--tofu']);
    const asked = new Map<string, Distribution>();
    const attack = (isDue: (attempt: Case) => boolean): void => {
      for (const attempt of CASES.filter(isDue)) {
        const files = made.get(attempt.id);
        if (files === undefined) continue;
        const at = { ...files, index: setting.index, setting, proxy: gate };
        targets.set(attempt.id, at);
        asked.set(attempt.id, attempt.attack(at) ?? files.wheel);
      }
    };
    attack(({ changesPage }) => changesPage === true);
    for (const proxy of [gate, tofu]) for (const { id } of CASES) await proxy.page(id);
    attack(({ changesPage }) => changesPage !== true);
    for (const [name, proxy] of [
      ['the gate', gate],
      ['TOFU', tofu],
    ] as const) {
      const answers = new Map<string, Answer>();
      for (const { id, headers = {} } of CASES) {
        const file = asked.get(id);
        if (file !== undefined) answers.set(id, await proxy.file(file, { headers }));
      }
      sessions.set(name, { answers, result: await proxy.end() });
    }
  });
  afterAll(async () => setting.close());

  test('both sessions fail, and neither writes anything', async () => {
    for (const { result } of sessions.values()) expect(result.exitCode).toBe(1);
    const lines = CASES.map(({ id }) => entryLine(id, RECORDED)).toSorted();
    expect(await setting.workspace.read('.provenance.txt')).toBe(lines.join(''));
  });

  test.for(CASES)('$id', ({ id, rules, isSentInPart }) => {
    expect(sessions.size).toBe(2);
    for (const [name, { answers, result }] of sessions) {
      const answer = answers.get(id);
      const at = targets.get(id);
      if (answer === undefined || at === undefined) throw new Error('it was not tried');
      const { status, body, isWhole } = answer;
      const isBeginning = !isWhole && body.length < at.poisoned.bytes.length - HELD_BACK;
      const got = isSentInPart === true ? isBeginning : [status, body.toString().split(':')[0]];
      expect([name, got]).toEqual([name, isSentInPart ?? [403, rules[0]]]);
      const { findings } = parseReport(result.stdout);
      const found = findings.filter((finding) => finding.package === id).map(({ rule }) => rule);
      expect([name, [...new Set(found)]]).toEqual([name, rules]);
    }
    expectRow(id, { rules, exitCode: 1 });
  });
});

describe('what cannot be checked, and what leads nowhere', () => {
  interface Case {
    readonly id: string;
    readonly attack: (target: Target) => unknown;
    readonly args?: () => readonly string[];
    readonly ask: (target: Target) => Promise<readonly Answer[]>;
    /** Of every answer. */
    readonly status: number;
    readonly exitCode: number;
    readonly rules: readonly string[];
  }

  let other: TestIndex;
  const CASES: readonly Case[] = [
    {
      id: 'proxy-file-that-is-cut',
      attack: ({ index, wheel }) => index.fail(fileOf(wheel.filename), { kind: 'cut' }),
      ask: askForWheel,
      status: 502,
      ...incomplete,
    },
    {
      id: 'proxy-switched-file-said-to-be-compressed',
      attack: ({ index, wheel, poisoned }) => {
        index.replace(wheel.filename, poisoned.bytes, { keepHash: true });
        index.fail(fileOf(wheel.filename), { kind: 'encoded', encoding: 'gzip' });
      },
      ask: async (at) => await askWith(at, [{}, { headers: { range: 'bytes=0-9' } }]),
      status: 502,
      ...incomplete,
    },
    {
      id: 'proxy-provenance-that-does-not-come',
      attack: ({ index }) => index.fail('/provenance', { kind: 'status', status: 403 }),
      ask: askForWheel,
      status: 503,
      exitCode: 3,
      rules: ['provenance-unavailable'],
    },
    {
      id: 'proxy-page-without-hashes',
      attack: (at) => forgePage(at, { hashes: {} }),
      ask: async ({ proxy, wheel }) => {
        const page = await proxy.page(wheel.name);
        const { files } = parsePage(page.body.toString());
        return await Promise.all(files.map(async ({ url }) => proxy.ask(url)));
      },
      status: 502,
      ...incomplete,
    },
    {
      id: 'proxy-page-with-another-size',
      attack: (at) => forgePage(at, { size: 100 }),
      ask: askForWheel,
      status: 403,
      exitCode: 1,
      rules: ['attestation-invalid'],
    },
    {
      id: 'proxy-page-that-points-elsewhere',
      attack: (at) => {
        other.publish(at.poisoned);
        forgePage(at, { url: `${other.origin}/files/${at.wheel.filename}` });
      },
      ask: askForWheel,
      status: 403,
      exitCode: 1,
      rules: ['attestation-invalid'],
    },
    {
      id: 'proxy-metadata-that-is-switched',
      attack: ({ index, wheel }) => {
        const body = `${wheel.metadata}Requires-Dist: evil\n`;
        index.fail(`${wheel.filename}.metadata`, { kind: 'body', contentType: 'text/plain', body });
      },
      ask: askForMetadata,
      status: 502,
      ...incomplete,
    },
    {
      id: 'proxy-file-that-no-page-lists',
      attack: ({ index, wheel, poisoned }) =>
        index.replace(wheel.filename, poisoned.bytes, { keepHash: true }),
      ask: async ({ proxy, poisoned }) => [
        await proxy.file(poisoned),
        await proxy.ask(`${pathOf(poisoned)}.metadata`),
      ],
      status: 404,
      ...nowhere,
    },
    {
      id: 'proxy-same-name-at-another-index',
      attack: ({ poisoned }) => other.publish(poisoned),
      args: () => ['--extra-index-url', other.simpleUrl],
      ask: async ({ proxy, poisoned }) => [await proxy.file(poisoned)],
      status: 404,
      ...nowhere,
    },
    {
      id: 'proxy-paths-that-lead-astray',
      attack: nothing,
      ask: async ({ proxy, wheel, index }) => {
        index.clearRequests();
        const paths = pathsAstray(wheel, index);
        const answers = await Promise.all(paths.map(async (path) => proxy.ask(path)));
        expect(index.requests).toEqual([]);
        return answers;
      },
      status: 404,
      ...nowhere,
    },
    {
      id: 'proxy-by-another-name',
      attack: nothing,
      ask: async (at) => {
        const own = `127.0.0.1:${at.proxy.port}`;
        const hosts = [
          'evil.example',
          `evil.example:${at.proxy.port}`,
          'localhost',
          '127.0.0.1',
          `${own}.evil.example`,
        ];
        return await askWith(
          at,
          hosts.map((host) => ({ headers: { host } })),
        );
      },
      status: 421,
      ...nowhere,
    },
    {
      id: 'proxy-asked-by-a-web-page',
      attack: async ({ setting }) => setting.workspace.write('.provenance.txt', ''),
      args: () => ['--tofu'],
      ask: async (at) =>
        await askWith(at, [
          { headers: { origin: 'https://evil.example' } },
          { headers: { 'sec-fetch-site': 'cross-site' } },
          { headers: { 'sec-fetch-site': 'same-origin' } },
        ]),
      status: 403,
      ...nowhere,
    },
    {
      id: 'proxy-asked-to-write',
      attack: nothing,
      ask: async (at) =>
        await askWith(
          at,
          ['POST', 'PUT', 'DELETE', 'OPTIONS', 'TRACE'].map((method) => ({ method })),
        ),
      status: 405,
      ...nowhere,
    },
    {
      id: 'proxy-metadata-of-another-wheel',
      attack: ({ setting, wheel }) =>
        setting.publish([{ ...wheel, metadata: `${wheel.metadata}Requires-Dist: evil\n` }], acme),
      ask: askForMetadata,
      status: 200,
      ...nowhere,
    },
  ];

  let setting: Setting;
  let proxy: RunningProxy | undefined;
  beforeEach(async () => {
    [setting, other] = await Promise.all([createSetting(), startIndex()]);
  });
  afterEach(async () => {
    await proxy?.end('SIGKILL');
    await Promise.all([setting.close(), other.close()]);
  });

  test.for(CASES)('$id', async ({ id, attack, args, ask, status, exitCode, rules }) => {
    const files = target(setting, id, '');
    await setting.workspace.write('.provenance.txt', entryLine(id, RECORDED));
    const running = await startProxy(setting, [...(args?.() ?? []), '--retries', '0']);
    proxy = running;
    const at = { ...files, index: setting.index, setting, proxy: running };
    await attack(at);
    const before = await setting.workspace.read('.provenance.txt');
    const answers = await ask(at);
    expect(answers.length).toBeGreaterThan(0);
    expect([...new Set(answers.map((answer) => answer.status))]).toEqual([status]);
    for (const { body } of answers) expect(body.equals(files.poisoned.bytes)).toBe(false);
    const result = await running.end();
    expect([result.exitCode, rulesOfReport(parseReport(result.stdout))]).toEqual([exitCode, rules]);
    expect(await setting.workspace.read('.provenance.txt')).toBe(before);
    expectRow(id, { rules, exitCode });
  });
});
