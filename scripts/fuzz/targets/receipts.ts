import assert from 'node:assert/strict';

import { formatReceipts } from '../../../src/receipts/format.ts';
import { parseReceipts } from '../../../src/receipts/parse.ts';
import { assertSame, bytesOf, orInputError, textOf } from '../expected.ts';
import type { FuzzTarget } from '../contract.ts';
import { mutateJson } from '../mutate-json.ts';

const RECEIPT = {
  package: 'widget',
  version: '1.0',
  file: 'widget-1.0.tar.gz',
  predicateType: 'https://docs.pypi.org/attestations/publish/v1',
  sha256: '0a'.repeat(32),
  identity: 'https://github.com/acme/widget',
  signedAt: '2026-01-31T12:00:00.000Z',
};
const MORE = {
  ...RECEIPT,
  log: { keyId: 'AAAA', index: '1' },
  workflow: 'release.yml',
  environment: 'py pi \u202e',
  ref: 'refs/tags/1',
  trigger: 'push',
  runner: 'github-hosted',
  commit: 'abc',
  runUri: 'https://github.com/acme/widget/actions/runs/1',
  buildSigner: 'https://github.com/acme/widget/.github/workflows/release.yml@refs/tags/1',
};

/** The receipts file: JSON lines. */
export const receipts: FuzzTarget = {
  name: 'receipts',
  seeds: bytesOf(JSON.stringify(RECEIPT), `${JSON.stringify(RECEIPT)}\n\n${JSON.stringify(MORE)}\r\n`),
  tokens: ['"log":{', '"keyId":', '"index":"1"', '2026-02-30T12:00:00.000Z', '\\u202e', '\\n', '##[error]'],
  covers: /\/src\/receipts\//,
  mutate: mutateJson(() => undefined),
  check: (input) => {
    const parsed = orInputError(() => parseReceipts(textOf(input), 'receipts'));
    if (parsed === undefined) return;
    const text = formatReceipts(parsed);
    assert.ok(/^[\n -~]*$/.test(text), 'not printable ASCII');
    assertSame(formatReceipts(parseReceipts(text, 'receipts')), text, 'not inverse');
    assert.equal(parseReceipts(text, 'receipts').length, parsed.length, 'a receipt was lost');
  },
};
