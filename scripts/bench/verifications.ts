import { fileURLToPath } from 'node:url';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf } from '../../src/errors.ts';
import { readRealFile, REAL_DOCUMENTS, toAttestation } from '../../test/support/real-documents.ts';
import { ms, times, type Cell, type Setup, type Table } from './contract.ts';
import { median, runNode, runProgram } from './measure.ts';
import { makeWorld, type World } from './world.ts';

const SCRIPT = fileURLToPath(new URL('verification.ts', import.meta.url));
const PEER = fileURLToPath(new URL('peer.py', import.meta.url));
const IDENTITY =
  'https://github.com/trailofbits/pypi-attestations/.github/workflows/release.yml@refs/tags/v0.0.19';
const ROUNDS = 5;

interface Round {
  readonly cpu: number;
  readonly wall: number;
}
const parseRounds: (text: string) => readonly Round[] = JSON.parse;

/** Documents that are all by different leaves, verified over and over; ways take turns, so that the machine's noise is shared. */
export async function measureVerification(setup: Setup): Promise<Table> {
  const [packages, wheels] = setup.quick ? [10, 1] : [100, 3];
  const world = await makeWorld(setup.cache, packages, wheels);
  const ours = (way: string) => async () => {
    const args = [SCRIPT, setup.cache, String(packages), String(wheels), way, String(ROUNDS)];
    return parseRounds((await runNode(args, { cwd: setup.temporary })).stdout);
  };
  const ways: readonly (readonly [string, () => Promise<readonly Round[]>])[] = [
    ['cryptography alone: P-384 once, P-256 four times', ours('crypto')],
    ['`@sigstore/verify` as it comes', ours('plain')],
    ...peerOf(setup, world),
    ['provpin, one thread', ours('one')],
    ['provpin, as many threads as there are cores', ours('threads')],
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
  const base = cells(later[0])[1] ?? Number.NaN;
  const rows = ways.map(([label], at): Cell[] => {
    const [firstWall = 0] = cells(first[at]);
    const [wall = 0, cpu = 0] = cells(later[at]);
    return [label, ms(firstWall), ms(wall), ms(cpu), times(cpu / base)];
  });
  return {
    columns: ['', 'first round', 'time', 'CPU', 'CPU, of the cryptography'],
    rows: [...rows, ...(await processRow(setup))],
    ...(setup.peers.kind === 'none' ? { note: `Without peers: ${setup.peers.reason}` } : {}),
  };
}

function cells(rounds: readonly Round[] = []): readonly number[] {
  return [median(rounds.map(({ wall }) => wall)), median(rounds.map(({ cpu }) => cpu))];
}

function peerOf({ peers, temporary }: Setup, { directory }: World) {
  if (peers.kind === 'none') return [];
  const run = async () => {
    const { stdout } = await runProgram(join(peers.bin, 'python'), [PEER, directory, String(ROUNDS)], {
      cwd: temporary,
    });
    return parseRounds(stdout);
  };
  return [['sigstore for Python 4.5.1, in process', run] as const];
}

/** The command verifies by Sigstore's own root only, so that it gets a document of PyPI, and the file, which it wants too. */
async function processRow({ peers, temporary }: Setup): Promise<readonly Cell[][]> {
  if (peers.kind === 'none') return [];
  try {
    const { artifact, subject, provenance } = await readRealFile(REAL_DOCUMENTS.githubPublish);
    const directory = join(temporary, 'real');
    await mkdir(directory, { recursive: true });
    const file = join(directory, subject.filename);
    await writeFile(file, artifact);
    await writeFile(`${file}.publish.attestation`, toAttestation(provenance));
    const args = ['verify', 'attestation', '--offline', '--identity', IDENTITY, file];
    const walls: number[] = [];
    for (let left = 5; left > 0; left -= 1) {
      walls.push((await runProgram(join(peers.bin, 'pypi-attestations'), args, { cwd: directory })).wall);
    }
    const wall = ms(median(walls));
    return [['`pypi-attestations verify`, a process a file', wall, wall, '', '']];
  } catch (error) {
    process.stderr.write(`warning: without pypi-attestations: ${messageOf(error)}\n`);
    return [];
  }
}
