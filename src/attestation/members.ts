import { invalid } from './failure.ts';

/** A JSON object; members are read through the functions below, which name what is missing. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** @throws AttestationFailure, invalid, unless the value is a JSON object */
export function objectOf(value: unknown, what: string): JsonObject {
  if (!isObject(value)) throw invalid(`${what} is not an object`);
  return value;
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** @throws AttestationFailure, invalid, unless the value is an array of one to `limit` elements */
export function listOf(value: unknown, what: string, limit: number): readonly [unknown, ...unknown[]] {
  if (!Array.isArray(value)) throw invalid(`${what} is not a list`);
  const [first, ...rest] = value as unknown[];
  if (value.length === 0) throw invalid(`${what} is empty`);
  if (value.length > limit) throw invalid(`${what} has ${value.length} elements, more than ${limit}`);
  return [first, ...rest];
}

/** @throws AttestationFailure, invalid, unless the value is a string */
export function stringOf(value: unknown, what: string): string {
  if (typeof value !== 'string') throw invalid(`${what} is not a string`);
  return value;
}

/** A member of the object itself, never one that it inherits; null and absent are the same. */
export function memberOf(object: JsonObject, name: string): unknown {
  return Object.hasOwn(object, name) ? (object[name] ?? undefined) : undefined;
}
