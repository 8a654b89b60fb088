import { identityEntries } from './allowance.ts';
import type { Rule } from './contract.ts';
import { packageFinding } from './finding.ts';
import { signersOf } from './signers.ts';
import { quoted, spellEntries } from './spelling.ts';

export const publisherChanged: Rule = {
  id: 'publisher-changed',
  summary: 'signed by a publisher that is not the recorded one',
  scope: 'package',
  judge: (input) =>
    signersOf(input)
      .filter(({ example: { nearest } }) => nearest?.relation.kind === 'different')
      .map(({ example: { nearest, observed }, files }) =>
        packageFinding(input.package, {
          rule: 'publisher-changed',
          level: 'error',
          what: 'is signed by a publisher that is not the recorded one',
          files,
          help: `do not install it before the project itself confirms the new publisher; then ${quoted(`--accept ${input.package.name}`)}`,
          recorded: spellEntries(identityEntries(input.entries)),
          observed,
          entry: nearest?.entry,
        }),
      ),
};
