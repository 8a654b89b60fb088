import type { ObservedFile, ObservedSignature } from '../model.ts';
import { printableJson } from '../printable.ts';
import { toJsonHistory, type JsonHistory } from '../report/json.ts';
import type { Explanation, ExplanationFormat } from './contract.ts';
import { standingOf } from './standing.ts';

/** Explanations for programs, in their own versioned shape (docs/schema/explanation-1.schema.json): members are only ever added. */
export interface JsonExplanations {
  readonly schema: 'provpin.explanation/1';
  readonly packages: readonly {
    readonly name: string;
    readonly version: string | null;
    readonly source: string;
    readonly files: readonly JsonExplainedFile[];
    readonly history: JsonHistory | null;
  }[];
}

export interface JsonExplainedFile {
  readonly name: string;
  readonly sha256: string | null;
  readonly outcome: string;
  readonly reason: string | null;
  readonly signatures: readonly Readonly<Record<string, unknown>>[];
}

export const jsonExplanation: ExplanationFormat = {
  id: 'json',
  render: (explanations) => `${printableJson(toJsonExplanations(explanations), 2)}\n`,
};

export function toJsonExplanations(explanations: readonly Explanation[]): JsonExplanations {
  return {
    schema: 'provpin.explanation/1',
    packages: explanations.map((one) => ({
      name: one.name,
      version: one.version ?? null,
      source: one.source,
      files: one.files.map((file) => toFile(file, one)),
      history: one.history === undefined ? null : toJsonHistory(one.history),
    })),
  };
}

function toFile({ filename, sha256, outcome }: ObservedFile, one: Explanation): JsonExplainedFile {
  const isSigned = outcome.kind === 'signed';
  return {
    name: filename,
    sha256: sha256 ?? null,
    outcome: outcome.kind,
    reason: isSigned ? null : outcome.reason,
    signatures: isSigned ? outcome.signatures.map((signature) => toSignature(signature, one)) : [],
  };
}

function toSignature({ identity, evidence }: ObservedSignature, { entries }: Explanation) {
  const { kind, line } = standingOf(identity, entries);
  return {
    kind: identity.kind,
    uri: identity.uri,
    attributes: identity.attributes,
    predicateType: evidence.predicateType,
    signedAt: evidence.signedAt?.toISOString() ?? null,
    logIndex: evidence.log?.index ?? null,
    logId: evidence.log?.keyId ?? null,
    commit: evidence.commit ?? null,
    run: evidence.runUri ?? null,
    buildSigner: evidence.buildSigner ?? null,
    buildConfig: evidence.buildConfig ?? null,
    recorded: kind,
    entryLine: line ?? null,
  };
}
