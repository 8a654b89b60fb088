import type { Rule } from './contract.ts';
import { quoted } from './spelling.ts';
import { printable } from '../printable.ts';

export const installedFileUnowned: Rule = {
  id: 'installed-file-unowned',
  summary: 'a file that Python would import or run, and that no installed package has',
  scope: 'run',
  judge: ({ unowned = [], strict }) =>
    unowned.map(({ kind, path, reason }) => {
      const why = reason === undefined ? '' : `: ${printable(reason)}`;
      return {
        rule: 'installed-file-unowned',
        level: kind === 'unchecked' && !strict ? 'warning' : 'error',
        package: '',
        file: path,
        message: `${quoted(path)} is in the environment, and in no package that could be compared${why}`,
        help: 'find out what put it there; no installer of packages leaves a file that no RECORD lists',
      };
    }),
};
