import type { Mutation, Random } from './contract.ts';

/** A DER element; one that is not constructed, or whose content is no DER, has its content as it stands. */
interface Element {
  readonly tag: number;
  readonly content: Uint8Array | readonly Element[];
}

/**
 * Changes one element of a DER document and writes the lengths around it anew, so that the change is not lost in a parser's
 * first complaint about a length.
 *
 * @param mutateContent for the content of an element
 */
export function mutateDer(mutateContent: Mutation): Mutation {
  return (input, random) => {
    const elements = parseElements(input);
    if (elements === undefined) return undefined;
    const total = elements.reduce((sum, element) => sum + sizeOf(element), 0);
    return encodeAll(changeNth(elements, random.below(total), mutateContent, random));
  };
}

function parseElements(bytes: Uint8Array): readonly Element[] | undefined {
  const elements: Element[] = [];
  for (let at = 0; at < bytes.length;) {
    const tag = bytes[at] ?? 0;
    const first = bytes[at + 1];
    if (first === undefined || first === 0x80 || first > 0x84) return undefined;
    const lengthBytes = first < 0x80 ? 0 : first - 0x80;
    const start = at + 2 + lengthBytes;
    const length =
      lengthBytes === 0 ? first : Number(`0x${Buffer.from(bytes.subarray(at + 2, start)).toString('hex')}`);
    if (Number.isNaN(length) || start + length > bytes.length) return undefined;
    const content = bytes.subarray(start, start + length);
    // Octet and bit strings often hold DER: extensions are octet strings.
    const inner = (tag & 0x20) === 0 && tag !== 0x04 ? undefined : parseElements(content);
    elements.push({ tag, content: inner === undefined || inner.length === 0 ? content : inner });
    at = start + length;
  }
  return elements;
}

function sizeOf({ content }: Element): number {
  return content instanceof Uint8Array ? 1 : content.reduce((sum, element) => sum + sizeOf(element), 1);
}

function changeNth(
  elements: readonly Element[],
  nth: number,
  mutateContent: Mutation,
  random: Random,
): readonly Element[] {
  let left = nth;
  for (const [index, element] of elements.entries()) {
    const size = sizeOf(element);
    if (left === 0) return elements.toSpliced(index, 1, ...change(element, mutateContent, random));
    if (left < size && !(element.content instanceof Uint8Array)) {
      const content = changeNth(element.content, left - 1, mutateContent, random);
      return elements.with(index, { tag: element.tag, content });
    }
    left -= size;
  }
  return elements;
}

function change(element: Element, mutateContent: Mutation, random: Random): readonly Element[] {
  const { tag, content } = element;
  const bytes = content instanceof Uint8Array ? content : encodeAll(content);
  const mutated = (): readonly Element[] => [{ tag, content: mutateContent(bytes, random) ?? bytes }];
  return random.pick([
    mutated,
    mutated,
    () => [],
    () => [element, element],
    () => [
      {
        tag: random.pick([tag ^ 0x20, tag ^ 0x80, 0x0c, 0x13, 0x16, 0x30, 0x04, random.below(256)]),
        content,
      },
    ],
    () => [{ tag, content: content instanceof Uint8Array ? content : content.toReversed() }],
    () => [{ tag: 0x30, content: [element] }],
  ])();
}

function encodeAll(elements: readonly Element[]): Uint8Array {
  return Buffer.concat(elements.map(encode));
}

function encode({ tag, content }: Element): Uint8Array {
  const bytes = content instanceof Uint8Array ? content : encodeAll(content);
  const size = Buffer.alloc(4);
  size.writeUInt32BE(bytes.length);
  const significant = size.subarray(size.findIndex((byte) => byte > 0));
  const length = bytes.length < 0x80 ? [bytes.length] : [0x80 + significant.length, ...significant];
  return Buffer.concat([Buffer.from([tag, ...length]), bytes]);
}
