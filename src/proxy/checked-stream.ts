import { createHash } from 'node:crypto';

/**
 * How much of a file waits until all of it has been hashed, in bytes. Of a file with another sha256 the end never leaves, so that
 * nobody has the whole; of one that is no longer than this, nothing does.
 */
export const HELD_BACK = 512 * 1024;

/** Where the bytes go; resolves to false when nobody takes them any more. */
export type Write = (chunk: Uint8Array) => Promise<boolean>;

/** What became of a file: `cut` when nobody took the rest. */
export type Passed = 'whole' | 'other bytes' | 'cut';

/** The file that the bytes have to be. */
export interface Expected {
  /** Lower-case hex. */
  readonly sha256: string;
  /** As the index lists it. */
  readonly size?: number;
}

/**
 * Passes a file on as it comes, and hashes it. The last bytes are passed on only when the sha256 and the size are what they have
 * to be; with any other, what was passed on is not the whole.
 *
 * @throws what the body does
 */
export async function passOn(
  body: AsyncIterable<Uint8Array>,
  write: Write,
  { sha256, size }: Expected,
): Promise<Passed> {
  const hash = createHash('sha256');
  const held: Uint8Array[] = [];
  let heldBytes = 0;
  let length = 0;
  for await (const chunk of body) {
    length += chunk.length;
    if (size !== undefined && length > size) return 'other bytes';
    hash.update(chunk);
    held.push(chunk);
    heldBytes += chunk.length;
    for (
      let [oldest] = held;
      oldest !== undefined && heldBytes - oldest.length >= HELD_BACK;
      [oldest] = held
    ) {
      held.shift();
      heldBytes -= oldest.length;
      if (!(await write(oldest))) return 'cut';
    }
  }
  if (hash.digest('hex') !== sha256 || (size !== undefined && length !== size)) return 'other bytes';
  for (const chunk of held) if (!(await write(chunk))) return 'cut';
  return 'whole';
}
