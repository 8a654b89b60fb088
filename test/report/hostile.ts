import * as fc from 'fast-check';
import { RULE_IDS, STATUSES, type ReleaseHistory, type Report } from '../../src/model.ts';
import { GITHUB, signatureOf } from './fixture.ts';

/** What somebody would put where the report shows outside text: to forge a line, command a terminal or a CI runner, or hide. */
export const ATTACKS = [
  '\n',
  '\r\n',
  '\u0085',
  '\u2028',
  '\u001B[2K\u001B[1A',
  '\u009B31m',
  '\u001B]8;;https://evil.example\u0007',
  '\n::error::forged',
  '::add-mask::x',
  '##[error]forged',
  '##',
  '[',
  '###[error]',
  '##vso[task.complete result=Succeeded]',
  '\n✓ forged  1.0  verified  1/1 file  github.com/good/one',
  '\n5 packages: 5 verified\n',
  '\u202E',
  '\u200B',
  '\u0000',
  '\uD800',
  'раypal',
  '@octocat',
  'owner/repo#1 GH-1 !1 &1 ~bug %1 deadbeefdeadbeef',
  ' [click](https://evil.example) ',
  '![](https://evil.example/pixel.png)',
  '<https://evil.example> https://evil.example www.evil.example a@evil.example',
  '`',
  '``',
  '`a` ``b``',
  '|',
  '\\|',
  '\\',
  ' | forged | ',
  '**bold** _it_ ~~gone~~ $x$ :tada: [^1] [[wiki]]',
  '# 1. - > ',
  '<script>alert(1)</script>',
  '<img src=x onerror=alert(1)>',
  '</details><!--',
  '-->',
  '&amp;&#64;',
  ']]>',
  '" onload="alert(1)',
  "' x='",
  '%0A::error::forged',
  '{0}',
];

export const hostileText = fc
  .array(fc.oneof(fc.constantFrom(...ATTACKS), fc.string({ unit: 'binary', maxLength: 12 })), {
    maxLength: 4,
  })
  .map((parts) => parts.join(''));
const status = fc.constantFrom(...STATUSES);

const identity = fc.record({
  kind: fc.constant(GITHUB.kind),
  uri: hostileText,
  attributes: fc.record({ workflow: hostileText, environment: hostileText }),
});

export const hostileSignature = fc.tuple(identity, hostileText).map(([signer, value]) => ({
  identity: signer,
  evidence: {
    ...signatureOf(GITHUB).evidence,
    predicateType: value,
    ref: value,
    runUri: value,
    log: { keyId: value, index: value },
  },
}));

const file = fc.record({
  name: hostileText,
  sha256: hostileText,
  status,
  reason: hostileText,
  signatures: fc.array(hostileSignature, { maxLength: 2 }),
});

const pastRelease = fc.record({
  version: hostileText,
  standing: fc.constantFrom('same', 'other', 'unsigned', 'partial', 'invalid', 'unavailable'),
  signers: fc.array(hostileText, { maxLength: 2 }),
  signedAt: fc.constant(new Date('2026-06-01T12:00:00Z')),
  files: fc.constant(2),
  checked: fc.constantFrom(1, 2),
});

/** What an index has of the releases before, as it likes. */
export const hostileHistory: fc.Arbitrary<ReleaseHistory> = fc.oneof(
  fc.record({
    kind: fc.constant('known' as const),
    releases: fc.array(pastRelease, { maxLength: 3 }),
    older: fc.nat({ max: 2 }),
  }),
  fc.record({ kind: fc.constant('unavailable' as const), reason: hostileText }),
);

const reported = fc.record(
  {
    name: hostileText,
    version: hostileText,
    status,
    identities: fc.array(identity, { maxLength: 2 }),
    files: fc.array(file, { maxLength: 3 }),
    reason: hostileText,
    history: hostileHistory,
  },
  { requiredKeys: ['name', 'version', 'status', 'identities', 'files', 'reason'] },
);

const finding = fc.record(
  {
    rule: fc.constantFrom(...RULE_IDS),
    level: fc.constantFrom('error' as const, 'warning' as const),
    package: hostileText,
    message: hostileText,
    help: hostileText,
    version: hostileText,
    file: hostileText,
    recorded: hostileText,
    observed: hostileText,
    lock: hostileText,
    lockLine: fc.integer({ min: 1, max: 9 }),
    entryLine: fc.integer({ min: 1, max: 9 }),
  },
  { requiredKeys: ['rule', 'level', 'package', 'message', 'help'] },
);

/** Reports in which every outside text is hostile. */
export const hostileReport: fc.Arbitrary<Report> = fc.record({
  outcome: fc.constantFrom('ok' as const, 'findings' as const, 'incomplete' as const),
  packages: fc.array(reported, { maxLength: 4 }),
  findings: fc.array(finding, { maxLength: 4 }),
  notes: fc.array(hostileText, { maxLength: 2 }),
});
