import type { ObservedFile, ObservedSignature } from '../model.ts';
import { exact, printable } from '../printable.ts';
import { historyWords } from '../report/history-words.ts';
import { createPaint, type Paint } from '../report/style.ts';
import type { ExplainOptions, Explanation, ExplanationFormat } from './contract.ts';
import { standingOf } from './standing.ts';

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
    ...one.files.map((file) => fileLines(file, one, options, paint)),
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

function fileLines(
  { filename, sha256, outcome }: ObservedFile,
  one: Explanation,
  options: ExplainOptions,
  paint: Paint,
): readonly string[] {
  const hash = sha256 === undefined ? '' : `  sha256:${exact(sha256)}`;
  const head = `${paint('bold', exact(filename))}${hash}`;
  if (outcome.kind === 'signed') {
    const signatures = outcome.signatures.map((signature) => signatureLines(signature, one, options, paint));
    const claims = outcome.claimMismatches.map(({ claimed, certified }) =>
      row('but', `the index says ${exact(claimed)}, and not ${exact(certified)}`, paint),
    );
    return [head, ...signatures.flat(), ...claims];
  }
  return [head, row(...UNSIGNED[outcome.kind], paint), row('because', printable(outcome.reason), paint)];
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

function signatureLines(
  { identity, evidence }: ObservedSignature,
  { entries }: Explanation,
  { provenanceFile }: ExplainOptions,
  paint: Paint,
): readonly string[] {
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
  return rows.flatMap(([label, value]) => (value === undefined ? [] : [row(label, value, paint)]));
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

function recordedWords({ kind, line }: ReturnType<typeof standingOf>, provenanceFile: string): string {
  const place = line === undefined ? 'in' : `by line ${line} of`;
  return `${STANDINGS.get(kind) ?? kind}, ${place} \`${printable(provenanceFile)}\``;
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
