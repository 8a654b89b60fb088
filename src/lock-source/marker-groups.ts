/**
 * What an environment marker says about extras and dependency groups (PEP 508, PEP 751), whatever the platform.
 */
import { normalizeName } from '../distribution-filename.ts';
import { chooseGroups, DEFAULT_GROUP, noGroups } from './groups.ts';

/** What is asked for: names, normalised. */
export interface Chosen {
  readonly extras: ReadonlySet<string>;
  readonly groups: ReadonlySet<string>;
}

/** True, false, or undefined when that depends on the platform. */
type Verdict = boolean | undefined;

interface Parser {
  readonly tokens: readonly string[];
  readonly chosen: Chosen;
  at: number;
}

const TOKEN = /\s*(?<token>[()]|"[^"]*"|'[^']*'|[A-Za-z_][A-Za-z0-9_.]*|[<>=!~]+)/y;
const MAX_TOKENS = 2_000;

/**
 * Whether a marker can hold for these extras and groups, on any platform. A marker that is not understood can.
 */
export function canHold(marker: string, chosen: Chosen): boolean {
  const read = readMarker(marker, chosen);
  return read === undefined || read.verdict !== false;
}

/**
 * What of a marker is left when it is known which extras and groups are asked for.
 *
 * @returns whether it holds, where that is all that it is about; undefined where it cannot be said without them
 */
export function withoutGroups(marker: string, chosen: Chosen): boolean | string | undefined {
  const read = readMarker(marker, chosen);
  if (read?.verdict !== undefined) return read.verdict;
  const isAboutGroups = read?.tokens.some((token) => token === 'extras' || token === 'dependency_groups');
  return read === undefined || isAboutGroups ? undefined : read.tokens.join(' ');
}

/** Undefined for a marker that is not understood. */
function readMarker(
  marker: string,
  chosen: Chosen,
): { readonly verdict: Verdict; readonly tokens: readonly string[] } | undefined {
  const tokens = tokensOf(marker);
  if (tokens === undefined || tokens.length > MAX_TOKENS) return undefined;
  const parser: Parser = { tokens, chosen, at: 0 };
  try {
    const verdict = readOr(parser);
    return parser.at < tokens.length ? undefined : { verdict, tokens };
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function tokensOf(marker: string): readonly string[] | undefined {
  const tokens: string[] = [];
  const pattern = new RegExp(TOKEN);
  const text = marker.trimEnd();
  while (pattern.lastIndex < text.length) {
    const token = pattern.exec(text)?.groups?.['token'];
    if (token === undefined) return undefined;
    tokens.push(token);
  }
  return tokens;
}

function readOr(parser: Parser): Verdict {
  let verdict = readAnd(parser);
  while (take(parser, 'or')) {
    const right = readAnd(parser);
    verdict = verdict === true || right === true ? true : verdict === false ? right : verdict;
  }
  return verdict;
}

function readAnd(parser: Parser): Verdict {
  let verdict = readComparison(parser);
  while (take(parser, 'and')) {
    const right = readComparison(parser);
    verdict = verdict === false || right === false ? false : verdict === true ? right : verdict;
  }
  return verdict;
}

function readComparison(parser: Parser): Verdict {
  if (take(parser, '(')) {
    const verdict = readOr(parser);
    if (!take(parser, ')')) throw new SyntaxError('a parenthesis is not closed');
    return verdict;
  }
  const left = next(parser);
  const isNegated = take(parser, 'not');
  const operator = next(parser);
  const right = next(parser);
  const asked = setOf(right, parser.chosen);
  if (operator !== 'in' || asked === undefined || !/^["']/.test(left)) return undefined;
  return asked.has(normalizeName(left.slice(1, -1))) !== isNegated;
}

function setOf(variable: string, chosen: Chosen): ReadonlySet<string> | undefined {
  if (variable === 'extras') return chosen.extras;
  return variable === 'dependency_groups' ? chosen.groups : undefined;
}

function take(parser: Parser, token: string): boolean {
  const isThere = parser.tokens[parser.at] === token;
  if (isThere) parser.at += 1;
  return isThere;
}

function next(parser: Parser): string {
  const token = parser.tokens[parser.at];
  if (token === undefined || token === '(' || token === ')')
    throw new SyntaxError('the marker is not complete');
  parser.at += 1;
  return token;
}

/** The extras and groups of a lock by PEP 751. */
interface GroupKeys {
  readonly extras: readonly string[] | undefined;
  readonly 'dependency-groups': readonly string[] | undefined;
  readonly 'default-groups': readonly string[] | undefined;
}

/**
 * Whether a package of a lock by PEP 751 is needed, by its marker. One whose marker says nothing about groups is always.
 *
 * @throws ProvpinError, exit code 2, for a lock without groups, or without one that is asked for
 */
export function markerFilter(
  keys: GroupKeys,
  only: readonly string[],
  source: string,
): (marker: string | undefined) => boolean {
  const [extras = [], groups = [], defaults = []] = [
    keys.extras,
    keys['dependency-groups'],
    keys['default-groups'],
  ];
  const known = [...extras, ...groups, ...defaults];
  if (known.length === 0) throw noGroups(source);
  const asked = only.flatMap((name) =>
    normalizeName(name) === DEFAULT_GROUP && !known.includes(DEFAULT_GROUP) ? defaults : [name],
  );
  const chosen = chooseGroups(asked, known, source);
  const among = (names: readonly string[]) =>
    new Set(names.filter((name) => chosen.has(name)).map(normalizeName));
  const choice = { extras: among(extras), groups: among([...groups, ...defaults]) };
  return (marker) => marker === undefined || canHold(marker, choice);
}
