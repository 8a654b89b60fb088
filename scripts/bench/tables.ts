/** Figures as Markdown, and into their places in docs/performance.md. */
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { format } from 'prettier';
import type { Cell, Section } from './contract.ts';

const DOCUMENT = fileURLToPath(new URL('../../docs/performance.md', import.meta.url));

export function toMarkdown({ columns, rows, missing }: Section): string {
  const [head, ...body] = [columns, columns.map(() => '---'), ...rows.map((row) => row.map(shown))].map(
    (cells) => `| ${cells.join(' | ')} |\n`,
  );
  return `${head}${body.join('')}${missing === undefined ? '' : `\n${missing}\n`}`;
}

function shown(cell: Cell): string {
  if (typeof cell === 'string') return cell;
  const { value, unit } = cell;
  const digits = unit === '' || value >= 100 ? 0 : value >= 10 ? 1 : 2;
  const figure = value.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits });
  return unit === '×' ? `${figure}×` : `${figure} ${unit}`.trim();
}

/** Replaces what is between the `<!-- bench: ID -->` and `<!-- /bench -->` of each section. */
export async function writeTables({
  date,
  minutes,
  machine,
  sections,
}: {
  readonly date: string;
  /** What the run took that all of it comes from. */
  readonly minutes: string;
  readonly machine: { readonly cores: number; readonly processor: string | undefined; readonly node: string };
  readonly sections: readonly Section[];
}): Promise<void> {
  const made = `All tables are of one run, of ${minutes} minutes, on ${date.slice(0, 'YYYY-MM-DD'.length)}: ${machine.cores} cores (${machine.processor ?? 'unknown'}), Node.js ${machine.node}.`;
  const texts = new Map([['machine', made], ...sections.map((one) => [one.id, toMarkdown(one)] as const)]);
  const document = await readFile(DOCUMENT, 'utf8');
  const renewed = document.replaceAll(
    /(<!-- bench: ([a-z-]+) -->\n)[^]*?(<!-- \/bench -->)/g,
    (old, begin: string, id: string, end: string) => {
      const text = texts.get(id);
      return text === undefined ? old : `${begin}\n${text}\n${end}`;
    },
  );
  await writeFile(DOCUMENT, await format(renewed, { parser: 'markdown', printWidth: 160 }));
}
