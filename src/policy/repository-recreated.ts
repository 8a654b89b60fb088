import type { Rule } from './contract.ts';
import { relationFindings } from './signers.ts';
import { quoted } from './spelling.ts';

export const repositoryRecreated: Rule = {
  id: 'repository-recreated',
  summary: 'another repository has the name of the recorded one',
  scope: 'package',
  judge: (input) =>
    relationFindings(input, {
      rule: 'repository-recreated',
      relation: 'recreated',
      what: 'is signed by another repository that has the name of the recorded one',
      help: `the name is the same and the id is not: the repository, or its owner's account, was deleted and somebody made it anew; do not install it before the project itself confirms that, then ${quoted(`--accept ${input.package.name}`)}`,
    }),
};
