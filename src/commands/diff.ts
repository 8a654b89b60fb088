import { DIFF_FORMAT_NAMES } from '../provenance-diff/contract.ts';
import type { Command } from './contract.ts';

/** What changed in the provenance file, for whoever reviews a pull request. */
export const diff: Command = {
  name: 'diff',
  usage: [
    'provpin diff [options] [BASE]',
    'provpin diff [options] OLD NEW',
    '',
    'Says what changed in the provenance file since a git revision (without BASE: since the branch',
    'left the default one), or between two files. Fails if what was recorded became weaker or changed.',
  ],
  options: ['provenance-file', 'config-path', 'allow', 'format', 'report'],
  formats: DIFF_FORMAT_NAMES,
  // The parts are loaded when they are needed: no other command needs them.
  run: async (context) => (await import('./run-diff.ts')).runDiff(context),
};
