import type { Rule } from './contract.ts';
import { packageFinding } from './finding.ts';
import { quoted } from './spelling.ts';

export const installedNotLocked: Rule = {
  id: 'installed-not-locked',
  summary: 'the lock pins something else than what is installed',
  scope: 'package',
  judge: ({ package: subject }) => {
    const { lockedInstead = [] } = subject;
    if (lockedInstead.length === 0) return [];
    return [
      packageFinding(subject, {
        rule: 'installed-not-locked',
        level: 'error',
        what: `is installed, and the lock pins ${inWords(lockedInstead)}`,
        help: 'install from the lock, or lock again',
      }),
    ];
  },
};

const MAX_NAMED = 3;

function inWords(pinned: readonly string[]): string {
  const named = pinned
    .slice(0, MAX_NAMED)
    .map((text) => quoted(text))
    .join(' or ');
  return pinned.length > MAX_NAMED ? `${named} or ${pinned.length - MAX_NAMED} others` : named;
}
