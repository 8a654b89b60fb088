/** The small texts of a wheel: WHEEL and entry_points.txt. */
import { parseDistributionFilename } from '../distribution-filename.ts';
import type { EntryPoint } from './contract.ts';

/** What WHEEL says (binary distribution format, "File contents"), in a wheel or as it was installed. */
export interface WheelMetadata {
  readonly isPurelib: boolean;
  /** Every tag (PEP 425) that it lists, expanded, sorted. */
  readonly tags: readonly string[];
  /** Build tag, as a filename has it when parsed. */
  readonly build?: string;
}

/** @returns undefined for a text that is no WHEEL of version 1 */
export function parseWheelMetadata(text: string): WheelMetadata | undefined {
  const headers = text.split(/\r\n|\r|\n/).flatMap((line): (readonly [string, string])[] => {
    const [, name = '', value = ''] = /^([A-Za-z-]+):\s*(.*?)\s*$/.exec(line) ?? [];
    return name === '' ? [] : [[name.toLowerCase(), value]];
  });
  const valuesOf = (wanted: string) => headers.flatMap(([name, value]) => (name === wanted ? [value] : []));
  const [version = ''] = valuesOf('wheel-version');
  const [root = ''] = valuesOf('root-is-purelib');
  if (!/^1\.\d+$/.test(version) || !/^(?:true|false)$/i.test(root)) return undefined;
  const tags = valuesOf('tag').flatMap((tag) => wheelOf(`x-0-${tag}.whl`)?.tags ?? []);
  const build = wheelOf(`x-0-${valuesOf('build')[0] ?? ''}-py3-none-any.whl`)?.build;
  return {
    isPurelib: root.toLowerCase() === 'true',
    tags: [...new Set(tags)].toSorted(),
    ...(build === undefined ? {} : { build }),
  };
}

function wheelOf(filename: string) {
  const parsed = parseDistributionFilename(filename);
  return parsed?.kind === 'wheel' ? parsed : undefined;
}

const SCRIPT_GROUPS: ReadonlySet<string> = new Set(['console_scripts', 'gui_scripts']);

/**
 * The entry points that installers write programs for, of an entry_points.txt (the entry points specification: INI as
 * Python's `configparser` reads it, `=` as the delimiter, case kept).
 *
 * @returns undefined where a line of these groups is none: what an installer makes of it is not known
 */
export function parseEntryPoints(text: string): readonly EntryPoint[] | undefined {
  const found: EntryPoint[] = [];
  let isScripts = false;
  for (const line of text.split(/\r\n|\r|\n/)) {
    const content = line.trim();
    if (content === '' || content.startsWith('#') || content.startsWith(';')) continue;
    const [, group] = /^\[([^\]]+)\]/.exec(content) ?? [];
    if (group !== undefined) {
      isScripts = SCRIPT_GROUPS.has(group.trim());
      continue;
    }
    if (!isScripts) continue;
    const entry = parseEntryPoint(content);
    if (entry === undefined) return undefined;
    found.push(entry);
  }
  return found;
}

const OBJECT =
  /^(?<module>[\p{L}_][\w.]*)\s*:\s*(?<attribute>[\p{L}_][\w.]*)\s*(?:\[[^\]]*\])?\s*(?:[#;].*)?$/u;

function parseEntryPoint(line: string): EntryPoint | undefined {
  const equals = line.indexOf('=');
  const name = line.slice(0, Math.max(equals, 0)).trim();
  const { module, attribute } = OBJECT.exec(line.slice(equals + 1).trim())?.groups ?? {};
  // A name is a file's name, in one directory.
  if (!/^[\w.+-]+(?: [\w.+-]+)*$/u.test(name) || /^\.+$/.test(name)) return undefined;
  return module === undefined || attribute === undefined ? undefined : { name, module, attribute };
}
