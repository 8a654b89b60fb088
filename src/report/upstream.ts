import type { Finding, ObservedSignature, Report, ReportedFile, ReportedPackage } from '../model.ts';
import { isFailing, packageBlocks } from './blocks.ts';
import type { ReportFormat } from './contract.ts';
import { code } from './markdown-text.ts';
import { sortedBy } from './sorted.ts';

/**
 * For each package whose signature got lost, or whose publisher changed: an issue to file at the project, with what was seen before
 * and after. It goes to the repository that is recorded: who signs now may be the one that the project should know about. Nothing of
 * the user's own project (lock, paths, index) is in it.
 */
export const upstreamFormat: ReportFormat = {
  id: 'upstream',
  summary: 'an issue to file at the project, where a signature got lost or a publisher changed',
  render: (report) => {
    const issues = casesOf(report).map(issue);
    if (issues.length === 0)
      return 'Nothing to file: there is neither attestation-lost nor publisher-changed among the findings.\n';
    return `${[PREFACE, ...issues].join('\n\n---\n\n')}\n`;
  },
};

const PREFACE = [
  'Text for issues at the projects concerned, one below each line. Before you file one:',
  '- Look at the release on the index where the project publishes. A mirror that serves no attestations looks like a project that does not sign.',
  '- Look whether the project has announced the change, or somebody has reported it. Where it looks like an attack, report it in private: the project has a security policy, and the index a contact.',
].join('\n');

interface Case {
  readonly reported: ReportedPackage;
  readonly finding: Finding;
}

/** One a package: that a publisher changed says more than that another file of it has none. */
function casesOf(report: Report): readonly Case[] {
  return packageBlocks(report)
    .filter(isFailing)
    .flatMap(({ reported, findings }) => {
      const finding =
        findings.find(({ rule }) => rule === 'publisher-changed') ??
        findings.find(({ rule }) => rule === 'attestation-lost');
      return finding === undefined ? [] : [{ reported, finding }];
    });
}

function issue({ reported, finding }: Case): string {
  const release = [code(reported.name), code(reported.version ?? '')].filter((part) => part !== '').join(' ');
  const { recorded = '', observed = 'unsigned' } = finding;
  const blocks = finding.rule === 'attestation-lost' ? lost(reported, release) : changed(reported, release);
  return [
    blocks.title,
    `File it at: ${address(recorded)}`,
    `Hello,\n\n${blocks.what}`,
    table(
      ['', 'signed by'],
      [
        ['before, as we recorded it', code(recorded)],
        ['now', code(observed)],
      ],
    ),
    ...blocks.evidence,
    'Is that meant? From outside, it looks the same when somebody else uploads a release, with a token or an account that was stolen.',
    blocks.ask,
    'If you did not make this release: please yank it, revoke what can upload in your name, and tell the index. Thank you!',
  ].join('\n\n');
}

interface Blocks {
  readonly title: string;
  readonly what: string;
  readonly evidence: readonly string[];
  readonly ask: string;
}

function lost({ files }: ReportedPackage, release: string): Blocks {
  return {
    title: `# ${release} is not signed any more`,
    what: `the index has no attestations (${PEP}) for these files of ${release}.`,
    evidence: [fileTable(files.filter(({ signatures = [] }) => signatures.length === 0))],
    ask: 'If you made it: was it uploaded by hand, or with a token? What the workflow of a [Trusted Publisher](https://docs.pypi.org/trusted-publishers/) uploads is signed by default (`pypa/gh-action-pypi-publish`, with `id-token: write` and without `attestations: false`). A new release that is signed again would settle it.',
  };
}

function changed({ files }: ReportedPackage, release: string): Blocks {
  return {
    title: `# ${release} is signed by another publisher`,
    what: `the attestations (${PEP}) of ${release} verify, and are by another publisher than the one that we have recorded.`,
    evidence: [
      fileTable(files),
      ...files.flatMap(({ name, signatures = [] }) => signatures.map((one) => evidence(name, one))),
    ],
    ask: 'If you made it: a word here and in the notes of the release would do. Whoever pins the publisher can record the new one then.',
  };
}

function fileTable(files: readonly ReportedFile[]): string {
  const rows = sortedBy(files, ({ name }) => [name]).map(({ name, sha256 = '' }) => [
    code(name),
    code(sha256),
  ]);
  return table(['file', 'sha256'], rows);
}

/** What anybody can look up, of one signature. */
function evidence(
  filename: string,
  { evidence: { signedAt, commit, runUri, log } }: ObservedSignature,
): string {
  const facts: readonly (readonly [string, string | undefined])[] = [
    ['commit', commit],
    ['run', runUri],
    ['entry of the transparency log', log?.index],
  ];
  const known = facts.flatMap(([label, value]) => (value === undefined ? [] : [`${label} ${code(value)}`]));
  return `- ${[`${code(filename)}: signed${signedAt === undefined ? '' : ` ${signedAt.toISOString()}`}`, ...known].join(', ')}`;
}

/** The tracker of the recorded repository, where its host is one that has them. */
function address(recorded: string): string {
  const [, github, gitlab] =
    /^(?:(https:\/\/github\.com\/\S+)|(https:\/\/gitlab\.com\/\S+))/.exec(recorded) ?? [];
  if (github !== undefined) return code(`${github}/issues`);
  return gitlab === undefined ? 'the project' : code(`${gitlab}/-/issues`);
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

const PEP = '[PEP 740](https://peps.python.org/pep-0740/)';
