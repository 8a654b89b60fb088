import { chooseInput } from './choose-input.ts';
import type { Command } from './contract.ts';
import { CHECK_OPTIONS } from './options.ts';
import { runCheck } from './run-check.ts';

/** The default command: what is locked, who signed it, and does that agree with the provenance file. */
export const check: Command = {
  name: '',
  usage: [
    'provpin [options] [pip lock arguments ...]',
    '',
    'Checks who signed the Python packages that `pip lock` resolves, against the provenance file.',
    'Without arguments, reads the lock of this directory, or else has pip lock its `pyproject.toml`.',
    'What is not an option below goes to `pip lock` as it stands and in its order; `--` ends ours.',
  ],
  options: Object.keys(CHECK_OPTIONS),
  run: async (context) => await runCheck(await chooseInput(context)),
};
