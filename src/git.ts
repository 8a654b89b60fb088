/**
 * What a git repository holds at a revision. The checkout may be somebody else's work: only commands are run that read objects and
 * refs, and none that runs a program of the configuration (filters, diff drivers, hooks, file system monitors, transports).
 */
import { posix } from 'node:path';
import { incompleteError, inputError } from './errors.ts';
import { printable, withoutUserinfo } from './printable.ts';
import { runProcess, type ProcessResult } from './run-process.ts';

export interface Repository {
  /** The root of the work tree, symbolic links resolved. */
  readonly root: string;
  /** Where in it commands run: empty, or a path with a slash at its end. */
  readonly prefix: string;
  readonly run: RunGit;
}

type RunGit = (args: readonly string[], input?: string) => Promise<GitOutput>;

interface GitOutput {
  readonly exitCode: number;
  readonly stdout: Uint8Array;
  readonly stderr: string;
}

export interface GitOptions {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  readonly signal: AbortSignal;
}

/** A provenance file has at most 32 MiB. */
const MAX_OUTPUT = 40 * 1024 * 1024;
const TIMEOUT = 60_000;

/** Settings that would have git run a program, whatever the repository says. */
const GLOBAL_ARGUMENTS = [
  '--no-pager',
  '--no-replace-objects',
  '--no-optional-locks',
  '--literal-pathspecs',
  '-c',
  'core.fsmonitor=false',
  '-c',
  'core.hooksPath=/dev/null',
  // It is how `resolveCommit` knows of two refs of one name.
  '-c',
  'core.warnAmbiguousRefs=true',
];

/** Which repository it is is found from the directory, and not by what a hook was started with; settings of the user stay. */
const KEPT_VARIABLES = /^GIT_(?:CONFIG(?:_.*)?|CEILING_DIRECTORIES|DISCOVERY_ACROSS_FILESYSTEM)$/;

function environmentOf(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const kept = Object.entries(env).filter(([name]) => !name.startsWith('GIT_') || KEPT_VARIABLES.test(name));
  return {
    ...Object.fromEntries(kept),
    LC_ALL: 'C',
    GIT_TERMINAL_PROMPT: '0',
    // What a partial clone lacks is not fetched: the configuration says how, and that can be a program.
    GIT_NO_LAZY_FETCH: '1',
    GIT_ALLOW_PROTOCOL: 'none',
  };
}

/**
 * The repository that a directory is in.
 *
 * @throws ProvpinError, exit code 2, where there is none, or no git
 */
export async function openRepository({ cwd, env, signal }: GitOptions): Promise<Repository> {
  const run: RunGit = async (args, input) =>
    toOutput(
      await runProcess('git', [...GLOBAL_ARGUMENTS, ...args], {
        cwd,
        env: environmentOf(env),
        signal,
        timeout: TIMEOUT,
        maxOutput: MAX_OUTPUT,
        ...(input === undefined ? {} : { input }),
      }),
      signal,
    );
  const [root, prefix] = await Promise.all([
    run(['rev-parse', '--show-toplevel']),
    run(['rev-parse', '--show-prefix']),
  ]);
  const failed = [root, prefix].find(({ exitCode }) => exitCode !== 0);
  if (failed !== undefined) {
    throw inputError('git', `git finds no repository with a work tree here: ${saidBy(failed.stderr)}`, [
      'run it in the repository; or compare two files: `provpin diff OLD NEW`',
    ]);
  }
  return { root: lineOf(root), prefix: lineOf(prefix), run };
}

function toOutput(result: ProcessResult, signal: AbortSignal): GitOutput {
  signal.throwIfAborted();
  if (result.kind === 'exited') return { ...result, stderr: new TextDecoder().decode(result.stderr) };
  if (result.kind === 'not-started') {
    throw inputError('git', `git cannot be started (${result.code})`, [
      'install git; or compare two files: `provpin diff OLD NEW`',
    ]);
  }
  throw incompleteError('git', `git did not end as it should (${result.kind})`);
}

/**
 * The commit that a revision names.
 *
 * @param revision hostile
 * @returns its hash
 * @throws ProvpinError, exit code 2, for what is not the name of one commit
 */
export async function resolveCommit(repository: Repository, revision: string): Promise<string> {
  const commit = await findCommit(repository, revision);
  if (commit === 'ambiguous') {
    throw inputError(
      'git-revision',
      `\`${printable(withoutUserinfo(revision), 200)}\` names more than one thing in this repository: git would take a tag before a branch`,
      [
        'name it in full (`refs/remotes/origin/main`, `refs/heads/main`, `refs/tags/v1`), or the commit by its hash',
      ],
    );
  }
  if (commit !== undefined) return commit;
  throw inputError(
    'git-revision',
    `\`${printable(withoutUserinfo(revision), 200)}\` is no commit of this repository`,
    [...(await shallowHints(repository)), 'name a branch (`origin/main`), a tag or a commit'],
  );
}

/**
 * @returns `ambiguous` for a name of two refs: whoever may push a tag `origin/main` would choose what `origin/main` is. A whole hash or
 *   ref is what it says, whatever else has that name; of a ref that is not there, git would take a tag `refs/remotes/origin/HEAD`.
 */
async function findCommit({ run }: Repository, revision: string): Promise<string | undefined> {
  if (revision.startsWith('-') || /[\0\r\n]/.test(revision)) return undefined;
  const [ref] = /^refs\/[^~^:@]*/.exec(revision) ?? [];
  if (ref !== undefined && (await run(['show-ref', '--verify', '--quiet', ref])).exitCode !== 0)
    return undefined;
  const found = await run(['rev-parse', '--verify', '--end-of-options', `${revision}^{commit}`]);
  const commit = lineOf(found);
  const exact = /^(?:[0-9a-f]{40}|[0-9a-f]{64}|refs\/.*)$/.test(revision);
  if (!exact && /^warning: refname .* is ambiguous\.$/m.test(found.stderr)) return 'ambiguous';
  return found.exitCode === 0 && /^[0-9a-f]{40,64}$/.test(commit) ? commit : undefined;
}

/** Where a change begins: a commit, and how people should be told of it. */
export interface Base {
  readonly commit: string;
  readonly label: string;
}

/**
 * The commit that the work in the work tree set out from: the merge base of HEAD with the branch that it is to be merged to, as a CI
 * service says it, or else with the default branch.
 *
 * @throws ProvpinError, exit code 2, where that is not to be found
 */
export async function defaultBase(repository: Repository, env: NodeJS.ProcessEnv): Promise<Base> {
  // The commit on the target branch that a pipeline for the merged result was made with.
  const merged = env['CI_MERGE_REQUEST_TARGET_BRANCH_SHA'] ?? '';
  if (merged !== '')
    return await mergeBase(repository, await resolveCommit(repository, merged), 'the target branch');
  const stated = env['CI_MERGE_REQUEST_DIFF_BASE_SHA'] ?? '';
  if (stated !== '') {
    return { commit: await resolveCommit(repository, stated), label: 'the base of the merge request' };
  }
  const target = env['GITHUB_BASE_REF'] ?? '';
  const branches =
    target === '' ? defaultBranches(env['CI_DEFAULT_BRANCH'] ?? '') : [`refs/remotes/origin/${target}`];
  for (const branch of branches) {
    const tip = await findCommit(repository, branch);
    if (tip !== undefined) return await mergeBase(repository, tip, branch);
  }
  const what =
    target === ''
      ? 'there is no default branch to compare with'
      : `\`origin/${printable(target, 200)}\` is not in this clone`;
  throw inputError('git-base', what, [
    ...(await shallowHints(repository)),
    'name the revision to compare with, e.g. `origin/main`',
  ]);
}

/** Names in full, which no tag or local branch can take the place of. */
function defaultBranches(stated: string): readonly string[] {
  return [
    'refs/remotes/origin/HEAD',
    ...(stated === '' ? [] : [`refs/remotes/origin/${stated}`]),
    'refs/remotes/origin/main',
    'refs/remotes/origin/master',
    'refs/heads/main',
    'refs/heads/master',
  ];
}

/**
 * Of several merge bases, each is another opinion of what HEAD changed: with one of them, a line that the branch has made stricter
 * since can look unchanged, and is made loose again by the merge. Then the branch itself is compared with. Where history was cut
 * off, others may be beyond the end: only that HEAD contains the branch is certain there.
 */
async function mergeBase(repository: Repository, tip: string, branch: string): Promise<Base> {
  const found = await repository.run(['merge-base', '--all', '--end-of-options', tip, 'HEAD']);
  const name = printable(branch.replace(/^refs\/(?:remotes|heads)\//, ''), 200);
  const [commit = '', ...others] = found.exitCode === 0 ? lineOf(found).split('\n') : [];
  const hints = commit === tip ? [] : await shallowHints(repository);
  if (commit === '' || hints.length > 0) {
    throw inputError('git-base', `this clone has no commit that HEAD and \`${name}\` surely have in common`, [
      ...hints,
      'name the revision to compare with, e.g. `origin/main`',
    ]);
  }
  if (others.length > 0) return { commit: tip, label: `${name}, with which HEAD has several merge bases` };
  return { commit, label: `the merge base with ${name}` };
}

async function shallowHints({ run }: Repository): Promise<readonly string[]> {
  const shallow = await run(['rev-parse', '--is-shallow-repository']);
  if (lineOf(shallow) !== 'true') return [];
  return [
    'the clone is shallow: fetch its history (`fetch-depth: 0` of actions/checkout, `GIT_DEPTH: 0` of GitLab, `git fetch --unshallow`)',
  ];
}

/**
 * A file at a commit, symbolic links followed within the repository.
 *
 * @param path from the root, with slashes; hostile
 * @returns undefined where the commit has no such file
 * @throws ProvpinError: exit code 2 for what is no file, 3 when the clone lacks its content
 */
export async function readAtCommit(
  repository: Repository,
  commit: string,
  path: string,
): Promise<Uint8Array | undefined> {
  if (/[\0\n]/.test(path)) throw pathError(path, 'is not a path that git can be asked for');
  const answer = await repository.run(['cat-file', '--batch', '--follow-symlinks'], `${commit}:${path}\n`);
  const { kind, content } = objectIn(answer);
  switch (kind) {
    case 'blob':
      return content;
    case 'link':
      throw pathError(path, `is a symbolic link at \`${commit}\`, to no file of the repository`);
    case 'other':
      throw pathError(path, `is no file at \`${commit}\``);
    case 'missing':
    case 'failed':
  }
  const entry = await entryAt(repository, commit, path);
  if (kind === 'missing' && entry === 'none') return undefined;
  if (entry === 'submodule') {
    throw pathError(path, `is in a submodule at \`${commit}\``, [
      'run it in the submodule, which has its own history',
    ]);
  }
  const reason = kind === 'missing' ? 'this clone does not have its content' : saidBy(answer.stderr);
  throw incompleteError(
    'git-object',
    `\`${printable(path, 500)}\` at \`${commit}\` cannot be read: ${reason}`,
    ['fetch the whole repository: a partial clone lacks files of other revisions'],
  );
}

function pathError(path: string, what: string, hints: readonly string[] = []): Error {
  return inputError('git-path', `\`${printable(path, 500)}\` ${what}`, hints);
}

/** What `git cat-file --batch` says of one object (git-cat-file(1), BATCH OUTPUT). */
function objectIn({ exitCode, stdout }: GitOutput): {
  readonly kind: 'blob' | 'other' | 'link' | 'missing' | 'failed';
  readonly content?: Uint8Array;
} {
  const end = Math.max(stdout.indexOf(0x0a), 0);
  const header = new TextDecoder().decode(stdout.subarray(0, end));
  if (exitCode !== 0) return { kind: 'failed' };
  if (header.endsWith(' missing')) return { kind: 'missing' };
  if (/^(?:symlink|loop|notdir|dangling) [0-9]+$/.test(header)) return { kind: 'link' };
  const object = /^[0-9a-f]+ ([a-z]+) ([0-9]+)$/.exec(header);
  if (object === null) return { kind: 'failed' };
  if (object[1] !== 'blob') return { kind: 'other' };
  return { kind: 'blob', content: stdout.subarray(end + 1, end + 1 + Number(object[2])) };
}

/** What the trees of a commit have under a path; `unknown` where they cannot be read. */
async function entryAt(
  { run }: Repository,
  commit: string,
  path: string,
): Promise<'none' | 'some' | 'submodule' | 'unknown'> {
  const parts = path.split('/');
  const ancestors = parts.map((_, at) => parts.slice(0, at + 1).join('/'));
  const { exitCode, stdout } = await run(['ls-tree', '-z', '--full-tree', commit, '--', ...ancestors]);
  if (exitCode !== 0) return 'unknown';
  const entries = new TextDecoder().decode(stdout).split('\0').filter(Boolean);
  if (entries.some((entry) => /^[0-7]+ commit /.test(entry))) return 'submodule';
  return entries.some((entry) => entry.endsWith(`\t${path}`)) ? 'some' : 'none';
}

/**
 * What a file was called at a commit, when HEAD has it under another name.
 *
 * @returns undefined where git finds no such file
 */
export async function formerPath(
  { run }: Repository,
  commit: string,
  path: string,
): Promise<string | undefined> {
  const options = ['-r', '-M', '-z', '--name-status', '--diff-filter=R', '--no-ext-diff', '--no-textconv'];
  const { exitCode, stdout } = await run(['diff-tree', ...options, '--end-of-options', commit, 'HEAD']);
  if (exitCode !== 0) return undefined;
  const fields = new TextDecoder().decode(stdout).split('\0');
  const at = fields.findIndex((field, place) => place % 3 === 2 && field === path);
  return at === -1 ? undefined : fields[at - 1];
}

/**
 * The path of a file from the root of the repository.
 *
 * @param path as the user gives it, from the directory that the repository was opened in
 * @throws ProvpinError, exit code 2, for a file outside of the repository
 */
export function pathInRepository({ root, prefix }: Repository, path: string): string {
  const relative = path.startsWith('/')
    ? posix.relative(root, posix.normalize(path))
    : posix.normalize(posix.join(prefix, path));
  if (relative === '..' || relative.startsWith('../') || relative.startsWith('/')) {
    throw inputError(
      'git-path',
      `\`${printable(path, 500)}\` is not in the repository \`${printable(root)}\``,
      ['run it in the repository that has the file'],
    );
  }
  return relative;
}

function lineOf({ stdout }: GitOutput): string {
  return new TextDecoder().decode(stdout).replace(/\r?\n$/, '');
}

/** The first line of what git says, fit to be shown. */
function saidBy(stderr: string): string {
  const [line = ''] = stderr.trim().split('\n');
  return printable(withoutUserinfo(line.replace(/^(?:fatal|error): /, '')), 300) || 'it does not say why';
}
