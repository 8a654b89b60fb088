import type { PublisherClaim } from '../model.ts';

/** A resource name of Pulp (https://pulpproject.org/pulpcore/docs/dev/learn/other/prn/): type, and id or UUID. */
const PRN = /^prn:[a-z_]+\.[a-z_]+:[0-9a-f-]{1,64}$/;

/**
 * The user of a Pulp index who uploaded an attestation, as its publisher claim has it (`{ "kind": "Pulp User", "prn": … }`).
 * Nothing that is signed bears that out.
 *
 * @returns the resource name; undefined for any other claim
 */
export function pulpUserOf(claim: PublisherClaim | undefined): string | undefined {
  const prn = claim?.kind === 'Pulp User' ? claim['prn'] : undefined;
  return typeof prn === 'string' && PRN.test(prn) ? prn : undefined;
}
