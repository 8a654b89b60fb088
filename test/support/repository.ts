/** A git repository in the project directory of a workspace. */
import type { RunResult, Workspace } from './workspace.ts';

export interface TestRepository {
  /** @throws Error unless it ends with 0 */
  readonly git: (...args: readonly string[]) => Promise<string>;
  /** Commits everything that is there. */
  readonly commit: (message?: string) => Promise<string>;
}

/** Commits that are the same each time, so that their hashes are. */
const AUTHOR = {
  GIT_AUTHOR_NAME: 'Example',
  GIT_AUTHOR_EMAIL: 'example@example.org',
  GIT_AUTHOR_DATE: '2026-01-01T00:00:00Z',
  GIT_COMMITTER_NAME: 'Example',
  GIT_COMMITTER_EMAIL: 'example@example.org',
  GIT_COMMITTER_DATE: '2026-01-01T00:00:00Z',
};

export async function createRepository(
  workspace: Workspace,
  cwd = workspace.project,
): Promise<TestRepository> {
  const git: TestRepository['git'] = async (...args) => {
    const result = await workspace.run('git', args, { cwd, env: AUTHOR });
    return succeeded(args, result);
  };
  await git('init', '-q', '-b', 'main');
  return {
    git,
    commit: async (message = 'A change') => {
      await git('add', '-A');
      await git('commit', '-q', '--allow-empty', '-m', message);
      return await git('rev-parse', 'HEAD');
    },
  };
}

function succeeded(args: readonly string[], { exitCode, stdout, stderr }: RunResult): string {
  if (exitCode !== 0) throw new Error(`\`git ${args.join(' ')}\` failed: ${stderr}`);
  return stdout.trim();
}
