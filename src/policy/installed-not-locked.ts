import type { Rule } from './contract.ts';
import { packageFinding } from './finding.ts';
import { quoted } from './spelling.ts';

export const installedNotLocked: Rule = {
  id: 'installed-not-locked',
  summary: 'the lock pins another version than the one that is installed',
  scope: 'package',
  judge: ({ package: subject }) => {
    const { lockedVersions = [] } = subject;
    if (lockedVersions.length === 0) return [];
    return [
      packageFinding(subject, {
        rule: 'installed-not-locked',
        level: 'error',
        what: `is installed, and the lock pins ${lockedVersions.map(quoted).join(' or ')}`,
        help: 'install from the lock, or lock again',
      }),
    ];
  },
};
