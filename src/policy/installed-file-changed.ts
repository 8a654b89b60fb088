import type { Deviation, Finding, ObservedPackage } from '../model.ts';
import type { Rule } from './contract.ts';
import { deviationFindings } from './deviations.ts';
import { packageFinding } from './finding.ts';
import { quoted } from './spelling.ts';

const RULE = {
  rule: 'installed-file-changed',
  level: 'error',
  help: 'do not run it before somebody knows why; then install it anew from its wheel (`pip install --force-reinstall --no-deps`)',
} as const;

const WORDS: readonly (readonly [kind: Deviation['kind'], what: string])[] = [
  ['changed', 'has installed files that are not as its wheel has them'],
  ['missing', 'lacks files that its wheel has'],
  ['extra', 'has files that its wheel does not have'],
];

export const installedFileChanged: Rule = {
  id: 'installed-file-changed',
  summary: 'an installed file is not as its wheel has it, is missing, or is too much',
  scope: 'package',
  judge: ({ package: subject }) => [
    ...unreadable(subject),
    ...WORDS.flatMap(([kind, what]) => deviationFindings(subject, kind, { ...RULE, what })),
  ],
};

/** What cannot be compared at all must not look better than what was compared and differs. */
function unreadable(subject: ObservedPackage): readonly Finding[] {
  const { installation } = subject;
  if (installation?.kind !== 'unreadable') return [];
  const { wheel, reason } = installation;
  return [
    packageFinding(subject, {
      ...RULE,
      what: `cannot be compared with its wheel ${quoted(wheel)}`,
      reason,
      help: 'do not install that wheel; tell the index and the project',
    }),
  ];
}
