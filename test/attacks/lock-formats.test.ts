/** The lock is the attacker's, and of another tool: what its format leaves open is not open here. */
import { afterAll, beforeAll, beforeEach } from 'vitest';

import { createSetting, entryLine, type Setting } from '../e2e/setting.ts';
import { makeSdist, makeWheel, type Distribution } from '../support/distributions.ts';
import { tryAttacks, type Attack } from './attack.ts';
import { acme, RECORDED } from './batch.ts';

const wheel = makeWheel({ name: 'widget' });
const sdist = makeSdist({ name: 'widget' });
const poisoned = makeWheel({ name: 'widget', tag: 'cp312-cp312-linux_x86_64', content: 'import os' });
const local = makeWheel({ name: 'widget', version: '1.0.0+local', content: 'import os' });

let setting: Setting;
beforeAll(async () => {
  setting = await createSetting();
});
afterAll(async () => setting.close());
beforeEach(async () => {
  setting.publish([wheel, sdist], acme);
  await setting.lock([wheel, sdist]);
  await setting.workspace.write('.provenance.txt', entryLine('widget', RECORDED));
});

const requirement = (...hashes: readonly string[]) =>
  `widget==1.0.0${[wheel.sha256, ...hashes].map((hash) => ` \\\n    --hash=sha256:${hash}`).join('')}\n`;
const EVIL = `evil==1.0 --hash=sha256:${poisoned.sha256}`;

/** A requirements file, beside the good `pylock.toml`. */
const requirements = (text: string) => ({
  attack: async () => setting.workspace.write('requirements.txt', text),
  args: ['-L', 'requirements.txt'],
});

const pipfile = (widget: string) => ({
  attack: async () =>
    setting.workspace.write('Pipfile.lock', `{"_meta": {"pipfile-spec": 6}, "default": {${widget}}}`),
  args: ['-L', 'Pipfile.lock'],
});

const poetryFile = ({ filename, sha256 }: Distribution) =>
  `{ file = "${filename}", hash = "sha256:${sha256}" }`;

/** A `uv.lock` of one wheel, by the members of its table, which may name the index: it is there when they are asked for. */
const uv = (members: () => string, { table = 'package', registry = () => setting.index.simpleUrl } = {}) => ({
  attack: async () =>
    setting.workspace.write(
      'uv.lock',
      `version = 1
[[${table}]]
name = "widget"
version = "1.0.0"
source = { registry = "${registry()}" }
wheels = [{ ${members()} }]
`,
    ),
  args: ['-L', 'uv.lock'],
});

const uvFile = ({ filename }: Distribution) => `url = "${setting.index.origin}/files/${filename}"`;

const poetry = (ofPackage: string, ofMetadata: string) => ({
  attack: async () =>
    setting.workspace.write(
      'poetry.lock',
      `[[package]]
name = "widget"
version = "1.0.0"
optional = false
python-versions = "*"
${ofPackage}
[metadata]
lock-version = "1.1"
${ofMetadata}
`,
    ),
  args: ['-L', 'poetry.lock'],
});

const unavailable = { exitCode: 3, rules: ['provenance-unavailable'] } as const;
const notCovered = { exitCode: 1, rules: ['not-covered'] } as const;
const unreadable = { exitCode: 2, rules: [] } as const;

const ATTACKS: readonly Attack[] = [
  {
    id: 'hash-of-a-poisoned-file',
    ...requirements(requirement(poisoned.sha256)),
    attack: async () => {
      setting.publish([poisoned], null);
      await setting.workspace.write('requirements.txt', requirement(poisoned.sha256));
    },
    exitCode: 1,
    rules: ['attestation-partial'],
  },
  {
    id: 'hash-that-no-index-lists',
    ...requirements(requirement('0'.repeat(64))),
    ...unavailable,
  },
  {
    id: 'hash-of-a-file-of-another-version',
    args: ['-L', 'requirements.txt'],
    attack: async () => {
      setting.publish([local], acme);
      await setting.workspace.write('requirements.txt', requirement(local.sha256));
    },
    ...unavailable,
  },
  {
    id: 'requirement-without-a-hash',
    ...requirements(`${requirement()}evil==1.0\n`),
    ...unreadable,
  },
  {
    id: 'requirement-by-url',
    ...requirements(
      `${requirement()}widget @ https://files.example.org/${wheel.filename} --hash=sha256:${wheel.sha256}\n`,
    ),
    ...notCovered,
  },
  {
    id: 'requirements-that-take-in-another-file',
    ...requirements(`--index-url https://pypi.org/simple -r evil.txt\n${requirement()}`),
    ...unreadable,
  },
  {
    id: 'requirement-behind-a-line-separator',
    ...requirements(`# reviewed\u2028${EVIL}\n${requirement()}`),
    ...unreadable,
  },
  {
    id: 'requirement-behind-a-continued-comment',
    ...requirements(`${requirement().trimEnd()} # reviewed \\\n${EVIL}\n`),
    ...unreadable,
  },
  {
    id: 'requirements-in-another-encoding',
    ...requirements(`# coding: unicode_escape\n# reviewed\\n${EVIL}\n${requirement()}`),
    ...unreadable,
  },
  {
    id: 'requirements-with-lone-carriage-returns',
    ...requirements(`# who needs what\r\r# coding: utf-7\n${requirement()}\n# see +AAo-${EVIL}`),
    ...unreadable,
  },
  {
    id: 'requirement-with-a-variable',
    ...requirements(requirement().replace('==1.0.0', '==1.0.0 ; python_version > "3" ${PR_TITLE}')),
    ...unreadable,
  },
  {
    id: 'pipfile-with-a-member-twice',
    ...pipfile(
      `"widget": {"version": "==1.0.0", "hashes": ["sha256:${wheel.sha256}"], "hashes": ["sha256:${poisoned.sha256}"]}`,
    ),
    ...unreadable,
  },
  {
    id: 'pipfile-without-hashes',
    ...pipfile('"widget": {"version": "==1.0.0"}'),
    ...unavailable,
  },
  {
    id: 'pipfile-with-a-hash-in-a-marker',
    ...pipfile(
      `"widget": {"version": "==1.0.0", "hashes": ["sha256:${wheel.sha256}"], "markers": "os_name != 'x' --hash=sha256:${poisoned.sha256}"}`,
    ),
    ...unreadable,
  },
  {
    id: 'pipfile-with-a-line-in-an-extra',
    ...pipfile(
      `"widget": {"version": "==1.0.0", "hashes": ["sha256:${wheel.sha256}"], "extras": ["x]==1.0.0\\n${EVIL}\\nwidget[y"]}`,
    ),
    ...unreadable,
  },
  {
    id: 'poetry-lock-with-files-in-two-places',
    ...poetry(`files = [${poetryFile(poisoned)}]`, `[metadata.files]\nwidget = [${poetryFile(wheel)}]`),
    ...unreadable,
    says: 'only one may be there',
  },
  {
    id: 'poetry-lock-with-hashes-in-two-places',
    ...poetry(
      '',
      `[metadata.files]\nwidget = [${poetryFile(wheel)}]\n[metadata.hashes]\nwidget = ["${poisoned.sha256}"]`,
    ),
    ...unreadable,
    says: '`metadata.hashes` is how Poetry wrote hashes',
  },
  {
    id: 'pdm-lock-that-pdm-reads-as-pylock',
    args: ['-L', 'pdm.lock'],
    attack: async () =>
      setting.workspace.write(
        'pdm.lock',
        `lock-version = "1.0"
[metadata]
lock_version = "4.5.0"
[[package]]
name = "widget"
version = "1.0.0"
files = [${poetryFile(wheel)}]
[[packages]]
name = "widget"
version = "1.0.0"
wheels = [{ name = "${poisoned.filename}", url = "${setting.index.origin}/files/${poisoned.filename}", hashes = { sha256 = "${poisoned.sha256}" } }]
`,
      ),
    ...unreadable,
    says: 'has PDM read the file as one by PEP 751',
  },
  {
    id: 'uv-lock-by-an-older-name',
    ...uv(() => `${uvFile(poisoned)}, hash = "sha256:${poisoned.sha256}"`, { table: 'distribution' }),
    ...unreadable,
    says: '`distribution`',
  },
  {
    id: 'uv-lock-with-an-archive-for-a-wheel',
    ...uv(
      () =>
        `${uvFile(wheel)}, hash = "sha256:${wheel.sha256}", zstd = { hash = "sha256:${poisoned.sha256}", size = 1 }`,
    ),
    ...unreadable,
    says: '`package[0].wheels[0].zstd` is not known here',
  },
  {
    id: 'uv-lock-with-a-local-file',
    ...uv(() => `path = "${wheel.filename}", hash = "sha256:${wheel.sha256}"`, { registry: () => 'vendor' }),
    ...notCovered,
  },
  {
    id: 'uv-lock-without-a-hash',
    ...uv(() => uvFile(wheel)),
    ...unavailable,
  },
];

tryAttacks(ATTACKS, () => setting);
