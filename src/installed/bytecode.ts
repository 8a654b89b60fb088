/**
 * Bytecode beside the sources: what runs is the `.pyc` file, and not the source that a RECORD has a hash of. Which file
 * counts, Python decides by times and sizes that whoever changed the file can set; so each is held to what its source compiles
 * to. The environment's own Python compiles, with nothing of the environment in it; what is compiled is never run.
 */
import { runProcess } from '../run-process.ts';
import type { Python } from '../lock-source/index.ts';
import type { Surroundings } from './layout.ts';
import { readRegularFile } from './regular-file.ts';
import { createValueTable, numberOfDump } from './marshal.ts';

/** A file of bytecode, and the source that it must be of. */
export interface Bytecode {
  readonly path: string;
  readonly source: string;
  /** Of the source, as it has been verified. */
  readonly sha256: string;
  /** Of the compiler: 0, 1 or 2. */
  readonly optimization: number;
}

export type BytecodeVerdict = 'same' | 'other' | 'not-compiled';

/** `name.cpython-311.pyc` and `name.cpython-311.opt-1.pyc` (PEP 3147, PEP 488). */
export function parseBytecodeName(
  basename: string,
): { readonly module: string; readonly tag: string; readonly optimization: number } | undefined {
  const { module, tag, level } =
    /^(?<module>.+?)\.(?<tag>[a-z]+-?[0-9a-z]+)(?:\.opt-(?<level>[12]))?\.pyc$/.exec(basename)?.groups ?? {};
  return module === undefined || tag === undefined
    ? undefined
    : { module, tag, optimization: Number(level ?? '0') };
}

const COMPILE = `
import base64, hashlib, importlib.util, json, marshal, sys, warnings
warnings.simplefilter("ignore")
print(importlib.util.MAGIC_NUMBER.hex())
for source, sha256, optimization in json.load(sys.stdin):
    try:
        with open(source, "rb") as file:
            text = file.read()
        if hashlib.sha256(text).hexdigest() != sha256:
            raise ValueError(source)
        code = compile(text, source, "exec", dont_inherit=True, optimize=optimization)
        print(base64.b64encode(marshal.dumps(code)).decode())
    except Exception:
        print("-")
`;

/** Sources that one process compiles. */
const BATCH = 250;
const TIMEOUT = 300_000;
const MAX_OUTPUT = 512 * 1024 ** 2;
/** The header of PEP 552: magic number, flags, and what the flags say. */
const HEADER = 16;

/** What each file is; in their order. Compiling that comes to no end, or ends the compiler, is a verdict, too. */
export async function compareBytecode(
  files: readonly Bytecode[],
  python: Pick<Python, 'command' | 'args' | 'version'>,
  surroundings: Surroundings,
): Promise<readonly BytecodeVerdict[]> {
  const verdicts: BytecodeVerdict[] = [];
  for (let at = 0; at < files.length; at += BATCH) {
    const batch = files.slice(at, at + BATCH);
    const compiled = await compileAll(batch, python, surroundings);
    verdicts.push(
      ...(await Promise.all(
        batch.map(async (file, i) => await compareOne(file, compiled[i], python.version)),
      )),
    );
  }
  return verdicts;
}

interface Compiled {
  readonly magic: string;
  readonly dump: Uint8Array;
}

async function compileAll(
  batch: readonly Bytecode[],
  python: Pick<Python, 'command' | 'args'>,
  surroundings: Surroundings,
): Promise<readonly (Compiled | undefined)[]> {
  const result = await runProcess(python.command, [...python.args, '-I', '-S', '-X', 'utf8', '-c', COMPILE], {
    ...surroundings,
    input: JSON.stringify(batch.map(({ source, sha256, optimization }) => [source, sha256, optimization])),
    timeout: TIMEOUT,
    maxOutput: MAX_OUTPUT,
  });
  if (result.kind !== 'exited' || result.exitCode !== 0) return [];
  const [magic = '', ...dumps] = Buffer.from(result.stdout).toString('latin1').split(/\r?\n/);
  return dumps.map((dump) => (dump === '-' ? undefined : { magic, dump: Buffer.from(dump, 'base64') }));
}

async function compareOne(
  { path }: Bytecode,
  compiled: Compiled | undefined,
  version: readonly [number, number],
): Promise<BytecodeVerdict> {
  if (compiled === undefined) return 'not-compiled';
  const bytes = await readRegularFile(path, MAX_OUTPUT);
  if (bytes === undefined || bytes.subarray(0, 4).toString('hex') !== compiled.magic) return 'other';
  const table = createValueTable();
  const [found, wanted] = [bytes.subarray(HEADER), compiled.dump].map((dump) =>
    numberOfDump(dump, version, table),
  );
  if (wanted === undefined) return 'not-compiled';
  return found === wanted ? 'same' : 'other';
}
