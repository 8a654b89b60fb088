import type { ObservedFile, ObservedSignature } from '../model.ts';
import { exact, printable } from '../printable.ts';
import { spellWithVersion } from '../policy/spelling.ts';
import { historyWords } from '../report/history-words.ts';
import { createPaint, type Paint } from '../report/style.ts';
import type { ExplainOptions, Explanation, ExplanationFormat } from './contract.ts';
import { standingOf, type Standing } from './standing.ts';

const LABEL_WIDTH = 'environment'.length + 2;

/** For people who know git and CI, and nothing of certificates. */
export const textExplanation: ExplanationFormat = {
  id: 'text',
  render: (explanations, options) => {
    const paint = createPaint(options.color);
    return explanations
      .flatMap((one) => blocksOf(one, options, paint))
      .map((lines) => lines.map((line) => `${line}\n`).join(''))
      .join('\n');
  },
};

function blocksOf(one: Explanation, options: ExplainOptions, paint: Paint): readonly (readonly string[])[] {
  const version = one.version === undefined ? '' : ` ${exact(one.version)}`;
  return [
    [paint('bold', `${exact(one.name)}${version}, ${printable(one.source)}`)],
    ...filesLines(one, options, paint),
    ...(one.history === undefined
      ? []
      : [
          [
            `history: ${historyWords(
              one.history,
              one.files.some(({ outcome }) => outcome.kind === 'signed'),
            )}`,
          ],
        ]),
  ];
}

type Row = readonly [label: string, value: string];

/** A release has many files, and one run makes most of them: what a file has in common with one above it stands there alone. */
function filesLines(one: Explanation, options: ExplainOptions, paint: Paint): readonly (readonly string[])[] {
  let above: { readonly filename: string; readonly rows: readonly Row[] } | undefined;
  return one.files.map((file) => {
    const hash = file.sha256 === undefined ? '' : `  sha256:${exact(file.sha256)}`;
    const rows = rowsOf(file, one, options);
    const own = above === undefined ? rows : rows.filter((asked) => isOwn(asked, above?.rows ?? []));
    const isFolded =
      isOneSignature(file) &&
      labelsOf(above?.rows) === labelsOf(rows) &&
      rows.length - own.length >= WORTH_FOLDING;
    if (!isFolded && isOneSignature(file)) above = { filename: file.filename, rows };
    const shown: readonly Row[] = isFolded
      ? [...own, ['the rest', `as of ${exact(above?.filename ?? '')} above`]]
      : rows;
    return [
      `${paint('bold', exact(file.filename))}${hash}`,
      ...shown.map(([label, value]) => row(label, value, paint)),
    ];
  });
}

/** What one of two says nothing about, it does not have in common with the other. */
function labelsOf(rows: readonly Row[] = []): string {
  return rows.map(([label]) => label).join();
}

/** Fewer lines in common are no burden. */
const WORTH_FOLDING = 4;

/** With several signatures, it would have to be said of which of them a line is. */
function isOneSignature({ outcome }: ObservedFile): boolean {
  return outcome.kind === 'signed' && outcome.signatures.length === 1;
}

/** Who signed is said of each file. */
function isOwn([label, value]: Row, above: readonly Row[]): boolean {
  return label === 'signed by' || !above.some((other) => other[0] === label && other[1] === value);
}

function rowsOf({ outcome }: ObservedFile, one: Explanation, options: ExplainOptions): readonly Row[] {
  if (outcome.kind === 'signed') {
    const claims = outcome.claimMismatches.map(({ claimed, certified }): Row => [
      'but',
      `the index says ${exact(claimed)}, and not ${exact(certified)}`,
    ]);
    return [...outcome.signatures.flatMap((signature) => signatureRows(signature, one, options)), ...claims];
  }
  return [UNSIGNED[outcome.kind], ['because', printable(outcome.reason)]];
}

const UNSIGNED: Readonly<
  Record<Exclude<ObservedFile['outcome']['kind'], 'signed'>, readonly [string, string]>
> = {
  unsigned: ['signed by', 'nobody: the index has no provenance of it'],
  invalid: ['signed by', 'nobody who could be verified: do not install it'],
  unsupported: ['signed by', 'nobody who is recognised here'],
  unavailable: ['signed by', 'nobody knows: it could not be looked at, run it again'],
  'not-covered': ['signed by', 'nobody knows: no index serves it'],
};

function signatureRows(
  { identity, evidence }: ObservedSignature,
  { entries }: Explanation,
  { provenanceFile }: ExplainOptions,
): readonly Row[] {
  const { workflow, environment, trigger, runner } = identity.attributes;
  const { commit, ref, runUri, buildSigner, buildConfig, signedAt, log, predicateType } = evidence;
  const isReusable = buildSigner !== undefined && buildConfig !== undefined && buildSigner !== buildConfig;
  const standing = standingOf(identity, entries);
  const rows: readonly (readonly [string, string | undefined])[] = [
    ['signed by', `${exact(identity.uri)} (${identity.kind}${idsOf(identity.attributes)})`],
    ['workflow', workflow && exact(workflow)],
    [
      'through',
      isReusable
        ? `${exact(buildSigner)}: a reusable workflow, called by the one above, did the signing`
        : undefined,
    ],
    ['source', sourceOf(commit, ref)],
    ['started by', trigger && exact(trigger)],
    ['ran on', runner && exact(runner)],
    ['environment', environment && exact(environment)],
    ['run', runUri && exact(runUri)],
    ['when', signedAt?.toISOString()],
    ['says', SAYINGS.get(predicateType) ?? exact(predicateType)],
    ['log entry', log && `${exact(log.index)} of the public log ${exact(log.keyId)}`],
    ['checked', identity.kind === 'key' ? CHECKED_KEY : CHECKED_RUN],
    ['recorded', recordedWords(standing, provenanceFile)],
  ];
  return rows.flatMap(([label, value]) => (value === undefined ? [] : [[label, value] as const]));
}

const CHECKED_RUN =
  'the signature is over this very file, made in that very run, as Sigstore certifies, and on public record';
const CHECKED_KEY = 'the signature is over this very file, by a key that you have given';

const SAYINGS: ReadonlyMap<string, string> = new Map([
  ['https://docs.pypi.org/attestations/publish/v1', 'this run published the file'],
  ['https://slsa.dev/provenance/v1', 'this run built the file'],
]);

const STANDINGS: ReadonlyMap<string, string> = new Map([
  ['allowed', 'allowed'],
  ['not-recorded', 'no signer is recorded'],
  ['renamed', 'recorded under another name'],
  ['transferred', 'recorded with another owner'],
  ['recreated', 'another repository of this name is recorded'],
  ['attribute-changed', 'recorded, and what else is asked for does not hold'],
  ['different', 'somebody else is recorded'],
]);

function recordedWords({ kind, line, instead }: Standing, provenanceFile: string): string {
  const place = line === undefined ? 'in' : `by line ${line} of`;
  return `${STANDINGS.get(kind) ?? kind}${insteadWords(instead)}, ${place} \`${printable(provenanceFile)}\``;
}

function insteadWords(instead: Standing['instead']): string {
  if (instead === undefined) return '';
  const others = instead.others === 0 ? '' : ` (and ${instead.others} more)`;
  return `: ${exact(spellWithVersion(instead.entry))}${others}`;
}

function idsOf(attributes: ObservedSignature['identity']['attributes']): string {
  const repository = attributes['repository-id'];
  const owner = attributes['owner-id'];
  return [
    repository === undefined ? '' : `, repository ${exact(repository)}`,
    owner === undefined ? '' : `, owner ${exact(owner)}`,
  ].join('');
}

function sourceOf(commit: string | undefined, ref: string | undefined): string | undefined {
  if (commit === undefined && ref === undefined) return undefined;
  return [
    ...(commit === undefined ? [] : [`commit ${exact(commit)}`]),
    ...(ref === undefined ? [] : [`at ${exact(ref)}`]),
  ].join(' ');
}

function row(label: string, value: string, paint: Paint): string {
  return `  ${paint('dim', label)}${' '.repeat(Math.max(LABEL_WIDTH - label.length, 1))}${value}`;
}
