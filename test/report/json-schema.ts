/**
 * A structural check against the part of JSON Schema (2020-12) that docs/schema uses. No validator is among the dependencies; a
 * keyword that this check does not know is an error, so that nothing in a schema goes unchecked.
 */
export type Members = Readonly<Record<string, unknown>>;

const ANNOTATIONS = new Set(['$schema', '$id', '$defs', 'title', 'description']);

/** Every disagreement, each with its JSON pointer; empty when `value` is valid. */
export function violations(value: unknown, schema: unknown, root: unknown = schema, at = ''): string[] {
  return Object.entries(membersOf(schema)).flatMap(([keyword, argument]) =>
    ANNOTATIONS.has(keyword) ? [] : check(keyword, argument, { value, schema, root, at }),
  );
}

interface Place {
  readonly value: unknown;
  readonly schema: unknown;
  readonly root: unknown;
  readonly at: string;
}

function check(keyword: string, argument: unknown, place: Place): string[] {
  const { value, root, at } = place;
  const fail = (ok: boolean): string[] => (ok ? [] : [`${at}: ${keyword} ${JSON.stringify(argument)}`]);
  switch (keyword) {
    case '$ref':
      return violations(value, pointed(root, String(argument)), root, at);
    case 'type':
      return fail([argument].flat().includes(typeOf(value)));
    case 'const':
      return fail(value === argument);
    case 'enum':
      return fail([argument].flat().includes(value));
    case 'pattern':
      return fail(typeof value !== 'string' || new RegExp(String(argument), 'u').test(value));
    case 'minimum':
      return fail(typeof value !== 'number' || value >= Number(argument));
    case 'required':
      return fail(!isObject(value) || [argument].flat().every((name) => Object.hasOwn(value, String(name))));
    case 'items':
      return Array.isArray(value)
        ? value.flatMap((item, i) => violations(item, argument, root, `${at}/${i}`))
        : [];
    case 'properties':
      return isObject(value)
        ? Object.entries(membersOf(argument)).flatMap(([name, member]) =>
            Object.hasOwn(value, name) ? violations(value[name], member, root, `${at}/${name}`) : [],
          )
        : [];
    case 'additionalProperties':
      return argument === false ? undescribed(place) : [`${at}: only additionalProperties false is known`];
    default:
      return [`${at}: the keyword ${keyword} is not known to this check`];
  }
}

function undescribed({ value, schema, at }: Place): string[] {
  if (!isObject(value)) return [];
  const described = membersOf(membersOf(schema)['properties']);
  return Object.keys(value)
    .filter((name) => !Object.hasOwn(described, name))
    .map((name) => `${at}/${name}: is not described`);
}

/** What a reference such as `#/$defs/file` points at. */
export function pointed(root: unknown, reference: string): unknown {
  return reference
    .split('/')
    .slice(1)
    .reduce<unknown>((node, name) => membersOf(node)[name], root);
}

function membersOf(value: unknown): Members {
  if (!isObject(value)) throw new Error(`not an object of the schema: ${JSON.stringify(value)}`);
  return value;
}

function typeOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  return Number.isInteger(value) ? 'integer' : typeof value;
}

function isObject(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
