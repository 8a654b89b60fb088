import { readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { OPTIONAL_MEMBERS, REQUIRED_MEMBERS } from '../../src/receipts/contract.ts';
import { formatReceipts } from '../../src/receipts/format.ts';
import { parseReceipts } from '../../src/receipts/parse.ts';
import { anyReceipt, RECEIPT, receipt } from './fixture.ts';

test('a line a receipt, members in a fixed order', () => {
  const { package: name, ...rest } = RECEIPT;
  expect(formatReceipts([{ ...rest, package: name }])).toBe(
    '{"package":"certifi","version":"1.0","file":"certifi-1.0.tar.gz",' +
      '"predicateType":"https://docs.pypi.org/attestations/publish/v1",' +
      `"sha256":"${'ab'.repeat(32)}","identity":"https://github.com/certifi/python-certifi",` +
      '"signedAt":"2026-01-31T12:00:00.000Z",' +
      '"log":{"keyId":"wNI9atQGlz+VWfO6LRygH4QUfY/8W4RFwiT5i5WRgB0=","index":"694071111"},' +
      '"workflow":"release.yml","environment":"pypi","ref":"refs/tags/1.0","trigger":"release","runner":"github-hosted",' +
      '"commit":"0123456789abcdef0123456789abcdef01234567",' +
      '"runUri":"https://github.com/certifi/python-certifi/actions/runs/1/attempts/1",' +
      '"buildSigner":"https://github.com/certifi/python-certifi/.github/workflows/release.yml@refs/tags/1.0",' +
      '"builder":"https://builder.example","buildType":"https://builder.example/wheel@v1",' +
      '"builtAt":"2026-01-31T11:00:00.000Z"}\n',
  );
});

test('sorted by package, version, file and predicate type', () => {
  const order = [
    receipt({ package: 'a', version: '1.0', file: 'a.whl', predicateType: 'urn:a' }),
    receipt({ package: 'a', version: '1.0', file: 'a.whl', predicateType: 'urn:b' }),
    receipt({ package: 'a', version: '1.0', file: 'b.whl', predicateType: 'urn:a' }),
    receipt({ package: 'a', version: '1.0.1', file: 'a.whl', predicateType: 'urn:a' }),
    receipt({ package: 'a-b', version: '0.1', file: 'a.whl', predicateType: 'urn:a' }),
  ];
  expect(parseReceipts(formatReceipts(order.toReversed()), 'f')).toEqual(order);
});

test('no receipts are an empty file', () => {
  expect(formatReceipts([])).toBe('');
  expect(parseReceipts('', 'f')).toEqual([]);
});

test('parser and formatter are inverse, whatever certificates say, in printable ASCII', () => {
  fc.assert(
    fc.property(fc.array(anyReceipt, { maxLength: 6 }), (receipts) => {
      const text = formatReceipts(receipts);
      const parsed = parseReceipts(text, 'f');
      expect(text).toMatch(/^[ -~\n]*$/);
      expect(formatReceipts(parsed)).toBe(text);
      expect(parsed).toHaveLength(new Set(receipts.map((one) => formatReceipts([one]))).size);
      for (const one of receipts) expect(parsed).toContainEqual(one);
    }),
  );
});

test('the order in which receipts come makes no difference', () => {
  fc.assert(
    fc.property(fc.array(anyReceipt, { maxLength: 6 }), (receipts) => {
      expect(formatReceipts(receipts.toReversed())).toBe(formatReceipts(receipts));
    }),
  );
});

test('the examples of the documentation are receipts', () => {
  const docs = readFileSync(new URL('../../docs/receipts.md', import.meta.url), 'utf8');
  const example = /```text\n([^`]*\n)```/.exec(docs)?.[1] ?? '';
  const parsed = parseReceipts(example, 'docs/receipts.md');
  expect(formatReceipts(parsed)).toBe(example);
  expect([...new Set(parsed.flatMap((one) => Object.keys(one)))].toSorted()).toEqual(
    Object.keys(RECEIPT).toSorted(),
  );
});

test('the documentation has every member, in its order', () => {
  const docs = readFileSync(new URL('../../docs/receipts.md', import.meta.url), 'utf8');
  const members = [...docs.matchAll(/^\| `(\w+)`/gm)].map(([, name]) => name);
  expect(members).toEqual([...REQUIRED_MEMBERS, 'signedAt', 'log', ...OPTIONAL_MEMBERS]);
});
