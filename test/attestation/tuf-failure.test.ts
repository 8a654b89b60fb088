import { expect, test } from 'vitest';

import { rootCause, unreachableReason } from '../../src/attestation/tuf-failure.ts';

const caused = (by: unknown): Error => new Error('error refreshing TUF metadata', { cause: by });
const withStatus = (statusCode: number): Error =>
  Object.assign(new Error('Failed to download'), { statusCode });
const wrapped = (text: string): Error => new Error(`Unable to load snapshot metadata error ${text}`);
const unnamed = new AggregateError([new Error('a'), new Error('b')], '');

test.each([
  [
    'a name that does not resolve',
    new TypeError('fetch failed', { cause: new Error('getaddrinfo ENOTFOUND tuf') }),
    'getaddrinfo ENOTFOUND tuf',
  ],
  [
    'an untrusted TLS certificate',
    new TypeError('fetch failed', { cause: new Error('self-signed certificate') }),
    'self-signed certificate',
  ],
  [
    'several addresses that refuse',
    new TypeError('fetch failed', { cause: Object.assign(unnamed, { code: 'ECONNREFUSED' }) }),
    'ECONNREFUSED',
  ],
  ['half a body', new TypeError('terminated'), 'terminated'],
  [
    'no time left',
    AbortSignal.abort(new DOMException('too long', 'TimeoutError')).reason,
    'no answer in time',
  ],
  ['a server error', withStatus(502), 'HTTP 502'],
  ['too many requests', withStatus(429), 'HTTP 429'],
  ['a failure in the text of another', wrapped('TypeError: fetch failed'), 'TypeError: fetch failed'],
  ['a status in the text of another', wrapped('Error: Failed to download'), 'Error: Failed to download'],
  ['no time left in the text of another', wrapped('TimeoutError: aborted'), 'TimeoutError: aborted'],
])('%s is no answer', (_, error, reason) => {
  expect(unreachableReason(caused(error))).toBe(reason);
  expect(unreachableReason(error)).toBe(reason);
});

test.each([
  ['a page that is not there', withStatus(404)],
  ['a page that is not for us', withStatus(403)],
  ['text that is not JSON', new SyntaxError('Unexpected token <')],
  ['metadata that is expired', new Error('Final timestamp.json is expired')],
  ['a type error of ours or of the library', new TypeError('signed is not defined')],
  ['a bad signature in the text of another', wrapped('Error: snapshot was signed by 0/1 keys')],
  ['text that looks like a failure', new Error('fetch failed')],
  ['nothing', undefined],
])('%s is an answer', (_, error) => {
  expect(unreachableReason(caused(error))).toBeUndefined();
});

test('the first cause is what people are told', () => {
  expect(rootCause(caused(new Error('snapshot.json is expired')))).toBe('snapshot.json is expired');
  expect(rootCause('text')).toBe('text');
});
