import type { Evidence, Identity, ObservedSignature, ReportedFile, ReportedPackage } from '../model.ts';
import { exact, printable } from '../printable.ts';
import { formatAttributes } from '../provenance-file/format.ts';
import { sortedBy } from './sorted.ts';
import type { Paint } from './style.ts';
import { LOOKS, shortIdentity } from './text-package.ts';

/** Every file of a package, with the evidence of each of its signatures. */
export function evidenceLines(reported: ReportedPackage, indent: string, paint: Paint): string[] {
  const linesOf = (file: ReportedFile): string[] => {
    const signatures = (file.signatures ?? []).flatMap(signatureLines);
    return [fileLine(file, indent, paint), ...signatures.map((line) => `${indent}  ${paint('dim', line)}`)];
  };
  return [
    ...sortedBy(reported.files, ({ name }) => [name]).flatMap(linesOf),
    ...installationLines(reported.installation).map((line) => `${indent}${line}`),
  ];
}

/** How the wheel was found, and each installed file that is not as it should be. */
function installationLines(installation: ReportedPackage['installation']): readonly string[] {
  if (installation === undefined) return [];
  if (installation.kind === 'unreadable')
    return [`installed: not compared: ${printable(installation.reason)}`];
  const { foundBy, takenFrom, files, held, deviations } = installation;
  return [
    `wheel found by ${printable(foundBy)}, taken from ${printable(takenFrom)}`,
    `installed: ${held}/${files} files are as its RECORD has them`,
    ...sortedBy(deviations, ({ path, kind }) => [path, kind]).map(
      ({ kind, path, reason }) =>
        `  ${kind}: ${exact(path)}${reason === undefined ? '' : `: ${printable(reason)}`}`,
    ),
  ];
}

function fileLine({ name, sha256, status, reason }: ReportedFile, indent: string, paint: Paint): string {
  const { mark, word, style } = LOOKS[status];
  const hash = sha256 === undefined ? '' : `  sha256:${exact(sha256)}`;
  const why = reason === undefined ? '' : `  ${printable(reason)}`;
  return `${indent}${paint(style, mark)} ${exact(name)}  ${paint(style, word)}${hash}${why}`;
}

function signatureLines({ identity, evidence }: ObservedSignature): string[] {
  const time = evidence.signedAt === undefined ? '' : ` ${evidence.signedAt.toISOString()}`;
  return [
    `signed${time} by ${shortIdentity(identity.uri)} (${identity.kind})${exact(attributesOf(identity))}`,
    ...evidenceFacts(evidence).map(([label, value]) => `${label}: ${exact(value)}`),
  ];
}

/** What is known of a signature beside who signed, as far as it is known; outside text, not escaped yet. */
export function evidenceFacts(evidence: Evidence): readonly (readonly [label: string, value: string])[] {
  const { predicateType, log, commit, ref, runUri, buildSigner, build = {}, uploader } = evidence;
  const facts = [
    ['predicate', predicateType],
    ['commit', commit],
    ['ref', ref],
    ['run', runUri],
    ['build signer', buildSigner],
    ['log entry', log && `${log.index} of log ${log.keyId}`],
    ['build type, by the signer', build.buildType],
    ['built, by the signer', build.finishedOn],
    ['uploaded, by the index', uploader],
  ] as const;
  return facts.flatMap(([label, value]) => (value === undefined ? [] : [[label, value] as const]));
}

/** Each attribute as the provenance file has it, after a blank: what is in a value can neither end it nor pass for another. */
export function attributesOf({ attributes }: Identity): string {
  return formatAttributes({ attributes })
    .map((attribute) => ` ${attribute}`)
    .join('');
}
