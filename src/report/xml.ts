/** Text and attribute values of XML 1.0: what has a meaning is a reference; `printable` has taken what XML cannot hold. */
export function xml(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** An element with the attributes that have a value; its content is markup. */
export function element(
  name: string,
  attributes: Readonly<Record<string, string | number | undefined>>,
  content: readonly string[] = [],
): string {
  const shown = Object.entries(attributes).flatMap(([key, value]) =>
    value === undefined ? [] : [` ${key}="${xml(String(value))}"`],
  );
  const inner = content.join('');
  return inner === '' ? `<${name}${shown.join('')}/>` : `<${name}${shown.join('')}>${inner}</${name}>`;
}
