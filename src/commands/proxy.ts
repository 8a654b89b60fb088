import type { Command } from './contract.ts';
import { CHECK_OPTIONS } from './options.ts';

/** What a check takes and this does not: there is no lock, nothing works without the network, and no report waits for a history. */
const NOT_TAKEN: ReadonlySet<string> = new Set([
  'lock-path',
  'only',
  'accept',
  'offline',
  'output',
  'history',
]);

/** An index that lets only those files through that hold, for tools that read no lock. */
export const proxy: Command = {
  name: 'proxy',
  usage: [
    'provpin proxy [options] [index options of pip ...] [-- PROGRAM ...]',
    '',
    'Serves the index on this machine, and lets only those files through that pass the check; until it',
    'is interrupted, or while PROGRAM runs, which gets it as the index of pip and uv.',
  ],
  options: [...Object.keys(CHECK_OPTIONS).filter((name) => !NOT_TAKEN.has(name)), 'port'],
  runsProgram: true,
  // A server is nothing that the other commands should have to load.
  run: async (context) => (await import('./run-proxy.ts')).runProxy(context),
};
