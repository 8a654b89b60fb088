import { incompleteError } from '../errors.ts';
import type { Entry } from '../model.ts';
import { ATTRIBUTE_NAMES } from '../model.ts';
import { printable } from '../printable.ts';
import { encodeAttributeValue } from './attribute-value.ts';
import type { ProvenanceFile } from './contract.ts';
import { sameEntry } from './entry-order.ts';
import { parseLine } from './parse-line.ts';

/** Width of the name's column, as `pypi-verify-now` writes it. */
const NAME_WIDTH = 49;

/**
 * An entry as a line, without its ending: the name padded to 49 columns, a space, the identity, and each attribute after a
 * space, in the order of `ATTRIBUTE_NAMES`.
 *
 * @throws ProvpinError, exit code 3, when the line would not be read back as this entry and nothing else
 */
export function formatEntry(entry: Entry): string {
  const requirement = entry.version === undefined ? entry.name : `${entry.name}==${entry.version}`;
  const line = `${requirement.padEnd(NAME_WIDTH)} ${[entry.identity, ...formatAttributes(entry)].join(' ')}`;
  const parsed = parseLine(line);
  if ('problem' in parsed || parsed.entry === undefined || !sameEntry(parsed.entry, entry)) {
    throw incompleteError(
      'provenance-entry',
      `\`${printable(entry.name, 200)}\` cannot be recorded: \`${printable(line, 500)}\` is not a line of a provenance file`,
    );
  }
  return line;
}

/** The attributes of an entry, each as `key=value`, in the spelling of the provenance file. */
export function formatAttributes({
  attributes,
  until,
}: Pick<Entry, 'attributes' | 'until'>): readonly string[] {
  const pairs = ATTRIBUTE_NAMES.map((name) => [name, attributes[name]] as const);
  return [...pairs, ['until', until] as const].flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}=${encodeAttributeValue(value)}`],
  );
}

/** The whole text of a file. The inverse of `parseProvenanceFile`. */
export function formatProvenanceFile({ byteOrderMark, lines }: ProvenanceFile): string {
  const text = lines.map((line) => line.text + line.ending).join('');
  return byteOrderMark ? `\uFEFF${text}` : text;
}
