import { parseDistributionFilename, sameDistribution, sameVersion } from '../distribution-filename.ts';
import { printable } from '../printable.ts';
import type { Subject } from './contract.ts';
import { invalid, unsupported } from './failure.ts';
import { type JsonObject, listOf, memberOf, objectOf, stringOf } from './members.ts';
import { parseStrictJson } from './strict-json.ts';

/** https://github.com/in-toto/attestation/blob/main/spec/v1/statement.md */
const STATEMENT_V1 = 'https://in-toto.io/Statement/v1';
/** https://docs.pypi.org/attestations/publish/v1 */
const PUBLISH_V1 = 'https://docs.pypi.org/attestations/publish/v1';
/** https://slsa.dev/spec/v1.0/provenance */
const SLSA_PROVENANCE_V1 = 'https://slsa.dev/provenance/v1';
const SHA256_HEX = /^[0-9a-f]{64}$/;

/**
 * Checks that an in-toto statement is about a file, and about it alone: one subject, that names this file and has its sha256;
 * and that it makes one of the two statements that publishers make.
 *
 * @param payload the statement as it was signed
 * @param subject the file, by the lock
 * @returns the predicate type
 * @throws AttestationFailure: unsupported for another predicate type, otherwise invalid
 */
export function checkStatement(payload: Buffer, subject: Subject): string {
  const statement = objectOf(parseStrictJson(payload, 'the statement'), 'the statement');
  const type = stringOf(memberOf(statement, '_type'), '`_type` of the statement');
  if (type !== STATEMENT_V1) {
    throw invalid(`the statement is of type \`${printable(type, 200)}\`, expected \`${STATEMENT_V1}\``);
  }
  const [only] = listOf(memberOf(statement, 'subject'), '`subject` of the statement', 1);
  checkSubject(objectOf(only, 'the subject of the statement'), subject);
  return checkPredicate(statement);
}

function checkSubject(found: JsonObject, subject: Subject): void {
  const name = stringOf(memberOf(found, 'name'), 'the name of the subject');
  const parsed = parseDistributionFilename(name, subject.name);
  if (parsed === undefined || !sameDistribution(name, subject.filename, subject.name)) {
    throw invalid(
      `the attestation is about \`${printable(name, 200)}\`, not about \`${printable(subject.filename, 200)}\``,
    );
  }
  if (!sameVersion(parsed.version, subject.version)) {
    throw invalid(
      `the attestation is about version \`${parsed.version}\`, the lock has \`${printable(subject.version, 200)}\``,
    );
  }
  const digest = objectOf(memberOf(found, 'digest'), 'the digest of the subject');
  const sha256 = stringOf(memberOf(digest, 'sha256'), 'the sha256 of the subject');
  if (!SHA256_HEX.test(sha256)) throw invalid('the sha256 of the subject is not 64 lower-case hex digits');
  if (sha256 !== subject.sha256) {
    throw invalid(`the attestation is about sha256 \`${sha256}\`, the lock has \`${subject.sha256}\``);
  }
}

function checkPredicate(statement: JsonObject): string {
  const type = stringOf(memberOf(statement, 'predicateType'), '`predicateType` of the statement');
  const predicate = memberOf(statement, 'predicate');
  switch (type) {
    case PUBLISH_V1:
      if (predicate !== undefined && Object.keys(objectOf(predicate, 'the predicate')).length > 0) {
        throw invalid('the predicate of a publish attestation is not empty');
      }
      return type;
    case SLSA_PROVENANCE_V1:
      objectOf(predicate, 'the predicate');
      return type;
    default:
      throw unsupported(`the attestation has the predicate type \`${printable(type, 200)}\``);
  }
}
