import { printable } from '../printable.ts';

const SGR = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33, cyan: 36 } as const;
export type Style = keyof typeof SGR;
/** Puts text in a style, when there is colour; the text stays readable without. */
export type Paint = (style: Style, text: string) => string;

export function createPaint(color: boolean): Paint {
  return (style, text) => (color && text !== '' ? `\u001B[${SGR[style]}m${text}\u001B[0m` : text);
}

/**
 * Outside text in which every character must be seen for what it is (names, identities): `printable`, and in ASCII, so that a
 * letter of another script cannot stand in for the one that it looks like, and one character is one column.
 */
export function exact(text: string): string {
  return printable(text).replace(/[^ -~]/gu, (c) => `\\u{${(c.codePointAt(0) ?? 0).toString(16)}}`);
}
