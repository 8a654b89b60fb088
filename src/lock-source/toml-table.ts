/**
 * TOML documents, as tables to be read by their types.
 */
import { parse, TomlError } from 'smol-toml';
import { inputError } from '../errors.ts';
import { printable } from '../printable.ts';
import { MAX_DEPTH, placeOf, type Table } from './table.ts';
import { tomlLines } from './toml-lines.ts';

/**
 * Parses a document.
 *
 * @throws ProvpinError, exit code 2, that names source and line, when it is not TOML
 */
export function parseToml(text: string, source: string): Table {
  try {
    const document = { source, text, linesOf: tomlLines };
    return { document, path: '', values: parse(text, { maxDepth: MAX_DEPTH }) };
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    const [firstLine = ''] = error.message.split('\n');
    const reason = firstLine.replace(/^Invalid TOML document: /, '');
    throw inputError('lock-toml', `${placeOf(source, error.line)}: not TOML: ${printable(reason)}`);
  }
}
