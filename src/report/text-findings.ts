import type { Finding } from '../model.ts';
import { exact, printable } from '../printable.ts';
import type { RenderOptions } from './contract.ts';
import type { Paint } from './style.ts';

const LABEL_WIDTH = 'recorded: '.length;

/**
 * Of findings with the same advice, the first: sixty unsigned packages are not sixty hints.
 *
 * @param findings in the order in which they are shown
 */
export function firstsByAdvice(findings: readonly Finding[]): ReadonlySet<Finding> {
  const groups = Map.groupBy(findings, (finding) =>
    JSON.stringify([finding.rule, finding.help.replaceAll(finding.package, '')]),
  );
  return new Set([...groups.values()].flatMap(([first]) => first ?? []));
}

/** A finding in full: what is wrong, recorded and observed one below the other, where, and what to do. */
export function findingLines(
  finding: Finding,
  indent: string,
  options: RenderOptions,
  paint: Paint,
  withHint: boolean,
): string[] {
  const { rule, level, recorded, observed, file, entryLine, lock, lockLine } = finding;
  const head = paint(level === 'error' ? 'red' : 'yellow', `${level}[${rule}]`);
  const places = [
    ...(entryLine === undefined ? [] : [`line ${entryLine} of \`${printable(options.provenanceFile)}\``]),
    ...(lockLine === undefined
      ? []
      : [`line ${lockLine} of ${lock === undefined ? 'the lock' : `\`${printable(lock)}\``}`]),
  ];
  return [
    `${indent}${head}: ${printable(finding.message)}`,
    ...detail('recorded', recorded === undefined ? undefined : exact(recorded)),
    ...detail('observed', observed === undefined ? undefined : exact(observed)),
    ...detail('file', file === undefined || isNamed(finding) ? undefined : exact(file)),
    ...detail('at', places.length === 0 ? undefined : places.join(', ')),
    ...detail('hint', withHint ? printable(finding.help) : undefined),
  ];

  function detail(label: string, value: string | undefined): string[] {
    if (value === undefined) return [];
    return [`${indent}  ${paint('dim', `${label}:`)}${' '.repeat(LABEL_WIDTH - label.length - 1)}${value}`];
  }
}

/** Whether the message names the file already. */
export function isNamed({ file, message }: Finding): boolean {
  return file !== undefined && message.includes(`\`${file}\``);
}
