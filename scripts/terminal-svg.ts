/** A terminal's output as an SVG: text with the escape sequences for styles (ECMA-48, SGR) that the report has. */

/** CSS of each style, by SGR parameter. */
const STYLES: Readonly<Record<string, string>> = {
  1: 'font-weight:bold;fill:#fff',
  2: 'fill:#8b949e',
  31: 'fill:#ff7b72',
  32: 'fill:#56d364',
  33: 'fill:#e3b341',
  36: 'fill:#56d4dd',
};
/** CSI … m, written so that no control character stands in the pattern. */
const SGR = new RegExp(String.raw`${'\u001B'}\[(\d+)m`);
const COLUMNS = 112;
const CHARACTER = 8.43;
const LINE = 20;
const MARGIN = 20;
const BAR = 36;

interface Span {
  readonly text: string;
  /** SGR parameter; empty for none. */
  readonly style: string;
}

/**
 * Draws lines in a window, wrapped between words as far as they are too long, with the indentation of their first line.
 *
 * @param title says what is to be seen, for those who cannot see it
 */
export function drawTerminal(text: string, title: string): string {
  const rows = text
    .trimEnd()
    .split('\n')
    .flatMap((line) => wrap(spansOf(line)));
  const width = Math.ceil(COLUMNS * CHARACTER + 2 * MARGIN);
  const height = BAR + rows.length * LINE + MARGIN;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img">
<title>${escapeXml(title)}</title>
<style>
text { font: 14px ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, monospace; fill: #d6dbe1; white-space: pre; }
${Object.entries(STYLES)
  .map(([parameter, css]) => `.s${parameter} { ${css} }`)
  .join('\n')}
</style>
<rect width="100%" height="100%" rx="8" fill="#14181f"/>
${['#ff5f57', '#febc2e', '#28c840'].map((fill, i) => `<circle cx="${MARGIN + 6 + 20 * i}" cy="18" r="6" fill="${fill}"/>`).join('\n')}
${rows
  .map((row, i) => drawRow(row, BAR + (i + 1) * LINE - 6))
  .filter((row) => row !== '')
  .join('\n')}
</svg>
`;
}

function spansOf(line: string): readonly Span[] {
  const parts = line.split(SGR);
  return parts.flatMap((text, i) => {
    if (i % 2 === 1 || text === '') return [];
    const style = parts[i - 1] ?? '';
    return [{ text, style: style === '0' ? '' : style }];
  });
}

function wrap(spans: readonly Span[]): readonly (readonly Span[])[] {
  const indent = /^\s*/.exec(spans[0]?.text ?? '')?.[0] ?? '';
  const rows: Span[][] = [[]];
  let column = 0;
  for (const { text, style } of spans) {
    for (const word of text.split(/(?<=\s)(?=\S)/)) {
      if (column + word.trimEnd().length > COLUMNS && column > indent.length) {
        rows.push(indent === '' ? [] : [{ text: indent, style: '' }]);
        column = indent.length;
      }
      rows.at(-1)?.push({ text: word, style });
      column += word.length;
    }
  }
  return rows;
}

/** Each word has a place of its own: no font's idea of a width moves what follows. */
function drawRow(row: readonly Span[], y: number): string {
  let column = 0;
  const words = row.flatMap(({ text, style }) => {
    const x = (MARGIN + column * CHARACTER).toFixed(1);
    column += text.length;
    if (text.trim() === '') return [];
    return [`<tspan x="${x}"${style === '' ? '' : ` class="s${style}"`}>${escapeXml(text)}</tspan>`];
  });
  return words.length === 0 ? '' : `<text y="${y}">${words.join('')}</text>`;
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
