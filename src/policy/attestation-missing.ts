import { identityEntries } from './allowance.ts';
import type { Rule } from './contract.ts';
import { filesWith } from './files.ts';
import { packageFinding } from './finding.ts';
import { quoted } from './spelling.ts';

/** Of a package without any entry; with one that does not allow it, it is lost, partial, or an expired allowance. */
export const attestationMissing: Rule = {
  id: 'attestation-missing',
  summary: 'not signed, and not acknowledged as unsigned (STRICT)',
  scope: 'package',
  judge: ({ package: subject, entries, named, strict }) => {
    const unsigned = filesWith(subject.files, 'unsigned');
    const isSigned = filesWith(subject.files, 'signed').length > 0;
    if (!strict || unsigned.length === 0 || isSigned) return [];
    if (entries.length > 0 || identityEntries(named).length > 0) return [];
    return [
      packageFinding(subject, {
        rule: 'attestation-missing',
        level: 'error',
        what: 'is not signed, and not acknowledged as unsigned',
        files: unsigned,
        help: `ask the project to publish with a Trusted Publisher; or acknowledge it with a line ${quoted(`${subject.name} unsigned`)}, perhaps with ${quoted('until=DATE')} (in a TOFU run, ${quoted('--accept-unsigned')} adds it)`,
        observed: 'unsigned',
      }),
    ];
  },
};
