import type { KeyAttestation } from '../attestation/contract.ts';
import type { Identity } from '../model.ts';

/**
 * Who signed, where it is a key that the user has given: the key itself. The builder is what whoever holds the key says of the
 * build.
 */
export function identifyKey({ keySha256, build = {} }: KeyAttestation): Identity {
  const { builder } = build;
  return {
    kind: 'key',
    uri: `key:sha256:${keySha256}`,
    attributes: builder === undefined ? {} : { builder },
  };
}
