import type { PublisherKind } from './contract.ts';
import { identified, invalid, quoted } from './identification.ts';

const PROJECT = /^https:\/\/platform\.activestate\.com(?:\/(?!\.{1,2}(?:\/|$))[A-Za-z0-9._-]{1,255}){2}$/;

/** The ActiveState Platform. PEP 740 publisher claims of it have no members that are documented, so none is compared. */
export const activestate: PublisherKind = {
  kind: 'ActiveState',
  claimKind: 'ActiveState',
  issuer: 'https://platform.activestate.com/api/v1/oauth/oidc',
  identify: ({ subjectAlternativeName: { type, value } }) =>
    type === 'uri' && PROJECT.test(value)
      ? identified({ kind: 'ActiveState', uri: value, attributes: {} })
      : invalid(`its subject alternative name ${quoted(value)} is not a project of the ActiveState Platform`),
  compareClaim: () => undefined,
  toClaim: () => undefined,
};
