/** The values of options, each checked, or refused with what would be one (exit code 2). */
import { basename } from 'node:path';
import type { KeyOption } from '../attestation/trusted-keys.ts';
import { isProjectName } from '../distribution-filename.ts';
import { inputError } from '../errors.ts';
import { isPylockName } from '../lock-source/index.ts';
import { ATTRIBUTE_NAMES, type AttributeName } from '../model.ts';
import { printable, withoutUserinfo } from '../printable.ts';
import { CHECK_FORMATS, PIN_CHOICES } from './options.ts';

export function parsePins(list: string): readonly AttributeName[] {
  const names = list.split(',').map((name) => name.trim());
  if (names.includes('')) throw inputError('usage', `\`--pin ${list}\` has a name that is empty`);
  if (names.length === 1 && names[0] === 'none') return [];
  const pinned = new Set<string>();
  for (const name of names) {
    if (!(PIN_CHOICES as readonly string[]).includes(name)) {
      throw inputError('usage', `\`--pin\` does not know \`${name}\``, [
        `use \`none\`, or any of \`${PIN_CHOICES.join(',')}\``,
      ]);
    }
    for (const attribute of name === 'ids' ? ['repository-id', 'owner-id'] : [name]) pinned.add(attribute);
  }
  return ATTRIBUTE_NAMES.filter((name) => pinned.has(name));
}

/** What is bound to something says so before the first `=`. */
export function parseKey(value: string): KeyOption {
  const [, name, file = ''] = /^(?:([^=]*)=)?(.*)$/s.exec(value) ?? [];
  if (name === '' || file === '') {
    throw inputError(
      'usage',
      `\`--key ${printable(withoutUserinfo(value), 200)}\` is not of the form \`[NAME=]FILE\``,
    );
  }
  return name === undefined ? { file } : { name, file };
}

export function parseWhole(
  name: string,
  value: string | undefined,
  [least, most]: readonly [number, number],
): number | undefined {
  if (value === undefined) return undefined;
  const number = Number(value);
  if (/^[0-9]+$/.test(value) && number >= least && number <= most) return number;
  throw inputError('usage', `\`--${name}\` takes a whole number from ${least} to ${most}`);
}

export function parseAllowed(name: string): string {
  if (isProjectName(name)) return name;
  throw inputError('usage', `\`--allow ${name}\` is not the name of a package`);
}

export function parseReport(
  value: string,
  known?: readonly string[],
): { readonly format: string; readonly path: string } {
  const [, format = '', path = ''] = /^([^=]*)=(.*)$/s.exec(value) ?? [];
  if (path === '') throw inputError('usage', `\`--report ${value}\` is not of the form \`NAME=PATH\``);
  return { format: parseFormat(format, '--report', known), path };
}

/** No tool reads a lock by PEP 751 under another name; and stdout is for the report. */
export function parseOutput(path: string | undefined): string | undefined {
  if (path === undefined || isPylockName(basename(path))) return path;
  throw inputError('usage', `\`--output ${path}\` is not the name of a lock (PEP 751)`, [
    'name it `pylock.toml`, or e.g. `pylock.dev.toml`',
  ]);
}

export function parseFormat(name: string, option: string, known = CHECK_FORMATS): string {
  if (known.includes(name)) return name;
  throw inputError('usage', `\`${option}\` does not know the format \`${name}\``, [
    `formats: \`${known.join('`, `')}\``,
  ]);
}
