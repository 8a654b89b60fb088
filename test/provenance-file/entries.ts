import * as fc from 'fast-check';
import type { Attributes, Entry } from '../../src/model.ts';
import { isAttributeValue } from '../../src/provenance-file/attribute-value.ts';

/** An entry, for tests that care about some of it. */
export function entryOf(name: string, identity: string, more: Partial<Entry> = {}): Entry {
  return { name, identity, attributes: {}, ...more };
}

const hex = fc.stringMatching(/^[0-9a-f]{64}$/);
const value = fc
  .string({ unit: 'binary', minLength: 1, maxLength: 20 })
  .filter((text) => isAttributeValue(text));
const id = fc.nat().map(String);

const name = fc.stringMatching(/^[a-z0-9]{1,4}(-[a-z0-9]{1,4}){0,2}$/);
const version = fc.constantFrom('1.0', '2.3.post1', '1!4+local.1', 'v5');
const attributes: fc.Arbitrary<Attributes> = fc.record(
  {
    'repository-id': id,
    'owner-id': id,
    workflow: value,
    environment: value,
    ref: value,
    trigger: value,
    runner: value,
  },
  { requiredKeys: [], noNullPrototype: true },
);
const signed = fc.record({
  identity: fc.oneof(
    fc.stringMatching(/^https:\/\/(github|gitlab)\.com\/[A-Za-z0-9_-]{1,8}\/[A-Za-z0-9_-]{1,8}$/),
    hex.map((digits) => `key:sha256:${digits}`),
    fc.stringMatching(/^mailto:[a-z0-9-]{1,8}@[a-z]{1,8}\.iam\.gserviceaccount\.com$/),
  ),
  attributes,
});
const until = fc
  .date({ min: new Date(0), max: new Date('2999-12-31'), noInvalidDate: true })
  .map((date) => date.toISOString().slice(0, 10));
const unsigned = fc.record(
  { identity: fc.constant('unsigned'), attributes: fc.constant({}), until },
  { requiredKeys: ['identity', 'attributes'], noNullPrototype: true },
);

/** Any entry that a provenance file can hold. */
export const anyEntry: fc.Arbitrary<Entry> = fc
  .tuple(
    fc.record({ name, version }, { requiredKeys: ['name'], noNullPrototype: true }),
    fc.oneof(signed, unsigned),
  )
  .map(([package_, rest]) => Object.assign(package_, rest));
