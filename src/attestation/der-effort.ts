import { invalid } from './failure.ts';

/** Certificates and timestamps take some hundred. */
const MAX_STEPS = 10_000;
/** As deep as the parser goes. */
const MAX_DEPTH = 100;

const OCTET_STRING = 0x04;
const CONSTRUCTED = 0x20;

interface Walk {
  readonly bytes: Uint8Array;
  steps: number;
}

/**
 * Refuses DER that the parser of @sigstore/core would take years for. It tries to read every OCTET STRING as if it held DER,
 * at every level anew, without keeping to the bounds of what is around it; a few hundred octets of strings in strings that fit
 * nowhere double the effort with each level. This goes the same way with a count, before the parser is given anything.
 *
 * @param bytes DER, or anything else
 * @param what what errors call it
 * @throws AttestationFailure, invalid
 */
export function refuseCostlyDer(bytes: Uint8Array, what: string): void {
  const walk: Walk = { bytes, steps: 0 };
  walkElement(walk, 0, 0);
  if (walk.steps > MAX_STEPS) throw invalid(`${what} is DER that cannot be parsed in reasonable time`);
}

/** @returns where the next element begins; undefined where the parser gives up, or the count does */
function walkElement(walk: Walk, at: number, depth: number): number | undefined {
  walk.steps += 1;
  const header = readHeader(walk.bytes, at);
  if (header === undefined || depth > MAX_DEPTH || walk.steps > MAX_STEPS) return undefined;
  const { tag, start, end } = header;
  const isConstructed = (tag & CONSTRUCTED) !== 0;
  if (!isConstructed && tag !== OCTET_STRING) return end;
  const isWhole = walkContent(walk, start, end, depth);
  return isConstructed && !isWhole ? undefined : end;
}

/** Whether elements fill the content exactly. One may begin within it and end behind it, which is found out only then. */
function walkContent(walk: Walk, start: number, end: number, depth: number): boolean {
  let at: number | undefined = start;
  while (at !== undefined && at < end) at = walkElement(walk, at, depth + 1);
  return at === end;
}

function readHeader(
  bytes: Uint8Array,
  at: number,
): { readonly tag: number; readonly start: number; readonly end: number } | undefined {
  const [tag, first] = [bytes[at], bytes[at + 1]];
  if (tag === undefined || first === undefined) return undefined;
  // Six octets of length at most; more cannot be within what there is.
  const lengthOctets = first < 0x80 ? 0 : first - 0x80;
  const start = at + 2 + lengthOctets;
  const length = bytes.subarray(at + 2, start).reduce((sum, octet) => sum * 0x100 + octet, 0);
  const end = start + (lengthOctets === 0 ? first : length);
  return end > bytes.length ? undefined : { tag, start, end };
}
