import assert from 'node:assert/strict';

import { createOutsideText } from '../../../src/commands/outside-text.ts';
import { createLockSplitter } from '../../../src/lock-source/lock-splitter.ts';
import { assertSame, bytesOf } from '../expected.ts';
import type { FuzzTarget } from '../contract.ts';

/** What would command a terminal or a CI runner. */
const COMMANDING = /[^\P{Cc}\t]|[\p{Zl}\p{Zp}\p{Bidi_Control}]|^\s*::|##[A-Za-z]{0,64}\[/u;

/** Longer than any command is: not waited for, and so not escaped when it comes in two chunks. */
const LONG_RUNNER_COMMAND = /#(?:#|\\u\{23\})?[a-z]{64}/i;

/** What pip writes: a lock behind its progress, and text for the user's terminal. */
export const pipOutput: FuzzTarget = {
  name: 'pip-output',
  seeds: bytesOf(
    'Collecting widget\r\n  Downloading widget-1.0-py3-none-any.whl (1.2 kB)\nlock-version = "1.0"\ncreated-by = "pip"\nRemoved build tracker\n',
    'lock-version = "0"\nmore\n\u001b[?25h\u001b[Klock-version = "1.0"\n\tname = "\u00e9"\n',
    'a ##[error] b\n ::error::c\n::::\n##vso[x]\u001b[31mred\u001b[0m\tx\r\ny\r',
  ),
  tokens: [
    'lock-version = ',
    '\nlock-version = "1.0"\n',
    '\u001b[',
    '\u001b[2K',
    '::',
    '##[',
    '##vso[',
    '\r\n',
    '\r',
    '\n \n',
  ],
  covers: /\/src\/(?:lock-source\/lock-splitter|commands\/outside-text|printable)/,
  check: (input) => {
    const whole = outcome([input]);
    const isCutAnywhere = !LONG_RUNNER_COMMAND.test(whole.shown);
    if (isCutAnywhere) assertSame(outcome(chunksOf(input)), whole, 'it depends on how the output came in');
    assert.equal(
      whole.forwarded.length + (whole.lock?.length ?? 0),
      input.length,
      'bytes were lost or made up',
    );
    for (const line of whole.shown.split('\n')) {
      assert.ok(!COMMANDING.test(line), 'it could command a terminal or a runner');
    }
  },
};

/** A few bytes each, as the first byte of the input has it, or more where that would be thousands of chunks. */
function chunksOf(input: Uint8Array): readonly Uint8Array[] {
  const size = Math.max(1 + ((input[0] ?? 0) % 7), Math.ceil(input.length / 1_000));
  return Array.from({ length: Math.ceil(input.length / size) }, (_, at) =>
    input.subarray(at * size, (at + 1) * size),
  );
}

function outcome(chunks: readonly Uint8Array[]) {
  const forwarded: Uint8Array[] = [];
  const shown: string[] = [];
  const splitter = createLockSplitter((chunk) => forwarded.push(chunk));
  const outside = createOutsideText((text) => shown.push(text));
  for (const chunk of chunks) {
    splitter.push(chunk);
    outside.push(chunk);
  }
  const lock = splitter.end();
  outside.end();
  return { lock, forwarded: Buffer.concat(forwarded), shown: shown.join('') };
}
