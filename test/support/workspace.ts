/** A temporary directory with an environment of its own, and programs run in it. */
import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { devNull, tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';

export type Environment = Readonly<Record<string, string>>;

export interface RunOptions {
  /** On top of the workspace's environment. */
  readonly env?: Environment;
  /** Default: the workspace's project directory. */
  readonly cwd?: string;
  /** What the program reads; without it, nothing. */
  readonly input?: string;
}

export interface RunResult {
  /** Null when a signal ended it. */
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A program that still runs, for tests that end it. */
export interface RunningProgram {
  readonly kill: (signal: NodeJS.Signals) => void;
  readonly stderrSoFar: () => string;
  /** What the pattern captures, as soon as stderr has it; rejects when the program ends without. */
  readonly whenSaid: (pattern: RegExp) => Promise<string>;
  readonly finished: Promise<RunResult>;
}

export interface Workspace {
  /** Holds everything: `project` (where programs run), `home`, `tmp`. */
  readonly directory: string;
  readonly project: string;
  /** What programs get: nothing of the machine's settings but PATH. */
  readonly env: Environment;
  /** Writes a file of the project directory, and its folders; returns its path. */
  readonly write: (name: string, content: string | Uint8Array) => Promise<string>;
  readonly read: (name: string) => Promise<string>;
  readonly start: (command: string, args: readonly string[], options?: RunOptions) => RunningProgram;
  readonly run: (command: string, args: readonly string[], options?: RunOptions) => Promise<RunResult>;
  readonly remove: () => Promise<void>;
}

export async function createWorkspace(): Promise<Workspace> {
  const directory = await realpath(await mkdtemp(join(tmpdir(), 'provpin-test-')));
  const project = join(directory, 'project');
  const folders = ['project', 'home', 'tmp'].map((name) => join(directory, name));
  await Promise.all(folders.map(async (folder) => mkdir(folder)));
  const env = cleanEnvironment(directory);
  const start: Workspace['start'] = (command, args, options = {}) =>
    startProgram(command, args, {
      cwd: options.cwd ?? project,
      env: { ...env, ...options.env },
      input: options.input,
    });
  return {
    directory,
    project,
    env,
    write: async (name, content) => {
      const path = join(project, name);
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, content);
      return path;
    },
    read: async (name) => readFile(join(project, name), 'utf8'),
    start,
    run: async (command, args, options) => start(command, args, options).finished,
    remove: async () => rm(directory, { recursive: true, force: true }),
  };
}

/** What a program needs of this machine to reach the real PyPI: CA bundles, proxies and an index of its own. */
export function networkEnvironment(env: NodeJS.ProcessEnv = process.env): Environment {
  const pattern =
    /^(?:PIP_(?:CERT|INDEX_URL|PROXY)|SSL_CERT_(?:FILE|DIR)|REQUESTS_CA_BUNDLE|NODE_EXTRA_CA_CERTS|(?:https?|all|no)_proxy)$/i;
  return Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) =>
      pattern.test(name) && value !== undefined ? [[name, value]] : [],
    ),
  );
}

/** Replaces what differs from run to run: paths, ports, digests, times and durations. */
export function scrub(text: string, workspace?: Workspace): string {
  const ours = workspace === undefined ? text : text.replaceAll(workspace.directory, '<workspace>');
  return ours
    .replaceAll(/\b(https?):\/\/(?:127\.0\.0\.1|localhost|\[::1\]):\d+/g, '$1://<index>')
    .replaceAll(/(?:127\.0\.0\.1|localhost|\[::1\]):\d+/g, '<index>')
    .replaceAll(/\b[0-9a-f]{64}\b/g, '<sha256>')
    .replaceAll(/\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z/g, '<time>')
    .replaceAll(/\b\d+(?:\.\d+)? ?m?s\b/g, '<duration>');
}

function cleanEnvironment(directory: string): Environment {
  const home = join(directory, 'home');
  return {
    PATH: [dirname(process.execPath), process.env['PATH']].join(delimiter),
    HOME: home,
    XDG_CACHE_HOME: join(home, '.cache'),
    XDG_CONFIG_HOME: join(home, '.config'),
    XDG_DATA_HOME: join(home, '.local/share'),
    XDG_STATE_HOME: join(home, '.local/state'),
    TMPDIR: join(directory, 'tmp'),
    LANG: 'C.UTF-8',
    NO_COLOR: '1',
    PIP_CONFIG_FILE: devNull,
    PIP_DISABLE_PIP_VERSION_CHECK: '1',
  };
}

function startProgram(
  command: string,
  args: readonly string[],
  options: { readonly cwd: string; readonly env: Environment; readonly input: string | undefined },
): RunningProgram {
  const child = spawn(command, args, {
    cwd: options.cwd,
    env: options.env,
    stdio: [options.input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
  });
  child.stdin?.end(options.input);
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  const finished = new Promise<RunResult>((resolve, reject) => {
    child.stdout?.on('data', (chunk: Buffer) => stdout.push(chunk));
    child.stderr?.on('data', (chunk: Buffer) => stderr.push(chunk));
    child.once('error', reject);
    child.once('close', (exitCode, signal) => {
      const [out, err] = [stdout, stderr].map((chunks) => Buffer.concat(chunks).toString('utf8'));
      resolve({ exitCode, signal, stdout: out ?? '', stderr: err ?? '' });
    });
  });
  const stderrSoFar = (): string => Buffer.concat(stderr).toString('utf8');
  return {
    kill: (signal) => child.kill(signal),
    stderrSoFar,
    whenSaid: async (pattern) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          const found = pattern.exec(stderrSoFar());
          if (found !== null) resolve(found[1] ?? '');
        };
        look();
        child.stderr?.on('data', look);
        finished.then(() => reject(new Error(`it ended, and said: ${stderrSoFar()}`)), reject);
      }),
    finished,
  };
}
