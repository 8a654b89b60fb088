/**
 * Lines of a requirements file that are options.
 */
import { printable } from '../printable.ts';
import { lineError, type Statement } from './requirements-lines.ts';

/** They say where files come from, which the hashes bind whatever it is, or which of the pinned files pip prefers. */
const WITH_VALUE: ReadonlySet<string> = new Set([
  '-i',
  '--index-url',
  '--extra-index-url',
  '-f',
  '--find-links',
  '--trusted-host',
  '--no-binary',
  '--only-binary',
  '--all-releases',
  '--only-final',
  '--use-feature',
]);
const FLAGS: ReadonlySet<string> = new Set(['--no-index', '--pre', '--prefer-binary', '--require-hashes']);

/** Why an option is refused that could have something else installed than what the file pins. */
const REFUSED: ReadonlyMap<string, string> = new Map([
  ['-r', 'another file'],
  ['--requirement', 'another file'],
  ['-c', 'another file'],
  ['--constraint', 'another file'],
]);

/**
 * Takes a line of options, all of which must be known to install nothing else than the file pins.
 *
 * @throws ProvpinError, exit code 2
 */
export function checkOptionLine({ text, line }: Statement, source: string): void {
  if (/["']/.test(text)) throw lineError(source, line, 'has an option with quotes, which cannot be read');
  const words = text.trim().split(/[ \t]+/);
  for (let at = 0; at < words.length; at += 1) {
    const [, name = '', value] = /^([^=]*)(?:=(.*))?$/s.exec(words[at] ?? '') ?? [];
    if (FLAGS.has(name) && value === undefined) continue;
    if (!WITH_VALUE.has(name)) throw refusal(name, source, line);
    if (value !== undefined && name.startsWith('--')) continue;
    at += 1;
    const next = words[at];
    if (value !== undefined || next === undefined || next.startsWith('-'))
      throw lineError(source, line, `\`${printable(name, 100)}\` needs a value`);
  }
}

function refusal(name: string, source: string, line: number): Error {
  // Its value may follow a short one at once, and be a URL with credentials.
  const shown = `\`${printable(name.startsWith('--') ? name : name.slice(0, 2), 100)}\``;
  const other = REFUSED.get(name);
  if (other === undefined) return lineError(source, line, `${shown} cannot be read in a lock`);
  return lineError(
    source,
    line,
    `${shown} takes in another file, which would be installed and not be checked`,
    ['make one lock of all of them, or read each by its own `--lock-path`'],
  );
}
