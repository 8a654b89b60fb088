import { parseDistributionFilename, sameDistribution, sameVersion } from '../distribution-filename.ts';
import type { Build } from '../model.ts';
import { quoted } from '../printable.ts';
import type { Subject } from './contract.ts';
import { type AttestationFailure, invalid, unsupported } from './failure.ts';
import { type JsonObject, listOf, memberOf, objectOf, stringOf } from './members.ts';
import { readBuild, SLSA_PROVENANCE_V02, SLSA_PROVENANCE_V1 } from './slsa-provenance.ts';
import { parseStrictJson } from './strict-json.ts';

/** https://github.com/in-toto/attestation/blob/main/spec/v1/statement.md */
const STATEMENT_V1 = 'https://in-toto.io/Statement/v1';
/** https://github.com/in-toto/attestation/blob/main/spec/v0.1.0/statement.md */
const STATEMENT_V01 = 'https://in-toto.io/Statement/v0.1';
/** https://docs.pypi.org/attestations/publish/v1 */
const PUBLISH_V1 = 'https://docs.pypi.org/attestations/publish/v1';
const SHA256_HEX = /^[0-9a-f]{64}$/;

/**
 * Checks that an in-toto statement is about a file, and about it alone: one subject, that names this file and has its sha256;
 * and that it makes one of the two statements that Trusted Publishers make.
 *
 * @param payload the statement as it was signed
 * @param subject the file, by the lock
 * @returns the predicate type
 * @throws AttestationFailure: unsupported for another predicate type, otherwise invalid
 */
export function checkStatement(payload: Buffer, subject: Subject): string {
  const statement = parseStatement(payload);
  checkType(statement, [STATEMENT_V1]);
  checkOnlySubject(statement, subject);
  const type = predicateTypeOf(statement);
  const predicate = memberOf(statement, 'predicate');
  switch (type) {
    case PUBLISH_V1:
      checkPublishPredicate(predicate);
      return type;
    case SLSA_PROVENANCE_V1:
      objectOf(predicate, 'the predicate');
      return type;
    default:
      throw unsupportedPredicate(type);
  }
}

/** What a statement that a key signed says. */
export interface KeyStatement {
  /** in-toto predicate type URI. */
  readonly predicateType: string;
  /** Of SLSA provenance. */
  readonly build?: Build;
}

/**
 * The same for a statement that a key signed: build systems with a key of their own write older versions, too, of in-toto and
 * of SLSA provenance.
 *
 * @throws AttestationFailure: unsupported for another predicate type, otherwise invalid
 */
export function checkKeyStatement(payload: Buffer, subject: Subject): KeyStatement {
  const statement = parseStatement(payload);
  checkType(statement, [STATEMENT_V1, STATEMENT_V01]);
  checkOnlySubject(statement, subject);
  const predicateType = predicateTypeOf(statement);
  const predicate = memberOf(statement, 'predicate');
  switch (predicateType) {
    case PUBLISH_V1:
      checkPublishPredicate(predicate);
      return { predicateType };
    case SLSA_PROVENANCE_V1:
    case SLSA_PROVENANCE_V02: {
      const provenance = innermost(objectOf(predicate, 'the predicate'), predicateType, subject);
      return { predicateType, build: readBuild(predicateType, provenance) };
    }
    default:
      throw unsupportedPredicate(predicateType);
  }
}

/**
 * Konflux puts a whole statement where the predicate belongs. What it says is said of the same file and in the same words, or
 * two readers would understand two things.
 */
function innermost(predicate: JsonObject, predicateType: string, subject: Subject): JsonObject {
  if (!Object.hasOwn(predicate, '_type')) return predicate;
  checkType(predicate, [STATEMENT_V1, STATEMENT_V01]);
  checkOnlySubject(predicate, subject);
  const inner = predicateTypeOf(predicate);
  if (inner !== predicateType) {
    throw invalid(`the predicate is a statement of another predicate type: ${quoted(inner, 200)}`);
  }
  const provenance = objectOf(memberOf(predicate, 'predicate'), 'the predicate in the predicate');
  if (Object.hasOwn(provenance, '_type')) throw invalid('the predicate is a statement in a statement');
  return provenance;
}

function parseStatement(payload: Buffer): JsonObject {
  return objectOf(parseStrictJson(payload, 'the statement'), 'the statement');
}

function checkType(statement: JsonObject, expected: readonly string[]): void {
  const type = stringOf(memberOf(statement, '_type'), '`_type` of the statement');
  if (expected.includes(type)) return;
  const list = expected.map((one) => `\`${one}\``).join(' or ');
  throw invalid(`the statement is of type ${quoted(type, 200)}, expected ${list}`);
}

function checkOnlySubject(statement: JsonObject, subject: Subject): void {
  const [only] = listOf(memberOf(statement, 'subject'), '`subject` of the statement', 1);
  checkSubject(objectOf(only, 'the subject of the statement'), subject);
}

function checkSubject(found: JsonObject, subject: Subject): void {
  const name = stringOf(memberOf(found, 'name'), 'the name of the subject');
  const parsed = parseDistributionFilename(name, subject.name);
  if (parsed === undefined || !sameDistribution(name, subject.filename, subject.name)) {
    throw invalid(
      `the attestation is about ${quoted(name, 200)}, not about ${quoted(subject.filename, 200)}`,
    );
  }
  if (!sameVersion(parsed.version, subject.version)) {
    throw invalid(
      `the attestation is about version \`${parsed.version}\`, the lock has ${quoted(subject.version, 200)}`,
    );
  }
  const digest = objectOf(memberOf(found, 'digest'), 'the digest of the subject');
  const sha256 = stringOf(memberOf(digest, 'sha256'), 'the sha256 of the subject');
  if (!SHA256_HEX.test(sha256)) throw invalid('the sha256 of the subject is not 64 lower-case hex digits');
  if (sha256 !== subject.sha256) {
    throw invalid(`the attestation is about sha256 \`${sha256}\`, the lock has \`${subject.sha256}\``);
  }
}

function predicateTypeOf(statement: JsonObject): string {
  return stringOf(memberOf(statement, 'predicateType'), '`predicateType` of the statement');
}

function checkPublishPredicate(predicate: unknown): void {
  if (predicate !== undefined && Object.keys(objectOf(predicate, 'the predicate')).length > 0) {
    throw invalid('the predicate of a publish attestation is not empty');
  }
}

function unsupportedPredicate(type: string): AttestationFailure {
  return unsupported(`the attestation has the predicate type ${quoted(type, 200)}`);
}
