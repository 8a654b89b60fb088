import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { makeSdist, makeWheel } from '../support/distributions.ts';
import { github } from '../support/signers.ts';
import { createSetting, type Setting } from './setting.ts';

const acme = github({ repositoryId: '11', ownerId: '22' });
const mallory = github({ repository: 'mallory/widget', repositoryId: '66', ownerId: '67' });
const release = (version: string) => makeWheel({ name: 'widget', version });

let setting: Setting;
beforeEach(async () => {
  setting = await createSetting();
});
afterEach(async () => setting.close());

/** Publishes releases, the oldest first, a month apart; locks the last one, and records who signs it. */
async function recordLast(
  signers: readonly (typeof acme | null)[],
  args: readonly string[] = [],
): Promise<string> {
  const releases = signers.map((signer, at) => ({ file: release(`${at + 1}.0`), signer, month: at + 1 }));
  for (const { file, signer, month } of releases) {
    const at = new Date(`2026-0${month}-01T12:00:00Z`);
    const provenance = signer === null ? {} : { provenance: setting.attestationOf(file, { signer, at }) };
    setting.index.publish(file, { ...provenance, uploadTime: `2026-0${month}-01T12:05:00Z` });
  }
  await setting.lock(releases.slice(-1).map(({ file }) => file));
  return await historyOf(args);
}

async function historyOf(args: readonly string[] = []): Promise<string> {
  const { exitCode, stdout } = await setting.check(['--tofu', ...args]);
  expect(exitCode).toBe(0);
  return /^ {4}history: (.*)$/m.exec(stdout)?.[1] ?? 'none';
}

test('is in the Markdown, too', async () => {
  await recordLast([mallory, acme]);
  await setting.workspace.write('.provenance.txt', '');
  const { stdout } = await setting.check(['--tofu', '--format', 'markdown']);
  expect(stdout).toContain(
    '`https://github.com/acme/widget`, history: 1.0 signed by another: `https://github.com/mallory/widget` |',
  );
});

describe('behind what is new', () => {
  test.for<readonly [string, readonly (typeof acme | null)[], string]>([
    ['the only release', [acme], 'the index lists no earlier release'],
    ['the same signer', [acme, acme, acme], 'the same signer for 2 earlier releases, since 2026-01-01'],
    [
      'more releases than are looked at',
      [null, acme, acme, acme, acme],
      'the same signer for 3 earlier releases, since 2026-02-01; 1 older one not looked at',
    ],
    [
      'the first that is signed',
      [null, null, acme],
      'this is the first signed release of those looked at: 2 earlier ones unsigned',
    ],
    [
      'another signer before',
      [mallory, acme, acme],
      'the same signer for 1 earlier release, since 2026-02-01; before that: 1.0 signed by another: https://github.com/mallory/widget',
    ],
    ['nobody before', [acme, acme, mallory], '2.0 and 1.0 signed by another: https://github.com/acme/widget'],
    ['unsigned between', [acme, null, acme], '2.0 unsigned and 1.0 by the same signer'],
    [
      'the name, made anew',
      [acme, github({ repositoryId: '77', ownerId: '22' })],
      '1.0 signed by another: https://github.com/acme/widget',
    ],
  ])('%s', async ([, signers, expected]) => {
    expect(await recordLast(signers)).toBe(expected);
  });

  test('is as many releases as are asked for, and none', async () => {
    expect(await recordLast([acme, acme, acme], ['--history', '1'])).toBe(
      'the same signer for 1 earlier release, since 2026-02-01; 1 older one not looked at',
    );
    await setting.workspace.write('.provenance.txt', '');
    setting.index.clearRequests();
    expect(await historyOf(['--history', '0'])).toBe('none');
    expect(setting.index.requests.filter(({ path }) => path.includes('widget/1'))).toEqual([]);
  });

  test('is in the JSON report, and null for what was recorded before', async () => {
    await recordLast([null, acme], ['--history', '0']);
    await setting.workspace.write('.provenance.txt', '');
    const json = await setting.check(['--tofu', '--format', 'json']);
    expect(JSON.parse(json.stdout)).toMatchObject({
      packages: [
        {
          history: {
            releases: [
              { version: '1.0', standing: 'unsigned', signers: [], signedAt: null, files: 1, checked: 1 },
            ],
            older: 0,
            reason: null,
          },
        },
      ],
    });
    const again = await setting.check(['--format', 'json']);
    expect(JSON.parse(again.stdout)).toMatchObject({ packages: [{ history: null }] });
  });

  test('says of how many files it knows', async () => {
    const files = [
      makeSdist({ name: 'widget', version: '1.0' }),
      ...['cp38', 'cp39', 'cp310', 'cp311', 'cp312'].map((tag) =>
        makeWheel({ name: 'widget', version: '1.0', tag: `${tag}-none-any` }),
      ),
    ];
    setting.publish(files, acme);
    setting.publish([release('2.0')], acme);
    await setting.lock([release('2.0')]);
    expect(await historyOf()).toMatch(/^the same signer for 1 earlier release, since \S+ \(4 of 6 files\)$/);
  });

  test('changes no verdict, whatever the index does', async () => {
    setting.publish([release('1.0'), release('2.0')], acme);
    await setting.lock([release('2.0')]);
    const restore = setting.index.fail(/integrity\/widget\/1/, { kind: 'status', status: 403 });
    expect(await historyOf()).toBe('1.0 that could not be looked at');
    restore();
    await setting.workspace.write('.provenance.txt', '');
    setting.index.attest(release('1.0').filename, 'nonsense');
    expect(await historyOf()).toBe('1.0 with provenance that does not verify');
  });

  test('is by version where the index gives no times', async () => {
    setting.index.setModes({ json: false });
    for (const version of ['1.10', '1.9', '2.0', '1.2'])
      setting.publish([release(version)], version === '1.10' ? acme : mallory);
    setting.publish([release('2.0')], acme);
    await setting.lock([release('2.0')]);
    expect(await historyOf(['--history', '2'])).toMatch(
      /^the same signer for 1 earlier release, since \S+; before that: 1\.9 signed by another: .*; 1 older one not looked at$/,
    );
  });
});
