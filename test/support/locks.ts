/** Locks of every format but `pip lock`'s own, as their tools write them, with files of an index on the loopback interface. */
import type { Distribution } from './distributions.ts';
import type { TestIndex } from './package-index.ts';
import { pylock } from './pylock.ts';

/** The lock that pins these files: those of one name and version are one package. */
export type WriteLock = (distributions: readonly Distribution[], index: IndexAddress) => string;

type IndexAddress = Pick<TestIndex, 'origin' | 'simpleUrl'>;

export interface LockFormat {
  /** As the reader's. */
  readonly id: string;
  /** What the lock is called. */
  readonly name: string;
  readonly write: WriteLock;
}

export const LOCK_FORMATS: readonly LockFormat[] = [
  {
    id: 'pylock',
    name: 'pylock.toml',
    write: (distributions, { origin }) => pylock(distributions, { origin }),
  },
  { id: 'uv', name: 'uv.lock', write: uvLock },
  { id: 'poetry', name: 'poetry.lock', write: poetryLock },
  { id: 'pdm', name: 'pdm.lock', write: pdmLock },
  { id: 'pipenv', name: 'Pipfile.lock', write: pipfileLock },
  { id: 'requirements', name: 'requirements.txt', write: requirements },
];

function uvLock(distributions: readonly Distribution[], { origin, simpleUrl }: IndexAddress): string {
  const packages = packagesOf(distributions).map(({ name, version, files }) => {
    const tables = files.map(({ filename, sha256, bytes }) => {
      const url = `${origin}/files/${encodeURIComponent(filename)}`;
      return [filename, `{ url = "${url}", hash = "sha256:${sha256}", size = ${bytes.length} }`] as const;
    });
    const sdist = tables.filter(([filename]) => !isWheel(filename)).map(([, table]) => `sdist = ${table}\n`);
    const wheels = tables.filter(([filename]) => isWheel(filename)).map(([, table]) => `    ${table},\n`);
    return `[[package]]
name = "${name}"
version = "${version}"
source = { registry = "${simpleUrl}" }
${sdist.join('')}wheels = [
${wheels.join('')}]
`;
  });
  return ['version = 1\nrevision = 3\nrequires-python = ">=3.10"\n', ...packages].join('\n');
}

function poetryLock(distributions: readonly Distribution[], { simpleUrl }: IndexAddress): string {
  const packages = packagesOf(distributions).map(
    ({ name, version, files }) => `[[package]]
name = "${name}"
version = "${version}"
description = ""
optional = false
python-versions = "*"
groups = ["main"]
${namedFiles(files)}
[package.source]
type = "legacy"
url = "${simpleUrl}"
reference = "test"
`,
  );
  const metadata = '[metadata]\nlock-version = "2.1"\npython-versions = "*"\ncontent-hash = ""\n';
  return [...packages, metadata].join('\n');
}

function pdmLock(distributions: readonly Distribution[]): string {
  const packages = packagesOf(distributions).map(
    ({ name, version, files }) => `[[package]]
name = "${name}"
version = "${version}"
groups = ["default"]
${namedFiles(files)}`,
  );
  const metadata =
    '[metadata]\ngroups = ["default"]\nstrategy = ["inherit_metadata"]\nlock_version = "4.5.0"\ncontent_hash = "sha256:"\n';
  return [metadata, ...packages].join('\n');
}

function namedFiles(files: readonly Distribution[]): string {
  const lines = files.map(
    ({ filename, sha256 }) => `    {file = "${filename}", hash = "sha256:${sha256}"},\n`,
  );
  return `files = [\n${lines.join('')}]\n`;
}

function pipfileLock(distributions: readonly Distribution[], { simpleUrl }: IndexAddress): string {
  const packages = packagesOf(distributions).map(({ name, version, files }): readonly [string, object] => [
    name,
    { hashes: files.map(({ sha256 }) => `sha256:${sha256}`), index: 'test', version: `==${version}` },
  ]);
  const sources = [{ name: 'test', url: simpleUrl, verify_ssl: true }];
  const categories: Readonly<Record<string, object>> = { default: Object.fromEntries(packages), develop: {} };
  return JSON.stringify({ _meta: { 'pipfile-spec': 6, sources }, ...categories }, null, 4);
}

function requirements(distributions: readonly Distribution[]): string {
  return packagesOf(distributions)
    .map(({ name, version, files }) => {
      const hashes = files.map(({ sha256 }) => ` \\\n    --hash=sha256:${sha256}`);
      return `${name}==${version}${hashes.join('')}\n`;
    })
    .join('');
}

function packagesOf(distributions: readonly Distribution[]) {
  const packages = Map.groupBy(distributions, ({ name, version }) => `${name} ${version}`);
  return [...packages.values()].flatMap((files) => {
    const [first] = files;
    return first === undefined ? [] : [{ name: first.name, version: first.version, files }];
  });
}

function isWheel(filename: string): boolean {
  return filename.endsWith('.whl');
}
