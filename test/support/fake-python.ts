/** A python that plays a scenario: for tests of what we do around pip, where no pip that can lock is at hand. */
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** What it says to a command line. */
export interface Answer {
  /**
   * A regular expression for the command line: `pip lock …` however pip is started (`-m pip`, a program that runs it, its
   * wheel), `probe` for a program without arguments, which asks for the versions; otherwise the arguments.
   */
  readonly when: string;
  readonly stdout?: string;
  readonly stderr?: string;
  readonly exitCode?: number;
  /** Never ends, after it has written. */
  readonly hangs?: boolean;
}

export interface Scenario {
  /** Where calls are written down, a line of JSON each. */
  readonly log: string;
  /** The first that fits is given; without one, exit code 97. */
  readonly answers: readonly Answer[];
}

export interface Call {
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

export interface FakePython {
  /** The folder with `python3` and `python`, to be put on PATH. */
  readonly bin: string;
  /** The executable. */
  readonly path: string;
  /** How it was called so far. */
  readonly calls: () => Promise<readonly Call[]>;
}

export interface FakePythonOptions {
  /** Its pip's version; null for a python without pip. */
  readonly pipVersion?: string | null;
  readonly pythonVersion?: string;
  /** What `pip lock` writes after its progress: a lock. */
  readonly lock?: string;
  /** Instead of the lines that pip writes to stdout before a lock. */
  readonly progress?: string;
  /** Asked before the usual ones. */
  readonly answers?: readonly Answer[];
}

// Both ends of the file are ours: the player has written it.
const parseCall: (line: string) => Call = JSON.parse;

const PLAYER = fileURLToPath(new URL('fake-python-player.ts', import.meta.url));

/** Makes one in `<directory>/bin`, which it creates. */
export async function fakePython(directory: string, options: FakePythonOptions = {}): Promise<FakePython> {
  const bin = join(directory, 'bin');
  const log = join(directory, 'calls.jsonl');
  const scenario = join(directory, 'scenario.json');
  await mkdir(bin, { recursive: true });
  await writeFile(log, '');
  const content: Scenario = { log, answers: [...(options.answers ?? []), ...usualAnswers(options)] };
  await writeFile(scenario, JSON.stringify(content));
  const command = [process.execPath, PLAYER, scenario].map(quote).join(' ');
  for (const name of ['python3', 'python']) {
    await writeFile(join(bin, name), `#!/bin/sh\nexec ${command} "$@"\n`);
    await chmod(join(bin, name), 0o755);
  }
  return {
    bin,
    path: join(bin, 'python3'),
    calls: async () => {
      const lines = (await readFile(log, 'utf8')).split('\n').filter((line) => line !== '');
      return lines.map((line) => parseCall(line));
    },
  };
}

function usualAnswers(options: FakePythonOptions): readonly Answer[] {
  const { pipVersion = '26.3', pythonVersion = '3.11', lock, progress = PROGRESS } = options;
  const numbers = pythonVersion.split('.').join(', ');
  const python = [
    { when: '^(?:--version|-V)$', stdout: `Python ${pythonVersion}.0\n` },
    { when: '^probe$', stdout: `[[${numbers}], ${JSON.stringify(pipVersion)}]\n` },
  ];
  if (pipVersion === null) {
    return [...python, { when: '^pip ', stderr: '/usr/bin/python3: No module named pip\n', exitCode: 1 }];
  }
  const version = `pip ${pipVersion} from /usr/lib/python3/site-packages/pip (python ${pythonVersion})\n`;
  const locked =
    lock === undefined ? [] : [{ when: '^pip .*lock ', stdout: progress + lock, stderr: EXPERIMENTAL }];
  return [...python, { when: '^pip --version', stdout: version }, ...locked];
}

const PROGRESS = 'Collecting widget\n  Downloading widget-1.0.0-py3-none-any.whl (1.2 kB)\n';

const EXPERIMENTAL =
  'WARNING: pip lock is currently an experimental command. It may be removed/changed in a future release without prior warning.\n';

function quote(word: string): string {
  return `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
