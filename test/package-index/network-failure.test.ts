import { describe, expect, test } from 'vitest';
import { explainFailure, failureWithCode } from '../../src/package-index/network-failure.ts';

const coded = (code: string, message = 'words of a library', cause?: Error): Error =>
  Object.assign(new Error(message, { cause }), { code });

describe('explainFailure', () => {
  test.each([
    [coded('ENOTFOUND'), 'there is no such name (DNS)', false],
    [coded('EAI_AGAIN'), 'the name could not be looked up (DNS)', true],
    [coded('UND_ERR_CONNECT_TIMEOUT'), 'it did not accept the connection in time', true],
    [coded('UND_ERR_HEADERS_TIMEOUT'), 'it did not answer in time', true],
    [coded('UND_ERR_BODY_TIMEOUT'), 'its answer stopped halfway', true],
    [coded('CERT_HAS_EXPIRED', 'certificate has expired'), 'TLS: certificate has expired', false],
    [coded('ERR_SSL_WRONG_VERSION_NUMBER', 'wrong version number\n'), 'TLS: wrong version number', false],
    [
      coded('UND_ERR_ABORTED', 'Proxy response (502) !== 200 when HTTP Tunneling'),
      'the proxy answered HTTP 502',
      true,
    ],
    [
      coded('UND_ERR_ABORTED', 'Proxy response (407) !== 200 when HTTP Tunneling'),
      'the proxy answered HTTP 407',
      false,
    ],
    [
      failureWithCode('BODY_TOO_LARGE', 'its answer is larger than 5 bytes'),
      'its answer is larger than 5 bytes',
      false,
    ],
    [new DOMException('x', 'TimeoutError'), 'it took too long to answer', true],
    [coded('', 'outer', coded('ECONNRESET')), 'the connection was reset', true],
    [new AggregateError([coded('ECONNREFUSED'), coded('ENETUNREACH')]), 'the connection was refused', true],
    [coded('constructor', 'unheard of'), 'unheard of', true],
    ['a string', 'unknown failure', true],
  ])('%s', (error, reason, isTransient) => {
    expect(explainFailure(error)).toMatchObject({ reason, isTransient });
  });

  test.each([
    'DEPTH_ZERO_SELF_SIGNED_CERT',
    'SELF_SIGNED_CERT_IN_CHAIN',
    'UNABLE_TO_GET_ISSUER_CERT',
    'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
    'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  ])('%s is told with what helps, and not with what Node.js would', (code) => {
    const { reason, isTransient, isConnecting } = explainFailure(coded(code, 'try --use-system-ca'));
    expect(reason).toMatch(
      /^TLS: its certificate is by an authority that is not trusted here .*`--cert FILE`/,
    );
    expect([isTransient, isConnecting]).toEqual([false, true]);
  });

  test('causes that go round in circles', () => {
    const error = new Error('round');
    error.cause = error;
    expect(explainFailure(error).reason).toBe('round');
  });
});
