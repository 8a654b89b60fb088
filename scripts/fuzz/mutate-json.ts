import * as fc from 'fast-check';

import type { Mutation, Random } from './contract.ts';
import { jsonOf } from './expected.ts';

/** Values of every shape, to stand where another is expected. */
const VALUES: readonly [unknown, ...unknown[]] = [
  null,
  true,
  0,
  1,
  -1,
  1.5,
  2 ** 53,
  '',
  '0',
  'a',
  'AA==',
  [],
  [null],
  [[]],
  {},
  '\u202e',
  '\n',
  '\ud800',
  ...fc.sample(fc.jsonValue(), { numRuns: 100, seed: 1 }),
];
const NAMES: readonly [string, ...string[]] = ['__proto__', 'constructor', 'length', '', 'kind', 'version'];

/**
 * Changes one place of a JSON document; inside of base64, sometimes what it stands for.
 *
 * @param mutateDecoded for the bytes behind a base64 string
 */
export function mutateJson(mutateDecoded: Mutation): Mutation {
  return (input, random) => {
    const document = jsonOf(input);
    if (document === undefined) return undefined;
    const paths = pathsOf(document);
    const changed = changeAt(document, random.pick(paths), mutateDecoded, random);
    return Buffer.from(JSON.stringify(changed) ?? '');
  };
}

type Path = readonly (string | number)[];

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function childrenOf(value: unknown): readonly (readonly [string | number, unknown])[] {
  if (Array.isArray(value)) return value.map((item: unknown, index) => [index, item] as const);
  return isObject(value) ? Object.entries(value) : [];
}

function pathsOf(value: unknown): readonly [Path, ...Path[]] {
  return [[], ...childrenOf(value).flatMap(([step, child]) => pathsOf(child).map((path) => [step, ...path]))];
}

function changeAt(value: unknown, [step, ...rest]: Path, mutateDecoded: Mutation, random: Random): unknown {
  if (step === undefined) return change(value, mutateDecoded, random);
  const changed = childrenOf(value).map(([key, child]) => {
    return [key, key === step ? changeAt(child, rest, mutateDecoded, random) : child] as const;
  });
  return Array.isArray(value) ? changed.map(([, child]) => child) : Object.fromEntries(changed);
}

function change(value: unknown, mutateDecoded: Mutation, random: Random): unknown {
  if (random.below(4) === 0) return random.pick(VALUES);
  if (typeof value === 'string') return changeText(value, mutateDecoded, random);
  if (typeof value === 'number') return random.pick([value + 1, -value, String(value), value / 3]);
  if (Array.isArray(value)) return changeList(value, random);
  return isObject(value) ? changeObject(value, random) : random.pick(VALUES);
}

function changeText(text: string, mutateDecoded: Mutation, random: Random): unknown {
  const bytes = Buffer.from(text, 'base64');
  if (bytes.length > 8 && bytes.toString('base64') === text && random.below(8) > 0)
    return Buffer.from(mutateDecoded(bytes, random) ?? bytes).toString('base64');
  const at = random.below(text.length + 1);
  return random.pick([
    `${text.slice(0, at)}\n${text.slice(at)}`,
    text.slice(0, at),
    text.slice(at),
    text + text,
  ]);
}

function changeList(list: readonly unknown[], random: Random): unknown {
  const at = random.below(list.length + 1);
  return random.pick([
    list.toSpliced(at, 1),
    list.toSpliced(at, 0, list[random.below(list.length)]),
    list.toSpliced(at, 0, random.pick(VALUES)),
    list.toReversed(),
    Array.from({ length: 200 }, () => list[0]),
  ]);
}

function changeObject(object: Readonly<Record<string, unknown>>, random: Random): unknown {
  const members = Object.entries(object);
  const at = random.below(members.length);
  return Object.fromEntries(
    random.pick([
      members.toSpliced(at, 1),
      [...members, [random.pick(NAMES), random.pick(VALUES)]],
      members.map(([name, value], index) => [index === at ? random.pick(NAMES) : name, value]),
      members.toReversed(),
    ]),
  );
}
