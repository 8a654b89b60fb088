/**
 * The world of the demo, of the picture and of the README's examples: a loopback index with the dependencies of a project,
 * signed on the spot by a Sigstore instance of its own, and what happens when that index turns hostile.
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { makeWheel, type Distribution } from '../test/support/distributions.ts';
import { startIndex, type TestIndex } from '../test/support/package-index.ts';
import { github, gitlab, googleCloud, type Signer } from '../test/support/signers.ts';
import {
  createTestSigstore,
  provenance,
  type Attestation,
  type Provenance,
} from '../test/support/signing.ts';
import { createWorkspace, type Environment, type Workspace } from '../test/support/workspace.ts';

const BINARY = fileURLToPath(new URL('../bin/provpin.js', import.meta.url));

export interface World {
  /** Its project directory has a `requirements.txt`. */
  readonly workspace: Workspace;
  readonly index: TestIndex;
  /** By somebody who means harm. */
  readonly attacks: readonly Incident[];
  /** By the project itself. */
  readonly move: Incident;
  /** What a line that somebody would type runs. */
  readonly commandOf: (line: string) => ProgramCall;
  readonly close: () => Promise<void>;
}

export interface ProgramCall {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Environment;
}

/** Something that happens on an index, and what `provpin` must say to it. */
export interface Incident {
  readonly title: string;
  /** What happened, in a sentence. */
  readonly story: string;
  /** The rule that must fire, and the packages for which it must. */
  readonly rule: string;
  readonly packages: readonly string[];
  readonly releases: readonly Release[];
}

/** A file that an index publishes, with its provenance. */
export interface Release {
  readonly file: Distribution;
  readonly provenance?: Provenance;
}

type Sign = (file: Distribution, signer: Signer) => Release & { readonly provenance: Provenance };

/** Starts the index, with honest releases only. */
export async function createWorld(): Promise<World> {
  const workspace = await createWorkspace();
  const index = await startIndex();
  const sigstore = createTestSigstore();
  const sign: Sign = (file, signer) => ({
    file,
    provenance: sigstore.provenanceOf({ filename: file.filename, sha256: file.sha256, signer }),
  });
  for (const release of honestReleases(sign)) publish(index, release);
  await workspace.write('requirements.txt', 'harbor-http\ncloud-queue\n');
  const trustedRoot = join(workspace.directory, 'trusted_root.json');
  await writeFile(trustedRoot, JSON.stringify(sigstore.trustedRoot));
  return {
    workspace,
    index,
    attacks: attacks(sign),
    move: transferredRepository(sign),
    commandOf: (line) => {
      const { command, args, env } = parseLine(line);
      // It verifies nothing.
      const root = args[0] === 'diff' ? [] : ['--trusted-root', trustedRoot];
      return {
        ...(command === 'provpin'
          ? { command: process.execPath, args: [BINARY, ...root, ...args] }
          : { command, args }),
        env: { PIP_INDEX_URL: index.simpleUrl, ...env },
      };
    },
    close: async () => {
      await index.close();
      await workspace.remove();
    },
  };
}

/** Variables, a program and its arguments, with nothing in them that a shell would take for more. */
function parseLine(line: string): ProgramCall {
  if (/[^\w ./:=@,-]/.test(line)) throw new Error(`\`${line}\` needs a shell`);
  const words = line.split(/ +/);
  const start = words.findIndex((word) => !/^[A-Z_]+=/.test(word));
  const [command = '', ...args] = words.slice(start);
  const pairs = words.slice(0, start).map((word) => word.split('='));
  return { command, args, env: Object.fromEntries(pairs.map(([name = '', value = '']) => [name, value])) };
}

/** Lets it happen; the result takes it back. */
export function unleash(index: TestIndex, { releases }: Incident): () => void {
  for (const release of releases) publish(index, release);
  return () => {
    for (const { file } of releases) index.remove(file.filename);
  };
}

function publish(index: TestIndex, { file, provenance: attested }: Release): void {
  index.publish(file, attested === undefined ? {} : { provenance: attested });
}

const HARBOR = github({ repository: 'harbor-http/harbor-http' });
const COLOR = github({ repository: 'inkwell/tiny-color' });
const LEDGER = gitlab({ repository: 'ledger-tools/python/ledger-json' });
const QUEUE = googleCloud('release@cloud-queue.iam.gserviceaccount.com');

const HARBOR_REQUIRES = ['ledger-json', 'old-ini', 'tiny-color'];

function honestReleases(sign: Sign): readonly Release[] {
  return [
    sign(makeWheel({ name: 'harbor-http', version: '2.4.0', requires: HARBOR_REQUIRES }), HARBOR),
    sign(makeWheel({ name: 'ledger-json', version: '1.0.3' }), LEDGER),
    sign(makeWheel({ name: 'cloud-queue', version: '3.2.0' }), QUEUE),
    sign(makeWheel({ name: 'tiny-color', version: '1.1.0' }), COLOR),
    { file: makeWheel({ name: 'old-ini', version: '0.9.0' }) },
  ];
}

function attacks(sign: Sign): readonly Incident[] {
  return [
    anotherRepository(sign),
    strippedSignature(),
    unknownPublishers(sign),
    recreatedRepository(sign),
    changedBytes(sign),
  ];
}

function anotherRepository(sign: Sign): Incident {
  const intruder = github({ repository: 'mallory/harbor-http' });
  return {
    title: 'Another repository',
    story:
      "Somebody took over a maintainer's account, and publishes `harbor-http` 2.4.1, properly signed, from a repository of their own.",
    rule: 'publisher-changed',
    packages: ['harbor-http'],
    releases: [sign(harbor('another repository'), intruder)],
  };
}

function strippedSignature(): Incident {
  return {
    title: 'No signature',
    story: 'Somebody stole an upload token, and uploads 2.4.1 from a laptop, where nothing can sign it.',
    rule: 'attestation-lost',
    packages: ['harbor-http'],
    releases: [{ file: harbor('no signature') }],
  };
}

function unknownPublishers(sign: Sign): Incident {
  return {
    title: 'Publishers that nobody knows',
    story:
      '2.4.1 is genuine, but needs a new package; and `old-ini`, never signed before, is signed now. By whom?',
    rule: 'publisher-unknown',
    packages: ['harbor-metrics', 'old-ini'],
    releases: [
      sign(harbor('unknown publishers', [...HARBOR_REQUIRES, 'harbor-metrics']), HARBOR),
      sign(
        makeWheel({ name: 'harbor-metrics', version: '0.1.0' }),
        github({ repository: 'mallory/metrics' }),
      ),
      sign(makeWheel({ name: 'old-ini', version: '0.9.1' }), github({ repository: 'old-ini/old-ini' })),
    ],
  };
}

function recreatedRepository(sign: Sign): Incident {
  const squatter = github({
    repository: 'inkwell/tiny-color',
    repositoryId: '907113442',
    ownerId: '188120073',
  });
  return {
    title: 'A repository made anew',
    story:
      'The account `inkwell` was deleted; somebody registers its name, re-creates the repository and signs with it.',
    rule: 'repository-recreated',
    packages: ['tiny-color'],
    releases: [sign(makeWheel({ name: 'tiny-color', version: '1.1.1' }), squatter)],
  };
}

function changedBytes(sign: Sign): Incident {
  const ledger = sign(makeWheel({ name: 'ledger-json', version: '1.0.4' }), LEDGER);
  const harborHttp = sign(harbor('changed bytes'), HARBOR);
  return {
    title: 'One byte',
    story: 'One byte of a signature is changed, and one byte of what another signature is about.',
    rule: 'attestation-invalid',
    packages: ['harbor-http', 'ledger-json'],
    releases: [
      { ...harborHttp, provenance: withChangedByte(harborHttp.provenance, 'signature') },
      { ...ledger, provenance: withChangedByte(ledger.provenance, 'statement') },
    ],
  };
}

function transferredRepository(sign: Sign): Incident {
  const { sourceRepositoryIdentifier: repositoryId = '' } = HARBOR.claims;
  const foundation = github({ repository: 'harbor-foundation/harbor-http', repositoryId });
  return {
    title: 'A repository that moved',
    story: '`harbor-http` was handed over to a foundation, and with it its repository.',
    rule: 'repository-transferred',
    packages: ['harbor-http'],
    releases: [sign(harbor('a repository that moved'), foundation)],
  };
}

/** The next release; a different file each time, so that none meets what is cached of another one. */
function harbor(content: string, requires: readonly string[] = HARBOR_REQUIRES): Distribution {
  return makeWheel({ name: 'harbor-http', version: '2.4.1', requires, content });
}

function withChangedByte(
  { attestation_bundles: bundles }: Provenance,
  member: keyof Attestation['envelope'],
): Provenance {
  return provenance(
    bundles.map((bundle) => ({
      ...bundle,
      attestations: bundle.attestations.map((attestation) => ({
        ...attestation,
        envelope: { ...attestation.envelope, [member]: changeByte(attestation.envelope[member]) },
      })),
    })),
  );
}

/** The byte in the middle, of base64. */
function changeByte(base64: string): string {
  const bytes = Buffer.from(base64, 'base64');
  const middle = Math.floor(bytes.length / 2);
  bytes.writeUInt8(bytes.readUInt8(middle) ^ 1, middle);
  return bytes.toString('base64');
}
