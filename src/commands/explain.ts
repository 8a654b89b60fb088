import { EXPLANATION_FORMAT_NAMES } from '../explanation/contract.ts';
import type { Command } from './contract.ts';

/** Who signed a package, for somebody who knows nothing of certificates. */
export const explain: Command = {
  name: 'explain',
  usage: [
    'provpin explain [options] NAME[==VERSION]|FILE ...',
    '',
    'Says in words who signed each file of a package, from what and when, and who signed the releases before.',
    'NAME is in the version of the lock, or else the newest of the index; FILE is a wheel or an sdist.',
  ],
  options: [
    'lock-path',
    'provenance-file',
    'config-path',
    'trusted-root',
    'key',
    'history',
    'attestations-from',
    'offline',
    'cache-dir',
    'no-cache',
    'concurrency',
    'format',
    'quiet',
  ],
  formats: EXPLANATION_FORMAT_NAMES,
  // The parts are loaded when they are needed: no other command needs them.
  run: async (context) => (await import('./run-explain.ts')).runExplain(context),
};
