import { access, chmod, mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import {
  defaultBase,
  formerPath,
  openRepository,
  pathInRepository,
  readAtCommit,
  resolveCommit,
  type Repository,
} from '../src/git.ts';
import { failureOf } from './provenance-file/files.ts';
import { createRepository, type TestRepository } from './support/repository.ts';
import { createWorkspace, type Workspace } from './support/workspace.ts';

const NEVER = new AbortController().signal;
let workspace: Workspace;
let made: TestRepository;
beforeEach(async () => {
  workspace = await createWorkspace();
  made = await createRepository(workspace);
});
afterEach(async () => workspace.remove());

const open = async (cwd = workspace.project, env: NodeJS.ProcessEnv = {}): Promise<Repository> =>
  await openRepository({ cwd, env: { ...workspace.env, ...env }, signal: NEVER });
const textAt = async (repository: Repository, commit: string, path: string) => {
  const bytes = await readAtCommit(repository, commit, path);
  return bytes && new TextDecoder().decode(bytes);
};

/** `main` has a commit more than the branch that is checked out. */
const branch = async () => {
  const base = await made.commit('base');
  await made.git('checkout', '-q', '-b', 'work');
  await made.commit('work');
  await made.git('checkout', '-q', 'main');
  await made.commit('later');
  await made.git('checkout', '-q', '--detach', 'work');
  return base;
};

describe('a revision', () => {
  test.each(['HEAD', 'main', 'v1', 'HEAD~0', 'v1^{}'])('%s is a commit', async (revision) => {
    const commit = await made.commit();
    await made.git('tag', 'v1');
    expect(await resolveCommit(await open(), revision)).toBe(commit);
  });

  describe('that a tag has the name of', () => {
    test.each(['main', 'origin/main', 'main~0', 'origin/main^{commit}'])(
      '%s is refused',
      async (revision) => {
        const base = await branch();
        await made.git('update-ref', 'refs/remotes/origin/main', base);
        for (const tag of ['main', 'origin/main']) await made.git('tag', tag, 'work');
        await made.git('config', 'core.warnAmbiguousRefs', 'false');
        const { message, exitCode } = await failureOf(resolveCommit(await open(), revision));
        expect(message).toContain('more than one thing');
        expect(exitCode).toBe(2);
      },
    );

    test('the first digits of a hash is refused, and the whole hash is that commit', async () => {
      const base = await branch();
      for (const tag of [base, base.slice(0, 12)]) await made.git('update-ref', `refs/tags/${tag}`, 'work');
      await expect(resolveCommit(await open(), base.slice(0, 12))).rejects.toThrow('more than one thing');
      expect(await resolveCommit(await open(), base)).toBe(base);
    });

    test('a whole ref is that ref', async () => {
      const base = await branch();
      await made.git('update-ref', 'refs/remotes/origin/main', base);
      for (const tag of ['origin/main', 'refs/remotes/origin/main']) await made.git('tag', tag, 'work');
      expect(await resolveCommit(await open(), 'refs/remotes/origin/main')).toBe(base);
      expect((await defaultBase(await open(), {})).commit).toBe(base);
    });

    test('a ref that is not there is not that ref', async () => {
      const base = await branch();
      await made.git('update-ref', 'refs/remotes/origin/main', base);
      await made.git('tag', 'refs/remotes/origin/HEAD', 'work');
      await expect(resolveCommit(await open(), 'refs/remotes/origin/HEAD~0')).rejects.toThrow('no commit');
      expect((await defaultBase(await open(), {})).commit).toBe(base);
    });
  });

  test.each([
    '--output=stolen',
    '-h',
    '--all',
    'nowhere',
    'HEAD..main',
    'HEAD main',
    'HEAD:file',
    '^HEAD',
    'main\nHEAD',
    'main\0',
    '',
    '\u001B[2J',
  ])('%j is none', async (revision) => {
    await workspace.write('file', 'text');
    await made.commit();
    const { code, exitCode, message } = await failureOf(resolveCommit(await open(), revision));
    expect([code, exitCode]).toEqual(['git-revision', 2]);
    expect(message).not.toContain('\u001B');
    await expect(access(join(workspace.project, 'stolen'))).rejects.toThrow('ENOENT');
  });
});

describe('a file at a commit', () => {
  test('is what was committed, byte for byte, whatever attributes say of its line endings', async () => {
    await workspace.write('.gitattributes', '* text eol=crlf ident filter=none\n');
    await workspace.write('trust/file', 'a\nb\u0000\n$Id$\n');
    const commit = await made.commit();
    await workspace.write('trust/file', 'something else');
    expect(await textAt(await open(), commit, 'trust/file')).toBe('a\nb\u0000\n$Id$\n');
  });

  test('is absent where there was none', async () => {
    const commit = await made.commit();
    expect(await textAt(await open(), commit, 'trust/file')).toBeUndefined();
  });

  test('is what symbolic links lead to within the repository', async () => {
    await workspace.write('shared/file', 'shared');
    await symlink('shared', join(workspace.project, 'folder'));
    await symlink('folder/file', join(workspace.project, 'link'));
    const commit = await made.commit();
    expect(await textAt(await open(), commit, 'link')).toBe('shared');
  });

  test.each([
    ['/etc/passwd', 'symbolic link'],
    ['nowhere', 'symbolic link'],
    ['link', 'symbolic link'],
  ])('is none behind a link to %s', async (target, words) => {
    await symlink(target, join(workspace.project, 'link'));
    const commit = await made.commit();
    const { exitCode, message } = await failureOf(textAt(await open(), commit, 'link'));
    expect([exitCode, message]).toEqual([2, expect.stringContaining(words)]);
  });

  test('is none where a folder has its name, nor with a line feed in it', async () => {
    await workspace.write('folder/file', 'text');
    const commit = await made.commit();
    const repository = await open();
    await expect(textAt(repository, commit, 'folder')).rejects.toMatchObject({ code: 'git-path' });
    await expect(textAt(repository, commit, 'a\nb')).rejects.toMatchObject({ code: 'git-path' });
  });

  test.each([
    ['lost', 'HEAD:trust/file', 'this clone does not have its content'],
    ['lost', 'HEAD:trust', 'this clone does not have its content'],
    ['spoilt', 'HEAD:trust/file', ''],
    ['spoilt', 'HEAD:trust', ''],
    ['spoilt', 'HEAD^{tree}', 'inflate: '],
  ])('is not one that was never there where the clone has %s %s', async (how, name, reason) => {
    await workspace.write('trust/file', 'text');
    const commit = await made.commit();
    const object = await made.git('rev-parse', name);
    const path = join(workspace.project, '.git/objects', object.slice(0, 2), object.slice(2));
    await rm(path, { force: true });
    if (how === 'spoilt') await writeFile(path, 'rubbish');
    const { code, exitCode, message } = await failureOf(textAt(await open(), commit, 'trust/file'));
    expect([code, exitCode]).toEqual(['git-object', 3]);
    expect(message).toContain(`cannot be read: ${reason}`);
  });

  test.each([
    ['an answer of another shape', 0, 'something new\n'],
    ['an answer without an end', 0, '0123'],
    ['the first half of an answer', 128, '0123 blob 4\nte'],
  ])('is not taken from %s', async (_, exitCode, said) => {
    await workspace.write('file', 'text');
    const commit = await made.commit();
    const repository = await open();
    const run: Repository['run'] = async (args, input) =>
      args[0] === 'cat-file'
        ? { exitCode, stdout: Buffer.from(said), stderr: '' }
        : await repository.run(args, input);
    const failure = await failureOf(textAt({ ...repository, run }, commit, 'file'));
    expect([failure.code, failure.exitCode]).toEqual(['git-object', 3]);
    expect(failure.message).toContain('cannot be read: it does not say why');
  });

  test('of a submodule is for the submodule', async () => {
    const commit = await made.commit();
    await made.git('update-index', '--add', '--cacheinfo', `160000,${commit},trust`);
    await made.git('commit', '-q', '-m', 'A submodule');
    const { code, message } = await failureOf(
      textAt(await open(), await made.git('rev-parse', 'HEAD'), 'trust/file'),
    );
    expect([code, message]).toEqual(['git-path', expect.stringContaining('submodule')]);
  });

  test('had another name before', async () => {
    await workspace.write('before', 'a\nb\nc\n');
    const commit = await made.commit();
    await made.git('mv', 'before', 'after');
    await made.commit();
    const repository = await open();
    expect(await formerPath(repository, commit, 'after')).toBe('before');
    expect(await formerPath(repository, commit, 'before')).toBeUndefined();
    expect(await formerPath(repository, '0'.repeat(40), 'after')).toBeUndefined();
  });
});

describe('a path', () => {
  test('is from the root, wherever one is', async () => {
    await mkdir(join(workspace.project, 'a/b'), { recursive: true });
    const repository = await open(join(workspace.project, 'a/b'));
    expect(pathInRepository(repository, 'file')).toBe('a/b/file');
    expect(pathInRepository(repository, '../file')).toBe('a/file');
    expect(pathInRepository(repository, join(workspace.project, 'c/file'))).toBe('c/file');
  });

  test.each(['../file', '..', '/etc/passwd', '../project-2/file'])('%s is outside', async (path) => {
    const repository = await open();
    expect(() => pathInRepository(repository, path)).toThrow('is not in the repository');
  });
});

describe('where work set out from', () => {
  test.each<readonly [string, readonly (readonly string[])[], Readonly<Record<string, string>>, string]>([
    ['the local branch', [], {}, 'main'],
    [
      'origin/main',
      [
        ['update-ref', 'refs/remotes/origin/main', 'main'],
        ['branch', '-m', 'main', 'x'],
      ],
      {},
      'origin/main',
    ],
    [
      'origin/HEAD',
      [
        ['update-ref', 'refs/remotes/origin/trunk', 'main'],
        ['symbolic-ref', 'refs/remotes/origin/HEAD', 'refs/remotes/origin/trunk'],
        ['branch', '-m', 'main', 'x'],
      ],
      {},
      'origin/HEAD',
    ],
    [
      'the target of a pull request',
      [
        ['update-ref', 'refs/remotes/origin/dev', 'main'],
        ['update-ref', 'refs/remotes/origin/main', 'work'],
      ],
      { GITHUB_BASE_REF: 'dev' },
      'origin/dev',
    ],
    [
      'what GitLab says is the default branch',
      [
        ['update-ref', 'refs/remotes/origin/dev', 'main'],
        ['branch', '-m', 'main', 'x'],
      ],
      { CI_DEFAULT_BRANCH: 'dev' },
      'origin/dev',
    ],
    [
      'a tag of that name is not it',
      [
        ['tag', 'origin/main', 'work'],
        ['branch', 'origin/main', 'work'],
      ],
      {},
      'main',
    ],
  ])('%s', async (_, commands, env, name) => {
    const base = await branch();
    for (const command of commands) await made.git(...command);
    expect(await defaultBase(await open(), env)).toEqual({
      commit: base,
      label: `the merge base with ${name}`,
    });
  });

  test('what GitLab says', async () => {
    const base = await branch();
    expect(await defaultBase(await open(), { CI_MERGE_REQUEST_DIFF_BASE_SHA: base })).toMatchObject({
      commit: base,
    });
  });

  test('what GitLab made the merged result with, rather than where the branch left it', async () => {
    const left = await branch();
    await made.git('merge', '-q', 'main');
    const tip = await made.git('rev-parse', 'main');
    const env = { CI_MERGE_REQUEST_DIFF_BASE_SHA: left, CI_MERGE_REQUEST_TARGET_BRANCH_SHA: tip };
    expect(await defaultBase(await open(), env)).toEqual({
      commit: tip,
      label: 'the merge base with the target branch',
    });
  });

  test('the branch itself, where branches that were merged both ways leave several merge bases', async () => {
    await made.commit('base');
    await made.git('checkout', '-q', '-b', 'work');
    const theirs = await made.commit('work');
    await made.git('checkout', '-q', 'main');
    const ours = await made.commit('main');
    await made.git('merge', '-q', '--no-ff', '-m', 'merged', 'work');
    const tip = await made.git('rev-parse', 'HEAD');
    await made.git('checkout', '-q', 'work');
    await made.git('merge', '-q', '-s', 'ours', '-m', 'merged', ours);
    expect((await made.git('merge-base', '--all', 'main', 'HEAD')).split('\n').toSorted()).toEqual(
      [ours, theirs].toSorted(),
    );
    expect(await defaultBase(await open(), {})).toEqual({
      commit: tip,
      label: 'main, with which HEAD has several merge bases',
    });
  });

  test.each<readonly [string, Readonly<Record<string, string>>]>([
    ['a target that is not in the clone is not replaced by another', { GITHUB_BASE_REF: 'release' }],
    ['a base that is not in the clone', { CI_MERGE_REQUEST_DIFF_BASE_SHA: '0'.repeat(40) }],
    ['a base that is no commit', { CI_MERGE_REQUEST_DIFF_BASE_SHA: '--all' }],
  ])('%s', async (_, env) => {
    await branch();
    await expect(defaultBase(await open(), env)).rejects.toMatchObject({ exitCode: 2 });
  });

  test('no default branch, and no common commit', async () => {
    await made.commit();
    await made.git('branch', '-m', 'main', 'x');
    await expect(defaultBase(await open(), {})).rejects.toThrow('no default branch');
    await made.git('checkout', '-q', '--orphan', 'main');
    await made.commit('unrelated');
    await made.git('checkout', '-q', 'x');
    await expect(defaultBase(await open(), {})).rejects.toThrow(
      'no commit that HEAD and `main` surely have in common',
    );
  });

  test('a shallow clone has one where HEAD contains the branch, and no other', async () => {
    await branch();
    await made.git('checkout', '-q', '-b', 'merged');
    await made.git('merge', '-q', '--no-ff', '-m', 'merged', 'main');
    const cloned = async (name: string): Promise<Repository> => {
      const clone = join(workspace.directory, name);
      const from = ['--depth', '2', '--no-single-branch', '-b', name, `file://${workspace.project}`];
      await made.git('clone', '-q', ...from, clone);
      return await open(clone);
    };
    const env = { GITHUB_BASE_REF: 'main' };
    const tip = await made.git('rev-parse', 'main');
    expect(await defaultBase(await cloned('merged'), env)).toMatchObject({ commit: tip });
    expect((await failureOf(defaultBase(await cloned('work'), env))).hints.join()).toContain(
      'fetch-depth: 0',
    );
  });

  test('a shallow clone says how to get its history', async () => {
    await branch();
    await made.git('checkout', '-q', 'main');
    const clone = join(workspace.directory, 'clone');
    await made.git(
      'clone',
      '-q',
      '--depth',
      '1',
      '--no-single-branch',
      '-b',
      'work',
      `file://${workspace.project}`,
      clone,
    );
    const repository = await open(clone);
    for (const attempt of [
      async () => defaultBase(repository, {}),
      async () => resolveCommit(repository, 'HEAD~1'),
    ])
      expect((await failureOf(attempt())).hints.join()).toContain('fetch-depth: 0');
  });
});

describe('a repository', () => {
  test('has to be there', async () => {
    await expect(open(join(workspace.directory, 'home'))).rejects.toMatchObject({ code: 'git', exitCode: 2 });
    await expect(open(workspace.project, { PATH: '/nonexistent' })).rejects.toThrow(
      'git cannot be started (ENOENT)',
    );
  });

  test.each([
    ['is killed', 'kill -KILL $$', 'killed'],
    ['says more than anything that is asked for', 'head -c 50000000 /dev/zero', 'too-much-output'],
  ])('is not read by a git that %s', async (_, script, kind) => {
    await workspace.write('bin/git', `#!/bin/sh\n${script}\n`);
    await chmod(join(workspace.project, 'bin/git'), 0o755);
    const PATH = `${join(workspace.project, 'bin')}:${process.env['PATH']}`;
    const { code, exitCode, message } = await failureOf(open(workspace.project, { PATH }));
    expect([code, exitCode, message]).toEqual(['git', 3, `git did not end as it should (${kind})`]);
  });

  test('is the one of the directory, and not of the variables that a hook gets', async () => {
    const other = join(workspace.directory, 'other');
    await mkdir(other);
    await createRepository(workspace, other);
    const repository = await open(workspace.project, {
      GIT_DIR: join(other, '.git'),
      GIT_WORK_TREE: other,
      GIT_INDEX_FILE: '/x',
    });
    expect(repository.root).toBe(workspace.project);
  });

  test('may be a work tree of another one', async () => {
    await workspace.write('file', 'text');
    const commit = await made.commit();
    const tree = join(workspace.directory, 'tree');
    await made.git('worktree', 'add', '-q', tree);
    const repository = await open(tree);
    expect([repository.root, await textAt(repository, commit, 'file')]).toEqual([tree, 'text']);
  });

  test('has no program run that its configuration names', async () => {
    const marker = join(workspace.directory, 'ran');
    const program = join(workspace.directory, 'program');
    await writeFile(program, `#!/bin/sh\necho "$0 $*" >> ${marker}\n`);
    await chmod(program, 0o755);
    await workspace.write('.gitattributes', '* diff=evil filter=evil merge=evil\n');
    await workspace.write('before', 'a\nb\nc\n');
    const commit = await made.commit();
    await made.git('mv', 'before', 'file');
    await made.commit();
    const hooks = join(workspace.directory, 'hooks');
    await mkdir(hooks);
    for (const hook of ['post-index-change', 'reference-transaction', 'fsmonitor-watchman', 'post-checkout'])
      await symlink(program, join(hooks, hook));
    for (const [key, value] of [
      ['core.fsmonitor', program],
      ['core.pager', program],
      ['core.hooksPath', hooks],
      ['core.sshCommand', program],
      ['core.gitProxy', program],
      ['core.askPass', program],
      ['core.editor', program],
      ['diff.external', program],
      ['diff.evil.command', program],
      ['diff.evil.textconv', program],
      ['filter.evil.clean', program],
      ['filter.evil.smudge', program],
      ['filter.evil.process', program],
      ['filter.evil.required', 'true'],
      ['alias.cat-file', `!${program}`],
      ['pager.diff-tree', program],
      ['pager.rev-parse', program],
      ['gpg.program', program],
      ['log.showSignature', 'true'],
      ['credential.helper', `!${program}`],
      ['uploadpack.packObjectsHook', program],
      ['remote.origin.url', `ext::${program}`],
      ['remote.origin.uploadpack', program],
      ['remote.origin.promisor', 'true'],
      ['remote.origin.partialclonefilter', 'blob:none'],
      ['protocol.ext.allow', 'always'],
      ['extensions.partialClone', 'origin'],
      ['core.repositoryformatversion', '1'],
    ] as const)
      await made.git('config', key, value);
    const blob = await made.git('rev-parse', 'HEAD:file');
    const hostile = {
      GIT_EXTERNAL_DIFF: program,
      GIT_PAGER: program,
      GIT_SSH_COMMAND: program,
      GIT_TRACE: marker,
      PAGER: program,
    };
    const repository = await open(workspace.project, hostile);
    expect(await textAt(repository, commit, 'before')).toBe('a\nb\nc\n');
    expect(await formerPath(repository, commit, 'file')).toBe('before');
    expect(await defaultBase(repository, {})).toMatchObject({ label: 'the merge base with main' });
    await rm(join(workspace.project, '.git/objects', blob.slice(0, 2), blob.slice(2)), { force: true });
    await expect(textAt(repository, commit, 'before')).rejects.toMatchObject({
      code: 'git-object',
      exitCode: 3,
    });
    await expect(access(marker)).rejects.toThrow('ENOENT');
    // The trap is one: what is not kept from it runs into it.
    await workspace.run('git', ['cat-file', '-p', blob]);
    await expect(access(marker)).resolves.toBeUndefined();
  });
});
