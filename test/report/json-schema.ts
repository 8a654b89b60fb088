/** Validation against a JSON Schema: of 2020-12, as docs/schema has them, or of draft 4, as SARIF's is. */
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import draft04 from 'ajv-draft-04';
import formats from 'ajv-formats';

type Schema = Readonly<Record<string, unknown>>;

/** Every disagreement, each with its JSON pointer; empty when `value` is valid. A keyword that is not known is an error. */
export function violations(value: unknown, schema: unknown): string[] {
  return disagreements(new Ajv2020(STRICT).compile(schemaOf(schema)), value);
}

/** The same for a schema of draft 4, which is compiled once. */
export function createDraft4Check(schema: unknown): (value: unknown) => string[] {
  const ajv = new draft04.default({ ...STRICT, strictRequired: false, unicodeRegExp: false });
  formats.default(ajv);
  const validate = ajv.compile(schemaOf(schema));
  return (value) => disagreements(validate, value);
}

const STRICT = { allErrors: true, strict: true, allowUnionTypes: true } as const;

/** What a reference such as `#/$defs/file` points at. */
export function pointed(root: unknown, reference: string): unknown {
  return reference
    .split('/')
    .slice(1)
    .reduce<unknown>((node, name) => schemaOf(node)[name], root);
}

function disagreements(validate: ValidateFunction, value: unknown): string[] {
  if (validate(value)) return [];
  return (validate.errors ?? []).map(
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
