import type { Finding, ObservedPackage, PublisherClaim } from '../model.ts';
import { printable, printableJson } from '../printable.ts';
import type { Rule } from './contract.ts';
import { filesWith, groupSightings } from './files.ts';
import { packageFinding } from './finding.ts';
import { spellIdentity } from './spelling.ts';

export const lockIdentityMismatch: Rule = {
  id: 'lock-identity-mismatch',
  summary: 'the lock names another signer than the certificate',
  scope: 'package',
  judge: ({ package: subject }) =>
    subject.attestationIdentities === undefined
      ? []
      : [
          ...unstated(subject, subject.attestationIdentities),
          ...unconfirmed(subject, subject.attestationIdentities),
        ],
};

const HELP =
  'find out who changed the lock; if it is only out of date, lock anew, or delete its `attestation-identities`';

/** Signers of whom the lock does not know. */
function unstated(subject: ObservedPackage, stated: readonly PublisherClaim[]): readonly Finding[] {
  const strangers = filesWith(subject.files, 'signed').flatMap((file) =>
    file.outcome.signatures
      .filter(({ confirms = [] }) => confirms.length === 0)
      .map(({ identity }) => ({ file, observed: spellIdentity(identity) })),
  );
  return groupSightings(strangers, ({ observed }) => [observed]).map(({ example: { observed }, files }) =>
    packageFinding(subject, {
      rule: 'lock-identity-mismatch',
      level: 'error',
      what: 'is signed by a publisher that is not among the attestation identities of the lock',
      files,
      recorded: stated.map((one) => spell(one)).join(' or '),
      observed,
      help: HELP,
    }),
  );
}

/** What the lock states and nobody proves. Where a file could not be looked at nothing is known, and that is a finding already. */
function unconfirmed(subject: ObservedPackage, stated: readonly PublisherClaim[]): readonly Finding[] {
  if (filesWith(subject.files, 'unavailable').length > 0) return [];
  const signatures = filesWith(subject.files, 'signed').flatMap(({ outcome }) => outcome.signatures);
  const confirmed = new Set(signatures.flatMap(({ confirms = [] }) => confirms));
  const observed = [...new Set(signatures.map(({ identity }) => spellIdentity(identity)))];
  return stated
    .filter((one) => !confirmed.has(one))
    .map((one) =>
      packageFinding(subject, {
        rule: 'lock-identity-mismatch',
        level: 'error',
        what: 'has an attestation identity in the lock that no signature of its files bears out',
        recorded: spell(one),
        observed: observed.length === 0 ? 'no verified signature' : observed.join(' and '),
        help: HELP,
      }),
    );
}

/** As the lock has it: `GitHub repository="acme/demo" workflow="release.yml"`. */
function spell({ kind, ...members }: PublisherClaim): string {
  const pairs = Object.entries(members).map(([name, value]) => `${name}=${printableJson(value)}`);
  return printable([kind, ...pairs].join(' '));
}
