import type { AttributeName, Attributes, Identity, ObservedFile } from '../model.ts';
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
] as const satisfies readonly AttributeName[];
type Drifting = (typeof DRIFTING)[number];

const NONE = '(none)';

interface Drift {
  readonly attribute: Drifting;
  readonly before: string;
  readonly now: string;
  readonly file: ObservedFile;
}

/** What an entry pins is attribute-changed when it differs; this is for what no entry pins. */
export const signatureDrift: Rule = {
  id: 'signature-drift',
  summary: 'the recorded publisher, but signed in another way than before',
  scope: 'package',
  judge: (input) => {
    const drifts = filesWith(input.package.files, 'signed').flatMap((file) =>
      file.outcome.signatures.flatMap(({ identity }) => driftsOf(file, identity, input)),
    );
    return groupSightings(drifts, ({ attribute, before, now }) => [attribute, before, now]).map(
      ({ example: { attribute, before, now }, files }) =>
        packageFinding(input.package, {
          rule: 'signature-drift',
          level: 'warning',
          what: `is signed with ${quoted(`${attribute}=${now}`)}, and before with ${quoted(`${attribute}=${before}`)}`,
          files,
          help: `find out from the project why${enforcing(input.package.name, attribute, now)}`,
          observed: `${attribute}=${now}`,
        }),
    );
  },
};

/** A pin of what is there now; of what is not there, there is none. TOFU changes no recorded line, `--accept` does. */
function enforcing(name: string, attribute: Drifting, now: string): string {
  if (now === NONE) return '';
  return `; ${quoted(`--accept ${name} --pin ids,${attribute}`)} has the provenance file enforce it as it is now`;
}

function driftsOf(file: ObservedFile, identity: Identity, input: PackageInput): readonly Drift[] {
  const { previous = [], entries } = input;
  const nearest = nearestEntry(identityEntries(entries), identity);
  if (nearest?.relation.kind !== 'same' || previous.some(({ sha256 }) => sha256 === file.sha256)) return [];
  const pinned = nearest.entry.attributes;
  const facts = previous.filter((fact) => comparableUri(fact.identity) === comparableUri(identity.uri));
  if (facts.length === 0) return [];
  return DRIFTING.flatMap((attribute) => {
    const before = [...new Set(facts.map((fact) => spellValue(fact, attribute)))].sort();
    const now = spellValue(identity.attributes, attribute);
    if (pinned[attribute] !== undefined || before.includes(now)) return [];
    return [{ attribute, before: before.join(' or '), now, file }];
  });
}

/** A ref differs with every release, so that only its class can drift. */
function spellValue(facts: ReceiptFacts | Attributes, attribute: Drifting): string {
  const value = facts[attribute];
  if (value === undefined) return NONE;
  return attribute === 'ref' ? refClass(value) : value;
}
