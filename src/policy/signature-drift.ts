import type {
  AttributeName,
  Attributes,
  Entry,
  Finding,
  Identity,
  ObservedFile,
  ObservedPackage,
  ObservedSignature,
} from '../model.ts';
import { encodeAttributeValue } from '../provenance-file/attribute-value.ts';
import { identityEntries } from './allowance.ts';
import { comparableUri, nearestEntry } from './compare.ts';
import type { PackageInput, ReceiptFacts, Rule } from './contract.ts';
import { filesWith, groupSightings } from './files.ts';
import { packageFinding } from './finding.ts';
import { refClass } from './ref-pattern.ts';
import { quoted } from './spelling.ts';

const DRIFTING = [
  'workflow',
  'environment',
  'ref',
  'trigger',
  'runner',
  'builder',
] as const satisfies readonly AttributeName[];
type Drifting = (typeof DRIFTING)[number];

const NONE = '(none)';

interface Drift {
  readonly attribute: Drifting;
  readonly before: string;
  readonly now: string;
  readonly file: ObservedFile;
}

/** A file of which there are receipts, and none of this attestation: other bytes, or the same bytes signed anew. */
interface Replacement {
  readonly kind: keyof typeof REPLACED;
  readonly file: ObservedFile;
}

const REPLACED = {
  bytes: {
    what: 'has other bytes than before under the same name',
    help: 'no index may replace a file: find out from the project why; the receipts keep both',
  },
  attestation: {
    what: 'has another attestation than before',
    help: 'find out why it was signed again, and compare the two runs: the receipts keep both',
  },
} as const;

/** What an entry pins is attribute-changed when it differs; this is for what no entry pins. */
export const signatureDrift: Rule = {
  id: 'signature-drift',
  summary: 'the recorded publisher, but signed in another way than before',
  scope: 'package',
  judge: (input) => {
    const news = filesWith(input.package.files, 'signed').flatMap((file) =>
      file.outcome.signatures
        .filter((signature) => isNews(file, signature, input.previous ?? []))
        .map(({ identity }) => ({ file, identity })),
    );
    return [
      ...replacedFindings(
        input.package,
        news.flatMap(({ file, identity }) => replacementOf(file, identity, input)),
      ),
      ...driftFindings(
        input.package,
        news.flatMap(({ file, identity }) => driftsOf(file, identity, input)),
      ),
    ];
  },
};

/** Whether no receipt is of this very attestation. What has been seen was warned of then. */
function isNews(
  { sha256 }: ObservedFile,
  { identity, evidence: { predicateType, signedAt, build, log } }: ObservedSignature,
  previous: readonly ReceiptFacts[],
): boolean {
  return !previous.some(
    (fact) =>
      fact.sha256 === sha256 &&
      fact.predicateType === predicateType &&
      fact.identity === identity.uri &&
      fact.signedAt === signedAt?.toISOString() &&
      fact.builtAt === build?.finishedOn &&
      fact.log?.keyId === log?.keyId &&
      fact.log?.index === log?.index,
  );
}

function replacementOf(
  file: ObservedFile,
  identity: Identity,
  { previous = [], entries }: PackageInput,
): readonly Replacement[] {
  const before = previous.filter((fact) => fact.file === file.filename);
  if (before.length === 0 || heldBy(entries, identity) === undefined) return [];
  return [{ kind: before.some(({ sha256 }) => sha256 === file.sha256) ? 'attestation' : 'bytes', file }];
}

function replacedFindings(
  subject: ObservedPackage,
  replacements: readonly Replacement[],
): readonly Finding[] {
  return groupSightings(replacements, ({ kind }) => [kind]).map(({ example: { kind }, files }) =>
    packageFinding(subject, { rule: 'signature-drift', level: 'warning', files, ...REPLACED[kind] }),
  );
}

function driftFindings(subject: ObservedPackage, drifts: readonly Drift[]): readonly Finding[] {
  return groupSightings(drifts, ({ attribute, before, now }) => [attribute, before, now]).map(
    ({ example: { attribute, before, now }, files }) =>
      packageFinding(subject, {
        rule: 'signature-drift',
        level: 'warning',
        what: `is signed with ${quoted(`${attribute}=${now}`)}, and before with ${quoted(`${attribute}=${before}`)}`,
        files,
        help: `find out from the project why${enforcing(subject.name, attribute, now)}`,
        observed: `${attribute}=${now}`,
      }),
  );
}

/** A pin of what is there now; of what is not there, there is none. TOFU changes no recorded line, `--accept` does. */
function enforcing(name: string, attribute: Drifting, now: string): string {
  if (now === NONE) return '';
  return `; ${quoted(`--accept ${name} --pin ids,${attribute}`)} has the provenance file enforce it as it is now`;
}

/** The entry that an identity holds under, whole. */
function heldBy(entries: readonly Entry[], identity: Identity): Entry | undefined {
  const nearest = nearestEntry(identityEntries(entries), identity);
  return nearest?.relation.kind === 'same' ? nearest.entry : undefined;
}

function driftsOf(
  file: ObservedFile,
  identity: Identity,
  { previous = [], entries }: PackageInput,
): readonly Drift[] {
  const pinned = heldBy(entries, identity)?.attributes;
  const facts = previous.filter((fact) => comparableUri(fact.identity) === comparableUri(identity.uri));
  if (pinned === undefined || facts.length === 0) return [];
  return DRIFTING.flatMap((attribute) => {
    const before = [...new Set(facts.map((fact) => spellValue(fact, attribute)))].sort();
    const now = spellValue(identity.attributes, attribute);
    if (pinned[attribute] !== undefined || before.includes(now)) return [];
    return [{ attribute, before: before.join(' or '), now, file }];
  });
}

/** As the provenance file spells it. A ref differs with every release, so that only its class can drift. */
function spellValue(facts: ReceiptFacts | Attributes, attribute: Drifting): string {
  const value = facts[attribute];
  if (value === undefined) return NONE;
  return attribute === 'ref' ? refClass(value) : encodeAttributeValue(value);
}
