/**
 * Where an environment keeps what is installed in it. Its Python is asked, without anything of the environment itself being
 * run: `-I -S` leaves out `site` (and with it `.pth` files, `sitecustomize`), PYTHON* variables and the current directory.
 */
import { realpath, stat } from 'node:fs/promises';
import { incompleteError } from '../errors.ts';
import { printable } from '../printable.ts';
import type { Python } from '../lock-source/index.ts';
import { runProcess } from '../run-process.ts';

export interface Surroundings {
  readonly env: Readonly<Partial<Record<string, string>>>;
  readonly cwd: string;
  readonly signal?: AbortSignal;
}

/** One place for installations; a Python has one, and perhaps another for the user. All paths are real and absolute. */
export interface Site {
  /** Where modules are: `purelib`, and `platlib` where that is another directory. */
  readonly libraries: readonly string[];
  readonly purelib: string;
  readonly platlib: string;
  readonly scripts: string;
  readonly data: string;
  /** Each package has a directory in it, of its own name. */
  readonly headers: string;
}

export interface Layout {
  /** What people should be told it is. */
  readonly prefix: string;
  readonly sites: readonly Site[];
  /** Directories that it takes modules from, too, and that are not its own (the base's site-packages). */
  readonly outside: readonly string[];
  /** Every path by which its interpreter may be called. */
  readonly interpreters: readonly string[];
  readonly isVirtual: boolean;
  readonly isWindows: boolean;
  /** `cpython-311`: what the bytecode files of this Python are called. */
  readonly cacheTag: string;
  /** Major and minor. */
  readonly version: readonly [number, number];
}

const PROBE = `
import json, os, site, sys, sysconfig
def virtual():
    for place in (os.path.dirname(sys.executable), os.path.dirname(os.path.dirname(sys.executable))):
        file = os.path.join(place, "pyvenv.cfg")
        if os.path.isfile(file):
            with open(file, encoding="utf-8") as lines:
                pairs = [line.partition("=") for line in lines if "=" in line]
            return place, {key.strip().lower(): value.strip() for key, _, value in pairs}
    return None, {}
venv, settings = virtual()
base = sys.base_prefix
prefix = venv or base
names = sysconfig.get_scheme_names()
scheme = "venv" if venv and "venv" in names else None
if venv and scheme is None:
    scheme = "nt" if os.name == "nt" else "posix_prefix"
def site_of(scheme, variables, include=None):
    paths = sysconfig.get_paths(vars=variables) if scheme is None else sysconfig.get_paths(scheme, variables)
    kept = {key: paths[key] for key in ("purelib", "platlib", "scripts", "data")}
    kept["headers"] = include or paths["include"]
    return kept
tag = "python%d.%d" % sys.version_info[:2]
variables = {"base": prefix, "platbase": prefix, "installed_base": base, "installed_platbase": base}
sites = [site_of(scheme, variables, os.path.join(prefix, "include", "site", tag) if venv else None)]
seesBase = not venv or settings.get("include-system-site-packages", "true").lower() == "true"
outside = []
if seesBase:
    outside = site.getsitepackages([base, sys.base_exec_prefix])
    user = site.getuserbase()
    userScheme = sysconfig._get_preferred_schemes()["user"] if hasattr(sysconfig, "_get_preferred_schemes") else os.name + "_user"
    if user and userScheme in names:
        sites.append(site_of(userScheme, {"userbase": user}))
print()
print(json.dumps({
    "prefix": prefix, "sites": sites, "outside": outside, "isVirtual": venv is not None, "isWindows": os.name == "nt",
    "executable": sys.executable, "base": getattr(sys, "_base_executable", sys.executable),
    "cacheTag": sys.implementation.cache_tag, "version": list(sys.version_info[:2]),
}))
`;

const TIMEOUT = 60_000;

/** @throws ProvpinError, exit code 3, when the Python does not say it */
export async function readLayout(python: Python, surroundings: Surroundings): Promise<Layout> {
  const result = await runProcess(python.command, [...python.args, '-I', '-S', '-c', PROBE], {
    ...surroundings,
    timeout: TIMEOUT,
    maxOutput: 1_000_000,
  });
  const answer =
    result.kind === 'exited' && result.exitCode === 0
      ? parseAnswer(Buffer.from(result.stdout).toString())
      : undefined;
  if (answer === undefined)
    throw incompleteError(
      'environment',
      `\`${printable(python.command)}\` does not say where its packages are`,
    );
  const sites = await Promise.all(answer.sites.map(realSite));
  const own = new Set(sites.flatMap(({ libraries }) => libraries));
  const outside = await existing(answer.outside);
  return {
    ...answer,
    sites: sites.filter(({ libraries }) => libraries.length > 0),
    outside: outside.filter((directory) => !own.has(directory)),
    interpreters: await interpretersOf(answer),
  };
}

type Paths = Readonly<Record<'purelib' | 'platlib' | 'scripts' | 'data' | 'headers', string>>;

interface Answer {
  readonly prefix: string;
  readonly sites: readonly Paths[];
  readonly outside: readonly string[];
  readonly isVirtual: boolean;
  readonly isWindows: boolean;
  readonly executable: string;
  readonly base: string;
  readonly cacheTag: string;
  readonly version: readonly [number, number];
}

/** The last line: the environment's Python may be a script of the user's that prints. */
function parseAnswer(output: string): Answer | undefined {
  let value: unknown;
  try {
    value = JSON.parse(output.trimEnd().split('\n').at(-1) ?? '');
  } catch {
    return undefined;
  }
  return isAnswer(value) ? value : undefined;
}

function isAnswer(value: unknown): value is Answer {
  return (
    isRecord(value) &&
    ['prefix', 'executable', 'base', 'cacheTag'].every((name) => isText(value[name])) &&
    isListOf(value['sites'], isPaths) &&
    isListOf(value['outside'], isText) &&
    isListOf(value['version'], Number.isInteger) &&
    typeof value['isVirtual'] === 'boolean' &&
    typeof value['isWindows'] === 'boolean'
  );
}

function isListOf(value: unknown, isOne: (item: unknown) => boolean): boolean {
  return Array.isArray(value) && value.every(isOne);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

function isPaths(value: unknown): boolean {
  return (
    isRecord(value) &&
    ['purelib', 'platlib', 'scripts', 'data', 'headers'].every((name) => isText(value[name]))
  );
}

/** `lib64` is a link to `lib` in most virtual environments: what is one directory must not be looked at as two. */
async function realSite(paths: Paths): Promise<Site> {
  const [purelib, platlib] = await Promise.all([real(paths.purelib), real(paths.platlib)]);
  return {
    libraries: await existing([purelib, platlib]),
    purelib,
    platlib,
    scripts: await real(paths.scripts),
    data: await real(paths.data),
    headers: await real(paths.headers),
  };
}

async function real(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch {
    return path;
  }
}

async function existing(paths: readonly string[]): Promise<readonly string[]> {
  const found = await Promise.all(
    [...new Set(await Promise.all(paths.map(real)))].map(async (path) =>
      (await isDirectory(path)) ? [path] : [],
    ),
  );
  return found.flat();
}

async function isDirectory(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch {
    return false;
  }
}

/** As the program was called, and every name that it has in the environment's directory of programs. */
async function interpretersOf({
  executable,
  base,
  sites,
  version: [major, minor],
}: Answer): Promise<readonly string[]> {
  const names = ['python', `python${major}`, `python${major}.${minor}`, 'python.exe', 'pythonw.exe'];
  const [own] = sites;
  const directories = own === undefined ? [] : [own.scripts, await real(own.scripts)];
  const called = [executable, base, await real(executable)];
  return [
    ...new Set([
      ...called,
      ...directories.flatMap((directory) => names.map((name) => `${directory}/${name}`)),
    ]),
  ];
}
