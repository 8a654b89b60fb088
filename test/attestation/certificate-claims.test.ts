import { describe, expect, test } from 'vitest';

import { CODE_SIGNING, type Extension, generalName, SERVER_AUTH } from '../support/certificates.ts';
import * as der from '../support/der.ts';
import { github } from '../support/signers.ts';
import { createFixture, reasonOf } from './fixture.ts';

const { verifyOne } = createFixture();

const ISSUER = '1.3.6.1.4.1.57264.1.8';
const REPOSITORY = '1.3.6.1.4.1.57264.1.12';
const text = (value: string): Buffer => der.utf8String(value);

type Change = (extensions: readonly Extension[]) => readonly Extension[];
const without =
  (oid: string): Change =>
  (extensions) =>
    extensions.filter((extension) => extension.oid !== oid);
const adding =
  (...added: readonly Extension[]): Change =>
  (extensions) => [...extensions, ...added];
const changing =
  (oid: string, value: Uint8Array): Change =>
  (extensions) =>
    extensions.map((extension) => (extension.oid === oid ? { ...extension, value } : extension));

/** Certificates that the authority signed, with an SCT and everything, as a compromised or careless one might. */
const refused: readonly (readonly [string, Change, string])[] = [
  ['no issuer', without(ISSUER), 'the certificate has no issuer claim'],
  ['no extensions', () => [], 'the certificate is not for digital signatures alone'],
  [
    'a claim twice',
    adding({ oid: REPOSITORY, value: text('https://github.com/mallory/x') }),
    `\`${REPOSITORY}\` twice`,
  ],
  [
    'an unknown extension twice',
    adding({ oid: '1.2.3', value: text('a') }, { oid: '1.2.3', value: text('a') }),
    '`1.2.3` twice',
  ],
  [
    'a critical extension that is not known',
    adding({ oid: '1.2.3', critical: true, value: text('a') }),
    'which is not known',
  ],
  ['a claim without a tag', changing(REPOSITORY, Buffer.from('https://github.com/a/b')), 'is not'],
  ['an IA5String', changing(REPOSITORY, der.tlv(0x16, Buffer.from('https://x'))), 'is not a UTF8String'],
  ['a PrintableString', changing(REPOSITORY, der.tlv(0x13, Buffer.from('https://x'))), 'is not a UTF8String'],
  [
    'a UTF8String of another class',
    changing(REPOSITORY, der.tlv(0x8c, Buffer.from('https://x'))),
    'is not a UTF8String',
  ],
  ['a constructed UTF8String', changing(REPOSITORY, der.tlv(0x2c, text('https://x'))), 'is not a UTF8String'],
  ['two values', changing(REPOSITORY, Buffer.concat([text('https://x'), text('https://y')])), 'is not DER'],
  [
    'trailing bytes',
    changing(REPOSITORY, Buffer.concat([text('https://x'), Buffer.from([0])])),
    'is not DER',
  ],
  ['a value cut short', changing(REPOSITORY, text('https://x').subarray(0, -1)), 'is not DER'],
  ['a length that is not minimal', changing(REPOSITORY, Buffer.from([0x0c, 0x81, 0x01, 0x61])), 'is not DER'],
  ['no bytes', changing(REPOSITORY, Buffer.alloc(0)), 'is not DER'],
  ['an empty claim', changing(REPOSITORY, text('')), 'is empty'],
  [
    'bytes that are not UTF-8',
    changing(REPOSITORY, der.tlv(0x0c, Buffer.from([0x61, 0xff]))),
    'is not UTF-8',
  ],
  ['an overlong encoding', changing(REPOSITORY, der.tlv(0x0c, Buffer.from([0xc0, 0xaf]))), 'is not UTF-8'],
  ['a NUL', changing(REPOSITORY, text('https://github.com/a/b\0/c')), 'unprintable characters'],
  ['an escape sequence', changing(REPOSITORY, text('https://x\u001b[2J')), String.raw`\u{1b}[2J`],
  ['a line feed', changing(REPOSITORY, text('https://x\nevil https://y')), 'unprintable characters'],
  ['a bidirectional override', changing(REPOSITORY, text('https://x/\u202Ebad')), String.raw`\u{202e}bad`],
  ['a zero-width space', changing(REPOSITORY, text('https://x/\u200Ba')), 'unprintable characters'],
  ['a byte order mark', changing(REPOSITORY, text('\uFEFFhttps://x')), 'unprintable characters'],
  ['a line separator', changing(REPOSITORY, text('https://x/\u2028a')), 'unprintable characters'],
  ['a claim of 2001 characters', changing(REPOSITORY, text('x'.repeat(2001))), 'too long'],
  [
    'a hostile claim that is not used',
    changing('1.3.6.1.4.1.57264.1.22', text('public\r')),
    'unprintable characters',
  ],
  ['no key usage', without('2.5.29.15'), 'not for digital signatures'],
  [
    'a key usage of keyCertSign',
    changing('2.5.29.15', der.bitString(Buffer.from([0x84]), 2)),
    'not for digital signatures',
  ],
  [
    'a key usage that is no bit string',
    changing('2.5.29.15', der.octetString(Buffer.from([0x80]))),
    'certificate',
  ],
  [
    'a key usage with more unused bits than an octet has',
    changing('2.5.29.15', der.bitString(Buffer.from([0x80]), 8)),
    'the key usage of the certificate is not a bit string',
  ],
  [
    'a key usage without any bits',
    changing('2.5.29.15', der.tlv(0x03)),
    'the key usage of the certificate is not a bit string',
  ],
  ['no extended key usage', without('2.5.29.37'), 'not for code signing'],
  [
    'an extended key usage of TLS',
    changing('2.5.29.37', der.sequence(der.oid(SERVER_AUTH))),
    'not for code signing',
  ],
  [
    'the mark of an authority',
    adding({ oid: '2.5.29.19', critical: true, value: der.sequence(der.boolean(true)) }),
    'of a certificate authority',
  ],
];

describe('a certificate with', () => {
  test.each(refused)('%s is invalid', async (_, extensions, reason) => {
    const verdict = await verifyOne({ extensions });
    expect(verdict.kind).toBe('invalid');
    expect(reasonOf(verdict)).toContain(reason);
    expect(reasonOf(verdict)).toMatch(/^[\x20-\x7e…]*$/);
  });

  test('claims that are absent, or that are not known, verifies', async () => {
    const signer = github({}, { sourceRepositoryRef: undefined, sourceRepositoryDigest: undefined });
    const verdict = await verifyOne({
      signer,
      extensions: adding(
        { oid: '1.3.6.1.4.1.57264.1.24', value: der.octetString(Buffer.from([0x1b])) },
        { oid: '2.5.29.19', critical: true, value: der.sequence() },
      ),
    });
    expect(verdict).toMatchObject({ kind: 'verified' });
    expect(verdict).not.toHaveProperty('attestations.0.claims.sourceRepositoryRef');
  });

  test('several purposes, code signing among them, verifies', async () => {
    const purposes = der.sequence(der.oid(SERVER_AUTH), der.oid(CODE_SIGNING));
    const verdict = await verifyOne({ extensions: changing('2.5.29.37', purposes) });
    expect(verdict.kind).toBe('verified');
  });

  test('letters of other scripts in a claim verifies: what they may look like is for the identity to judge', async () => {
    const signer = github({}, { sourceRepositoryRef: 'refs/heads/größe-слон' });
    expect(await verifyOne({ signer })).toMatchObject({
      attestations: [{ claims: { sourceRepositoryRef: 'refs/heads/größe-слон' } }],
    });
  });
});

describe('a subject alternative name', () => {
  const uri = generalName.uri(
    'https://github.com/acme/widget/.github/workflows/release.yml@refs/tags/v1.0.0',
  );

  test.each([
    ['none', []],
    ['two URIs', [uri, uri]],
    ['a URI and an address', [uri, generalName.email('a@example.org')]],
    ['an address with a line feed', [generalName.email('a@example.org\nb')]],
    ['an empty URI', [generalName.uri('')]],
    ['a URI of bytes that are not UTF-8', [der.taggedBytes(6, Buffer.from([0xff]))]],
  ])('%s is invalid', async (_, alternativeNames) => {
    expect((await verifyOne({ alternativeNames })).kind).toBe('invalid');
  });

  test('is invalid when it is missing', async () => {
    const verdict = await verifyOne({ extensions: without('2.5.29.17') });
    expect(reasonOf(verdict)).toBe('the certificate has no subject alternative name');
  });

  test.each([
    ['a host name', generalName.dns('example.org')],
    ['an other name', generalName.other('1.3.6.1.4.1.57264.1.7', 'someone')],
  ])('%s is unsupported', async (_, name) => {
    expect(await verifyOne({ alternativeNames: [name] })).toMatchObject({ kind: 'unsupported' });
  });
});
