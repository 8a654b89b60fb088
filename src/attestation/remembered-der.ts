import { ASN1Obj, X509Certificate } from '@sigstore/core';
import type { TrustedRoot } from '@sigstore/protobuf-specs';
import { type SignedEntity, toTrustMaterial, type TrustMaterial } from '@sigstore/verify';

/** Of `tbsCertificate`, its explicit tag (RFC 5280 section 4.1). */
const EXTENSIONS = 3;

/**
 * The Sigstore library compares and verifies certificates by encoding them to DER anew each time, and verifies with every
 * signature how the trusted certificates signed each other: four fifths of its time. Here the certificates that it is given
 * remember what they were parsed from, and those of the trusted root what they said of each other. What the library does,
 * and in which order, stays as it is, and so does every verdict (test/attestation/same-verdicts.test.ts).
 *
 * What is remembered belongs to one object and goes with it. Nothing is looked up by what a document says.
 */

/** `toTrustMaterial`, with certificates that remember. */
export function toRememberingTrustMaterial(trustedRoot: TrustedRoot): TrustMaterial {
  const material = toTrustMaterial(trustedRoot);
  const authorities = [...material.certificateAuthorities, ...material.timestampAuthorities];
  const certificates = new Set(authorities.flatMap(({ certChain }) => certChain));
  for (const certificate of certificates) {
    rememberDer(certificate, certificate.root.toDER());
    rememberVerdicts(certificate, certificates);
  }
  return material;
}

/**
 * The entity, with a certificate that remembers its DER, and never a verdict.
 *
 * @param der what the certificate was parsed from
 */
export function withRememberedDer(entity: SignedEntity, der: Buffer): SignedEntity {
  if (entity.key.$case === 'certificate') rememberDer(entity.key.certificate, der);
  return entity;
}

/**
 * A value has one encoding in DER, and the library's parser takes no other: what it parsed is what it would encode. A clone is
 * there to have an extension taken out of its list, so that it remembers its parts, and not the whole.
 */
function rememberDer(certificate: X509Certificate, der: Buffer): void {
  const { root, tbsCertificate } = certificate;
  root.toDER = () => der;
  rememberElements(root);
  rememberElements(tbsCertificate);
  for (const list of listsOfExtensions(tbsCertificate)) {
    rememberElements(list);
    for (const extension of list.subs) rememberOid(extension);
  }
  certificate.clone = () => new X509Certificate(withListsOfItsOwn(root));
}

/** Has the elements of a sequence answer with the octets that they were parsed from. */
function rememberElements(sequence: ASN1Obj): void {
  let start = 0;
  for (const element of sequence.subs) {
    const end = element.value.byteOffset - sequence.value.byteOffset + element.value.length;
    const octets = sequence.value.subarray(start, end);
    element.toDER = () => octets;
    start = end;
  }
}

/** Extensions are looked up by their OIDs, decoded anew for each comparison. */
function rememberOid({ subs: [oid] }: ASN1Obj): void {
  if (oid === undefined) return;
  let text: string | undefined;
  oid.toOID = () => (text ??= ASN1Obj.prototype.toOID.call(oid));
}

function listsOfExtensions({ subs }: ASN1Obj): readonly ASN1Obj[] {
  return subs.filter(isExtensions).flatMap(({ subs: lists }) => lists);
}

function isExtensions({ tag }: ASN1Obj): boolean {
  return tag.isContextSpecific(EXTENSIONS);
}

/** A certificate whose list of extensions can be changed without changing the other's; the extensions are the same. */
function withListsOfItsOwn(root: ASN1Obj): ASN1Obj {
  const [tbsCertificate, ...signature] = root.subs;
  if (tbsCertificate === undefined) return root;
  const parts = tbsCertificate.subs.map((part) =>
    isExtensions(part)
      ? withElements(
          part,
          part.subs.map((list) => withElements(list, list.subs)),
        )
      : part,
  );
  return withElements(root, [withElements(tbsCertificate, parts), ...signature]);
}

/** Remembers nothing. */
function withElements({ tag, value }: ASN1Obj, elements: readonly ASN1Obj[]): ASN1Obj {
  return new ASN1Obj(tag, value, [...elements]);
}

/** @param trusted the certificates of the trusted root: by these objects, and no others that look like them */
function rememberVerdicts(certificate: X509Certificate, trusted: ReadonlySet<X509Certificate>): void {
  const verdicts = new Map<X509Certificate, boolean>();
  const verify = (issuer?: X509Certificate): boolean =>
    X509Certificate.prototype.verify.call(certificate, issuer);
  certificate.verify = (issuer) => {
    const by = issuer ?? certificate;
    if (!trusted.has(by)) return verify(issuer);
    const verdict = verdicts.get(by) ?? verify(issuer);
    verdicts.set(by, verdict);
    return verdict;
  };
}
