import { existsSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { inputError, messageOf } from '../errors.ts';
import { printable } from '../printable.ts';
import { parsePipOptions, type PipOption } from './options.ts';

/** The options of requirements files that say where files come from. */
const SOURCE_OPTIONS: ReadonlySet<string> = new Set([
  '--index-url',
  '--extra-index-url',
  '--no-index',
  '--find-links',
  '--trusted-host',
]);
const NESTED: ReadonlySet<string> = new Set(['--requirement', '--constraint']);

/** Far above what anybody writes by hand. */
const MAX_FILE_BYTES = 16 * 1024 * 1024;
const MAX_FILES = 1_000;

/** The options of one line. pip applies them line by line: a later `--index-url` replaces every index before it. */
export type OptionLine = readonly PipOption[];

/**
 * The option lines of a requirements or constraints file, nested files in place, in pip's order: what pip's
 * `req_file.py` hands to its package finder.
 *
 * @param location as given to `-r`: a path, or a `file:` URL. Files on the network and `pylock.toml` have no lines here:
 *   see `unread`
 * @param context the directory that relative paths are relative to, and the environment for `${NAME}`
 * @throws ProvpinError, exit code 2, when a file cannot be read or includes itself
 */
export function readRequirementsFile(location: string, context: RequirementsContext): RequirementsOptions {
  const lines: OptionLine[] = [];
  const unread: string[] = [];
  let files = 0;
  const visit = (reference: string, directory: string, includedBy: readonly string[]): void => {
    if (/^https?:/iu.test(reference)) {
      unread.push(reference);
      return;
    }
    const file = localPath(reference, directory);
    if (/^pylock(?:\.[^.]+)?\.toml(?:\[.*\])?$/u.test(path.basename(file))) {
      return;
    }
    files += 1;
    if (includedBy.includes(file) || files > MAX_FILES) {
      throw inputError('requirements-file', `requirements file \`${printable(file)}\` includes itself`);
    }
    for (const line of optionLines(readText(file), context.env)) {
      const nested = line.find((option) => NESTED.has(option.name));
      if (nested === undefined) {
        lines.push(line.filter((option) => SOURCE_OPTIONS.has(option.name)).map(relativeTo(file)));
      } else {
        visit(nested.value, path.dirname(file), [...includedBy, file]);
      }
    }
  };
  visit(location, context.cwd, []);
  return { lines, unread };
}

export interface RequirementsContext {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
}

export interface RequirementsOptions {
  readonly lines: readonly OptionLine[];
  /** Files on the network: pip reads them, and may find options in them. */
  readonly unread: readonly string[];
}

function localPath(reference: string, directory: string): string {
  if (/^file:/iu.test(reference)) {
    try {
      return fileURLToPath(reference);
    } catch (error) {
      throw inputError(
        'requirements-file',
        `requirements file \`${printable(reference)}\` cannot be read: ${messageOf(error)}`,
      );
    }
  }
  return path.resolve(directory, reference);
}

function readText(file: string): string {
  try {
    if (statSync(file).size > MAX_FILE_BYTES) {
      throw new Error(`it is larger than ${MAX_FILE_BYTES} bytes`);
    }
    return decode(readFileSync(file));
  } catch (error) {
    throw inputError(
      'requirements-file',
      `requirements file \`${printable(file)}\` cannot be read: ${printable(messageOf(error))}`,
    );
  }
}

/**
 * As byte order marks say. pip also heeds a comment that names an encoding (PEP 263), in which a file of options, which are
 * ASCII, reads the same unless somebody means it not to: then the files of the index that pip sees and this does not see are not
 * found, and that is no pass. A lock with such a comment is refused.
 */
function decode(bytes: Uint8Array): string {
  const utf16 = bytes[0] === 0xff && bytes[1] === 0xfe ? 'utf-16le' : undefined;
  const swapped = bytes[0] === 0xfe && bytes[1] === 0xff ? 'utf-16be' : undefined;
  return new TextDecoder(utf16 ?? swapped ?? 'utf-8').decode(bytes);
}

function optionLines(text: string, env: NodeJS.ProcessEnv): OptionLine[] {
  return joinLines(text)
    .map((line) => expandVariables(line.replace(/(?<=^|\s)#.*$/u, '').trim(), env))
    .filter((line) => line.startsWith('-'))
    .map((line) => parsePipOptions(splitWords(line)));
}

/** Joins what a backslash at the end of a line continues; a comment line ends it. */
function joinLines(text: string): string[] {
  const joined: string[] = [];
  let open = '';
  for (const line of text.split(/\r\n|[\n\r\v\f]/u)) {
    const isComment = /^\s*#/u.test(line);
    if (line.endsWith('\\') && !isComment) {
      open += line.replace(/^\\+|\\+$/gu, '');
    } else {
      joined.push(`${open}${isComment ? ' ' : ''}${line}`);
      open = '';
    }
  }
  return [...joined, open];
}

/**
 * `${NAME}` in upper case, when it is set and not empty.
 *
 * @throws ProvpinError, exit code 2, for a value that is more than one word: pip takes a line apart after it has replaced these,
 *   so that one could bring in another file, or an index, that nobody has reviewed
 */
function expandVariables(line: string, env: NodeJS.ProcessEnv): string {
  return line.replace(/\$\{([A-Z0-9_]+)\}/gu, (reference, name: string) => {
    const value = env[name] || reference;
    if (!/[\s"'\\]/u.test(value)) return value;
    throw inputError(
      'requirements-file',
      `the environment variable \`${name}\`, which a requirements file names, has a blank, quote or backslash in it`,
      ['pip would take it for more than one word; in a URL these are percent-encoded'],
    );
  });
}

/** Words as a POSIX shell splits them: quotes and backslashes. */
function splitWords(line: string): string[] {
  const WORD = /(?:[^\s"'\\]+|\\.|'[^']*'?|"(?:\\.|[^"\\])*"?|\\$)+/gsu;
  const PIECE = /\\(?<escaped>.)|'(?<single>[^']*)'?|"(?<double>(?:\\.|[^"\\])*)"?|(?<plain>[^\s"'\\]+)/gsu;
  return (line.match(WORD) ?? []).map((word) =>
    Array.from(word.matchAll(PIECE), ({ groups = {} }) => {
      const { escaped, single, double, plain } = groups;
      return escaped ?? single ?? double?.replace(/\\(["\\])/gu, '$1') ?? plain ?? '';
    }).join(''),
  );
}

/** pip prefers a `--find-links` directory beside the requirements file. */
function relativeTo(file: string): (option: PipOption) => PipOption {
  return (option) => {
    const beside = path.resolve(path.dirname(file), option.value);
    return option.name === '--find-links' && existsSync(beside) ? { ...option, value: beside } : option;
  };
}
