import { STATUS_CODES, type ServerResponse } from 'node:http';
import { printable } from '../printable.ts';
import type { Verdict } from './contract.ts';

/** A short answer in words. */
export interface PlainAnswer {
  readonly status: number;
  /** The reason phrase: all that some clients show. */
  readonly phrase: string;
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** @param lines of text, made fit to be printed here */
export function plainAnswer(
  status: number,
  lines: string | readonly string[],
  headers: Readonly<Record<string, string>> = {},
): PlainAnswer {
  const body = [lines].flat().map((line) => `${printable(line)}\n`);
  return { status, phrase: STATUS_CODES[status] ?? '', body: body.join(''), headers };
}

/** What somebody gets in the place of a file that is not let through: the rule, why, and what to do. */
export function verdictAnswer(verdict: Exclude<Verdict, { kind: 'admitted' }>): PlainAnswer {
  if (verdict.kind === 'unavailable') return plainAnswer(503, `provenance-unavailable: ${verdict.reason}`);
  const answer = plainAnswer(403, [`${verdict.rule}: ${verdict.message}`, `hint: ${verdict.help}`]);
  return { ...answer, phrase: `${answer.phrase} (${verdict.rule})` };
}

/** For what an index, or a part of it, did not give. */
export function missedAnswer(reason: string): PlainAnswer {
  return plainAnswer(502, `provenance-unavailable: ${reason}`);
}

export function sendPlain(response: ServerResponse, { status, phrase, body, headers }: PlainAnswer): void {
  response.writeHead(status, phrase, {
    ...COMMON_HEADERS,
    'content-type': 'text/plain; charset=utf-8',
    'content-length': String(Buffer.byteLength(body)),
    ...headers,
  });
  response.end(response.req.method === 'HEAD' ? undefined : body);
}

/** Nothing is kept: the next run may have another policy. */
export const COMMON_HEADERS = { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' } as const;
