import type { Build } from '../model.ts';
import { quoted } from '../printable.ts';
import { invalid } from './failure.ts';
import { type JsonObject, memberOf, objectOf, stringOf } from './members.ts';

/** https://slsa.dev/spec/v1.0/provenance */
export const SLSA_PROVENANCE_V1 = 'https://slsa.dev/provenance/v1';
/** https://slsa.dev/spec/v0.2/provenance */
export const SLSA_PROVENANCE_V02 = 'https://slsa.dev/provenance/v0.2';

/** Characters of what is shown, and may be pinned, of a build. */
const MAX_TEXT = 255;
/** RFC 3339. */
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)$/;

/**
 * What a SLSA provenance says about the build: the word of whoever signed it.
 *
 * @param predicate of a statement with that predicate type
 * @throws AttestationFailure, invalid, for members that have another form than the specification gives them
 */
export function readBuild(
  type: typeof SLSA_PROVENANCE_V1 | typeof SLSA_PROVENANCE_V02,
  predicate: JsonObject,
): Build {
  return type === SLSA_PROVENANCE_V1 ? readV1(predicate) : readV02(predicate);
}

function readV1(predicate: JsonObject): Build {
  const definition = partOf(predicate, 'buildDefinition');
  const details = partOf(predicate, 'runDetails');
  return buildOf({
    builder: memberOf(partOf(details, 'builder'), 'id'),
    buildType: memberOf(definition, 'buildType'),
    finishedOn: memberOf(partOf(details, 'metadata'), 'finishedOn'),
  });
}

function readV02(predicate: JsonObject): Build {
  return buildOf({
    builder: memberOf(partOf(predicate, 'builder'), 'id'),
    buildType: memberOf(predicate, 'buildType'),
    finishedOn: memberOf(partOf(predicate, 'metadata'), 'buildFinishedOn'),
  });
}

function partOf(object: JsonObject, name: string): JsonObject {
  return objectOf(memberOf(object, name) ?? {}, `\`${name}\` of the provenance`);
}

function buildOf(parts: Readonly<Record<keyof Build, unknown>>): Build {
  const [builder, buildType] = [
    textOf(parts.builder, 'the builder id'),
    textOf(parts.buildType, 'the build type'),
  ];
  const finishedOn = timeOf(parts.finishedOn);
  return {
    ...(builder === undefined ? {} : { builder }),
    ...(buildType === undefined ? {} : { buildType }),
    ...(finishedOn === undefined ? {} : { finishedOn }),
  };
}

/** What can be written to a line of the provenance file, and seen for what it is. */
function textOf(value: unknown, what: string): string | undefined {
  if (value === undefined) return undefined;
  const text = stringOf(value, what);
  if (text === '' || text.length > MAX_TEXT || !/^[!-~]+$/.test(text)) {
    throw invalid(`${what} is not a URI of at most ${MAX_TEXT} characters: ${quoted(text, 100)}`);
  }
  return text;
}

function timeOf(value: unknown): string | undefined {
  if (value === undefined) return undefined;
  const text = stringOf(value, 'the time of the build');
  const time = new Date(TIME.test(text) ? text : Number.NaN);
  if (Number.isNaN(time.getTime())) {
    throw invalid(`the time of the build is not one by RFC 3339: ${quoted(text, 100)}`);
  }
  return time.toISOString();
}
