import type { Rule } from './contract.ts';
import { relationFindings } from './signers.ts';
import { quoted } from './spelling.ts';

export const repositoryRenamed: Rule = {
  id: 'repository-renamed',
  summary: 'the recorded repository has another name now',
  scope: 'package',
  judge: (input) =>
    relationFindings(input, {
      rule: 'repository-renamed',
      relation: 'renamed',
      what: 'is signed by the recorded repository under another name',
      help: `the repository-id is the same, so the repository was renamed; check that the owner is as before, then ${quoted(`--accept ${input.package.name}`)}`,
    }),
};
