import type { Finding } from '../model.ts';
import type { RenderOptions } from './contract.ts';

/**
 * A name for each finding that stays the same from run to run, whatever lines move: services compare runs by it, and hide what
 * somebody dismissed. What was observed is a part of it, lest a dismissed signer hide the next one.
 *
 * @param findings all of a report, in an order that does not depend on the run
 * @returns SHA-256 in hex, no two the same
 */
export function fingerprints(
  findings: readonly Finding[],
  { sha256 }: Pick<RenderOptions, 'sha256'>,
): readonly string[] {
  const seen = new Map<string, number>();
  return findings.map((finding) => {
    const { rule, version, file, lock, recorded, observed } = finding;
    const parts = [rule, finding.package, version, file, lock, recorded, observed].map(
      (part) => part ?? null,
    );
    const key = JSON.stringify(parts);
    const repeats = seen.get(key) ?? 0;
    seen.set(key, repeats + 1);
    return sha256(repeats === 0 ? key : `${key}#${repeats}`, 'hex');
  });
}
