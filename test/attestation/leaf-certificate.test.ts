import { describe, expect, test } from 'vitest';

import { readLeafExtensions } from '../../src/attestation/leaf-certificate.ts';
import {
  ALWAYS,
  CODE_SIGNING,
  createKeyPair,
  distinguishedName,
  ECDSA_WITH_SHA256,
  signCertificate,
} from '../support/certificates.ts';
import * as der from '../support/der.ts';

const key = createKeyPair();
const NAME = distinguishedName('provpin tests', 'leaf');
const SIGNING = der.octetString(der.bitString(Buffer.from([0x80]), 7));
const KEY_USAGE = der.sequence(der.oid('2.5.29.15'), der.boolean(true), SIGNING);
const PURPOSE = der.sequence(der.oid('2.5.29.37'), der.octetString(der.sequence(der.oid(CODE_SIGNING))));

/** What is after the key of a certificate is as given. */
function certificate(...rest: readonly Uint8Array[]): Buffer {
  const tbs = der.sequence(
    der.tagged(0, der.integer(2)),
    der.integer(1),
    ECDSA_WITH_SHA256,
    NAME,
    der.sequence(der.utcTime(ALWAYS.notBefore), der.utcTime(ALWAYS.notAfter)),
    NAME,
    key.spki,
    ...rest,
  );
  return signCertificate(tbs, key.privateKey);
}

const withExtensions = (...extensions: readonly Uint8Array[]): Buffer =>
  certificate(der.tagged(3, der.sequence(...extensions)));
const withThird = (...parts: readonly Uint8Array[]): Buffer =>
  withExtensions(KEY_USAGE, PURPOSE, der.sequence(...parts));

const OID = der.oid('1.2.3');
const OCTETS = der.octetString(der.utf8String('a'));
const NOT_WELL_FORMED = 'the certificate has an extension that is not well-formed';
const NO_LIST = 'the certificate has no list of extensions';

describe('the extensions of a leaf', () => {
  test('are found by their OIDs, with the octets inside', () => {
    expect(readLeafExtensions(withThird(OID, OCTETS))).toEqual(
      new Map([
        ['2.5.29.15', der.bitString(Buffer.from([0x80]), 7)],
        ['2.5.29.37', der.sequence(der.oid(CODE_SIGNING))],
        ['1.2.3', der.utf8String('a')],
      ]),
    );
  });

  test.each<[string, Uint8Array, string]>([
    ['no certificate at all', Buffer.from('hello'), 'the certificate is not DER'],
    ['an empty sequence', der.sequence(), NO_LIST],
    ['none', certificate(), NO_LIST],
    ['an empty place for them', certificate(der.tagged(3)), NO_LIST],
    [
      'two lists',
      certificate(der.tagged(3, der.sequence(KEY_USAGE, PURPOSE), der.sequence(KEY_USAGE, PURPOSE))),
      NO_LIST,
    ],
    ['an extension of nothing', withThird(), NOT_WELL_FORMED],
    ['an extension of an OID alone', withThird(OID), NOT_WELL_FORMED],
    ['an extension without an OID', withThird(der.utf8String('1.2.3'), OCTETS), NOT_WELL_FORMED],
    ['a value that is no octet string', withThird(OID, der.utf8String('a')), NOT_WELL_FORMED],
    ['a value in pieces', withThird(OID, der.tlv(0x24, OCTETS)), NOT_WELL_FORMED],
    ['a mark that is no boolean', withThird(OID, der.integer(1), OCTETS), NOT_WELL_FORMED],
    ['a part too many', withThird(OID, der.boolean(false), der.boolean(false), OCTETS), NOT_WELL_FORMED],
    ['a second value', withThird(OID, OCTETS, OCTETS), NOT_WELL_FORMED],
    [
      'a critical one that is not known',
      withThird(OID, der.boolean(true), OCTETS),
      'the critical extension `1.2.3`, which is not known',
    ],
    [
      'one that is marked at all: DER does not write what is the default',
      withThird(OID, der.boolean(false), OCTETS),
      'the critical extension `1.2.3`, which is not known',
    ],
    [
      'an OID that is written in another way than the shortest',
      withThird(der.tlv(0x06, Buffer.from([0x2a, 0x80, 0x03])), OCTETS),
      'the certificate is not an X.509 certificate',
    ],
    [
      'those of a signer, around nothing that is a certificate',
      der.sequence(der.sequence(der.tagged(3, der.sequence(KEY_USAGE, PURPOSE)))),
      'the certificate is not an X.509 certificate',
    ],
  ])('are refused: %s', (_, certificateBytes, reason) => {
    expect(() => readLeafExtensions(Buffer.from(certificateBytes))).toThrow(reason);
  });
});
