import { chmod, mkdir, symlink, writeFile } from 'node:fs/promises';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { violations } from '../report/json-schema.ts';
import { createRepository, type TestRepository } from '../support/repository.ts';
import { runProvpin } from '../support/run-provpin.ts';
import { createWorkspace, type Workspace } from '../support/workspace.ts';
import { entryLine } from './setting.ts';

const containing = (text: string): unknown => expect.stringContaining(text);
const matching = (pattern: RegExp): unknown => expect.stringMatching(pattern);
// Both ends are ours: `--format json` has just written it.
const parseDiff: (text: string) => { readonly outcome: string } = JSON.parse;

const ACME = 'https://github.com/acme/widget repository-id=11 owner-id=22';
const MAIN = [
  '# who signed what',
  entryLine('gizmo', 'https://gitlab.com/acme/gizmo repository-id=33 ref=refs/tags/v*').trimEnd(),
  entryLine('legacy', 'unsigned until=2026-12-31').trimEnd(),
  entryLine('old==1.0', 'https://github.com/acme/old repository-id=44 owner-id=22').trimEnd(),
  entryLine('widget', ACME).trimEnd(),
  '',
].join('\n');

/** A pull request each: what it makes of the file, and whether it fails. */
const BRANCHES: readonly (readonly [name: string, edit: (text: string) => string, exitCode: 0 | 1])[] = [
  [
    'first-use',
    (text) => text + entryLine('young', 'https://github.com/acme/young repository-id=55 owner-id=22'),
    0,
  ],
  [
    'replaced',
    (text) => text.replace(ACME, 'https://github.com/mallory/widget repository-id=66 owner-id=67'),
    1,
  ],
  [
    'transferred',
    (text) => text.replace(ACME, 'https://github.com/mallory/widget repository-id=11 owner-id=67'),
    1,
  ],
  [
    'renamed',
    (text) => text.replace(ACME, 'https://github.com/acme/new-widget repository-id=11 owner-id=22'),
    1,
  ],
  [
    'recreated',
    (text) => text.replace(ACME, 'https://github.com/acme/widget repository-id=77 owner-id=88'),
    1,
  ],
  ['ids-dropped', (text) => text.replace(' repository-id=11 owner-id=22', ''), 1],
  ['loosened', (text) => text.replace('refs/tags/v*', 'tags').replace('old==1.0', 'old     '), 1],
  ['alternative', (text) => text + entryLine('widget', 'https://github.com/mallory/widget'), 1],
  ['unsigned', (text) => text.replace(ACME, 'unsigned').replace('2026-12-31', '2027-12-31'), 1],
  ['removed', (text) => text.replace(/^widget .*\n/m, ''), 1],
  ['tidied', (text) => text.replace('# who', '# Who').replace(/^widget {43}/m, 'Widget '), 0],
  [
    'many-things',
    (text) =>
      `${entryLine('aaa', 'unsigned')}${text
        .replace(ACME, 'https://github.com/acme/widget')
        .replace('33', '34')
        .replace(/^legacy .*\n/m, '')}`.replaceAll('\n', '\r\n'),
    1,
  ],
];

let workspace: Workspace;
let made: TestRepository;
beforeAll(async () => {
  workspace = await createWorkspace();
  made = await createRepository(workspace);
  await workspace.write('.provenance.txt', MAIN);
  await made.commit('Record who signs');
  for (const [name, edit] of BRANCHES) {
    await made.git('checkout', '-q', '-b', name, 'main');
    await workspace.write('.provenance.txt', edit(MAIN));
    await made.commit(name);
  }
});
afterAll(async () => workspace.remove());

const diff = async (args: readonly string[], options: Parameters<typeof runProvpin>[2] = {}) =>
  await runProvpin(workspace, ['diff', ...args], options);

/** A branch of `main` on which a script has run. */
const onBranch = async (name: string, edit: () => Promise<unknown>) => {
  await made.git('checkout', '-q', '-b', name, 'main');
  await edit();
  await made.commit(name);
};

describe('a pull request', () => {
  for (const format of ['text', 'markdown'] as const)
    test.for(BRANCHES)(`%s, as ${format}`, async ([name, , exitCode]) => {
      await made.git('checkout', '-q', name);
      const result = await diff(['--format', format]);
      expect(result).toMatchObject({ exitCode, stderr: '' });
      await expect(result.stdout).toMatchFileSnapshot(
        `__snapshots__/diff/${name}.${format === 'text' ? 'txt' : 'md'}`,
      );
    });

  test('passes when everything is allowed by name, and by no other', async () => {
    await made.git('checkout', '-q', 'many-things');
    const names = ['widget', 'GIZMO', 'legacy'];
    const all = names.flatMap((name) => ['--allow', name]);
    expect(await diff(all)).toMatchObject({ exitCode: 0, stderr: '' });
    for (const missing of names) {
      const some = names.flatMap((name) => (name === missing ? [] : ['--allow', name]));
      expect(await diff(some)).toMatchObject({ exitCode: 1 });
    }
    expect(await diff([...all, '--allow', 'other'])).toMatchObject({
      exitCode: 0,
      stderr: 'warning: `--allow other` allows nothing: its entries did not change\n',
    });
  });

  test('as JSON is what the schema says', async () => {
    const schema: unknown = JSON.parse(
      readFileSync(new URL('../../docs/schema/diff-1.schema.json', import.meta.url), 'utf8'),
    );
    for (const [name, , exitCode] of BRANCHES) {
      await made.git('checkout', '-q', name);
      const { stdout } = await diff(['--format', 'json']);
      const value = parseDiff(stdout);
      expect([name, violations(value, schema), value.outcome]).toEqual([
        name,
        [],
        exitCode === 0 ? 'ok' : 'changed',
      ]);
    }
  });

  test('is what the work tree has, committed or not', async () => {
    await made.git('checkout', '-q', 'main');
    await workspace.write('.provenance.txt', MAIN.replace(' owner-id=22', ''));
    const result = await diff(['HEAD']);
    await made.git('checkout', '-q', '.');
    expect(result).toMatchObject({ exitCode: 1, stdout: containing('ids-dropped') });
    expect(await diff(['HEAD'])).toMatchObject({
      exitCode: 0,
      stdout: 'No entry changed.\n',
    });
  });

  test('is shown, and written to files and the summary of a job, at once', async () => {
    await made.git('checkout', '-q', 'replaced');
    const [text, markdown] = [await diff([]), await diff(['--format', 'markdown'])];
    const out = join(workspace.directory, 'home');
    const summary = join(out, 'summary.md');
    await writeFile(summary, 'before\n');
    const reports = ['--report', `markdown=${out}/diff.md`, '--report', `json=${out}/diff.json`];
    const result = await diff(reports, { env: { GITHUB_STEP_SUMMARY: summary } });
    expect(result).toEqual(text);
    expect(readFileSync(join(out, 'diff.md'), 'utf8')).toBe(markdown.stdout);
    expect(readFileSync(summary, 'utf8')).toBe(`before\n${markdown.stdout}`);
    expect(parseDiff(readFileSync(join(out, 'diff.json'), 'utf8')).outcome).toBe('changed');
  });

  test('is not said to be written where it was not', async () => {
    await made.git('checkout', '-q', 'first-use');
    expect(await diff(['--report', 'markdown=/dev/full'])).toMatchObject({
      exitCode: 3,
      stdout: containing('No recorded entry changed'),
      stderr: containing('`/dev/full` cannot be written'),
    });
    await made.git('checkout', '-q', 'replaced');
    expect(await diff(['--report', 'markdown=/dev/full'])).toMatchObject({ exitCode: 1 });
  });

  test('names a revision in backticks without them, in which messages have names', async () => {
    await made.git('checkout', '-q', 'replaced');
    await made.git('branch', '-f', 'a`b', 'main');
    const { stdout } = await diff(['a`b']);
    expect(stdout).toMatch(/^--- a'b \([0-9a-f]{12}\)$/m);
  });

  test('compares with the revision that is named', async () => {
    await made.git('checkout', '-q', 'recreated');
    expect(await diff(['recreated'])).toMatchObject({ exitCode: 0 });
    expect(await diff(['transferred'])).toMatchObject({ exitCode: 1 });
    expect(await diff(['nowhere'])).toMatchObject({ exitCode: 2, stdout: '' });
  });
});

describe('the file', () => {
  test('may be in a folder, and one in another', async () => {
    await onBranch('in-a-folder', async () => {
      await mkdir(join(workspace.project, 'trust/deep'), { recursive: true });
      await made.git('mv', '.provenance.txt', 'trust/who.txt');
    });
    const cwd = join(workspace.project, 'trust/deep');
    const env = { FILENAME: '../who.txt' };
    expect(await diff([], { cwd, env })).toMatchObject({
      exitCode: 0,
      stdout: matching(/^note: at the merge base .* the file was `\.provenance\.txt`\n/),
    });
    await workspace.write('trust/who.txt', MAIN.replace(ACME, 'unsigned'));
    expect(await diff([], { cwd, env })).toMatchObject({ exitCode: 1 });
    await made.git('checkout', '-q', '.');
  });

  test('may be new, which is said', async () => {
    await onBranch('new-file', async () => workspace.write('trust.txt', MAIN));
    const result = await diff(['--provenance-file', 'trust.txt']);
    expect(result).toMatchObject({ exitCode: 0, stderr: '' });
    expect(result.stdout).toMatch(/^note: the merge base .* has no such file: every entry is new to it$/m);
  });

  test('that neither side has is not one that did not change', async () => {
    await made.git('checkout', '-q', 'main');
    const result = await diff(['HEAD', '--provenance-file', 'misspelled.txt']);
    expect(result).toMatchObject({
      exitCode: 0,
      stdout: matching(
        /^note: neither HEAD \([0-9a-f]{12}\) nor the work tree has `misspelled\.txt`\n\nNothing was compared\.\n$/,
      ),
    });
  });

  test('may be gone, which takes everything', async () => {
    await onBranch('gone', async () => made.git('rm', '-q', '.provenance.txt'));
    const result = await diff([]);
    expect(result.exitCode).toBe(1);
    expect(result.stdout).toContain('note: .provenance.txt is missing: no entry is left');
    expect(result.stdout).toContain('4 packages: 4 weaker');
  });

  test('may have become a link or part of a submodule, and is compared all the same', async () => {
    await onBranch('linked', async () => {
      await workspace.write('elsewhere/who.txt', MAIN.replace(ACME, 'unsigned'));
      await made.git('rm', '-q', '.provenance.txt');
      await symlink('elsewhere/who.txt', join(workspace.project, '.provenance.txt'));
    });
    expect(await diff([])).toMatchObject({
      exitCode: 1,
      stdout: containing('unsigned-instead'),
    });
  });

  test.for<readonly [string, string, string]>([
    [
      'with an invisible character',
      MAIN.replace('acme/widget', 'acme/wid\u200Bget'),
      ' is an unprintable character, U+200B',
    ],
    ['with a bidirectional control in a comment', `${MAIN}# \u202Eevil\n`, '.provenance.txt:6`'],
    ['with a letter of another script', MAIN.replace('acme/widget', 'аcme/widget'), '.provenance.txt:5`'],
    ['with a line twice', `${MAIN}widget ${ACME}\n`, 'says the same as line 5'],
    [
      'with a line twice, in another spelling',
      `${MAIN}Widget ${ACME.replace('repository-id=11 owner-id=22', 'owner-id=22 repository-id=11')}\n`,
      'says the same as line 5',
    ],
  ])('%s is not compared at all', async ([, content, words]) => {
    await made.git('checkout', '-q', 'main');
    await workspace.write('.provenance.txt', content);
    const result = await diff([]);
    await made.git('checkout', '-q', '.');
    expect(result).toMatchObject({ exitCode: 2, stdout: '', stderr: containing(words) });
  });

  test('that is not valid at the base is named with its revision', async () => {
    await onBranch('broken', async () => workspace.write('.provenance.txt', 'widget nobody\n'));
    await onBranch('from-broken', async () => undefined);
    const result = await diff(['broken']);
    expect(result).toMatchObject({
      exitCode: 2,
      stderr: matching(/^error: `[0-9a-f]{12}:\.provenance\.txt:1`: /),
    });
  });
});

describe('two files', () => {
  test('are compared without a repository', async () => {
    const home = join(workspace.directory, 'home');
    await writeFile(join(home, 'old.txt'), MAIN);
    await writeFile(join(home, 'new.txt'), MAIN.replace('acme/widget', 'mallory/widget'));
    const result = await diff(['old.txt', 'new.txt'], { cwd: home });
    expect(result).toMatchObject({ exitCode: 1, stdout: containing('+++ new.txt') });
    expect(await diff(['old.txt', 'old.txt'], { cwd: home })).toMatchObject({ exitCode: 0 });
    expect(await diff(['old.txt'], { cwd: home })).toMatchObject({
      exitCode: 2,
      stderr: containing('no repository'),
    });
    for (const args of [
      ['old.txt', 'missing.txt'],
      ['missing.txt', 'old.txt'],
    ])
      expect(await diff(args, { cwd: home })).toMatchObject({
        exitCode: 2,
        stderr: containing('there is no file `missing.txt`'),
      });
  });

  test.for([
    [['a', 'b', 'c']],
    [['--', '--output=x']],
    [['-U0']],
    [['--strict']],
    [['--format', 'html']],
    [['--report', 'html=diff.html']],
    [['--report', 'json=nowhere/diff.json']],
    [['--report', 'json=.provenance.txt']],
    [['--allow', '../x']],
  ])('%j are none', async ([args = []]) => {
    expect(await diff(args)).toMatchObject({ exitCode: 2, stdout: '' });
  });
});

test('nothing that a repository names is run', async () => {
  const marker = join(workspace.directory, 'ran');
  const program = join(workspace.directory, 'program');
  await writeFile(program, `#!/bin/sh\necho "$0 $*" >> ${marker}\n`);
  await chmod(program, 0o755);
  await made.git('checkout', '-q', 'replaced');
  for (const key of ['core.fsmonitor', 'core.pager', 'diff.external', 'pager.diff-tree'])
    await made.git('config', key, program);
  expect(await diff([], { env: { GIT_EXTERNAL_DIFF: program } })).toMatchObject({ exitCode: 1, stderr: '' });
  await expect(workspace.run('cat', [marker])).resolves.toMatchObject({ exitCode: 1 });
});
