import type { PublisherKind } from './contract.ts';
import { identified, invalid, quoted, unsupportedSigner } from './identification.ts';
import { compareMembers, publisherClaim } from './publisher-claim.ts';

/** Google gives addresses below this domain to service accounts alone (`NAME@PROJECT.iam.…`, `NUMBER-compute@developer.…`). */
const SERVICE_ACCOUNT = /^[a-z0-9][a-z0-9._-]*@(?:[a-z0-9-]+\.)+gserviceaccount\.com$/;
const MAX_LENGTH = 320;

/** Google Cloud service accounts. The issuer also vouches for people, who are no Trusted Publishers. */
export const googleCloud: PublisherKind = {
  kind: 'Google Cloud',
  claimKind: 'Google',
  issuer: 'https://accounts.google.com',
  identify: (claims) => {
    const { type, value } = claims.subjectAlternativeName;
    if (type !== 'email')
      return invalid(`its subject alternative name ${quoted(value)} is not an e-mail address`);
    if (value.length > MAX_LENGTH || !SERVICE_ACCOUNT.test(value)) return unsupportedSigner(claims);
    return identified({ kind: 'Google Cloud', uri: `mailto:${value}`, attributes: {} });
  },
  compareClaim: (claim, { uri }) => compareMembers(claim, { email: { value: emailOf(uri) } }),
  toClaim: ({ uri }) => publisherClaim('Google', { email: emailOf(uri) }),
};

function emailOf(uri: string): string {
  return uri.replace(/^mailto:/, '');
}
