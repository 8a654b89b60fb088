import type { Command } from './contract.ts';
import { CHECK_OPTIONS } from './options.ts';

/** What records, what writes a lock, and what chooses from one: an environment is compared, and nothing is learnt from it. */
const NOT_TAKEN: ReadonlySet<string> = new Set([
  'tofu',
  'pin',
  'accept',
  'accept-unsigned',
  'history',
  'receipts',
  'output',
  'only',
]);

/** Checks the wheels that an environment was installed from, and every installed file against them. */
export const installed: Command = {
  name: 'installed',
  usage: [
    'provpin installed [options] [--python PATH] [NAME ...]',
    '',
    'Checks the wheels that an environment was installed from, and every installed file against them.',
    'The environment is that of `--python` (an interpreter, or the directory of an environment), as for',
    'pip. A lock that is named by `-L` says which wheels these are.',
  ],
  options: Object.keys(CHECK_OPTIONS).filter((name) => !NOT_TAKEN.has(name)),
  // Wheels and environments are nothing that the other commands should have to load.
  run: async (context) => (await import('./run-installed.ts')).runInstalled(context),
};
