/**
 * Which Python is to be locked for, and what pip it has.
 */
import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { delimiter, isAbsolute, join, resolve } from 'node:path';
import { incompleteError, inputError } from '../errors.ts';
import { printable } from '../printable.ts';
import { runProcess } from '../run-process.ts';

export type Environment = Readonly<Partial<Record<string, string>>>;

export interface Python {
  /** Absolute path. */
  readonly command: string;
  /** Before all others: which Python the Windows launcher is to start. */
  readonly args: readonly string[];
  /** Major and minor version. */
  readonly version: readonly [number, number];
  /** Version of the pip that it has. */
  readonly pip?: string;
}

interface Candidate {
  readonly command: string;
  readonly args: readonly string[];
}

/**
 * Makes `import` blind to the current directory, which `python -c` and `python -m` put first: a checkout with a `pip.py`
 * must not be what locks it. Not by `-I` (a pip in the user's site directory would vanish), nor by `-P` or PYTHONSAFEPATH
 * (Python 3.11; builds would inherit it).
 */
export const LEAVE_CURRENT_DIRECTORY = 'import sys\nif sys.path[:1] == [""]: del sys.path[0]\n';

const PROBE = `${LEAVE_CURRENT_DIRECTORY}
import json
try:
    from pip import __version__ as pip
except ImportError:
    pip = None
print(json.dumps([list(sys.version_info[:2]), pip]))
`;

const PROBE_TIMEOUT = 60_000;

export interface FindPythonOptions {
  readonly env: Environment;
  readonly cwd: string;
  readonly platform: NodeJS.Platform;
  /** As pip's `--python`: an interpreter, or the directory of an environment. */
  readonly python?: string;
  /** Asks it without having anything run that is installed; whether it has a pip is not known then. */
  readonly isolated?: boolean;
  /** What to do where there is none at all. */
  readonly hint?: string;
  /** Milliseconds that one may take to answer. */
  readonly timeout?: number;
}

/**
 * The Python that is named, or that of the active virtual environment, or else the first on PATH that runs.
 *
 * @throws ProvpinError: exit code 2 for a name that is none of a Python, 3 (the input may be in order, but nothing here can
 *   check it) when there is none
 */
export async function findPython(options: FindPythonOptions): Promise<Python> {
  if (options.python !== undefined) return await namedPython(options.python, options);
  const virtualEnv = options.env['VIRTUAL_ENV'];
  const candidates =
    virtualEnv === undefined || virtualEnv === ''
      ? await candidatesOnPath(options.env, options.platform)
      : [candidateOf(resolve(options.cwd, virtualEnv), options.platform)];
  const failures: string[] = [];
  for (const candidate of candidates) {
    const found = await probe(candidate, options);
    if (typeof found !== 'string') return found;
    failures.push(`\`${printable(candidate.command)}\` ${found}`);
  }
  if (virtualEnv !== undefined && virtualEnv !== '') {
    throw incompleteError('python-missing', `\`VIRTUAL_ENV\` has no working Python: ${failures.join('; ')}`, [
      'activate another virtual environment, or unset `VIRTUAL_ENV`',
    ]);
  }
  const tried = failures.length === 0 ? '' : `: ${failures.join('; ')}`;
  throw incompleteError('python-missing', `no Python was found on \`PATH\`${tried}`, [
    options.hint ?? 'install Python',
  ]);
}

async function namedPython(python: string, options: FindPythonOptions): Promise<Python> {
  const path = resolve(options.cwd, python);
  const isDirectory = await stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
  const candidate = isDirectory ? candidateOf(path, options.platform) : { command: path, args: [] };
  const found = await probe(candidate, options);
  if (typeof found !== 'string') return found;
  throw inputError('python-missing', `\`--python ${printable(python)}\` names no Python: it ${found}`, [
    'name an interpreter, or the directory of a virtual environment',
  ]);
}

function candidateOf(virtualEnv: string, platform: NodeJS.Platform): Candidate {
  const inside = platform === 'win32' ? ['Scripts', 'python.exe'] : ['bin', 'python'];
  return { command: join(virtualEnv, ...inside), args: [] };
}

async function candidatesOnPath(env: Environment, platform: NodeJS.Platform): Promise<readonly Candidate[]> {
  const wanted =
    platform === 'win32'
      ? [
          { name: 'py.exe', args: ['-3'] },
          { name: 'python.exe', args: [] },
        ]
      : [
          { name: 'python3', args: [] },
          { name: 'python', args: [] },
        ];
  const found = await Promise.all(
    wanted.map(async ({ name, args }) => ({ command: await findOnPath(name, env), args })),
  );
  return found.flatMap(({ command, args }) => (command === undefined ? [] : [{ command, args }]));
}

/** The first executable of that name. An entry of PATH that is relative is passed over: it would be the checkout's. */
async function findOnPath(name: string, env: Environment): Promise<string | undefined> {
  // Windows spells it `Path`, and a copy of its environment is no longer blind to letter case.
  const key = Object.keys(env).find((candidate) => candidate.toUpperCase() === 'PATH') ?? 'PATH';
  const directories = (env[key] ?? '').split(delimiter).filter((directory) => isAbsolute(directory));
  for (const directory of directories) {
    const path = join(directory, name);
    if (await isExecutable(path)) return path;
  }
  return undefined;
}

async function isExecutable(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
}

/** The Python behind a candidate, or in words what is wrong with it. */
async function probe(
  candidate: Candidate,
  { env, cwd, isolated = false, timeout = PROBE_TIMEOUT }: FindPythonOptions,
): Promise<Python | string> {
  const program = [...(isolated ? ['-I', '-S'] : []), '-c', PROBE];
  const result = await runProcess(candidate.command, [...candidate.args, ...program], {
    env,
    cwd,
    timeout,
    maxOutput: 1_000_000,
  });
  if (result.kind === 'not-started') return `cannot be started (${result.code})`;
  if (result.kind !== 'exited') return `did not answer (${result.kind})`;
  if (result.exitCode !== 0) return `failed with exit status ${result.exitCode}`;
  const answer = parseAnswer(Buffer.from(result.stdout).toString());
  return answer === undefined ? 'is not a Python' : { ...candidate, ...answer };
}

/** The last line, because what runs at Python's start may print as well. */
function parseAnswer(output: string): Pick<Python, 'version' | 'pip'> | undefined {
  const answer = /\[\[(\d+), (\d+)\], (?:null|"([0-9A-Za-z.+!]+)")\]\s*$/.exec(output);
  if (answer === null) return undefined;
  const [, major, minor, pip] = answer;
  return { version: [Number(major), Number(minor)], ...(pip === undefined ? {} : { pip }) };
}
