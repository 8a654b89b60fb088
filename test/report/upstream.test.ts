import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Finding, Report, RuleId } from '../../src/model.ts';
import { upstreamFormat } from '../../src/report/upstream.ts';
import { ALL_HELD, EMPTY, EVERYTHING, GITHUB, OPTIONS, signatureOf } from './fixture.ts';
import { hostileReport } from './hostile.ts';
import { renderMarkdown } from './markdown-reader.ts';

const NOTHING =
  'Nothing to file: there is neither attestation-lost nor publisher-changed among the findings.\n';

function finding(rule: RuleId, more: Partial<Finding> = {}): Finding {
  return {
    rule,
    level: 'error',
    package: 'demo',
    version: '2.0',
    recorded: 'https://github.com/acme/demo repository-id=11 owner-id=22',
    observed: 'https://github.com/mallory/demo repository-id=66 owner-id=77',
    message: 'm',
    help: 'h',
    lock: '/home/me/private-project/uv.lock',
    lockLine: 3,
    ...more,
  };
}

function reportOf(findings: readonly Finding[]): Report {
  const file = { name: 'demo-2.0.tar.gz', sha256: 'ab'.repeat(32), status: 'failed' as const };
  const signed = findings.some(({ rule }) => rule === 'publisher-changed');
  const files = [{ ...file, signatures: signed ? [signatureOf(GITHUB)] : [] }];
  return {
    outcome: 'findings',
    packages: [{ name: 'demo', version: '2.0', status: 'failed', identities: [], files }],
    findings,
    notes: [],
  };
}

const render = (report: Report): string => upstreamFormat.render(report, OPTIONS);

describe('the issue of', () => {
  test('a publisher that changed', () => {
    expect(render(reportOf([finding('publisher-changed')]))).toMatchInlineSnapshot(`
      "Text for issues at the projects concerned, one below each line. Before you file one:
      - Look at the release on the index where the project publishes. A mirror that serves no attestations looks like a project that does not sign.
      - Look whether the project has announced the change, or somebody has reported it. Where it looks like an attack, report it in private: the project has a security policy, and the index a contact.

      ---

      # \`demo\` \`2.0\` is signed by another publisher

      File it at: \`https://github.com/acme/demo/issues\`

      Hello,

      the attestations ([PEP 740](https://peps.python.org/pep-0740/)) of \`demo\` \`2.0\` verify, and are by another publisher than the one that we have recorded.

      |  | signed by |
      | --- | --- |
      | before, as we recorded it | \`https://github.com/acme/demo repository-id=11 owner-id=22\` |
      | now | \`https://github.com/mallory/demo repository-id=66 owner-id=77\` |

      | file | sha256 |
      | --- | --- |
      | \`demo-2.0.tar.gz\` | \`abababababababababababababababababababababababababababababababab\` |

      - \`demo-2.0.tar.gz\`: signed 2025-11-12T02:54:51.000Z, commit \`9b3a9a9d8d2a1a5e0a4b6c7d8e9f00112233445566\`, run \`https://github.com/certifi/python-certifi/actions/runs/19284000000/attempts/1\`, entry of the transparency log \`694071111\`

      Is that meant? From outside, it looks the same when somebody else uploads a release, with a token or an account that was stolen.

      If you made it: a word here and in the notes of the release would do. Whoever pins the publisher can record the new one then.

      If you did not make this release: please yank it, revoke what can upload in your name, and tell the index. Thank you!
      "
    `);
  });

  test('a signature that got lost', () => {
    expect(render(reportOf([finding('attestation-lost', { observed: 'unsigned' })]))).toMatchInlineSnapshot(`
      "Text for issues at the projects concerned, one below each line. Before you file one:
      - Look at the release on the index where the project publishes. A mirror that serves no attestations looks like a project that does not sign.
      - Look whether the project has announced the change, or somebody has reported it. Where it looks like an attack, report it in private: the project has a security policy, and the index a contact.

      ---

      # \`demo\` \`2.0\` is not signed any more

      File it at: \`https://github.com/acme/demo/issues\`

      Hello,

      the index has no attestations ([PEP 740](https://peps.python.org/pep-0740/)) for these files of \`demo\` \`2.0\`.

      |  | signed by |
      | --- | --- |
      | before, as we recorded it | \`https://github.com/acme/demo repository-id=11 owner-id=22\` |
      | now | \`unsigned\` |

      | file | sha256 |
      | --- | --- |
      | \`demo-2.0.tar.gz\` | \`abababababababababababababababababababababababababababababababab\` |

      Is that meant? From outside, it looks the same when somebody else uploads a release, with a token or an account that was stolen.

      If you made it: was it uploaded by hand, or with a token? What the workflow of a [Trusted Publisher](https://docs.pypi.org/trusted-publishers/) uploads is signed by default (\`pypa/gh-action-pypi-publish\`, with \`id-token: write\` and without \`attestations: false\`). A new release that is signed again would settle it.

      If you did not make this release: please yank it, revoke what can upload in your name, and tell the index. Thank you!
      "
    `);
  });
});

test('says no more of a signature and of a release than is known', () => {
  const { version: _, ...changed } = finding('publisher-changed');
  const signature = { identity: GITHUB, evidence: { predicateType: 'x' } };
  const text = render({
    ...EMPTY,
    outcome: 'findings',
    packages: [
      {
        name: 'demo',
        status: 'failed',
        identities: [],
        files: [{ name: 'demo-2.0.tar.gz', status: 'failed', signatures: [signature] }],
      },
    ],
    findings: [changed],
  });
  const lines = text.split('\n');
  expect(lines).toContain('# `demo` is signed by another publisher');
  expect(lines).toContain('- `demo-2.0.tar.gz`: signed');
});

test.each<[string, Report]>([
  ['all that held', ALL_HELD],
  ['no package', EMPTY],
  [
    "what is none of the project's business",
    reportOf([finding('publisher-unknown'), finding('repository-renamed')]),
  ],
])('there is nothing to file for %s', (_, report) => {
  expect(render(report)).toBe(NOTHING);
});

test('a package has one issue, about the publisher where there are both', () => {
  const text = render(reportOf([finding('attestation-lost'), finding('publisher-changed')]));
  expect(text.match(/^# .*$/gm)).toEqual(['# `demo` `2.0` is signed by another publisher']);
});

test.each([
  ['https://github.com/acme/demo repository-id=1', '`https://github.com/acme/demo/issues`'],
  ['https://gitlab.com/acme/deep/demo', '`https://gitlab.com/acme/deep/demo/-/issues`'],
  ['mailto:a@b.iam.gserviceaccount.com', 'the project'],
  ['https://github.com.evil.example/acme/demo', 'the project'],
])('what is recorded as %s is filed at %s', (recorded, expected) => {
  expect(render(reportOf([finding('publisher-changed', { recorded })]))).toContain(
    `\nFile it at: ${expected}\n`,
  );
});

test('nothing of the project that is checked is in it', () => {
  const text = render({
    ...reportOf([finding('attestation-lost')]),
    notes: ['a note about private-project'],
  });
  expect(text).not.toMatch(/private-project|provenance\.txt/);
});

test('every rule and status', () => {
  expect(render(EVERYTHING).match(/^# .*$/gm)).toEqual([
    '# `x-attestation-lost` `1.0` is not signed any more',
    '# `x-publisher-changed` `1.0` is signed by another publisher',
  ]);
});

const ELEMENTS = new Set('h1 p hr ul li a code table thead tbody tr th td'.split(' '));
const LINKS = new Set(['PEP 740', 'Trusted Publisher']);

test('hostile text forges neither heading nor link', () => {
  fc.assert(
    fc.property(hostileReport, (report) => {
      const text = render(report);
      expect(text.replaceAll('\n', '')).not.toMatch(/[\p{C}\p{Zl}\p{Zp}]/u);
      const rendered = renderMarkdown(text);
      for (const name of rendered.elements) expect(ELEMENTS).toContain(name);
      for (const link of rendered.textsOf('a')) expect(LINKS).toContain(link);
      for (const heading of rendered.textsOf('h1'))
        expect(heading).toMatch(/is (?:not signed any more|signed by another publisher)$/);
      expect(rendered.words).not.toMatch(/[@#&~$<>[\]*_^\\]|www\./);
    }),
    { numRuns: 200 },
  );
});
