/**
 * JSON documents, as tables to be read by their types.
 */
import { inputError, jsonProblemOf } from '../errors.ts';
import { printable } from '../printable.ts';
import { jsonLines, jsonPlaces } from './json-lines.ts';
import { isTable, MAX_DEPTH, placeOf, type Table } from './table.ts';

/**
 * Parses a document that two readers cannot understand in two ways: JSON leaves open what an object means that has a member
 * twice (RFC 8259, section 4), so such a document is refused.
 *
 * @throws ProvpinError, exit code 2, that names source and line
 */
export function parseJson(text: string, source: string): Table {
  const values = parse(text, source);
  for (const { path, line, depth, isRepeated } of jsonPlaces(text)) {
    const place = placeOf(source, line);
    if (isRepeated) throw inputError('lock-json', `${place}: \`${printable(path)}\` is there twice`);
    if (depth > MAX_DEPTH) throw inputError('lock-json', `${place}: nested deeper than ${MAX_DEPTH} levels`);
  }
  if (!isTable(values)) throw inputError('lock-json', `${placeOf(source, undefined)}: must be an object`);
  return { document: { source, text, linesOf: jsonLines }, path: '', values };
}

function parse(text: string, source: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const reason = printable(jsonProblemOf(error), 200);
    throw inputError('lock-json', `${placeOf(source, undefined)}: not JSON: ${reason}`, [], error);
  }
}
