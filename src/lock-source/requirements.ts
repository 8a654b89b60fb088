/**
 * Requirements files with hashes: `pip-compile --generate-hashes`, `uv export`, `poetry export` (pip, "Requirements File
 * Format" and "Secure installs").
 */
import { isProjectName, normalizeName, parseDistributionFilename } from '../distribution-filename.ts';
import { inputError } from '../errors.ts';
import type { Lock, LockedPackage, UnnamedFile } from '../model.ts';
import { printable } from '../printable.ts';
import type { LockReader } from './contract.ts';
import { parseHash } from './digest.ts';
import { archiveReason, pathReason, vcsReason } from './elsewhere.ts';
import { noGroups } from './groups.ts';
import { flatPlan, type InstallPlan, type PlanOptions } from './install-plan.ts';
import { filenameOfPath } from './locked-file.ts';
import { pinnedVersion } from './pinned-version.ts';
import { distinctPackages } from './repeats.ts';
import { lineError, requirementsLines, type Statement } from './requirements-lines.ts';
import { checkOptionLine } from './requirements-options.ts';

export const requirements: LockReader = {
  id: 'requirements',
  summary: '`requirements.txt` or `NAME.txt` with hashes',
  accepts: (basename) => basename.endsWith('.txt'),
  mayBeOther: true,
  recognises: (text) => /^[\w.-]+(?:\[[^\]\n]*\])?[ \t]*==/m.test(text) && /[ \t]--hash[= ]/.test(text),
  read: readRequirements,
  plan: planRequirements,
};

function readRequirements(text: string, source: string, only: readonly string[] = []): Lock {
  if (only.length > 0) throw noGroups(source);
  const statements = requirementsLines(text, source);
  const required = statements.filter((statement) => !isOptionLine(statement.text));
  if (required.length > 0 && !required.some((statement) => HASH.test(statement.text))) throw noHashes(source);
  for (const statement of statements) refuseVariables(statement, source);
  const packages = statements.flatMap((statement) => readStatement(statement, source));
  if (packages.length === 0) throw noRequirements(source);
  return { source, packages: distinctPackages(packages) };
}

/** A file that `readRequirements` has read: a line is for wherever its marker holds. */
function planRequirements(text: string, source: string, { packages }: PlanOptions): InstallPlan {
  const wanted = requirementsLines(text, source).flatMap((statement) =>
    readStatement(statement, source).map((locked) => ({ locked, marker: markerOf(statement, source) })),
  );
  return flatPlan(source, packages, wanted);
}

function markerOf(statement: Statement, source: string): string | undefined {
  const text = statement.text.trim();
  const [requirement] = EDITABLE.test(text) ? [text] : splitHashes(statement, source);
  return /;(?<marker>.*)$/s.exec(requirement)?.groups?.['marker']?.trim();
}

/** Whatever may be called `NAME.txt` and has nothing to install is no lock. */
function noRequirements(source: string): Error {
  return inputError('lock-requirements', `\`${printable(source)}\` has no requirements`, [
    'name the file that says what is installed',
  ]);
}

function noHashes(source: string): Error {
  return inputError(
    'lock-hashes',
    `\`${printable(source)}\` has no hashes: it says which versions are installed, and not which files`,
    [
      'make a lock of it: `pip-compile --generate-hashes`, `uv pip compile --generate-hashes`, or `pip lock`',
      'or let pip resolve it in the same run: `provpin -r FILE`',
    ],
  );
}

const HASH = /[ \t]--hash(?=[= ])/;
const EDITABLE = /^(?:-e|--editable)(?:[ \t]+|=)(?<target>[^ \t-][^ \t]*)[ \t]*(?:;.*)?$/;
// No two parts that could share a run of blanks or slashes, however it is divided: that would take quadratic time.
const NAME = '(?<name>[A-Za-z0-9](?:[\\w.-]*[A-Za-z0-9])?)[ \\t]*(?:\\[[\\w., \\t-]*\\][ \\t]*)?';
const PINNED = new RegExp(`^${NAME}(?<specifier>==[^;]*)(?:;.*)?$`);
const DIRECT = new RegExp(`^${NAME}@[ \\t]*(?<target>[^ \\t]+)[ \\t]*(?:;.*)?$`);
/** A URL, or what pip takes for a path because of its dot or slash. */
const UNNAMED = /^(?<target>(?:[a-z][a-z0-9+]*:|\.|[^ \t/]*\/)[^ \t]*)[ \t]*(?:;.*)?$/i;

/** `-e` is a requirement. */
function isOptionLine(text: string): boolean {
  return text.trimStart().startsWith('-') && !EDITABLE.test(text.trim());
}

function readStatement(statement: Statement, source: string): readonly LockedPackage[] {
  const text = statement.text.trim();
  const editable = EDITABLE.exec(text)?.groups?.['target'];
  if (editable !== undefined) return [readTarget(editable, statement, source, { isEditable: true })];
  if (text.startsWith('-')) {
    checkOptionLine(statement, source);
    return [];
  }
  const [requirement, hashes] = splitHashes(statement, source);
  const pinned = PINNED.exec(requirement)?.groups;
  if (pinned !== undefined) return [readPinned(pinned, hashes, statement, source)];
  const direct = DIRECT.exec(requirement)?.groups;
  if (direct !== undefined) {
    const { name = '', target = '' } = direct;
    return [readTarget(target, statement, source, { name: normalizeName(name) })];
  }
  const target = UNNAMED.exec(requirement)?.groups?.['target'];
  if (target !== undefined) return [readTarget(target, statement, source)];
  // Up to where a URL, and credentials in it, could begin.
  const shown = printable(requirement.replace(/[@:].*$/s, '…'), 100);
  throw lineError(source, statement.line, `\`${shown}\` pins no version: it must be like \`NAME==1.0\``);
}

/**
 * pip replaces `${NAME}` before it looks at anything else, by whatever stands in the environment of whoever installs: by a second
 * hash, for one. In an option that says where files come from, it is how credentials are kept out of the file.
 */
function refuseVariables({ text, line }: Statement, source: string): void {
  const variable = /\$\{[A-Z0-9_]+\}/.exec(text)?.[0];
  if (variable === undefined || isOptionLine(text)) return;
  throw lineError(
    source,
    line,
    `has \`${printable(variable, 100)}\`, which pip replaces by what a variable of the environment holds`,
    ['write what is meant'],
  );
}

function readPinned(
  { name = '', specifier = '' }: Readonly<Record<string, string>>,
  unnamed: readonly UnnamedFile[],
  { line }: Statement,
  source: string,
): LockedPackage {
  const version = pinnedVersion(specifier.trimEnd());
  if (version === undefined) {
    const shown = printable(`${name}${specifier.trimEnd()}`, 100);
    throw lineError(source, line, `\`${shown}\` does not pin one version`);
  }
  if (unnamed.length === 0) {
    throw lineError(source, line, `\`${name}\` has no hash, so that any file of it may be installed`);
  }
  return { name: normalizeName(name), version, files: [], unnamed, line };
}

/** `--hash=ALGORITHM:DIGEST`, as often as there are files; no other option may follow a requirement. */
function splitHashes(statement: Statement, source: string): readonly [string, readonly UnnamedFile[]] {
  const { text, line, lineAt } = statement;
  const end = /[ \t]-/.exec(text)?.index ?? text.length;
  const files = new Map<string, UnnamedFile>();
  let at = end;
  // Each where the one before it ends: looking for them anywhere takes quadratic time in a run of blanks.
  for (const match of text.slice(end).matchAll(/[ \t]+--hash(?:=|[ \t]+)(?<hash>[^ \t]+)/gy)) {
    at += match[0].length;
    const hashes = parseHash(match.groups?.['hash'] ?? '');
    const place = lineAt(end + match[0].indexOf('--hash') + match.index);
    if (typeof hashes === 'string') throw lineError(source, place, `\`--hash\` ${hashes}`);
    const key = JSON.stringify(hashes);
    if (!files.has(key)) files.set(key, { hashes, line: place });
  }
  const rest = text.slice(at).trim();
  if (rest !== '') {
    const [option = ''] = rest.split(/[ \t=@:]/);
    throw lineError(source, line, `\`${printable(option, 100)}\` cannot be read behind a requirement`);
  }
  return [text.slice(0, end).trim(), [...files.values()]];
}

/** A path or URL, whatever it is for. */
function readTarget(
  target: string,
  { line }: Statement,
  source: string,
  { name, isEditable }: { readonly name?: string; readonly isEditable?: boolean } = {},
): LockedPackage {
  const { url, path } = placeOfTarget(target);
  const ownName = name ?? (path === undefined ? nameOfUrl(url) : nameOfPath(path));
  if (ownName === undefined) {
    throw lineError(source, line, 'has a URL that does not say what package it is', ['write `NAME @ URL`']);
  }
  const notCovered = path === undefined ? reasonOfUrl(url) : pathReason(path, isEditable);
  return { name: ownName, files: [], notCovered, line };
}

/** What it says, without extras and fragment where it is a path. */
function placeOfTarget(target: string): { readonly url: string; readonly path?: string } {
  if (/^file:/i.test(target)) return { url: target, path: URL.parse(target)?.pathname ?? '' };
  if (/^(?:[a-z][a-z0-9+]*:|(?:git|hg|svn|bzr)\+)/i.test(target)) return { url: target };
  return { url: target, path: target.replace(/#.*$/, '').replace(/\[[^[\]]*\]$/, '') };
}

function reasonOfUrl(url: string): string {
  const [, vcs, repository] = /^(git|hg|svn|bzr)\+(.*)$/is.exec(url) ?? [];
  if (vcs === undefined || repository === undefined) return archiveReason(url);
  const parsed = URL.parse(repository);
  const [, path, commit] = /^(.*)@([^/@]*)$/.exec(parsed?.pathname ?? '') ?? [];
  if (parsed !== null && path !== undefined) parsed.pathname = path;
  return vcsReason(vcs.toLowerCase(), parsed?.href ?? repository, commit);
}

/** pip and uv refuse a package that has another name than its fragment or filename says. */
function nameOfUrl(url: string): string | undefined {
  const parsed = URL.parse(url.replace(/^(?:git|hg|svn|bzr)\+/i, ''));
  const egg = /(?:^|&)egg=([\w.-]+)/.exec(parsed?.hash.slice(1) ?? '')?.[1];
  if (egg !== undefined && isProjectName(egg)) return normalizeName(egg);
  return parseDistributionFilename(filenameOfPath(parsed?.pathname ?? ''))?.name;
}

/** A directory does not say what is in it, and is called what it is called. */
function nameOfPath(path: string): string {
  const last = filenameOfPath(path.replace(/(?<!\/)\/+$/, ''));
  const name = parseDistributionFilename(last)?.name ?? last;
  return isProjectName(name) ? normalizeName(name) : 'local-project';
}
