/**
 * Writes attestation identities into a lock by PEP 751, and leaves every other byte of it as it is.
 */
import { isAbsolute } from 'node:path';
import { stringify } from 'smol-toml';
import { inputError } from '../errors.ts';
import type { PublisherClaim } from '../model.ts';
import { printable } from '../printable.ts';
import { readLockKeys, readPackageKeys } from './pylock.ts';
import { tomlLines } from './toml-lines.ts';
import { optional, STRING, type Table } from './table.ts';
import { parseToml } from './toml-table.ts';

/** By the 1-based line of the package in the lock. */
export type IdentitiesByLine = ReadonlyMap<number, readonly PublisherClaim[]>;

/**
 * Adds `[[packages.attestation-identities]]` behind the tables of each package. The result is parsed again: it must be the old
 * lock with these identities, and nothing else.
 *
 * @param text of a lock that has been read
 * @param source what errors call it
 * @param identities of packages that have none in the lock
 * @throws ProvpinError, exit code 2, for a lock in which there is no place for them, such as one with `packages = [...]`
 */
export function attestLock(text: string, source: string, identities: IdentitiesByLine): string {
  const wanted = new Map([...identities].filter(([, claims]) => claims.length > 0));
  if (wanted.size === 0) return text;
  const ending = text.includes('\r\n') ? '\r\n' : '\n';
  const whole = text.endsWith('\n') ? text : text + ending;
  const lines = whole.split('\n');
  const additions = new Map(
    [...packageEnds(whole, lines)].map(([line, end]) => [end, tablesOf(wanted.get(line) ?? [], ending)]),
  );
  const attested = lines.flatMap((line, at) => [line, ...(additions.get(at + 1) ?? [])]).join('\n');
  if (!isAttested(text, attested, source, wanted)) {
    throw inputError(
      'lock-output',
      `\`${printable(source)}\` has no place for attestation identities: its packages are not \`[[packages]]\` tables`,
      ['lock anew with `pip lock`, `uv export` or `pdm export`'],
    );
  }
  return attested;
}

/**
 * The name of a package that is somewhere relative to the lock, so that the lock cannot be written to another directory.
 *
 * @param text of a lock that has been read
 */
export function relativePackage(text: string, source: string): string | undefined {
  return readLockKeys(parseToml(text, source))
    .packages.map((table) => readPackageKeys(table))
    .find((keys) => {
      const { vcs, directory, archive, sdist, wheels = [] } = keys;
      const places = [vcs, directory, archive, sdist, ...wheels].filter((table) => table !== undefined);
      return places.some((table) => isRelative(optional(table, 'path', STRING)));
    })?.name;
}

function isRelative(path: string | undefined): boolean {
  return path !== undefined && !isAbsolute(path);
}

/** For the line of each package, how many lines there are up to the last one of its tables. */
function packageEnds(text: string, lines: readonly string[]): ReadonlyMap<number, number> {
  const places = [...tomlLines(text, () => true)].map(([path, line]) => ({ path, line }));
  const packages = places.filter(({ path }) => /^packages\[\d+\]$/.test(path));
  return new Map(
    packages.map(({ path, line }) => {
      const next = places.find((place) => place.line > line && !place.path.startsWith(path));
      return [line, withoutTrailing(lines, (next?.line ?? lines.length + 1) - 1)];
    }),
  );
}

/** Blank lines and comments above the next table belong to it. */
function withoutTrailing(lines: readonly string[], end: number): number {
  const isTrailing = /^\s*(?:#[^]*)?$/;
  let last = end;
  while (last > 0 && isTrailing.test(lines[last - 1] ?? '')) last -= 1;
  return last;
}

/** Each table behind a blank line. */
function tablesOf(claims: readonly PublisherClaim[], ending: string): readonly string[] {
  const tables = claims.map(
    (claim) => `\n[[packages.attestation-identities]]\n${stringify(claim).trimEnd()}`,
  );
  return tables.flatMap((table) => table.split('\n').map((line) => line + ending.slice(0, -1)));
}

function isAttested(before: string, after: string, source: string, wanted: IdentitiesByLine): boolean {
  const old = parseToml(before, source);
  const lines = tomlLines(before, (path) => /^packages\[\d+\]$/.test(path));
  const packages = readLockKeys(old).packages.map((table) => withIdentities(table, lines, wanted));
  try {
    return process
      .getBuiltinModule('node:util')
      .isDeepStrictEqual(plain(parseToml(after, source).values), plain({ ...old.values, packages }));
  } catch {
    return false; // it is not even TOML
  }
}

function withIdentities(
  { path, values }: Table,
  lines: ReadonlyMap<string, number>,
  wanted: IdentitiesByLine,
): object {
  const claims = wanted.get(lines.get(path) ?? 0);
  return claims === undefined ? values : { ...values, 'attestation-identities': claims };
}

/** Without prototypes, which are no part of the content. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map((item) => plain(item));
  if (typeof value !== 'object' || value === null || value instanceof Date) return value;
  return new Map(Object.entries(value).map(([key, item]) => [key, plain(item)]));
}
