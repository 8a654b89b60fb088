import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import type { Explanation } from '../../src/explanation/contract.ts';
import { jsonExplanation } from '../../src/explanation/json.ts';
import { textExplanation } from '../../src/explanation/text.ts';
import type { FileOutcome, ObservedFile, ObservedSignature } from '../../src/model.ts';
import { GITHUB, signatureOf } from '../report/fixture.ts';
import { hostileHistory, hostileSignature, hostileText } from '../report/hostile.ts';

const OPTIONS = { color: false, provenanceFile: '.provenance.txt' };

const fileOf = (filename: string, outcome: FileOutcome): ObservedFile => ({
  filename,
  sha256: 'ab'.repeat(32),
  outcome,
});

const signedFile = (
  filename: string,
  ...signatures: readonly [ObservedSignature, ...ObservedSignature[]]
): ObservedFile => fileOf(filename, { kind: 'signed', signatures, claimMismatches: [] });

const explained = (...files: readonly ObservedFile[]): Explanation => ({
  name: 'widget',
  version: '1.0',
  source: 'as the index has it',
  files,
  entries: [],
});

const render = (one: Explanation): string => textExplanation.render([one], OPTIONS);

const SIGNED = signatureOf(GITHUB);
const later: ObservedSignature = {
  ...SIGNED,
  evidence: { ...SIGNED.evidence, log: { keyId: 'other-log', index: '8' } },
};

describe('files of one run', () => {
  test('have what they share said once', () => {
    const lines = render(explained(signedFile('a.whl', SIGNED), signedFile('b.whl', later))).split('\n');
    const second = lines.slice(lines.findIndex((line) => line.startsWith('b.whl')));
    expect(second.map((line) => line.trim().split('  ')[0])).toEqual([
      'b.whl',
      'signed by',
      'log entry',
      'the rest',
      '',
    ]);
    expect(second.join('\n')).toContain('the rest     as of a.whl above');
  });

  test('refer to one that is shown as a whole', () => {
    const text = render(explained(...['a', 'b', 'c'].map((name) => signedFile(`${name}.whl`, later))));
    expect(text.match(/as of a\.whl above/g)).toHaveLength(2);
    expect(text).not.toContain('as of b.whl above');
  });

  test.each([
    ['two signatures', signedFile('b.whl', SIGNED, later)],
    [
      'more said of it',
      signedFile('b.whl', { ...SIGNED, evidence: { ...later.evidence, buildConfig: 'x', buildSigner: 'y' } }),
    ],
    ['none', fileOf('b.whl', { kind: 'unsigned', reason: 'no provenance' })],
    ['none that holds', fileOf('b.whl', { kind: 'invalid', reason: 'the signature is wrong' })],
    [
      'another signer',
      signedFile('b.whl', {
        ...later,
        identity: { ...GITHUB, uri: 'https://github.com/x/y', attributes: {} },
        evidence: {
          ...later.evidence,
          predicateType: 'other',
          commit: 'c'.repeat(40),
          ref: 'refs/heads/x',
          runUri: 'https://github.com/x/y/actions/runs/1',
        },
      }),
    ],
  ])('are shown as a whole with %s', (_, second) => {
    expect(render(explained(signedFile('a.whl', SIGNED), second))).not.toContain('the rest');
  });
});

/** Of which nothing more is known than who signed. */
const sparse: Explanation = {
  name: 'widget',
  source: 'as the index has it',
  files: [
    {
      filename: 'a.whl',
      outcome: {
        kind: 'signed',
        signatures: [
          {
            identity: { kind: 'GitHub', uri: 'https://github.com/acme/widget', attributes: {} },
            evidence: { predicateType: 'https://slsa.dev/provenance/v1' },
          },
        ],
        claimMismatches: [{ claimed: 'https://github.com/x/y', certified: 'https://github.com/acme/widget' }],
      },
    },
  ],
  entries: [],
};

describe('what is not known', () => {
  test('is not shown', () => {
    expect(render(sparse)).toBe(`widget, as the index has it

a.whl
  signed by    https://github.com/acme/widget (GitHub)
  says         this run built the file
  checked      the signature is over this very file, made in that very run, as Sigstore certifies, and on public record
  recorded     no signer is recorded, in \`.provenance.txt\`
  but          the index says https://github.com/x/y, and not https://github.com/acme/widget
`);
  });

  test('is null in JSON', () => {
    expect(JSON.parse(jsonExplanation.render([sparse], OPTIONS))).toMatchObject({
      packages: [
        {
          version: null,
          history: null,
          files: [
            { sha256: null, reason: null, signatures: [{ recorded: 'not-recorded', entryLine: null }] },
          ],
        },
      ],
    });
  });
});

/** What a line can begin with; outside text comes after one of these. */
const LINE =
  /^(?: {2}(?:signed by|workflow|through|source|started by|ran on|environment|run|when|says|log entry|checked|recorded|but|because|the rest) |history: |[!-~].*, |[ -~]*(?: {2}sha256:[ -~]*)?$)/;

const outcome: fc.Arbitrary<FileOutcome> = fc.oneof(
  fc.record({
    kind: fc.constant('signed' as const),
    signatures: fc.oneof(fc.tuple(hostileSignature), fc.tuple(hostileSignature, hostileSignature)),
    claimMismatches: fc.array(fc.record({ claimed: hostileText, certified: hostileText }), { maxLength: 1 }),
  }),
  fc.record({
    kind: fc.constantFrom('unsigned', 'invalid', 'unsupported', 'not-covered'),
    reason: hostileText,
  }),
);

const hostileExplanation: fc.Arbitrary<Explanation> = fc.record({
  name: hostileText,
  version: hostileText,
  source: hostileText,
  files: fc.array(
    fc.record({ filename: hostileText.map((text) => `a${text}`), sha256: hostileText, outcome }),
    { maxLength: 3 },
  ),
  entries: fc.constant([]),
  history: hostileHistory,
});

describe('hostile text', () => {
  test('neither forges a line nor commands a terminal or a runner', () => {
    fc.assert(
      fc.property(hostileExplanation, (one) => {
        const lines = render(one).split('\n');
        expect(lines.join('')).not.toMatch(/[\p{C}\p{Zl}\p{Zp}]/u);
        expect(lines.join('\n')).not.toMatch(/##[a-z]*\[|\n::/i);
        const rows = lines.filter((line) => /^ {2}\w/.test(line));
        for (const line of rows) expect(line).toMatch(LINE);
        expect(lines.filter((line) => /^ {2}signed by /.test(line)).length).toBe(
          one.files.reduce(
            (sum, { outcome: of }) => sum + (of.kind === 'signed' ? of.signatures.length : 1),
            0,
          ),
        );
        expect(lines.filter((line) => line.startsWith('history: '))).toHaveLength(1);
        // A head, a blank line and a name for each file, rows, a blank line and the history, and the end.
        expect(lines.length - rows.length).toBe(1 + 2 * one.files.length + 2 + 1);
      }),
      { numRuns: 500 },
    );
  });

  test('comes back exactly from JSON, which is printable ASCII', () => {
    fc.assert(
      fc.property(hostileExplanation, (one) => {
        const text = jsonExplanation.render([one], OPTIONS);
        expect(text).toMatch(/^[\n -~]*$/);
        expect(JSON.parse(text)).toMatchObject({
          packages: [
            {
              name: one.name,
              source: one.source,
              files: one.files.map(({ filename }) => ({ name: filename })),
            },
          ],
        });
      }),
      { numRuns: 200 },
    );
  });
});
