/** Thrown inside this folder for a wheel that is not one; `readWheel` makes a value of it. */
export class MalformedWheel extends Error {
  override readonly name = 'MalformedWheel';
}

/** @throws MalformedWheel */
export function malformed(reason: string): never {
  throw new MalformedWheel(reason);
}
