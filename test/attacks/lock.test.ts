/** The lock is the attacker's: a pull request that changes `pylock.toml`, an index that serves something else than it says. */
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, beforeEach } from 'vitest';

import { createSetting, entryLine, type Setting } from '../e2e/setting.ts';
import { makeSdist, makeWheel } from '../support/distributions.ts';
import { pylock } from '../support/pylock.ts';
import { tryAttacks, type Attack } from './attack.ts';
import { acme, mallory, RECORDED } from './batch.ts';

const wheel = makeWheel({ name: 'widget' });
const sdist = makeSdist({ name: 'widget' });
const poisoned = makeWheel({ name: 'widget', content: 'import os' });

let setting: Setting;
beforeAll(async () => {
  setting = await createSetting();
});
afterAll(async () => setting.close());
beforeEach(async () => {
  setting.index.setModes({ provenance: true });
  setting.publish([wheel, sdist], acme);
  await setting.lock([wheel, sdist]);
  await setting.workspace.write('.provenance.txt', entryLine('widget', RECORDED));
});

/** Changes the lock's text. */
const edit = (change: (text: string) => string) => async () =>
  setting.workspace.write('pylock.toml', change(pylock([wheel, sdist], setting.index)));

/** A lock that has the package from somewhere else. */
const swap = (source: string) =>
  edit(
    () =>
      `lock-version = "1.0"\ncreated-by = "pip"\n[[packages]]\nname = "widget"\nversion = "1.0.0"\n${source}`,
  );

/** The wheel's line of hashes, with one more. */
const alsoHashed = (algorithm: string) =>
  edit((text) =>
    text.replace(
      `sha256 = "${wheel.sha256}"`,
      `$&\n${algorithm} = "${createHash(algorithm).update(poisoned.bytes).digest('hex')}"`,
    ),
  );

const COMMIT = '0123456789012345678901234567890123456789';
const unavailable = { exitCode: 3, rules: ['provenance-unavailable'] } as const;
const notCovered = { exitCode: 1, rules: ['not-covered'] } as const;
const unreadable = { exitCode: 2, rules: [] } as const;

const ATTACKS: readonly Attack[] = [
  {
    id: 'source-swapped-for-a-repository',
    attack: swap(
      `[packages.vcs]\ntype = "git"\nurl = "https://github.com/acme/widget.git"\ncommit-id = "${COMMIT}"\n`,
    ),
    ...notCovered,
  },
  {
    id: 'source-swapped-for-an-archive',
    attack: swap(
      `[packages.archive]\nurl = "https://files.example.org/${wheel.filename}"\nhashes = { sha256 = "${wheel.sha256}" }\n`,
    ),
    ...notCovered,
  },
  {
    id: 'source-swapped-for-a-directory',
    attack: swap('[packages.directory]\npath = "vendor/widget"\n'),
    ...notCovered,
  },
  {
    id: 'one-file-swapped-for-a-local-one',
    attack: edit((text) => text.replace(/^url = .*$/m, `$&\npath = "vendor/${wheel.filename}"`)),
    ...notCovered,
  },
  {
    id: 'one-file-by-another-kind-of-url',
    attack: edit((text) => text.replace(/^url = .*$/m, `url = "ftp://files.example.org/${wheel.filename}"`)),
    ...notCovered,
  },
  {
    id: 'source-of-two-kinds',
    attack: edit((text) => `${text}\n[packages.directory]\npath = "vendor/widget"\n`),
    ...unreadable,
    says: 'only one is allowed',
  },
  {
    id: 'lock-with-another-hash',
    attack: edit((text) => text.replace(wheel.sha256, poisoned.sha256)),
    ...unavailable,
  },
  {
    id: 'lock-and-index-with-another-hash',
    attack: async () => {
      setting.index.replace(wheel.filename, poisoned.bytes);
      await setting.lock([poisoned, sdist]);
    },
    exitCode: 1,
    rules: ['attestation-invalid'],
    says: 'the attestation is about sha256',
  },
  {
    id: 'second-hash-of-another-file',
    attack: alsoHashed('sha512'),
    exitCode: 1,
    rules: ['attestation-invalid'],
    says: "its sha512 is not the lock's",
  },
  {
    id: 'second-hash-that-is-weak',
    attack: alsoHashed('md5'),
    exitCode: 1,
    rules: ['attestation-invalid'],
    says: "its md5 is not the lock's",
  },
  {
    id: 'second-hash-that-nobody-knows',
    attack: alsoHashed('ripemd160'),
    ...unavailable,
    says: 'ripemd160',
  },
  {
    id: 'no-hash-but-a-weak-one',
    attack: edit((text) => text.replace(`sha256 = "${wheel.sha256}"`, `md5 = "${'0'.repeat(32)}"`)),
    ...unavailable,
    says: 'no hash that binds',
  },
  {
    id: 'one-name-for-two-files',
    attack: async () => setting.lock([wheel, poisoned, sdist]),
    ...unreadable,
    says: 'differs from that of another',
  },
  {
    id: 'file-of-another-project',
    attack: edit((text) => text.replaceAll(wheel.filename, 'gadget-1.0.0-py3-none-any.whl')),
    ...unreadable,
    says: 'not a wheel of',
  },
  {
    id: 'file-of-another-version',
    attack: edit((text) => text.replaceAll(wheel.filename, 'widget-0.9-py3-none-any.whl')),
    ...unreadable,
    says: 'not of version',
  },
  {
    id: 'package-with-a-confusable-name',
    attack: edit((text) => text.replace('name = "widget"', 'name = "wіdget"')),
    ...unreadable,
    says: 'is not the name of a package',
  },
  {
    id: 'package-without-files',
    attack: swap(''),
    ...unreadable,
    says: 'has no wheels, sdist, archive, vcs or directory',
  },
  {
    id: 'lock-of-another-version',
    attack: edit((text) => text.replace('lock-version = "1.0"', 'lock-version = "2.0"')),
    ...unreadable,
    says: 'only versions 1.x',
  },
  {
    id: 'lock-nested-too-deep',
    attack: edit((text) => `${text}\n[tool]\nx = ${'['.repeat(20_000)}${']'.repeat(20_000)}\n`),
    ...unreadable,
    says: 'not TOML',
  },
  {
    id: 'lock-that-is-cut',
    attack: edit((text) => text.slice(0, text.indexOf('sha256 = "') + 30)),
    ...unreadable,
    says: 'not TOML',
  },
  {
    id: 'lock-that-names-its-own-index',
    attack: async () => {
      const elsewhere = await createSetting();
      closing.push(elsewhere.close);
      elsewhere.publish([wheel, sdist], null);
      const index = elsewhere.index.simpleUrl;
      await setting.workspace.write('pylock.toml', pylock([wheel, sdist], { ...setting.index, index }));
    },
    exitCode: 1,
    rules: ['attestation-lost'],
  },
  {
    id: 'lock-that-names-its-own-publisher',
    attack: async () => {
      setting.publish([wheel, sdist], mallory);
      const claimed = `attestation-identities = [{ kind = "GitHub", repository = "acme/widget", workflow = "release.yml" }]`;
      await edit((text) => text.replace('version = "1.0.0"', `$&\n${claimed}`))();
    },
    exitCode: 1,
    rules: ['lock-identity-mismatch', 'publisher-changed'],
  },
  {
    id: 'two-locks-one-of-them-poisoned',
    attack: async () => {
      const later = makeWheel({ name: 'widget', version: '2.0' });
      setting.publish([later], mallory);
      await setting.lock([later], 'pylock.dev.toml');
    },
    args: ['-L', 'pylock.dev.toml'],
    exitCode: 1,
    rules: ['publisher-changed'],
  },
];

const closing: (() => Promise<void>)[] = [];
afterAll(async () => {
  await Promise.all(closing.map(async (close) => close()));
});

tryAttacks(ATTACKS, () => setting);
