import type { Finding, ObservedFile, ObservedPackage } from '../model.ts';
import { comparableUri } from './compare.ts';
import type { Rule } from './contract.ts';
import { filesWith, groupSightings } from './files.ts';
import { packageFinding } from './finding.ts';
import { quoted } from './spelling.ts';

/** Hours after which a file of a release is late. Building for many platforms takes hours, hardly a day. */
const LATE_HOURS = 24;
const HOUR_MS = 3_600_000;

const HELP =
  'look at the release on the index and in the repository: a file added later is how a release gets poisoned';

/** Something that one file of a release says of itself, and that all its files should say alike. */
interface Trait<T> {
  readonly file: ObservedFile;
  readonly value: T;
}

export const releaseInconsistent: Rule = {
  id: 'release-inconsistent',
  summary: 'the files of one version do not look like one release',
  scope: 'package',
  judge: ({ package: subject }) => [
    ...differing(subject, 'signers', signersIn(subject.files)),
    ...differing(subject, 'commits', commitsIn(subject.files)),
    ...late(subject, 'signed', signingTimesIn(subject.files)),
    ...late(subject, 'uploaded', uploadTimesIn(subject.files)),
  ],
};

function signersIn(files: readonly ObservedFile[]): readonly Trait<string>[] {
  return filesWith(files, 'signed').flatMap((file) =>
    file.outcome.signatures.map(({ identity: { uri, attributes } }) => ({
      file,
      value: [comparableUri(uri), attributes['repository-id'] ?? '', attributes['owner-id'] ?? '']
        .join(' ')
        .trim(),
    })),
  );
}

function commitsIn(files: readonly ObservedFile[]): readonly Trait<string>[] {
  return filesWith(files, 'signed').flatMap((file) =>
    file.outcome.signatures.flatMap(({ evidence: { commit } }) =>
      commit === undefined ? [] : [{ file, value: commit }],
    ),
  );
}

function signingTimesIn(files: readonly ObservedFile[]): readonly Trait<number>[] {
  return filesWith(files, 'signed').flatMap((file) =>
    file.outcome.signatures.flatMap(({ evidence: { signedAt } }) =>
      signedAt === undefined ? [] : [{ file, value: signedAt.getTime() }],
    ),
  );
}

/** An upload time that cannot be read says nothing: it is the index's word, and this is a warning. */
function uploadTimesIn(files: readonly ObservedFile[]): readonly Trait<number>[] {
  return files
    .map((file) => ({ file, value: Date.parse(file.uploadTime ?? '') }))
    .filter(({ value }) => !Number.isNaN(value));
}

/** Names the files that differ from what most of the files have. */
function differing(
  subject: ObservedPackage,
  noun: string,
  traits: readonly Trait<string>[],
): readonly Finding[] {
  const [usual, ...others] = groupSightings(traits, ({ value }) => [value]).toSorted(
    (a, b) => b.files.length - a.files.length,
  );
  if (usual === undefined || others.length === 0) return [];
  const values = others.map(({ example }) => quoted(example.value)).join(', ');
  return [
    packageFinding(subject, {
      rule: 'release-inconsistent',
      level: 'warning',
      what: `has files from different ${noun}: ${values} beside ${quoted(usual.example.value)}`,
      files: [...new Set(others.flatMap(({ files }) => files))],
      help: HELP,
    }),
  ];
}

function late(subject: ObservedPackage, verb: string, traits: readonly Trait<number>[]): readonly Finding[] {
  const first = traits.reduce((earliest, { value }) => Math.min(earliest, value), Infinity);
  const isLate = ({ value }: Trait<number>) => value - first > LATE_HOURS * HOUR_MS;
  const files = [...new Set(traits.filter(isLate).map(({ file }) => file))];
  if (files.length === 0) return [];
  return [
    packageFinding(subject, {
      rule: 'release-inconsistent',
      level: 'warning',
      what: `has files that were ${verb} more than ${LATE_HOURS} hours after the first of the release`,
      files,
      help: HELP,
    }),
  ];
}
