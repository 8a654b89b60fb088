const SGR = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33, cyan: 36 } as const;
export type Style = keyof typeof SGR;
/** Puts text in a style, when there is colour; the text stays readable without. */
export type Paint = (style: Style, text: string) => string;

export function createPaint(color: boolean): Paint {
  return (style, text) => (color && text !== '' ? `\u001B[${SGR[style]}m${text}\u001B[0m` : text);
}
