import { printable, quoted } from '../printable.ts';
import type { CertificateClaims } from './contract.ts';
import { invalid, unsupported } from './failure.ts';
import { type Extensions, parseDer } from './leaf-certificate.ts';

/** https://github.com/sigstore/fulcio/blob/main/docs/oid-info.md */
const FULCIO = '1.3.6.1.4.1.57264.1';
const SUBJECT_ALTERNATIVE_NAME = '2.5.29.17';
const UTF8_STRING = 0x0c;
/** Context-specific tags of GeneralName (RFC 5280 section 4.2.1.6). */
const RFC822_NAME = 1;
const UNIFORM_RESOURCE_IDENTIFIER = 6;

/** The last arc of each claim's OID below Fulcio's; the issuer, which is required, is apart. */
const ISSUER_ARC = 8;
const OPTIONAL_CLAIMS = {
  buildSignerUri: 9,
  buildSignerDigest: 10,
  runnerEnvironment: 11,
  sourceRepositoryUri: 12,
  sourceRepositoryDigest: 13,
  sourceRepositoryRef: 14,
  sourceRepositoryIdentifier: 15,
  sourceRepositoryOwnerUri: 16,
  sourceRepositoryOwnerIdentifier: 17,
  buildConfigUri: 18,
  buildConfigDigest: 19,
  buildTrigger: 20,
  runInvocationUri: 21,
  sourceRepositoryVisibility: 22,
  deploymentEnvironment: 23,
} as const satisfies Record<Exclude<keyof CertificateClaims, 'issuer' | 'subjectAlternativeName'>, number>;

/**
 * Decodes the claims that Fulcio puts into a certificate (OIDs 1.3.6.1.4.1.57264.1.8 to .23, each one DER UTF8String) and the
 * subject alternative name. Text that does not print as it stands is refused: a claim is compared and shown to people.
 *
 * @param extensions of the leaf; each is there at most once
 * @throws AttestationFailure: unsupported for a kind of subject alternative name that publishers do not have, otherwise invalid
 */
export function certificateClaims(extensions: Extensions): CertificateClaims {
  const claimAt = (arc: number): string | undefined => {
    const oid = `${FULCIO}.${arc}`;
    const value = extensions.get(oid);
    return value === undefined ? undefined : claimText(value, `\`${oid}\``);
  };
  const issuer = claimAt(ISSUER_ARC);
  if (issuer === undefined)
    throw invalid(`the certificate has no issuer claim (\`${FULCIO}.${ISSUER_ARC}\`)`);
  const optional = Object.entries(OPTIONAL_CLAIMS).flatMap(([name, arc]) => {
    const text = claimAt(arc);
    return text === undefined ? [] : [[name, text] as const];
  });
  return {
    ...Object.fromEntries(optional),
    issuer,
    subjectAlternativeName: subjectAlternativeName(extensions),
  };
}

function claimText(value: Buffer, oid: string): string {
  const text = parseDer(value, `the claim ${oid} of the certificate`);
  if (!text.tag.isUniversal() || text.tag.number !== UTF8_STRING || text.tag.constructed) {
    throw invalid(`the claim ${oid} of the certificate is not a UTF8String`);
  }
  return plainText(text.value, `the claim ${oid} of the certificate`);
}

function subjectAlternativeName(extensions: Extensions): CertificateClaims['subjectAlternativeName'] {
  const what = 'the subject alternative name of the certificate';
  const value = extensions.get(SUBJECT_ALTERNATIVE_NAME);
  if (value === undefined) throw invalid('the certificate has no subject alternative name');
  const names = parseDer(value, what).subs;
  const [name] = names;
  if (name === undefined || names.length !== 1) {
    throw invalid(`the certificate has ${names.length} subject alternative names instead of one`);
  }
  if (name.tag.isContextSpecific(UNIFORM_RESOURCE_IDENTIFIER) && !name.tag.constructed) {
    return { type: 'uri', value: plainText(name.value, what) };
  }
  if (name.tag.isContextSpecific(RFC822_NAME) && !name.tag.constructed) {
    return { type: 'email', value: plainText(name.value, what) };
  }
  throw unsupported(`${what} is neither a URI nor an e-mail address`);
}

function plainText(bytes: Buffer, what: string): string {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw invalid(`${what} is not UTF-8`);
  }
  if (text === '') throw invalid(`${what} is empty`);
  const shown = printable(text);
  if (shown !== text) {
    throw invalid(`${what} is too long or has unprintable characters: ${quoted(text, 200)}`);
  }
  return text;
}
