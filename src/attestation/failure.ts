/**
 * Why one attestation, or a whole provenance object, does not count as verified. Thrown by the checks of this folder and
 * caught in `verify.ts` only, where it becomes data.
 */
export class AttestationFailure extends Error {
  override readonly name = 'AttestationFailure';
  readonly kind: 'invalid' | 'unsupported';

  constructor(kind: 'invalid' | 'unsupported', reason: string) {
    super(reason);
    this.kind = kind;
  }
}

/** Wrong: malformed, forged, or about something else. One sentence for people. */
export function invalid(reason: string): AttestationFailure {
  return new AttestationFailure('invalid', reason);
}

/** Well-formed as far as can be told, but of a kind that cannot be verified here. One sentence for people. */
export function unsupported(reason: string): AttestationFailure {
  return new AttestationFailure('unsupported', reason);
}
