import type { Rule } from './contract.ts';
import { relationFindings } from './signers.ts';
import { quoted } from './spelling.ts';

export const repositoryTransferred: Rule = {
  id: 'repository-transferred',
  summary: 'the recorded repository belongs to another owner now',
  scope: 'package',
  judge: (input) =>
    relationFindings(input, {
      rule: 'repository-transferred',
      relation: 'transferred',
      what: 'is signed by the recorded repository, which belongs to another owner now',
      help: `the repository-id is the same and the owner-id is not; find out who the new owner is before ${quoted(`--accept ${input.package.name}`)}`,
    }),
};
