import { dsse } from '@sigstore/core';

import type { PublisherClaim } from '../model.ts';
import { quoted } from '../printable.ts';
import { IN_TOTO_PAYLOAD_TYPE } from './bundle.ts';
import type { KeyAttestation, Subject } from './contract.ts';
import { invalid, unsupported } from './failure.ts';
import { isInScope } from './key-scope.ts';
import type { SignedStatement } from './parse.ts';
import { pulpUserOf } from './pulp-user.ts';
import { checkKeyStatement, type KeyStatement } from './statement.ts';
import type { TrustedKey } from './trusted-keys.ts';

/**
 * Verifies a statement that is signed by a key: DSSE (https://github.com/secure-systems-lab/dsse), over the
 * pre-authentication encoding with the payload type of in-toto, which PEP 740 implies.
 *
 * A key counts only for the packages or the index that it is bound to. Where none counts, nothing can be said of the signature
 * (unsupported); where one does, the signature is by it, or is wrong (invalid).
 *
 * @param signed as parsed
 * @param publisher the index's claim, to say what it is that cannot be verified
 * @throws AttestationFailure
 */
export function verifyKeySignature(
  signed: SignedStatement,
  subject: Subject,
  publisher: PublisherClaim | undefined,
  keys: readonly TrustedKey[],
): KeyAttestation {
  const counting = keys.filter(({ scope }) => isInScope(scope, subject));
  if (counting.length === 0) {
    const statement = checkKeyStatement(signed.statement, subject);
    const which = keys.length === 0 ? 'no `--key` is given' : 'none of the keys that are given is for it';
    throw unsupported(
      `the attestation is signed by a key, not by a certificate, and ${which}; unverified: ${describe(statement, publisher)}`,
    );
  }
  const encoded = dsse.preAuthEncoding(IN_TOTO_PAYLOAD_TYPE, signed.statement);
  const signer = counting.find(({ key }) => key.verifies(encoded, signed.signature));
  if (signer === undefined) {
    const list = [...new Set(counting.map(({ key }) => `\`key:sha256:${key.sha256}\``))].join(', ');
    throw invalid(`the signature is not by the key that is given for it: ${list}`);
  }
  return {
    kind: 'key',
    keySha256: signer.key.sha256,
    ...checkKeyStatement(signed.statement, subject),
    ...(publisher === undefined ? {} : { publisher }),
  };
}

/** What the document claims to be; for people, who then know whose key to look for. */
function describe(
  { predicateType, build = {} }: KeyStatement,
  publisher: PublisherClaim | undefined,
): string {
  const said: readonly (readonly [verb: string, value: string | undefined])[] = [
    ['it is', predicateType],
    ['built by', build.builder],
    ['as', build.buildType],
    ['at', build.finishedOn],
    ['uploaded by the Pulp user', pulpUserOf(publisher)],
  ];
  return said
    .flatMap(([verb, value]) => (value === undefined ? [] : [`${verb} ${quoted(value, 255)}`]))
    .join(', ');
}
