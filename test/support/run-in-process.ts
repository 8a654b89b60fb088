/** Runs a command line in this process, where coverage is seen; what a user gets is for the tests of the real binary (e2e). */
import { run, type Terminal } from '../../src/cli.ts';

export interface Ran {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface InProcessOptions extends Partial<
  Pick<Terminal, 'stdoutIsTerminal' | 'showsProgress' | 'stdout' | 'stderr'>
> {
  readonly env?: Readonly<Record<string, string>>;
}

/** Any command line; what it prints goes to the options' `stdout` and `stderr` as well, as it comes. */
export async function runInProcess(argv: readonly string[], options: InProcessOptions = {}): Promise<Ran> {
  const stdout: string[] = [];
  const stderr: string[] = [];
  const exitCode = await run(argv, {
    env: options.env ?? {},
    stdout: async (text) => {
      stdout.push(text);
      await options.stdout?.(text);
    },
    stderr: (text) => {
      stderr.push(text);
      options.stderr?.(text);
    },
    stdoutIsTerminal: options.stdoutIsTerminal ?? false,
    showsProgress: options.showsProgress ?? false,
  });
  return { exitCode, stdout: stdout.join(''), stderr: stderr.join('') };
}
