import { invalid } from './failure.ts';

const LINE_BREAKS = /[\r\n]/g;

/**
 * Decodes base64 (RFC 4648 section 4), with line breaks anywhere, as signers that wrap their output make it. Everything else
 * that lenient decoders forgive (other characters, missing padding, unused bits) is refused, so bytes have one spelling.
 *
 * @param text the encoded text
 * @param what what errors call it
 * @param limit the most bytes that it may stand for; at least one is required
 * @throws AttestationFailure, invalid
 */
export function decodeBase64(text: string, what: string, limit: number): Buffer {
  const compact = text.replace(LINE_BREAKS, '');
  const bytes = Buffer.from(compact, 'base64');
  if (bytes.toString('base64') !== compact) throw invalid(`${what} is not base64`);
  if (bytes.length === 0) throw invalid(`${what} is empty`);
  if (bytes.length > limit) throw invalid(`${what} has ${bytes.length} bytes, more than ${limit}`);
  return bytes;
}
