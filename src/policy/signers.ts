import type { Finding, Identity, ObservedFile, RuleId } from '../model.ts';
import { identityEntries } from './allowance.ts';
import type { Nearest, Relation } from './compare.ts';
import { nearestEntry } from './compare.ts';
import type { PackageInput } from './contract.ts';
import type { Group } from './files.ts';
import { filesWith, groupSightings } from './files.ts';
import { packageFinding } from './finding.ts';
import { spellEntry, spellIdentity } from './spelling.ts';

/** One attestation's signer, and what the entries say of them. */
export interface Signer {
  readonly file: ObservedFile;
  readonly identity: Identity;
  /** Undefined when no identity is recorded that applies. */
  readonly nearest: Nearest | undefined;
  /** As the provenance file would spell it. */
  readonly observed: string;
}

/** Everybody who signed, each with their files. Every attestation of every file is judged on its own before it is grouped. */
export function signersOf({ package: { files }, entries }: PackageInput): readonly Group<Signer>[] {
  const recorded = identityEntries(entries);
  const signers = filesWith(files, 'signed').flatMap((file) =>
    file.outcome.signatures.map(({ identity }) => {
      const nearest = nearestEntry(recorded, identity);
      return { file, identity, nearest, observed: spellIdentity(identity, nearest?.entry) };
    }),
  );
  return groupSightings(signers, ({ nearest, observed }) =>
    nearest === undefined ? [observed] : [observed, recorded.indexOf(nearest.entry), nearest.relation.kind],
  );
}

/** What a rule makes of every signer whose identity has one relation to the nearest entry. */
export interface RelationRule {
  readonly rule: RuleId;
  readonly relation: Relation['kind'];
  readonly what: string;
  readonly help: string;
}

/** An error for each signer whose identity has the relation to the nearest entry, with both side by side. */
export function relationFindings(
  input: PackageInput,
  { rule, relation, what, help }: RelationRule,
): readonly Finding[] {
  return signersOf(input).flatMap(({ example: { nearest, observed }, files }) => {
    if (nearest?.relation.kind !== relation) return [];
    const { entry } = nearest;
    const recorded = spellEntry(entry);
    return [
      packageFinding(input.package, { rule, level: 'error', what, files, help, recorded, observed, entry }),
    ];
  });
}
