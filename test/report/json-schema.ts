/** Validation against a JSON Schema: of 2020-12, as docs/schema has them, or of draft 4, as SARIF's is. */
import { Ajv2020, type ErrorObject } from 'ajv/dist/2020.js';
import draft04 from 'ajv-draft-04';
import formats from 'ajv-formats';

type Schema = Readonly<Record<string, unknown>>;

/** Every disagreement, each with its JSON pointer; empty when `value` is valid. A keyword that is not known is an error. */
export function violations(value: unknown, schema: unknown): string[] {
  const ajv = new Ajv2020({ allErrors: true, strict: true, allowUnionTypes: true });
  return describe(ajv, schemaOf(schema), value);
}

/** The same, against a schema of draft 4. */
export function violationsOfDraft4(value: unknown, schema: unknown): string[] {
  const ajv = new draft04.default({ allErrors: true, strict: true, allowUnionTypes: true });
  formats.default(ajv);
  return describe(ajv, schemaOf(schema), value);
}

/** What a reference such as `#/$defs/file` points at. */
export function pointed(root: unknown, reference: string): unknown {
  return reference
    .split('/')
    .slice(1)
    .reduce<unknown>((node, name) => schemaOf(node)[name], root);
}

interface Validator {
  readonly validate: (schema: Schema, value: unknown) => unknown;
  readonly errors?: ErrorObject[] | null | undefined;
}

function describe(ajv: Validator, schema: Schema, value: unknown): string[] {
  if (ajv.validate(schema, value) === true) return [];
  return (ajv.errors ?? []).map(
    ({ instancePath, keyword, message }) => `${instancePath}: ${keyword} ${message}`,
  );
}

function schemaOf(value: unknown): Schema {
  if (isSchema(value)) return value;
  throw new Error(`not an object of the schema: ${JSON.stringify(value)}`);
}

function isSchema(value: unknown): value is Schema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
