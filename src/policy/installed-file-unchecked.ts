import type { Rule } from './contract.ts';
import { deviationFindings } from './deviations.ts';

export const installedFileUnchecked: Rule = {
  id: 'installed-file-unchecked',
  summary: 'an installed file that nothing could be compared with',
  scope: 'package',
  judge: ({ package: subject, strict }) =>
    deviationFindings(subject, 'unchecked', {
      rule: 'installed-file-unchecked',
      level: strict ? 'error' : 'warning',
      what: 'has installed files that could not be compared',
      help: 'delete them, if they are bytecode: what needs them makes them again',
    }),
};
