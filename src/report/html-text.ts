import { xml } from './xml.ts';

/** Markup that is ours, with outside text in it only as text. */
export interface Html {
  readonly markup: string;
}

/** What was written here, as it stands: a style sheet, a script. */
export function ours(markup: string): Html {
  return { markup };
}

type Value = string | number | Html | readonly Html[];

/** A template of markup: whatever is put into it is text, unless it is markup of such a template itself. */
export function html(strings: TemplateStringsArray, ...values: readonly Value[]): Html {
  return {
    markup: strings.map((part, i) => part + (i < values.length ? markupOf(values[i] ?? '') : '')).join(''),
  };
}

function markupOf(value: Value): string {
  if (typeof value === 'object')
    return 'markup' in value ? value.markup : value.map(({ markup }) => markup).join('');
  return xml(String(value));
}
