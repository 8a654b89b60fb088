import { describe, expect, test } from 'vitest';

import type { Subject } from '../../src/attestation/contract.ts';
import { AttestationFailure } from '../../src/attestation/failure.ts';
import { checkStatement } from '../../src/attestation/statement.ts';
import { PUBLISH_V1, SLSA_V1 } from '../support/signing.ts';
import { createFixture, SUBJECT } from './fixture.ts';

const STATEMENT_V1 = 'https://in-toto.io/Statement/v1';
const digest = { sha256: SUBJECT.sha256 };
const named = { name: SUBJECT.filename, digest };
const good = {
  _type: STATEMENT_V1,
  subject: [named],
  predicateType: PUBLISH_V1,
  predicate: null,
};

function check(statement: unknown, subject: Subject = SUBJECT): string {
  const text = typeof statement === 'string' ? statement : JSON.stringify(statement);
  return checkStatement(Buffer.from(text, 'utf8'), subject);
}

function about(name: string) {
  return { ...good, subject: [{ ...named, name }] };
}

function kindOf(statement: unknown): string {
  try {
    check(statement);
    return 'accepted';
  } catch (error) {
    return error instanceof AttestationFailure ? error.kind : 'another error';
  }
}

describe('a statement that is accepted', () => {
  test.each([
    ['publish, of null', good, PUBLISH_V1],
    ['publish, of nothing', { ...good, predicate: undefined }, PUBLISH_V1],
    ['publish, of an empty object', { ...good, predicate: {} }, PUBLISH_V1],
    ['SLSA provenance', { ...good, predicateType: SLSA_V1, predicate: { a: 1 } }, SLSA_V1],
    [
      'with other digests',
      { ...good, subject: [{ ...named, digest: { ...digest, md5: 'x', blake2b: 1 } }] },
      PUBLISH_V1,
    ],
    ['with unknown members', { ...good, more: 1, subject: [{ ...named, uri: 'x' }] }, PUBLISH_V1],
  ])('%s', (_, statement, type) => {
    expect(check(statement)).toBe(type);
  });

  test.each([
    [
      'a wheel with tags in another order',
      'acme_widget-1.0.0-py3.py2-none-any.whl',
      'acme_widget-1.0.0-py2.py3-none-any.whl',
    ],
    [
      'a wheel with a build tag',
      'acme_widget-1.0.0-1-py3-none-any.whl',
      'acme_widget-1.0.0-1-py3-none-any.whl',
    ],
    ['an sdist in the old spelling', 'acme-widget-1.0.0.tar.gz', 'acme_widget-1.0.0.tar.gz'],
    ['a name in capitals', 'Acme_Widget-1.0.0-py3-none-any.whl', 'acme_widget-1.0.0-py3-none-any.whl'],
    [
      'a version spelled in another way',
      'acme_widget-1.0-py3-none-any.whl',
      'acme_widget-1.0.0-py3-none-any.whl',
    ],
  ])('that names %s', (_, name, filename) => {
    expect(check({ ...good, subject: [{ ...named, name }] }, { ...SUBJECT, filename })).toBe(PUBLISH_V1);
  });
});

describe('a statement that is refused', () => {
  test.each([
    ['not JSON', 'hello', 'is not JSON'],
    ['null', null, 'the statement is not an object'],
    ['a list', [good], 'the statement is not an object'],
    ['without a type', { ...good, _type: undefined }, '`_type` of the statement is not a string'],
    [
      'of version 0.1',
      { ...good, _type: 'https://in-toto.io/Statement/v0.1' },
      'expected `https://in-toto.io/Statement/v1`',
    ],
    ['of a type with a slash', { ...good, _type: `${STATEMENT_V1}/` }, 'the statement is of type'],
    ['of an unprintable type', { ...good, _type: 'x\u001b[2J' }, String.raw`\u{1b}[2J`],
    ['without a subject', { ...good, subject: undefined }, '`subject` of the statement is not a list'],
    ['with no subject', { ...good, subject: [] }, '`subject` of the statement is empty'],
    [
      'with two subjects',
      { ...good, subject: [named, { ...named, name: 'x' }] },
      'has 2 elements, more than 1',
    ],
    ['with the subject twice', { ...good, subject: [named, named] }, 'has 2 elements, more than 1'],
    ['with a null subject', { ...good, subject: [null] }, 'the subject of the statement is not an object'],
    ['with an object for a subject', { ...good, subject: named }, 'is not a list'],
    ['without a name', { ...good, subject: [{ digest }] }, 'the name of the subject is not a string'],
    [
      'with a null name',
      { ...good, subject: [{ ...named, name: null }] },
      'the name of the subject is not a string',
    ],
    [
      'with another build',
      { ...good, subject: [{ ...named, name: 'acme_widget-1.0.0-1-py3-none-any.whl' }] },
      'is about',
    ],
    [
      'with more tags',
      { ...good, subject: [{ ...named, name: 'acme_widget-1.0.0-py2.py3-none-any.whl' }] },
      'is about',
    ],
    ['with a path', { ...good, subject: [{ ...named, name: `dist/${SUBJECT.filename}` }] }, 'is about'],
    ['with a longer name', { ...good, subject: [{ ...named, name: `${SUBJECT.filename} ` }] }, 'is about'],
    ['with no filename', { ...good, subject: [{ ...named, name: 'acme-widget' }] }, 'is about'],
    [
      'without a digest',
      { ...good, subject: [{ name: named.name }] },
      'the digest of the subject is not an object',
    ],
    [
      'with another digest alone',
      { ...good, subject: [{ ...named, digest: { md5: 'x' } }] },
      'the sha256 of the subject is not a string',
    ],
    [
      'with a list of digests',
      { ...good, subject: [{ ...named, digest: { sha256: [SUBJECT.sha256] } }] },
      'is not a string',
    ],
    [
      'with a digest in capitals',
      { ...good, subject: [{ ...named, digest: { sha256: 'A5'.repeat(32) } }] },
      '64 lower-case hex digits',
    ],
    [
      'with a digest that is cut',
      { ...good, subject: [{ ...named, digest: { sha256: 'a5' } }] },
      '64 lower-case hex digits',
    ],
    [
      'with a digest and a line feed',
      { ...good, subject: [{ ...named, digest: { sha256: `${SUBJECT.sha256}\n` } }] },
      '64 lower-case hex digits',
    ],
    [
      'of other content',
      { ...good, subject: [{ ...named, digest: { sha256: '00'.repeat(32) } }] },
      `the lock has \`${SUBJECT.sha256}\``,
    ],
    [
      'without a predicate type',
      { ...good, predicateType: null },
      '`predicateType` of the statement is not a string',
    ],
    [
      'publish, with a predicate',
      { ...good, predicate: { a: 1 } },
      'the predicate of a publish attestation is not empty',
    ],
    ['publish, with a list', { ...good, predicate: [] }, 'the predicate is not an object'],
    ['publish, with false', { ...good, predicate: false }, 'the predicate is not an object'],
    ['SLSA provenance of nothing', { ...good, predicateType: SLSA_V1 }, 'the predicate is not an object'],
    [
      'SLSA provenance of text',
      { ...good, predicateType: SLSA_V1, predicate: 'x' },
      'the predicate is not an object',
    ],
  ])('%s', (_, statement, reason) => {
    expect(() => check(statement)).toThrow(reason);
    expect(kindOf(statement)).toBe('invalid');
  });

  test.each(['_type', 'subject', 'predicateType', 'predicate', 'name', 'digest', 'sha256'])(
    'with `%s` twice',
    (member) => {
      const text = JSON.stringify(good).replace(`"${member}":`, `"${member}":0,"${member}":`);
      expect(() => check(text)).toThrow(`the statement has the member \`${member}\` twice`);
    },
  );

  test('of another predicate type is unsupported', () => {
    expect(kindOf({ ...good, predicateType: `${PUBLISH_V1}/` })).toBe('unsupported');
    expect(kindOf({ ...good, predicateType: 'https://slsa.dev/provenance/v1.1' })).toBe('unsupported');
  });

  test('is quoted so that no letter passes for another one, and nothing for the end of the quotation', () => {
    expect(() => check(about('\u0440kg-1.0.tar.gz'))).toThrow('is about `\\u{440}kg-1.0.tar.gz`, not');
    expect(() => check(about('a`  b'))).toThrow("is about `a' \\u{20}b`, not");
    const predicateType = 'https://docs.pypi.org/attestations/\u0440ublish/v1';
    expect(() => check({ ...good, predicateType })).toThrow(
      '`https://docs.pypi.org/attestations/\\u{440}ublish/v1`',
    );
  });

  test('for a version that is not the one of the lock', () => {
    expect(() => check(good, { ...SUBJECT, version: '1.0.1' })).toThrow('is about version `1`');
    expect(() => check(good, { ...SUBJECT, version: 'one' })).toThrow('the lock has `one`');
  });
});

test('a signature does not help a statement about another file', async () => {
  const { verifyOne } = createFixture();
  const statement = { ...good, subject: [{ ...named, name: 'mallory-1.0.0.tar.gz' }] };
  expect(await verifyOne({ statement })).toMatchObject({ kind: 'invalid' });
  expect(await verifyOne({ statement: good })).toMatchObject({ kind: 'verified' });
  expect(await verifyOne({ statement: '{"_type":1,"_type":1}' })).toMatchObject({ kind: 'invalid' });
});
