import { fileURLToPath } from 'node:url';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf } from '../../src/errors.ts';
import { readRealFile, REAL_DOCUMENTS, toAttestation } from '../../test/support/real-documents.ts';
import { ms, OF_SIGSTORE_PYTHON, ratio, type Cell, type Setup, type Table } from './contract.ts';
import { median, runNode, runProgram } from './measure.ts';
import { runSigstorePython, type Round } from './peers.ts';
import { makeWorld, type World } from './world.ts';

const SCRIPT = fileURLToPath(new URL('verification.ts', import.meta.url));
const IDENTITY =
  'https://github.com/trailofbits/pypi-attestations/.github/workflows/release.yml@refs/tags/v0.0.19';
const ROUNDS = 5;
const CRYPTOGRAPHY = 'cryptography alone: P-384 once, P-256 four times';
const SIGSTORE_PYTHON = 'sigstore for Python 4.5.1, in process';

const parseRounds: (text: string) => readonly Round[] = JSON.parse;

/** Milliseconds a document, in the middle of all rounds. */
interface Middle {
  readonly first: number;
  readonly wall: number;
  readonly cpu?: number;
}

/** Documents that are all by different leaves, verified over and over; ways take turns, so that the machine's noise is shared. */
export async function measureVerification(setup: Setup): Promise<Table> {
  const [packages, wheels] = setup.quick ? [10, 1] : [100, 3];
  const world = await makeWorld(setup.cache, packages, wheels);
  const ours = (way: string) => async () => {
    const args = [SCRIPT, setup.cache, String(packages), String(wheels), way, String(ROUNDS)];
    return parseRounds((await runNode(args, { cwd: setup.temporary })).stdout);
  };
  const ways: readonly (readonly [string, () => Promise<readonly Round[]>])[] = [
    [CRYPTOGRAPHY, ours('crypto')],
    ['the same, on the four threads that Node.js has for it', ours('crypto-threads')],
    ['`@sigstore/verify` as it comes', ours('plain')],
    ...peerOf(setup, world),
    ['provpin, one thread', ours('one')],
    ['provpin, with the threads that it starts', ours('threads')],
  ];
  const first = ways.map((): Round[] => []);
  const later = ways.map((): Round[] => []);
  for (let left = setup.quick ? 1 : 3; left > 0; left -= 1) {
    for (const [at, [, run]] of ways.entries()) {
      const [cold, ...warm] = await run();
      if (cold !== undefined) first[at]?.push(cold);
      later[at]?.push(...warm);
    }
  }
  const measured = ways.map(([label], at) => [label, middleOf(first[at], later[at])] as const);
  const command = await measureCommand(setup);
  return {
    columns: ['', 'first round', 'time', OF_SIGSTORE_PYTHON, 'CPU', 'CPU, of the cryptography'],
    ...('missing' in command
      ? { rows: rowsOf(measured), missing: command.missing }
      : { rows: rowsOf([...measured, ['`pypi-attestations verify`, a process a file', command]]) }),
  };
}

function middleOf(first: readonly Round[] = [], later: readonly Round[] = []): Middle {
  return {
    first: median(first.map(({ wall }) => wall)),
    wall: median(later.map(({ wall }) => wall)),
    cpu: median(later.map(({ cpu }) => cpu)),
  };
}

function rowsOf(measured: readonly (readonly [string, Middle])[]): readonly Cell[][] {
  const of = new Map(measured);
  const [cryptography, peer] = [of.get(CRYPTOGRAPHY), of.get(SIGSTORE_PYTHON)];
  return measured.map(([label, { first, wall, cpu }]) => [
    label,
    ms(first),
    ms(wall),
    ratio(wall, peer?.wall),
    cpu === undefined ? '' : ms(cpu),
    ratio(cpu, cryptography?.cpu),
  ]);
}

function peerOf({ peers, temporary }: Setup, { directory, files }: World) {
  if (peers.kind === 'none') return [];
  const task = { world: directory, documents: files.length, rounds: ROUNDS, cwd: temporary };
  return [[SIGSTORE_PYTHON, async () => (await runSigstorePython(peers.python, task)).rounds] as const];
}

/** The command verifies by Sigstore's own root only, so that it gets a document of PyPI, and the file, which it wants too. */
async function measureCommand({ peers, temporary }: Setup): Promise<Middle | { readonly missing: string }> {
  if (peers.kind === 'none') return { missing: peers.reason };
  try {
    const { artifact, subject, provenance } = await readRealFile(REAL_DOCUMENTS.githubPublish);
    const directory = join(temporary, 'real');
    await mkdir(directory, { recursive: true });
    const file = join(directory, subject.filename);
    await writeFile(file, artifact);
    await writeFile(`${file}.publish.attestation`, toAttestation(provenance));
    const command = ['-m', 'pypi_attestations', 'verify', 'attestation'];
    const args = [...command, '--offline', '--identity', IDENTITY, file];
    const walls: number[] = [];
    for (let left = 5; left > 0; left -= 1) {
      walls.push((await runProgram(peers.python, args, { cwd: directory })).wall);
    }
    return { first: median(walls), wall: median(walls) };
  } catch (error) {
    return { missing: `without pypi-attestations: ${messageOf(error)}` };
  }
}
