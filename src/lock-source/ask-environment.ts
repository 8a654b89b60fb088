/**
 * What environment markers and version specifiers come to where pip installs (PEP 508, PEP 440).
 */
import { failureOf, runProcess, type ProcessOptions } from '../run-process.ts';
import { findPython, LEAVE_CURRENT_DIRECTORY, type Python } from './find-python.ts';
import { pipCode, type PipOptions } from './run-pip.ts';

export interface Questions {
  /** Version specifiers, for the version of Python. */
  readonly pythons: readonly string[];
  readonly markers: readonly string[];
}

/** By what was asked; nothing for what is no specifier or marker. */
export interface Answers {
  readonly python: (specifier: string) => boolean | undefined;
  readonly marker: (marker: string) => boolean | undefined;
}

export interface AskOptions {
  /** The interpreter that pip is told to install for (`--python`), where that is not the one that it runs with. */
  readonly target: string | undefined;
  /** Milliseconds. */
  readonly timeout?: number;
}

const TIMEOUT = 60_000;
const MAX_OUTPUT = 16 * 1024 * 1024;

/** The variables of markers, as `packaging.markers.default_environment` has them. It runs nothing that is installed. */
const ENVIRONMENT = `
import json, os, platform, sys
version = sys.implementation.version
serial = "" if version.releaselevel == "final" else version.releaselevel[0] + str(version.serial)
print("provpin: " + json.dumps({
  "implementation_name": sys.implementation.name,
  "implementation_version": "%d.%d.%d%s" % (version[:3] + (serial,)),
  "os_name": os.name, "platform_machine": platform.machine(), "platform_release": platform.release(),
  "platform_system": platform.system(), "platform_version": platform.version(),
  "python_full_version": platform.python_version(),
  "platform_python_implementation": platform.python_implementation(),
  "python_version": ".".join(platform.python_version_tuple()[:2]),
  "sys_platform": sys.platform, "extra": ""}))
`;

/** By the copy of the library in the pip that installs, or in the wheel that is named. */
const ANSWERS = `${LEAVE_CURRENT_DIRECTORY}sys.path[:0] = sys.argv[1:]
import json
from pip._vendor.packaging.markers import Marker
from pip._vendor.packaging.specifiers import SpecifierSet
environment, pythons, markers = json.loads(getattr(sys.stdin, "buffer", sys.stdin).read().decode("utf-8"))
def is_for(specifier): return SpecifierSet(specifier).contains(environment["python_full_version"], prereleases=True)
def holds(marker): return Marker(marker).evaluate(environment)
def answer(question, asked):
  try: return bool(question(asked))
  except Exception: return None
print("provpin: " + json.dumps([answer(is_for, one) for one in pythons] + [answer(holds, one) for one in markers]))
`;

/**
 * Asks the environment that pip installs into.
 *
 * @param python the one that pip runs with
 * @returns why there is no answer, in words that follow the name of a Python, where there is none
 * @throws ProvpinError: exit code 2 where `target` names no Python, 3 when there is no pip whose libraries could answer
 */
export async function askEnvironment(
  { pythons, markers }: Questions,
  python: Python,
  { target, timeout = TIMEOUT }: AskOptions,
  options: PipOptions,
): Promise<Answers | string> {
  const asked = { pythons: [...new Set(pythons)], markers: [...new Set(markers)] };
  const { env, cwd, platform = process.platform, signal } = options;
  const limits = { env, cwd, timeout, maxOutput: MAX_OUTPUT, ...(signal === undefined ? {} : { signal }) };
  const there =
    target === undefined ? python : await findPython({ env, cwd, platform, python: target, isolated: true });
  const environment = await run(there, ['-I', '-S', '-c', ENVIRONMENT], limits);
  if (environment.failure !== undefined) return environment.failure;
  const input = JSON.stringify([environment.answer, asked.pythons, asked.markers]);
  const code = await pipCode(python, options);
  const answered = await run(python, ['-c', ANSWERS, ...code], { ...limits, input });
  if (answered.failure !== undefined) return answered.failure;
  const verdicts = verdictsOf(answered.answer, asked.pythons.length + asked.markers.length);
  return verdicts === undefined ? NO_ANSWER : answersOf(asked, verdicts);
}

const NO_ANSWER = 'gave no answer';

type Ran =
  | { readonly answer: unknown; readonly failure?: undefined }
  | { readonly failure: string; readonly answer?: undefined };

/** What is printed behind `provpin: `, because what runs at Python's start may print as well. */
async function run(python: Python, args: readonly string[], limits: ProcessOptions): Promise<Ran> {
  const result = await runProcess(python.command, [...python.args, ...args], limits);
  const failure = failureOf(result);
  if (failure !== undefined) return { failure };
  const stdout = result.kind === 'exited' ? Buffer.from(result.stdout).toString() : '';
  const text = /^provpin: (.*?)\r?$/m.exec(stdout)?.[1];
  try {
    return text === undefined ? { failure: NO_ANSWER } : { answer: JSON.parse(text) as unknown };
  } catch {
    return { failure: NO_ANSWER };
  }
}

/** Undefined for what is no list of as many verdicts. */
function verdictsOf(answer: unknown, count: number): readonly (boolean | undefined)[] | undefined {
  if (!Array.isArray(answer) || answer.length !== count || !answer.every(isVerdict)) return undefined;
  return answer.map((one) => one ?? undefined);
}

function isVerdict(value: unknown): value is boolean | null {
  return value === null || typeof value === 'boolean';
}

function answersOf({ pythons, markers }: Questions, verdicts: readonly (boolean | undefined)[]): Answers {
  const ofPythons = new Map(pythons.map((specifier, at) => [specifier, verdicts[at]]));
  const ofMarkers = new Map(markers.map((marker, at) => [marker, verdicts[pythons.length + at]]));
  return {
    python: (specifier) => ofPythons.get(specifier),
    marker: (marker) => ofMarkers.get(marker),
  };
}
