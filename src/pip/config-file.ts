import { inputError } from '../errors.ts';
import { printable } from '../printable.ts';

/** Section to key to value; keys normalised as pip does it, continuation lines joined by `\n`. */
export type PipConfigFile = ReadonlyMap<string, ReadonlyMap<string, string>>;

const SECTION = /^\[(?<name>.+)\]/u;

/** A key as pip spells it internally: lower case, hyphens, no leading `--`. */
export function normalizeKey(key: string): string {
  return key.toLowerCase().replaceAll('_', '-').replace(/^--/u, '');
}

/**
 * Reads pip.conf as pip does it, with Python's `RawConfigParser`: `#` and `;` comment lines, `=` or `:`, indented
 * continuation lines (blank ones included), `[DEFAULT]`, no interpolation.
 *
 * @param source the path, for errors
 * @throws ProvpinError, exit code 2, for what Python refuses too: no section, no delimiter, a duplicate
 */
export function parsePipConfigFile(text: string, source: string): PipConfigFile {
  const sections = new Map<string, Map<string, string[]>>();
  let section: Map<string, string[]> | undefined;
  let values: string[] | undefined;
  let indentation = 0;
  for (const [index, line] of text.split(/\r\n|\n|\r/u).entries()) {
    const content = line.trim();
    const isComment = /^[#;]/u.test(content);
    if (content === '' || isComment) {
      if (!isComment) {
        values?.push('');
      }
      continue;
    }
    const depth = line.search(/\S/u);
    if (values !== undefined && depth > indentation) {
      values.push(content);
      continue;
    }
    indentation = depth;
    const header = SECTION.exec(content)?.groups?.['name'];
    if (header !== undefined) {
      section = openSection(sections, header, source, index + 1);
      values = undefined;
    } else {
      values = openOption(section, content, source, index + 1);
    }
  }
  return joined(sections);
}

function openSection(
  sections: Map<string, Map<string, string[]>>,
  name: string,
  source: string,
  line: number,
): Map<string, string[]> {
  const existing = sections.get(name);
  if (existing !== undefined) {
    if (name === 'DEFAULT') {
      return existing;
    }
    throw configError(source, line, `section \`${printable(name, 100)}\` is there twice`);
  }
  const section = new Map<string, string[]>();
  sections.set(name, section);
  return section;
}

function openOption(
  section: Map<string, string[]> | undefined,
  content: string,
  source: string,
  line: number,
): string[] {
  if (section === undefined) {
    throw configError(source, line, 'there is no `[section]` before the first option');
  }
  const delimiter = content.search(/[=:]/u);
  const key = normalizeKey(content.slice(0, Math.max(delimiter, 0)).trimEnd());
  if (key === '') {
    throw configError(source, line, 'a line is neither a section, an option nor a comment');
  }
  if (section.has(key)) {
    throw configError(source, line, `option \`${printable(key, 100)}\` is there twice`);
  }
  const values = [content.slice(delimiter + 1).trimStart()];
  section.set(key, values);
  return values;
}

/** The content of the line is not in the message: it may hold a password. */
function configError(source: string, line: number, what: string) {
  return inputError(
    'pip-configuration',
    `pip's configuration \`${printable(source)}\`, line ${line}: ${what}`,
  );
}

function joined(sections: ReadonlyMap<string, ReadonlyMap<string, readonly string[]>>): PipConfigFile {
  const defaults = [...(sections.get('DEFAULT') ?? [])];
  const result = new Map<string, ReadonlyMap<string, string>>();
  for (const [name, options] of sections) {
    if (name !== 'DEFAULT') {
      const all = new Map([...defaults, ...options]);
      result.set(name, new Map([...all].map(([key, lines]) => [key, lines.join('\n').trimEnd()])));
    }
  }
  return result;
}
