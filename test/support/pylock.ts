/** Locks as `pip lock` writes them (PEP 751). */
import type { Distribution } from './distributions.ts';

export interface LockOptions {
  /** Where the files are: the origin of an index. */
  readonly origin: string;
  /** The `index` of every package, which pip itself leaves out. */
  readonly index?: string;
}

/** A `pylock.toml` that pins the given files: those of one name and version are one package. */
export function pylock(distributions: readonly Distribution[], options: LockOptions): string {
  const packages = Map.groupBy(distributions, ({ name, version }) => `${name}==${version}`);
  const tables = [...packages.values()].map((files) => packageTable(files, options));
  return ['lock-version = "1.0"\ncreated-by = "pip"\n', ...tables].join('\n');
}

function packageTable(files: readonly Distribution[], { origin, index }: LockOptions): string {
  const [first] = files;
  if (first === undefined) return '';
  const head = [
    '[[packages]]',
    `name = ${toml(first.name)}`,
    `version = ${toml(first.version)}`,
    ...(index === undefined ? [] : [`index = ${toml(index)}`]),
  ];
  const tables = files.map((file) => fileTable(file, origin));
  return `${[...head, ...tables].join('\n')}\n`;
}

function fileTable({ filename, sha256 }: Distribution, origin: string): string {
  const [header, table] = filename.endsWith('.whl')
    ? ['[[packages.wheels]]', 'packages.wheels']
    : ['[packages.sdist]', 'packages.sdist'];
  const url = `${origin}/files/${encodeURIComponent(filename)}`;
  return `\n${header}\nname = ${toml(filename)}\nurl = ${toml(url)}\n\n[${table}.hashes]\nsha256 = ${toml(sha256)}`;
}

/** A basic string; JSON's escapes are TOML's, where neither has anything exotic. */
function toml(text: string): string {
  return JSON.stringify(text);
}
