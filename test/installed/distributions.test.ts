import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { listDistributions, parseDirectUrl } from '../../src/installed/distributions.ts';
import type { Layout } from '../../src/installed/layout.ts';
import { createWorkspace, type Workspace } from '../support/workspace.ts';

describe('parseDirectUrl', () => {
  const sha256 = 'ab'.repeat(32);

  test.each([
    [undefined, { kind: 'none' }],
    [
      { url: 'https://x/a.whl', archive_info: { hashes: { sha256, md5: 'NONE', sha1: 'AB' } } },
      { kind: 'archive', url: 'https://x/a.whl', hashes: { sha256, sha1: 'ab' } },
    ],
    [
      { url: 'https://x/a.whl', archive_info: { hash: `sha256=${sha256}` } },
      { kind: 'archive', url: 'https://x/a.whl', hashes: { sha256 } },
    ],
    [
      { url: 'https://x/a.whl', archive_info: {} },
      { kind: 'archive', url: 'https://x/a.whl', hashes: {} },
    ],
    [
      { url: 'file:///x', dir_info: {} },
      { kind: 'elsewhere', what: 'it was built from a directory' },
    ],
    [
      { url: 'file:///x', dir_info: { editable: true } },
      { kind: 'elsewhere', what: 'it is editable: its files are a source tree' },
    ],
    [
      { url: 'https://x', vcs_info: { vcs: 'git' } },
      { kind: 'elsewhere', what: 'it was built from a repository' },
    ],
    [{ url: 'https://x' }, { kind: 'elsewhere', what: 'its `direct_url.json` is malformed' }],
    [
      { url: 1, archive_info: {} },
      { kind: 'elsewhere', what: 'its `direct_url.json` is malformed' },
    ],
    [[], { kind: 'elsewhere', what: 'its `direct_url.json` is malformed' }],
  ])('%j', (value, expected) => {
    expect(parseDirectUrl(value && JSON.stringify(value))).toEqual(expected);
  });

  test('no JSON', () => {
    expect(parseDirectUrl('{')).toEqual({ kind: 'elsewhere', what: 'its `direct_url.json` is malformed' });
  });
});

describe('listDistributions', () => {
  let workspace: Workspace;
  beforeAll(async () => {
    workspace = await createWorkspace();
  });
  afterAll(async () => workspace.remove());

  test('what metadata readers of Python would list, and nothing that is imported for it', async () => {
    const library = join(workspace.directory, 'lib');
    const base = join(workspace.directory, 'base');
    const files = {
      'lib/Demo_Pkg-1.0.dist-info/WHEEL': 'Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n',
      'lib/Demo_Pkg-1.0.dist-info/INSTALLER': 'uv\n',
      'lib/bare-2.0.dist-info/METADATA': '',
      'lib/large-1.0.dist-info/WHEEL': 'x'.repeat(2_000_000),
      'lib/old-3.0-py3.11.egg-info/PKG-INFO': '',
      'lib/linked.egg-link': '/src\n',
      'lib/~emo-1.0.dist-info/METADATA': '',
      'lib/no_version.dist-info/METADATA': '',
      'lib/no-such-version-x.dist-info/METADATA': '',
      'lib/demo_pkg/__init__.py': '',
      'base/system-9.dist-info/METADATA': '',
    };
    for (const [path, text] of Object.entries(files)) {
      await mkdir(dirname(join(workspace.directory, path)), { recursive: true });
      await writeFile(join(workspace.directory, path), text);
    }
    const site = {
      libraries: [library],
      purelib: library,
      platlib: library,
      scripts: '',
      data: '',
      headers: '',
    };
    const layout: Layout = {
      prefix: workspace.directory,
      sites: [site],
      outside: [base, join(workspace.directory, 'missing')],
      interpreters: [],
      isVirtual: true,
      isWindows: false,
      cacheTag: 'cpython-311',
      version: [3, 11],
    };
    const { distributions, others } = await listDistributions(layout);
    expect(
      distributions.map(({ name, version, installer, metadata }) => [
        name,
        version,
        installer,
        metadata?.tags,
      ]),
    ).toEqual([
      ['demo-pkg', '1.0', 'uv', ['py3-none-any']],
      ['bare', '2.0', '', undefined],
      ['large', '1.0', '', undefined],
    ]);
    expect(others).toEqual([
      { name: 'linked', notCovered: expect.stringContaining('.egg-info') as unknown },
      { name: 'old', version: '3.0', notCovered: expect.stringContaining('.egg-info') as unknown },
      {
        name: 'system',
        version: '9',
        notCovered: expect.stringContaining('outside of the environment') as unknown,
      },
    ]);
  });
});
