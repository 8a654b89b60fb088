/**
 * Whether a text is what a pattern says, in which `*` stands for any number of characters, none included, and every other
 * character for itself.
 *
 * The literal pieces between stars are each found as early as they can be: with no other wildcard the earliest place is never
 * a worse one, so nothing is tried twice and no pattern makes this slow.
 */
export function globMatches(pattern: string, text: string): boolean {
  const [prefix = '', ...pieces] = pattern.split('*');
  const suffix = pieces.pop();
  if (suffix === undefined) return pattern === text;
  if (!text.startsWith(prefix)) return false;
  let position = prefix.length;
  for (const piece of pieces) {
    const found = text.indexOf(piece, position);
    if (found === -1) return false;
    position = found + piece.length;
  }
  return text.endsWith(suffix) && position + suffix.length <= text.length;
}
