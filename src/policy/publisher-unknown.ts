import { isAllowance } from './allowance.ts';
import type { PackageInput, Rule } from './contract.ts';
import { packageFinding } from './finding.ts';
import { signersOf } from './signers.ts';
import { quoted, spellEntries } from './spelling.ts';

export const publisherUnknown: Rule = {
  id: 'publisher-unknown',
  summary: 'signed, and no publisher is recorded',
  scope: 'package',
  judge: (input) =>
    signersOf(input)
      .filter(({ example: { nearest } }) => nearest === undefined)
      .map(({ example: { observed }, files }) =>
        packageFinding(input.package, {
          rule: 'publisher-unknown',
          level: 'error',
          ...verdictOf(input),
          files,
          observed,
        }),
      ),
};

/** Whoever signs first is not thereby who should: where a line speaks of the package already, recording is not automatic. */
function verdictOf({ package: { name }, entries, named }: PackageInput) {
  const accept = quoted(`--accept ${name}`);
  const allowance = entries.find((entry) => isAllowance(entry));
  if (allowance !== undefined) {
    return {
      what: 'is recorded as `unsigned`, and is signed now',
      help: `find out whether this is the project's own publisher; then delete the line and record it, or ${accept}`,
      recorded: spellEntries(entries),
      entry: allowance,
    };
  }
  const other = named.find((entry) => !isAllowance(entry));
  if (other !== undefined) {
    return {
      what: 'is signed, and a publisher is recorded for another version only',
      help: `compare it with the lines for other versions; then add a line for this one, or ${accept}`,
      entry: other,
    };
  }
  return {
    what: 'is signed, and no publisher is recorded',
    help: "find out whether this is the project's own publisher; `TOFU=1` records it, unless something else is wrong with a version of it",
  };
}
